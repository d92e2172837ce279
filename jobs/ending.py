"""How a run ended: told by the runner, written by the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from matcher.domain.job import RunState
from matcher.errors import LeaseLost


@dataclass(frozen=True)
class Ending:
    """How a run ended. `again`: it was not the job's fault, so it is asked for once more."""

    state: RunState
    outcome: dict[str, Any] = field(default_factory=dict)
    error: str | None = None
    again: bool = False


def ending_of(report: Mapping[str, Any]) -> Ending | None:
    """What a job's last report comes to; None where it said nothing of its end."""
    if "outcome" in report:
        return Ending(RunState.SUCCEEDED, outcome=report["outcome"])
    if "failed" in report:
        failed = report["failed"]
        state = RunState.LOST if failed["code"] == LeaseLost.code else RunState.FAILED
        return Ending(state, outcome=failed, error=failed["reason"])
    return None
