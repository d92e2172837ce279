"""Imports in this process: checked beside the rows, then promoted at a pace that lets others write too."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path, PurePath
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs import holder, inbox, ledger, sharing
from jobs.progress import Progress
from jobs.task import Task
from jobs.wiring import Wiring
from matcher.domain.imports import ImportState
from matcher.domain.job import JobName
from matcher.services import imports as service
from matcher.services.imports import Report, Store, lifecycle
from matcher.settings import Settings
from matcher.storage import imports, leases
from matcher.storage.imports import Import
from matcher.storage.transactions import Transactions

# A hand on another host that has said nothing for so many leases is taken for gone.
SILENT_LEASES: Final = 10
YOUNG_SECONDS: Final = 3600.0
# A writer that waits for SQLite looks again up to a tenth of a second later: promotion holds the others up
# for about HELD and then leaves them a pause that none of them can miss.
HELD: Final = timedelta(seconds=0.2)
LEAST_PAUSE, SURE_PAUSE = 0.02, 0.12


def awaited(session: Session, settings: Settings, now: datetime) -> bool:
    """Whether there is anything to import: received, left behind by somebody who died, or in the inbox."""
    left = any(_is_free(row, settings, now) for row in imports.under_way(session))
    return left or inbox.has_something(settings.inbox, now)


def work(task: Task) -> dict[str, Any]:
    """The job: take what lies in the inbox, go on with what was left, do what waits, oldest first."""
    return carry_all(task.wiring, task.progress)


def carry_all(wiring: Wiring, progress: Progress | None = None) -> dict[str, int]:
    """Bring everything that nobody works at to its end; counts by end."""
    ended: Counter[str] = Counter()
    inbox.take(wiring)
    for import_id in _free(wiring):
        ended[carry(wiring, import_id, progress).value] += 1
    inbox.tidy(wiring)
    _tidy_uploads(wiring)
    lifecycle.sweep(store_of(wiring))
    return dict(ended)


def finish_left(wiring: Wiring) -> None:
    """Bring to an end what others have left half promoted, and forget what they left half checked."""
    for import_id in _free(wiring):
        with wiring.views() as view:
            row = view.get_one(Import, import_id)
            state, origin = row.state, row.origin
        if state == ImportState.PROMOTING or (state, origin) == (ImportState.CHECKING, lifecycle.COMMAND):
            carry(wiring, import_id, None)
    lifecycle.sweep(store_of(wiring))


def carry(wiring: Wiring, import_id: str, progress: Progress | None) -> ImportState:
    """Bring one import to its end, from wherever it stands. Gives the end."""
    store, hand = store_of(wiring), hand_of(wiring)
    lifecycle.recover(store, hand, import_id)
    with wiring.views() as view:
        row = view.get_one(Import, import_id)
        state, options = row.state, lifecycle.options_of(row)
    if state == ImportState.RECEIVED:
        _bring(wiring, import_id)
        check(wiring, import_id, options, progress)
    promote(wiring, import_id, progress)
    with wiring.views() as view:
        return ImportState(view.get_one(Import, import_id).state)


def _bring(wiring: Wiring, import_id: str) -> None:
    """Where hosts share snapshots another one may have taken the file: have it in the folder of this one."""
    settings = wiring.settings
    if settings.snapshots_url is None:
        return
    with wiring.transactions.begin() as session:
        row = session.get_one(Import, import_id)
        if row.origin == lifecycle.UPLOAD:
            row.files = [
                {**one, "path": str(settings.uploads / PurePath(one["path"]).name)} for one in row.files
            ]
        paths = [Path(one["path"]) for one in row.files] if row.origin == lifecycle.UPLOAD else []
    for path in paths:
        sharing.bring_upload(settings, path)


def check(wiring: Wiring, import_id: str, options: service.Options, progress: Progress | None) -> Report:
    """Check a received import whole; see `lifecycle.check`."""
    given = replace(options, progress=_told(progress))
    return lifecycle.check(store_of(wiring), hand_of(wiring), import_id, given)


def promote(wiring: Wiring, import_id: str, progress: Progress | None) -> None:
    """Promote what is to be promoted, with a pause after each transaction where one writes at a time."""
    store, hand = store_of(wiring), hand_of(wiring)
    while True:
        began = time.monotonic()
        more = lifecycle.promote_next(store, hand, import_id, lambda session: _compute(wiring, session), HELD)
        took = time.monotonic() - began
        if not more:
            return
        if progress is not None:
            with wiring.views() as view:
                row = view.get_one(Import, import_id)
                progress("promote", row.done, row.total)
        if _one_writes(wiring):
            _rest(took)


def hand_of(wiring: Wiring) -> lifecycle.Hand:
    """This process, as others see it."""
    return lifecycle.Hand(holder.me(), wiring.clock)


def store_of(wiring: Wiring) -> Store:
    """Short transactions on the database."""
    transactions = Transactions.on(wiring.engine)
    return Store.of(transactions, _rest) if _one_writes(wiring) else Store.of(transactions)


def _one_writes(wiring: Wiring) -> bool:
    return wiring.engine.dialect.name == "sqlite"


def _rest(took: float = LEAST_PAUSE) -> None:
    """Let others write, after a transaction of so many seconds."""
    time.sleep(LEAST_PAUSE if took < LEAST_PAUSE else SURE_PAUSE)


def _compute(wiring: Wiring, session: Session) -> None:
    from jobs.catalog import JOBS

    # What came is small beside what is there, more often than not; a refresh compiles all where it is not.
    published = leases.current_publication(session) is not None
    job = JobName.REFRESH if published else JobName.RECOMPUTE
    ledger.ask_soon(session, JOBS[job], "import", wiring.clock())


def _free(wiring: Wiring) -> list[str]:
    now = wiring.clock()
    with wiring.views() as view:
        under_way = imports.under_way(view)
        return [row.import_id for row in under_way if _is_free(row, wiring.settings, now)]


def _is_free(row: Import, settings: Settings, now: datetime) -> bool:
    """Whether nobody works at it: it waits, or whoever did has died or fallen silent."""
    if row.state == ImportState.RECEIVED:
        return row.origin != lifecycle.COMMAND or _is_silent(row.received_at, settings, now)
    if row.holder is not None and holder.is_dead(row.holder):
        return True
    return row.beat_at is None or _is_silent(row.beat_at, settings, now)


def _is_silent(since: datetime, settings: Settings, now: datetime) -> bool:
    return since < now - timedelta(seconds=SILENT_LEASES * settings.lease_seconds)


def _told(progress: Progress | None) -> Callable[[str, int, int], None] | None:
    """Rows of all files so far, of those of the files opened so far: a rate that means something."""
    if progress is None:
        return None
    files: dict[str, tuple[int, int]] = {}

    def told(file: str, done: int, total: int) -> None:
        files[file] = (done, total)
        progress("check_rows", sum(one[0] for one in files.values()), sum(one[1] for one in files.values()))

    return told


def _tidy_uploads(wiring: Wiring) -> None:
    """Remove files that came over HTTP and that no import under way names; young ones may be about to."""
    folder = wiring.settings.uploads
    with wiring.views() as view:
        needed = {one["path"] for row in imports.under_way(view) for one in row.files}
        ended = sa.select(Import.files).where(Import.origin == lifecycle.UPLOAD)
        known = {one["path"] for files in view.scalars(ended) for one in files}
    for path in folder.iterdir() if folder.is_dir() else ():
        old = path.stat().st_mtime < wiring.clock().timestamp() - YOUNG_SECONDS
        if str(path) not in needed and (old or str(path) in known):
            path.unlink(missing_ok=True)
    sharing.drop_uploads(wiring.settings, {PurePath(path).name for path in known - needed})
