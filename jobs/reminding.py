"""The job that reminds stations of deadlines and their heads of what is overdue."""

from __future__ import annotations

from typing import Any

from jobs.task import Task
from matcher.services import case_notices, case_reminders


def remind(task: Task) -> dict[str, Any]:
    """Find the deadlines nobody was told of yet, and tell. Returns the counts."""
    now = task.wiring.clock()
    task.progress("remind", 0, 1)
    with task.wiring.transactions.begin() as session:
        found = case_reminders.due(session, now)
        for one in found:
            case_notices.reminded(session, one, now)
    task.progress("remind", 1, 1)
    return {"reminded": len(found), "escalated": sum(one.escalated for one in found)}
