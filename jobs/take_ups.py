"""The job of the take-up clock: what is overdue lapses, and the next bank is asked."""

from __future__ import annotations

from typing import Any

from jobs.task import Task
from matcher.services import take_ups


def settle(task: Task) -> dict[str, Any]:
    """One transaction. Returns how many lapsed."""
    with task.wiring.transactions.begin() as session:
        return {"lapsed": take_ups.settle(session, task.wiring.clock())}
