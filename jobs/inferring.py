"""The industries that nobody gave, inferred from names and scopes, in chunks that nobody waits for."""

from __future__ import annotations

from typing import Any, Final

from jobs.task import Task
from matcher.services import industries

STAGE: Final = "industries"


def infer(task: Task) -> dict[str, Any]:
    """Read every enterprise without a given industry; argument `again=yes` reads those read before, too."""
    return infer_unread(task, again=task.errand.arguments.get("again") == "yes")


def infer_unread(task: Task, again: bool = False) -> dict[str, Any]:
    """Infer in short transactions of their own; a run that is broken off goes on where it stopped.

    Returns how many were read, how many got an industry, and how many examples were learned from.
    """
    with task.wiring.views() as session:
        waiting = industries.unread(session)
        if not waiting and not again:
            return {"read": 0, "found": 0, "examples": 0}
        learned, examples = industries.learned_from_rows(session)
    after: str | None = ""
    read = found = 0
    while after is not None:
        task.progress(STAGE, read, max(waiting, read))
        with task.wiring.transactions.begin() as session:
            after, rows, named = industries.infer_next(session, task.wiring.clock(), learned, after, again)
        read, found = read + rows, found + named
    return {"read": read, "found": found, "examples": examples if learned is not None else 0}
