"""The job that learns banks' own decisions, each bank's from its own alone."""

from __future__ import annotations

from typing import Any

from jobs.task import Task
from matcher.services import own_risk


def learn(task: Task) -> dict[str, Any]:
    """Learn for the banks that switched it on and sent news. Returns how many were learned."""
    with task.wiring.transactions.begin() as session:
        return own_risk.learn_waiting(session, task.wiring.clock())
