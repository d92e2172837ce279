"""Opening and verifying a snapshot of either shape: whole, or what has changed since a base."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from matcher.errors import SnapshotDamaged
from matcher.graph import delta, files
from matcher.graph.graph import Graph

# A base is mapped once a process, however many refreshes stand on it.
_bases: WeakValueDictionary[Path, Graph] = WeakValueDictionary()


def open_snapshot(folder: Path) -> Graph:
    """Map one snapshot, with its base. Reads headers only; verify first where the bytes are not yet trusted.

    Raises SnapshotDamaged.
    """
    base = base_of(folder)
    if base is None:
        return files.open_snapshot(folder)
    return delta.open_delta(folder, _open_base(base))


def verify(folder: Path) -> dict[str, Any]:
    """Read every byte of one snapshot and of its base; return its manifest. Raises SnapshotDamaged."""
    base = base_of(folder)
    if base is None:
        return files.verify(folder)
    files.verify(base)
    return delta.verify(folder)


def base_of(folder: Path) -> Path | None:
    """The folder of the snapshot that this one stands on; None for a whole one. Raises SnapshotDamaged."""
    named = files.read_manifest(folder).get("base")
    if named is None:
        return None
    base = folder.parent / str(named)
    if not base.is_dir():
        raise SnapshotDamaged("graph.file_missing", snapshot=folder.name, file=base.name)
    return base


def _open_base(folder: Path) -> Graph:
    found = _bases.get(folder)
    if found is None:
        found = _bases[folder] = files.open_snapshot(folder)
    return found
