"""The recomputation: compile -> check -> publish -> prune. Any failure leaves the last good one served."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs import inferring
from jobs.engine import engine
from jobs.task import Errand, Task
from jobs.wiring import Wiring
from matcher.errors import SnapshotDamaged
from matcher.graph import snapshot
from matcher.storage import leases
from matcher.storage.leases import Holding

if TYPE_CHECKING:
    from matcher.graph.graph import Graph


def recompute(task: Task) -> dict[str, Any]:
    """Make a snapshot of the rows as they are now and serve it. Returns its id and its counts."""
    inferring.infer_unread(task)
    snapshot_id = compiled(task)
    graph, figures = checked(task, snapshot_id)
    generation = publish(task.wiring, task.errand, graph)
    task.progress("prune", 0, 1)
    removed = snapshot.prune(_folder(task), task.wiring.settings.keep_snapshots, task.wiring.clock())
    task.progress("prune", 1, 1)
    return {"snapshot_id": snapshot_id, "generation": generation, "removed": len(removed), "checked": figures}


def compiled(task: Task) -> str:
    """Write a snapshot of the rows beside the served one. Returns its id."""
    from matcher.build.compile import compile_snapshot

    # `now` is read before the rows, so that as_of never claims more than the snapshot holds.
    now = task.wiring.clock()
    with task.wiring.views() as session:
        if task.wiring.engine.dialect.name == "postgresql":
            # All tables as of one moment; SQLite's reading transaction is so by itself.
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        with engine(task.wiring.settings.engine) as run:
            return compile_snapshot(session, _folder(task), now, task.progress, run)


def checked(task: Task, snapshot_id: str) -> tuple[Graph, dict[str, object]]:
    """Open it as a reader would and refuse nonsense: the graph and the figures seen.

    Raises CheckFailed or SnapshotDamaged.

    The argument `accept` takes it without comparing it with the served one: an administrator's word
    that half of the firms are gone because they were meant to go.
    """
    from matcher.build.check import check

    folder = _folder(task)
    snapshot.verify(folder / snapshot_id)
    graph = snapshot.open_snapshot(folder / snapshot_id)
    accepted = task.errand.arguments.get("accept") == "yes"
    task.progress("check", 0, 1)
    figures = check(graph, None if accepted else _served(task.wiring))
    task.progress("check", 1, 1)
    return graph, figures


def publish(wiring: Wiring, errand: Errand, graph: Graph) -> int:
    """Serve it: the published row under the fence, then CURRENT as its copy. Returns the generation.

    Raises LeaseLost, and changes nothing, if another holder has taken the lease meanwhile.
    """
    counts = dict(graph.manifest.get("counts", {}))
    with wiring.transactions.begin() as session:
        now = wiring.clock()
        held = Holding(errand.lease, "", errand.fence, now)
        moments = (graph.as_of, now)
        row = leases.publish(session, held, graph.snapshot_id, moments, errand.run_id, counts)
        generation = row.generation
    snapshot.publish(wiring.settings.snapshots, graph.snapshot_id, generation)
    return generation


def repair(wiring: Wiring) -> bool:
    """Bring CURRENT to the newest published row: a kill between the two leaves it one behind."""
    with wiring.views() as session:
        row = leases.current_publication(session)
    if row is None:
        return False
    return snapshot.repair(wiring.settings.snapshots, row.snapshot_id, row.generation)


def _served(wiring: Wiring) -> Graph | None:
    """The snapshot to compare with; none before the first, or if it no longer opens."""
    pointer = snapshot.read_pointer(wiring.settings.snapshots)
    if pointer is None:
        return None
    try:
        return snapshot.open_snapshot(wiring.settings.snapshots / pointer.snapshot_id)
    except SnapshotDamaged:
        return None


def _folder(task: Task) -> Path:
    return task.wiring.settings.snapshots
