"""The refresh: what changed since the last publication, published within the minute; the night compacts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from jobs import inferring, recompute, sharing
from jobs.task import Task
from matcher.domain.job import JobName
from matcher.errors import SnapshotDamaged
from matcher.graph import snapshot, trust
from matcher.storage import leases, outbox, runs
from matcher.storage.leases import Publication, Run

if TYPE_CHECKING:
    from matcher.build.changes import Changes
    from matcher.graph.graph import Graph
    from matcher.storage.outbox import Seen

ASKED: Final = 3  # questions asked of a refreshed snapshot before it is published
# Past so many changed enterprises, or this share of all, the whole is compiled: it is then hardly dearer.
MOST_FIRMS: Final = 2_000
SHARE: Final = 0.05
LEAST_FIRMS: Final = 100
LINES: Final = 50  # in the outbox, a firm: with more it is not worth while to read which firms they are
SHORT_SECONDS: Final = 10.0  # a recomputation of so few seconds may follow another at once
PAUSES: Final = 5  # times as long as a recomputation takes: the least from one to the next

Ground = tuple["Graph", "Changes"]


def refresh(task: Task) -> dict[str, Any]:
    """Publish what has changed since the last publication; all anew where that is the better way.

    Does nothing where nothing has changed, before the first recomputation, and after a rollback: what an
    operator has taken back does not return until the next recomputation.
    """
    with task.wiring.views() as session:
        row = leases.current_publication(session)
        if row is None or outbox.count(session) == 0:
            return {"nothing_new": True}
        if _taken_back(session, row):
            return {"nothing_new": True, "rolled_back_to": row.snapshot_id}
    sharing.prepare(task.wiring)
    inferring.infer_unread(task)
    inferring.read_occupations(task)
    written = _written(task, row)
    if isinstance(written, str):
        if _too_soon(task, row):
            return {"waits": True, "whole_because": written}
        return {**recompute.recompute(task), "whole_because": written}
    snapshot_id, lines = written
    graph, figures = recompute.checked(task, snapshot_id, ASKED)
    generation = recompute.publish(task.wiring, task.errand, graph, lines)
    removed = recompute.pruned(task)
    done = {"snapshot_id": snapshot_id, "generation": generation, "removed": len(removed), "checked": figures}
    return {**done, "enterprises": graph.manifest["touched"], "base": graph.manifest["base"]}


def _too_soon(task: Task, row: Publication) -> bool:
    """Whether all was compiled so lately that doing so again would take more than a part of the time.

    Else a load of a million rows in pieces would be followed by one recomputation after the other.
    """
    with task.wiring.views() as session:
        last = runs.last_successful(session, JobName.RECOMPUTE)
    seconds = 0.0 if last is None else float(last.outcome.get("seconds") or 0.0)
    if seconds < SHORT_SECONDS:
        return False
    return task.wiring.clock() - row.published_at < timedelta(seconds=seconds * PAUSES)


def _taken_back(session: sa.orm.Session, row: Publication) -> bool:
    run = None if row.run_id is None else session.get(Run, row.run_id)
    return run is not None and run.job == JobName.ROLLBACK


def _written(task: Task, row: Publication) -> tuple[str, Seen] | str:
    """The id of the small snapshot and the lines of the outbox it holds; or why all is compiled anew."""
    from matcher.build.changes import noted
    from matcher.build.refresh import Limits, TooMuchError
    from matcher.build.refresh import refresh as write

    try:
        base, before = _ground(task, row)
    except SnapshotDamaged as damage:
        return str(damage)
    now = task.wiring.clock()
    most = max(LEAST_FIRMS, min(MOST_FIRMS, int(SHARE * len(base.firms))))
    with recompute.reading_all(task.wiring) as session:
        if outbox.count(session) > LINES * most:
            return "firms"
        lines = outbox.seen(session)
        changes = noted(session).and_(before)
        try:
            folder = task.wiring.settings.snapshots
            return write(session, folder, base, changes, now, Limits(most), task.progress), lines
        except TooMuchError as reason:
            return str(reason)


def _ground(task: Task, row: Publication) -> Ground:
    """The whole snapshot that the served one is or stands on, and what had changed since it till then."""
    from matcher.build.changes import Changes
    from matcher.graph.delta import read_changes
    from matcher.graph.opening import base_of

    folder = task.wiring.settings.snapshots / row.snapshot_id
    trust.verify_once(folder)
    base = base_of(folder)
    if base is None:
        return snapshot.open_snapshot(folder), Changes()
    firms, tables = read_changes(folder)
    return snapshot.open_snapshot(base), Changes(firms, tables)
