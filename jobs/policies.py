"""The job that tells stations of new and changed policies, and of deadlines that come near."""

from __future__ import annotations

from typing import Any

from jobs.task import Task
from matcher.graph.snapshot import Current
from matcher.services import policy_news


def tell(task: Task) -> dict[str, Any]:
    """Find the firms that each policy touches in the published snapshot. Returns how many were told."""
    graph = Current(task.wiring.settings.snapshots).get()
    with task.wiring.transactions.begin() as session:
        return policy_news.tell_all(session, graph, task.wiring.clock())
