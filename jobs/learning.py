"""The job that learns the kinds of needs from officers' corrections."""

from __future__ import annotations

from typing import Any

from jobs.task import Task
from matcher.services import learning


def retrain_intake(task: Task) -> dict[str, Any]:
    """Train and, where more held-out corrections are read rightly, publish. Returns the counts."""
    task.progress("learn", 0, 1)
    with task.wiring.transactions.begin() as session:
        told = learning.retrain(session, task.wiring.clock())
    task.progress("learn", 1, 1)
    return told
