"""Where hosts share snapshots (QIANXIAN_SNAPSHOTS_URL), jobs send what they publish and fetch what they need.

Without that setting nothing here does anything but keep CURRENT a copy of the newest published row.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from jobs.wiring import Wiring
from matcher.errors import NotFound, SnapshotDamaged
from matcher.graph import snapshot
from matcher.services.uploads import FOLDER
from matcher.settings import Settings
from matcher.storage import leases

if TYPE_CHECKING:
    from matcher.graph.remote import Remote


def shared(settings: Settings) -> Remote | None:
    """The place that hosts share; None where this host keeps its snapshots to itself."""
    if settings.snapshots_url is None:
        return None
    from matcher.graph.remote import remote

    return remote(settings.snapshots_url)


def prepare(wiring: Wiring) -> None:
    """Before a job that builds on what is served. What is damaged there, the job itself makes good."""
    if wiring.settings.snapshots_url is not None:
        with contextlib.suppress(SnapshotDamaged):
            catch_up(wiring)


def catch_up(wiring: Wiring) -> bool:
    """Bring this host's CURRENT, and the shared one, to the newest published row.

    Another host may have published it; or a kill, or a lost connection, came between the row and a copy.
    Returns whether this host's was behind. Raises SnapshotDamaged, or Unavailable for the shared place.
    """
    with wiring.views() as session:
        row = leases.current_publication(session)
    if row is None:
        return False
    _follow(wiring.settings)
    have(wiring.settings, row.snapshot_id)
    behind = snapshot.repair(wiring.settings.snapshots, row.snapshot_id, row.generation)
    send(wiring.settings, row.snapshot_id)
    point(wiring.settings, row.snapshot_id, row.generation)
    return behind


def _follow(settings: Settings) -> None:
    """Take the shared CURRENT with the names of earlier snapshots, to which one may go back."""
    place = shared(settings)
    if place is not None:
        from matcher.graph import mirror

        with contextlib.suppress(SnapshotDamaged):
            mirror.follow(settings.snapshots, place)


def known(settings: Settings) -> set[str]:
    """The snapshots that this host has or can fetch."""
    here = {path.name for path in settings.snapshots.iterdir() if path.is_dir()}
    place = shared(settings)
    return here if place is None else here | place.names()


def have(settings: Settings, snapshot_id: str) -> None:
    """Fetch a snapshot that another host has published. Raises SnapshotDamaged, Unavailable."""
    place = shared(settings)
    if place is not None and not (settings.snapshots / snapshot_id).is_dir():
        from matcher.graph import mirror

        mirror.fetch(settings.snapshots, place, snapshot_id)


def bring_upload(settings: Settings, path: Path) -> None:
    """Have a file that came over HTTP, to whichever host. Raises Unavailable."""
    place = shared(settings)
    if place is not None and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contextlib.suppress(NotFound):  # the import then tells which file is missing
            place.get_file(f"{FOLDER}/{path.name}", path)


def drop_uploads(settings: Settings, names: set[str]) -> None:
    """Remove files whose imports have ended from the shared place."""
    place = shared(settings)
    if place is not None:
        for name in names & place.sizes(FOLDER).keys():
            place.remove_file(f"{FOLDER}/{name}")


def send(settings: Settings, snapshot_id: str) -> None:
    """Upload a snapshot of this host that was verified, before its row is written."""
    place = shared(settings)
    if place is not None:
        from matcher.graph import mirror

        mirror.send(settings.snapshots, place, snapshot_id)


def withdraw(settings: Settings, snapshot_id: str) -> None:
    """Take back what was sent, but for one that is named."""
    place = shared(settings)
    if place is not None:
        named, _ = place.pointer()
        if named is None or snapshot_id not in (named.snapshot_id, *named.earlier):
            place.remove(snapshot_id)


def point(settings: Settings, snapshot_id: str, generation: int) -> None:
    """Let all hosts follow it, after its row was committed."""
    place = shared(settings)
    if place is not None:
        from matcher.graph import mirror

        mirror.point(place, snapshot_id, generation)


def prune(settings: Settings, now: datetime, rows: tuple[Sequence[str], Collection[str]]) -> None:
    """Remove from the shared place what retention does not keep; `rows` as in mirror.prune_shared."""
    place = shared(settings)
    if place is not None:
        from matcher.graph import mirror

        mirror.prune_shared(settings.snapshots, place, settings.keep_snapshots, now, rows)
