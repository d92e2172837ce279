"""Which snapshot is served: CURRENT, its replacement, its repair, its pick-up by readers, and pruning.

CURRENT is a copy of the newest published row, with a generation number that never falls.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import threading
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from matcher.errors import InvalidInput, SnapshotDamaged, Unavailable
from matcher.graph import retention, trust, turned
from matcher.graph.files import WRITING, sync_folder, write
from matcher.graph.graph import Graph
from matcher.graph.opening import base_of, open_snapshot, verify
from matcher.graph.pointer import CURRENT, Pointer, decode, encode, following

LEAST_KEPT: Final = 3
ABANDONED: Final = timedelta(days=1)  # a writer's folder untouched for so long has no writer any more


def publish(folder: Path, snapshot_id: str, generation: int) -> None:
    """Make `snapshot_id` the served one: CURRENT is replaced atomically and durably.

    Call it after the published row's transaction has committed. A generation not above the present one
    changes nothing, so that two publishers cannot turn readers back. Raises SnapshotDamaged if the
    snapshot cannot be opened.
    """
    open_snapshot(folder / snapshot_id)

    def after(present: Pointer | None) -> Pointer:
        new = following(present, snapshot_id, generation)
        there = tuple(name for name in new.earlier if (folder / name).is_dir())
        return Pointer(generation, snapshot_id, there)

    _advance(folder, generation, after)


def adopt(folder: Path, pointer: Pointer) -> None:
    """Make CURRENT say what another host's says, unless a higher generation is served here already.

    Raises SnapshotDamaged if the snapshot cannot be opened.
    """
    open_snapshot(folder / pointer.snapshot_id)
    _advance(folder, pointer.generation, lambda _present: pointer)


def repair(folder: Path, snapshot_id: str, generation: int) -> bool:
    """Bring CURRENT to the newest published row, at a start. Returns whether it was behind or broken."""
    present = read_pointer(folder)
    if present is not None and present.generation >= generation:
        return False
    publish(folder, snapshot_id, generation)
    return True


def read_pointer(folder: Path) -> Pointer | None:
    """What CURRENT says; None if it is missing or broken."""
    try:
        return decode((folder / CURRENT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def prune(
    folder: Path,
    keep: int,
    now: datetime,
    protected: Collection[str] = (),
    published: Sequence[str] | None = None,
) -> list[str]:
    """Remove snapshots but for the served one, those that retention.kept names, and the protected ids.

    `published` are all ids ever published, newest first; by default those that CURRENT remembers. What
    another kept one stands on stays. Finished but unpublished snapshots newer than the served one stay:
    somebody may be checking them. Returns the names removed. Raises InvalidInput for a `keep` below 3.
    """
    if keep < LEAST_KEPT:
        raise InvalidInput("graph.keep_too_few", value=keep, least=LEAST_KEPT)
    pointer = read_pointer(folder)
    if pointer is None:
        return []
    known = (pointer.snapshot_id, *pointer.earlier) if published is None else tuple(published)
    there = [name for name in dict.fromkeys(known) if (folder / name).is_dir()]
    return prune_but(folder, {*retention.kept(there, keep, now), *protected}, now)


def prune_but(folder: Path, names: Collection[str], now: datetime) -> list[str]:
    """Remove snapshots but for the served one, `names`, those of which pages are being turned on this host,
    and what these stand on. Returns the removed."""
    pointer = read_pointer(folder)
    if pointer is None:
        return []
    stay = _with_bases(folder, {pointer.snapshot_id, *names, *turned.lately(folder, now)})
    doomed = [
        entry
        for entry in sorted(folder.iterdir())
        if entry.is_dir() and entry.name not in stay and _may_go(entry, pointer, now)
    ]
    for entry in doomed:
        _remove(entry)
    trust.forget(folder)
    turned.forget(folder, now)
    return [entry.name for entry in doomed]


def _with_bases(folder: Path, names: set[str]) -> set[str]:
    found = set(names)
    for name in names:
        with contextlib.suppress(SnapshotDamaged):
            base = base_of(folder / name)
            found |= set() if base is None else {base.name}
    return found


def condemn(folder: Path, damage: SnapshotDamaged) -> str | None:
    """Take a snapshot that was found damaged out of service on this host; gives the id of who stands in.

    All processes look again and go to the newest earlier one whose every byte is as it should be; None where
    there is none. They come back when the damaged files were put anew.
    """
    pointer = read_pointer(folder)
    names = () if pointer is None else (pointer.snapshot_id, *pointer.earlier)
    trust.condemn(folder / str(damage.params["snapshot"]), damage)
    instead = next((name for name in names if _stands(folder / name)), None)
    look_again(folder)
    return instead


def look_again(folder: Path) -> None:
    """Have every reader of this host look at what CURRENT names, though it names the same."""
    with contextlib.suppress(OSError):
        os.utime(folder / CURRENT)


def _stands(folder: Path) -> bool:
    """Whether every byte is whole now; one that is not is condemned, too."""
    if trust.is_condemned(folder):
        return False
    try:
        trust.verify_again(folder)
    except SnapshotDamaged as damage:
        with contextlib.suppress(SnapshotDamaged):  # its folder has gone
            trust.condemn(folder, damage)
        return False
    return True


class Current:
    """The served graph, picked up anew when CURRENT changes. One a process; safe for threads.

    `alarm` says why the newest published snapshot is not the one in use; None when all is well.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.alarm: str | None = None
        self._lock = threading.Lock()
        self._graph: Graph | None = None
        self._before: Graph | None = None
        self._files = ""
        self._generation = -1
        self._seen: tuple[int, int, int] | None = None

    def get(self) -> Graph:
        """The served graph: one stat of CURRENT a call; a new one is verified whole before it is followed.

        Raises Unavailable before the first publication. While one thread verifies, others keep the old graph.
        """
        signature = _signature(self.folder / CURRENT)
        graph = self._graph
        if graph is not None and (signature is None or signature == self._seen):
            return graph
        if self._lock.acquire(blocking=graph is None):
            try:
                self._follow(signature)
            finally:
                self._lock.release()
        if self._graph is None:
            raise Unavailable("graph.no_snapshot")
        return self._graph

    def at(self, snapshot_id: str) -> Graph | None:
        """The graph of an earlier snapshot that is still there: the next page of a list that began on it.

        Also of the one that is served by now, where another thread is about to follow it and another process
        has done so. None where it was pruned or is damaged. The last one asked for is kept open.
        """
        graph = self.get()
        if graph.snapshot_id == snapshot_id:
            return graph
        pointer = read_pointer(self.folder)
        if pointer is None or snapshot_id not in (pointer.snapshot_id, *pointer.earlier):
            return None
        before = self._before
        if before is None or before.snapshot_id != snapshot_id:
            try:
                trust.verify_once(self.folder / snapshot_id)
                before = self._before = open_snapshot(self.folder / snapshot_id)
            except SnapshotDamaged:
                return None
        turned.note(self.folder, snapshot_id)
        return before

    def _follow(self, signature: tuple[int, int, int] | None) -> None:
        if self._graph is not None and signature == self._seen:
            return  # another thread was faster
        pointer = read_pointer(self.folder)
        if pointer is None:
            self.alarm = "CURRENT is missing or broken" if signature is not None else self.alarm
        elif pointer.generation > self._generation or (
            pointer.generation == self._generation
            and not (self._holds(pointer.snapshot_id) and self._whole())
        ):
            self._take(pointer)
        self._seen = signature

    def _holds(self, snapshot_id: str) -> bool:
        return self._graph is not None and self._graph.snapshot_id == snapshot_id

    def _whole(self) -> bool:
        """Whether the graph in use may stay so: nobody found it damaged, or put its files anew."""
        if self._graph is None:
            return False
        folder = self.folder / self._graph.snapshot_id
        try:
            same = trust.fingerprint(folder) == self._files
        except SnapshotDamaged:
            return True  # pruned meanwhile: what is mapped stays as it was
        return same and not trust.is_condemned(folder)

    def _take(self, pointer: Pointer) -> None:
        """The named snapshot, or, for a process that has no whole one, the newest earlier one that is."""
        self.alarm, stays = None, self._whole()
        for snapshot_id in (pointer.snapshot_id, *pointer.earlier):
            try:
                self._open(snapshot_id)
            except SnapshotDamaged as damage:
                self.alarm = self.alarm if self.alarm is not None else str(damage)
                if stays:
                    return
                continue
            self._generation = pointer.generation
            return
        self._graph = None  # nothing whole is left: no answer rather than a wrong one

    def _open(self, snapshot_id: str) -> None:
        folder = self.folder / snapshot_id
        trust.verify_once(folder)
        found = trust.fingerprint(folder)
        self._graph, self._files = open_snapshot(folder), found


def _advance(folder: Path, generation: int, after: Callable[[Pointer | None], Pointer]) -> None:
    """Replace CURRENT, unless it has come as far. One at a time on a host: publisher and mirror share it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        present = read_pointer(folder)
        if present is None or present.generation < generation:
            _replace(folder, after(present))
    finally:
        os.close(handle)


def _replace(folder: Path, pointer: Pointer) -> None:
    beside = folder / f".{CURRENT}-{os.getpid()}-{threading.get_ident()}"
    with beside.open("w", encoding="utf-8") as file:
        file.write(encode(pointer))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(folder / CURRENT)
    sync_folder(folder)


def _signature(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino, status.st_size


def _may_go(entry: Path, pointer: Pointer, now: datetime) -> bool:
    if entry.name.startswith("."):
        touched = datetime.fromtimestamp(entry.stat().st_mtime, tz=now.tzinfo)
        return now - touched > ABANDONED
    # ids begin with their moment, so that names sort by age
    return entry.name in pointer.earlier or entry.name < pointer.snapshot_id


def _remove(entry: Path) -> None:
    """Out of sight first, so that a kill half way leaves no half snapshot under a snapshot's name."""
    hidden = entry.with_name(f"{WRITING}removed-{entry.name}") if not entry.name.startswith(".") else entry
    if hidden != entry:
        entry.rename(hidden)
    shutil.rmtree(hidden, ignore_errors=True)


__all__ = [
    "Current",
    "Pointer",
    "open_snapshot",
    "prune",
    "publish",
    "read_pointer",
    "repair",
    "verify",
    "write",
]
