"""What a job is given in its own process, and how it is carried there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jobs.progress import Progress
    from jobs.wiring import Wiring


@dataclass(frozen=True)
class Errand:
    """The part of a task that travels to the child process, as one line of JSON."""

    work: str
    run_id: str
    lease: str
    fence: int
    arguments: Mapping[str, Any]

    def line(self) -> bytes:
        """One line, UTF-8."""
        return json.dumps(asdict(self), ensure_ascii=False).encode() + b"\n"

    @classmethod
    def read(cls, line: bytes) -> Errand:
        """The counterpart of `line`."""
        return cls(**json.loads(line))


@dataclass(frozen=True)
class Task:
    """A job's one argument. Whoever publishes checks `lease` and `fence` in the same transaction."""

    wiring: Wiring
    errand: Errand
    progress: Progress
