"""The recomputation: compile -> check -> publish -> prune. Any failure leaves the last good one served."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.orm import Session

from jobs import inferring, pieces, sharing
from jobs.engine import engine
from jobs.task import Errand, Task
from jobs.wiring import Wiring
from matcher.domain.job import JobName
from matcher.errors import CheckFailed, SnapshotDamaged
from matcher.graph import retention, snapshot, trust, turned
from matcher.services import shown
from matcher.storage import impressions, leases, outbox, runs
from matcher.storage.leases import Holding
from matcher.storage.outbox import Seen

if TYPE_CHECKING:
    from matcher.graph.graph import Graph

SLOWER: Final = 5.0  # times as long an enterprise as the last time
SHORT_SECONDS: Final = 60.0  # what is over sooner says nothing


def recompute(task: Task) -> dict[str, Any]:
    """Make a snapshot of the rows as they are now and serve it. Returns its id and its counts."""
    begun = time.monotonic()
    sharing.prepare(task.wiring)
    inferring.infer_unread(task)
    inferring.read_occupations(task)
    inferring.place_unread(task)
    count_shown(task)
    snapshot_id, lines = compiled(task)
    graph, figures = checked(task, snapshot_id)
    seconds = time.monotonic() - begun
    not_far_slower(task, graph, seconds)
    generation = publish(task.wiring, task.errand, graph, lines)
    removed = pruned(task)
    done = {"snapshot_id": snapshot_id, "generation": generation, "removed": len(removed)}
    return {**done, "checked": figures, "seconds": round(seconds, 3), "firms": len(graph.firms)}


def count_shown(task: Task) -> None:
    """Add the impressions since the last time to how often each enterprise was shown, some at a time."""
    counted = 1
    while counted:
        with task.wiring.transactions.begin() as session:
            counted = shown.count_next(session)


def compiled(task: Task) -> tuple[str, Seen]:
    """Write a snapshot of the rows beside the served one. Returns its id, and what it holds of the outbox."""
    from matcher.build.check import check_tables
    from matcher.build.compile import compile_snapshot
    from matcher.build.lists import with_lists

    # `now` is read before the rows, so that as_of never claims more than the snapshot holds.
    now = task.wiring.clock()
    settings = task.wiring.settings
    with reading_all(task.wiring) as session, engine(settings.engine, settings.engine_tls) as run:
        lines = outbox.seen(session)
        snapshot_id = compile_snapshot(session, _folder(task), now, task.progress, run)
        session.rollback()  # the rows are read: no need to keep others from tidying up behind them
        check_tables(snapshot.open_snapshot(_folder(task) / snapshot_id), _compared(task))
        with pieces.reading(settings, snapshot_id, run) as spread:
            return with_lists(_folder(task), snapshot_id, spread, task.progress), lines


@contextmanager
def reading_all(wiring: Wiring) -> Iterator[Session]:
    """A session that sees all tables as of one moment."""
    with wiring.views() as session:
        if wiring.engine.dialect.name == "postgresql":
            # SQLite's reading transaction is so by itself.
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session


def checked(task: Task, snapshot_id: str, asked: int | None = None) -> tuple[Graph, dict[str, object]]:
    """Open it as a reader would and refuse nonsense: the graph and the figures seen.

    Raises CheckFailed or SnapshotDamaged. `asked` is the number of questions, for a refresh; the tables of a
    whole compilation were checked before its lists were made.

    The argument `accept` takes it without comparing it with the served one: an administrator's word
    that half of the firms are gone because they were meant to go.
    """
    from matcher.build.check import check, check_answers

    folder = _folder(task)
    trust.verify_once(folder / snapshot_id)
    graph = snapshot.open_snapshot(folder / snapshot_id)
    task.progress("check", 0, 1)
    figures = check_answers(graph) if asked is None else check(graph, _compared(task), asked)
    task.progress("check", 1, 1)
    return graph, figures


def not_far_slower(task: Task, graph: Graph, seconds: float) -> None:
    """Raise CheckFailed where it took five times as long a firm as the last time: something is wrong."""
    with task.wiring.views() as session:
        before = runs.last_successful(session, JobName.RECOMPUTE)
        told = {} if before is None else before.outcome
    usual, firms = told.get("seconds"), told.get("firms")
    if _accepted(task) or not usual or not firms or seconds < SHORT_SECONDS:
        return
    times = (seconds / max(len(graph.firms), 1)) / (usual / firms)
    if times > SLOWER:
        raise CheckFailed("graph.check.slower", seconds=round(seconds), times=round(times, 1))


def publish(wiring: Wiring, errand: Errand, graph: Graph, lines: Seen | None = None) -> int:
    """Serve it: the published row under the fence, then CURRENT as its copy, here and where hosts share it.

    Where hosts share snapshots it is there whole before the row is written. Returns the generation.

    The lines of the outbox that it holds go in the same transaction. Raises LeaseLost, and changes nothing,
    if another holder has taken the lease meanwhile. A run that is cancelled now ends before both or after.
    """
    counts = dict(graph.manifest.get("counts", {}))
    sharing.send(wiring.settings, graph.snapshot_id)
    with uninterrupted():
        with wiring.transactions.begin() as session:
            now = wiring.clock()
            held = Holding(errand.lease, "", errand.fence, now)
            moments = (graph.as_of, now)
            row = leases.publish(session, held, graph.snapshot_id, moments, errand.run_id, counts)
            outbox.forget(session, lines or Seen())
            generation = row.generation
        snapshot.publish(wiring.settings.snapshots, graph.snapshot_id, generation)
        sharing.point(wiring.settings, graph.snapshot_id, generation)
    return generation


@contextmanager
def uninterrupted() -> Iterator[None]:
    """SIGTERM waits for the end of this: five seconds are given before a job is killed."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def pruned(task: Task) -> list[str]:
    """Remove the snapshots that nobody needs any more, see graph.retention, and what was made of them."""
    now, settings = task.wiring.clock(), task.wiring.settings
    task.progress("prune", 0, 1)
    with task.wiring.transactions.begin() as session:
        impressions.remove_before(session, now - retention.DAILY)
    with task.wiring.views() as session:
        since = now - retention.DAILY
        rows = [(row.snapshot_id, row.published_at) for row in leases.published_since(session, since)]
    # Those who read on an earlier one are given time, but for the many that stand on one base.
    reading = retention.still_read(rows, now) | turned.lately(settings.snapshots, now)
    published = [snapshot_id for snapshot_id, _ in rows]
    removed = snapshot.prune(settings.snapshots, settings.keep_snapshots, now, reading, published)
    sharing.prune(settings, now, (published, reading))
    task.progress("prune", 1, 1)
    return removed


def repair(wiring: Wiring) -> bool:
    """Bring CURRENT to the newest published row: a kill between the two leaves it one behind."""
    return sharing.catch_up(wiring)


def _compared(task: Task) -> Graph | None:
    """The served snapshot to compare with; none before the first, if it no longer opens, or if not wanted."""
    pointer = snapshot.read_pointer(_folder(task))
    if pointer is None or _accepted(task):
        return None
    try:
        trust.verify_once(_folder(task) / pointer.snapshot_id)
        return snapshot.open_snapshot(_folder(task) / pointer.snapshot_id)
    except SnapshotDamaged:
        return None


def _accepted(task: Task) -> bool:
    return task.errand.arguments.get("accept") == "yes"


def _folder(task: Task) -> Path:
    return task.wiring.settings.snapshots
