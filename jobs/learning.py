"""The jobs that learn: the kinds of needs from officers' corrections, the weights from outcomes."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.orm import Session

from jobs.task import Task
from matcher.domain.job import JobName
from matcher.services import learning, weights

RETRAIN: Final = JobName.RETRAIN.value


def retrain_intake(task: Task) -> dict[str, Any]:
    """Train and, where more held-out corrections are read rightly, publish. Returns the counts."""
    task.progress("learn", 0, 1)
    with task.wiring.transactions.begin() as session:
        told = learning.retrain(session, task.wiring.clock())
    task.progress("learn", 1, 1)
    return told


def retrain(task: Task) -> dict[str, Any]:
    """Learn a table of weights and, where it is better on a later period, put it in force.

    Lists are by it from the recomputation on that is asked for then. Returns the comparison.
    """
    task.progress("learn", 0, 1)
    with task.wiring.transactions.begin() as session:
        told = weights.retrain(session, task.wiring.clock())
        if told["published"]:
            _recompute(task, session)
    task.progress("learn", 1, 1)
    return told


def rollback_weights(task: Task) -> dict[str, Any]:
    """Take the learned table in force back, and ask for a recomputation by the one before it."""
    with task.wiring.transactions.begin() as session:
        told = weights.withdraw(session, task.wiring.clock())
        _recompute(task, session)
    return told


def _recompute(task: Task, session: Session) -> None:
    from jobs import ledger
    from jobs.catalog import JOBS

    ledger.ask_soon(session, JOBS[JobName.RECOMPUTE], RETRAIN, task.wiring.clock())
