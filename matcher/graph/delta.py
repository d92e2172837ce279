"""A snapshot that holds only what has changed since its base: written as one file, opened as the whole.

The file holds the small snapshot of the changed enterprises (all their rows) and of the tables that
changed as a whole; which enterprises those are; their deals and quarrels with everybody; and the terms
that no row uses any more.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from matcher.errors import SnapshotDamaged
from matcher.graph import schema
from matcher.graph.files import (
    MANIFEST,
    WRITING,
    Reached,
    graph_of,
    put_in_place,
    read_manifest,
    sync_folder,
    unwatched,
    write_manifest,
)
from matcher.graph.graph import Graph, Lists
from matcher.graph.merging import merge
from matcher.graph.table import Array, Strings

FILE: Final = "arrays.bin"
_ALIGNED: Final = 64


def write(
    folder: Path,
    arrays: Mapping[str, Array],
    as_of: datetime,
    about: Mapping[str, Any],
    reached: Reached = unwatched,
) -> str:
    """Write the small snapshot whole or not at all; `about` names its `base`. Returns the id.

    `arrays` are named as in schema.delta_files(). File, folder and parent are fsynced.
    """
    beside = Path(tempfile.mkdtemp(prefix=WRITING, dir=folder))
    try:
        places, digest = _write_arrays(beside / FILE, arrays)
        reached("arrays_written")
        snapshot_id = write_manifest(beside, as_of, {**about, "arrays": places, "files": {FILE: digest}})
        sync_folder(beside)
        reached("folder_synced")
        put_in_place(beside, folder / snapshot_id, verify)
        reached("renamed")
        sync_folder(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    reached("parent_synced")
    return snapshot_id


def verify(folder: Path) -> dict[str, Any]:
    """Read every byte of the small snapshot, not of its base. Raises SnapshotDamaged."""
    manifest = read_manifest(folder)
    path = folder / FILE
    if not path.is_file():
        raise SnapshotDamaged("graph.file_missing", snapshot=folder.name, file=FILE)
    if hashlib.sha256(path.read_bytes()).hexdigest() != manifest["files"].get(FILE):
        raise SnapshotDamaged("graph.file_damaged", snapshot=folder.name, file=FILE)
    return manifest


def open_delta(folder: Path, base: Graph) -> Graph:
    """The whole graph that base and small snapshot make together."""
    manifest = read_manifest(folder)
    if base.snapshot_id != manifest.get("base"):
        raise SnapshotDamaged("graph.manifest_damaged", snapshot=folder.name)
    arrays = read_arrays(folder, manifest)
    shared = {"supply": base.supply, "chain": base.chain, "hop": base.hop, "past": base.past}
    lists = dict(zip(schema.LISTS, Lists.none(), strict=True))
    small = graph_of({**arrays, **shared, **lists}, manifest)
    return merge(base, small, arrays)


def read_changes(folder: Path) -> tuple[frozenset[str], frozenset[str]]:
    """The enterprises whose rows count from here and not from the base, and the tables that do."""
    manifest = read_manifest(folder)
    arrays = read_arrays(folder, manifest)
    firms = Strings(arrays["touched.blob"], arrays["touched.offsets"])
    return frozenset(firms), frozenset(manifest["replaced"])


def read_arrays(folder: Path, manifest: Mapping[str, Any]) -> dict[str, Array]:
    """The arrays of the small snapshot, mapped read-only."""
    found: dict[str, Array] = {}
    try:
        with (folder / FILE).open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        for name, dtype in schema.delta_files().items():
            offset, count = manifest["arrays"][name]
            found[name] = np.frombuffer(mapped, dtype, count, offset) if count else np.zeros(0, dtype)
    except (OSError, ValueError, KeyError, TypeError):
        raise SnapshotDamaged("graph.file_damaged", snapshot=folder.name, file=FILE) from None
    return found


def _write_arrays(path: Path, arrays: Mapping[str, Array]) -> tuple[dict[str, tuple[int, int]], str]:
    """All arrays one behind the other; gives where each begins and how long it is, and the file's digest."""
    places: dict[str, tuple[int, int]] = {}
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for name, dtype in sorted(schema.delta_files().items()):
            values = np.ascontiguousarray(arrays[name], dtype=dtype)
            places[name] = (file.tell(), len(values))
            piece = values.tobytes()
            piece += bytes(-len(piece) % _ALIGNED)
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return places, digest.hexdigest()


__all__ = ["FILE", "MANIFEST", "open_delta", "read_arrays", "read_changes", "verify", "write"]
