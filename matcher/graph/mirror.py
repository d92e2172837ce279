"""Snapshots between a host's data folder and the place that all hosts share.

A publisher sends the verified folder first and the pointer last; a follower fetches beside, reads every byte,
and only then lets CURRENT name it. What is torn on either way is never followed.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from matcher.errors import SnapshotDamaged, Unavailable
from matcher.graph import delta, files, retention, snapshot, trust
from matcher.graph.opening import base_of
from matcher.graph.pointer import Pointer, following
from matcher.graph.remote import Remote

ALARM: Final = ".mirror-alarm"
TRIES: Final = 5  # each lost race means that another has replaced the pointer meanwhile


def send(folder: Path, remote: Remote, snapshot_id: str) -> None:
    """Upload one snapshot, with what it stands on. Call it before its row is written.

    Raises SnapshotDamaged where it is not whole here, Unavailable.
    """
    trust.verify_once(folder / snapshot_id)
    base = base_of(folder / snapshot_id)
    for part in (base, folder / snapshot_id):
        if part is not None:
            remote.upload(part)


def point(remote: Remote, snapshot_id: str, generation: int) -> None:
    """Let the shared CURRENT name a sent snapshot, after its row was committed.

    A generation not above the present one changes nothing. Raises Unavailable.
    """
    for _ in range(TRIES):
        present, tag = remote.pointer()
        if present is not None and present.generation >= generation:
            return
        if remote.replace(following(present, snapshot_id, generation), tag):
            return
    raise Unavailable("graph.remote_contended", url=remote.url)


def follow(folder: Path, remote: Remote) -> bool:
    """Take what the shared CURRENT names, if its generation is above ours. Returns whether anything was new.

    Then also takes what was served shortly before, for lists whose first page another host has shown.
    Raises SnapshotDamaged where it is torn: ours stays, a host without any falls back to an earlier one.
    Raises Unavailable where the place cannot be reached.
    """
    there, _ = remote.pointer()
    here = snapshot.read_pointer(folder)
    if there is None or (here is not None and here.generation >= there.generation):
        return False
    try:
        fetch(folder, remote, there.snapshot_id)
    except SnapshotDamaged:
        if here is None:
            _fall_back(folder, remote, there)
        raise
    snapshot.adopt(folder, there)
    for name in _read_on(there):
        with contextlib.suppress(SnapshotDamaged, Unavailable):
            fetch(folder, remote, name)
    return True


def fetch(folder: Path, remote: Remote, snapshot_id: str) -> None:
    """Have one snapshot, and what it stands on, in the folder: verified whole once and in place.

    Raises SnapshotDamaged where a file is missing, cut or changed; nothing is left behind then.
    """
    try:
        trust.verify_part(folder / snapshot_id)
    except SnapshotDamaged:  # or not there
        _fetch_part(folder, remote, snapshot_id)
    base = _base_name(files.read_manifest(folder / snapshot_id))
    if base is not None:
        fetch(folder, remote, base)


def prune_cache(folder: Path, keep: int, now: datetime) -> list[str]:
    """On a follower: keep the newest `keep`, and those on which somebody may still turn pages.

    The rest can be fetched again. Returns the names removed.
    """
    pointer = snapshot.read_pointer(folder)
    if pointer is None:
        return []
    came = [(name, _came(folder / name)) for name in (pointer.snapshot_id, *pointer.earlier)]
    there = [(name, moment) for name, moment in came if moment is not None]
    stay = retention.still_read(there, now)
    kept = [name for name, _ in there[:keep]]
    return snapshot.prune_but(folder, stay | set(kept), now)


def prune_shared(
    folder: Path, remote: Remote, keep: int, now: datetime, rows: tuple[Sequence[str], Collection[str]]
) -> list[str]:
    """Remove from the shared place what retention does not keep. By the publisher, under its lease.

    `rows` are all ids published in the last ninety days, newest first, and the protected ids. Newer ones
    than the served one stay: they may be on their way.
    """
    published, protected = rows
    pointer, _ = remote.pointer()
    if pointer is None:
        return []
    there = remote.names()
    told = dict.fromkeys((pointer.snapshot_id, *published, *pointer.earlier))
    known = [name for name in told if name in there]
    stay = {pointer.snapshot_id, *retention.kept(known, keep, now), *protected} & there
    stay |= {base for base in (_shared_base(folder, remote, name) for name in stay) if base is not None}
    doomed = sorted(name for name in there - stay if name in pointer.earlier or name < pointer.snapshot_id)
    for name in doomed:
        remote.remove(name)
    return doomed


def raise_alarm(folder: Path, reason: str | None) -> None:
    """Say to all processes of this host why it does not follow; None: it does."""
    folder.mkdir(parents=True, exist_ok=True)
    if reason is None:
        (folder / ALARM).unlink(missing_ok=True)
    elif alarm(folder) != reason:
        (folder / ALARM).write_text(reason, encoding="utf-8")


def alarm(folder: Path) -> str | None:
    """Why this host does not follow; None when all is well."""
    try:
        return (folder / ALARM).read_text(encoding="utf-8") or None
    except OSError:
        return None


def _fall_back(folder: Path, remote: Remote, torn: Pointer) -> None:
    """A host that has none yet serves the newest earlier one that is whole, under the lowest generation."""
    for place, name in enumerate(torn.earlier):
        with contextlib.suppress(SnapshotDamaged):
            fetch(folder, remote, name)
            snapshot.adopt(folder, Pointer(0, name, torn.earlier[place + 1 :]))
            return


def _fetch_part(folder: Path, remote: Remote, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=files.WRITING, dir=folder))
    try:
        fetched = beside / name  # a manifest belongs to the folder's name
        fetched.mkdir()
        remote.download(name, fetched)
        manifest = files.read_manifest(fetched)
        (files.verify if _base_name(manifest) is None else delta.verify)(fetched)
        _sync(fetched)
        final = folder / name
        if final.exists():
            final.rename(beside / "damaged")
        fetched.rename(final)
        files.sync_folder(folder)
        trust.vouch(final)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _sync(folder: Path) -> None:
    for path in folder.iterdir():
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    files.sync_folder(folder)


def _base_name(manifest: dict[str, object]) -> str | None:
    named = manifest.get("base")
    return None if named is None else str(named)


def _shared_base(folder: Path, remote: Remote, name: str) -> str | None:
    """What a shared snapshot stands on: from our own copy where there is one."""
    with contextlib.suppress(SnapshotDamaged):
        return _base_name(files.read_manifest(folder / name))
    with contextlib.suppress(ValueError):
        return _base_name(json.loads(remote.manifest(name)))
    return None


def _read_on(pointer: Pointer) -> list[str]:
    """Of those served before, the ones served within the time in which somebody may turn a page."""
    newest = retention.moment_of(pointer.snapshot_id)
    if newest is None:
        return []
    moments = [(name, retention.moment_of(name)) for name in (pointer.snapshot_id, *pointer.earlier)]
    told = [(name, moment) for name, moment in moments if moment is not None]
    return [name for name, _ in told if name in retention.still_read(told, newest)]


def _came(folder: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(folder.stat().st_mtime, tz=UTC)
    except OSError:
        return None
