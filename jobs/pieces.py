"""Partitions that read a snapshot: they name its folder, which a worker of a cluster may not have.

Then the worker fetches it once from where hosts share snapshots, verifies it and keeps it in its own folder.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from jobs import sharing
from jobs.engine import LOCAL, Run, engine
from matcher.settings import CLUSTER, Settings

CACHE: Final = "qianxian-snapshots"  # in the folder where the worker was started


class Errand(NamedTuple):
    """A partition on its way to a host that may lack its folder. `piece` is a NamedTuple with a `folder`."""

    url: str
    snapshot_id: str
    function: Callable[[Any], Any]
    piece: Any


@contextmanager
def reading(settings: Settings, snapshot_id: str, run: Run) -> Iterator[Run]:
    """The engine for partitions of a snapshot of this host, whole but not yet published.

    On a cluster it is sent to the shared place for the time being; without one they run on this host alone.
    """
    if not settings.engine.startswith(CLUSTER):
        yield run
    elif settings.snapshots_url is None:
        with engine(LOCAL) as here:
            yield here
    else:
        yield from _sent(settings, snapshot_id, run)


def _sent(settings: Settings, snapshot_id: str, run: Run) -> Iterator[Run]:
    sharing.send(settings, snapshot_id)

    def away(function: Callable[[Any], Any], pieces: Iterable[Any]) -> Iterator[Any]:
        url = str(settings.snapshots_url)
        return run(fetched, (Errand(url, snapshot_id, function, piece) for piece in pieces))

    try:
        yield away
    finally:
        sharing.withdraw(settings, snapshot_id)


def fetched(errand: Errand) -> Any:
    """On the worker: the partition, on this host's own copy. Raises SnapshotDamaged, Unavailable."""
    folder = Path(errand.piece.folder)
    if not folder.is_dir():
        folder = copy_of(errand.url, errand.snapshot_id, Path.cwd() / CACHE)
    return errand.function(errand.piece._replace(folder=str(folder)))


def copy_of(url: str, snapshot_id: str, cache: Path) -> Path:
    """A verified copy in a cache that holds this one alone; workers of one folder share it."""
    from matcher.graph import mirror
    from matcher.graph.remote import remote

    cache.mkdir(exist_ok=True, mode=0o700)
    with (cache / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (cache / snapshot_id).is_dir():
            for old in cache.iterdir():
                if old.is_dir():
                    shutil.rmtree(old, ignore_errors=True)
        mirror.fetch(cache, remote(url), snapshot_id)
    return cache / snapshot_id
