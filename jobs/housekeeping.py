"""The small jobs on the folder of snapshots: verify, go back, make room."""

from __future__ import annotations

from typing import Any

import structlog

from jobs import ledger, recompute, sharing
from jobs.catalog import JOBS
from jobs.task import Task
from matcher.domain.job import JobName
from matcher.errors import NotFound, SnapshotDamaged, Unavailable
from matcher.graph import retention, snapshot, trust
from matcher.graph.snapshot import Pointer
from matcher.storage import leases

log = structlog.get_logger("jobs")


def check(task: Task) -> dict[str, Any]:
    """Read every byte of the served snapshot. Raises SnapshotDamaged naming the file.

    A damaged one is out of service on this host at once, the newest whole one stands in, and a recomputation
    is asked for.
    """
    repaired = recompute.repair(task.wiring)
    pointer, folder = _pointer(task), task.wiring.settings.snapshots
    try:
        trust.verify_again(folder / pointer.snapshot_id)
    except SnapshotDamaged as damage:
        instead = snapshot.condemn(folder, damage)
        log.error("snapshot_damaged", reason=str(damage), instead=instead)
        with task.wiring.transactions.begin() as session:
            ledger.ask_soon(session, JOBS[JobName.RECOMPUTE], JobName.CHECK, task.wiring.clock())
        raise
    return {"snapshot_id": pointer.snapshot_id, "generation": pointer.generation, "repaired": repaired}


def prune(task: Task) -> dict[str, Any]:
    """Remove old snapshots but for those that graph.retention keeps. Returns what went."""
    return {"removed": recompute.pruned(task)}


def rollback(task: Task) -> dict[str, Any]:
    """Serve an earlier snapshot again, under a new generation: argument `to`, by default the one before."""
    sharing.prepare(task.wiring)
    pointer = _pointer(task)
    settings = task.wiring.settings
    folder, known = settings.snapshots, sharing.known(settings)
    wanted = task.errand.arguments.get("to")
    with task.wiring.views() as session:
        rows = leases.published_since(session, task.wiring.clock() - retention.DAILY)
        earlier = dict.fromkeys((*pointer.earlier, *(row.snapshot_id for row in rows)))
    there = [name for name in earlier if name in known and name != pointer.snapshot_id]
    if not there:
        raise NotFound("jobs.no_earlier_snapshot", value=pointer.snapshot_id)
    if wanted is not None and wanted not in there:
        raise NotFound("jobs.no_such_snapshot", value=wanted, known=", ".join(there))
    chosen = there[0] if wanted is None else str(wanted)
    sharing.have(settings, chosen)
    snapshot.verify(folder / chosen)
    generation = recompute.publish(task.wiring, task.errand, snapshot.open_snapshot(folder / chosen))
    return {"snapshot_id": chosen, "generation": generation, "instead_of": pointer.snapshot_id}


def _pointer(task: Task) -> Pointer:
    pointer = snapshot.read_pointer(task.wiring.settings.snapshots)
    if pointer is None:
        raise Unavailable("graph.no_snapshot")
    return pointer
