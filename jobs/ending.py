"""How a run ended: told by the runner, written by the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from matcher.domain.job import RunState


@dataclass(frozen=True)
class Ending:
    """How a run ended. `again`: it was not the job's fault, so it is asked for once more."""

    state: RunState
    outcome: dict[str, Any] = field(default_factory=dict)
    error: str | None = None
    again: bool = False
