"""What is wrong with a cell, a row or a file; and how bad that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from matcher.messages import say


class Severity(StrEnum):
    """REFUSED stops the file (or only the row); HELD keeps the row apart; NOTED lets it pass."""

    REFUSED = "refused"
    HELD = "held"
    NOTED = "noted"


class BadValueError(Exception):
    """A cell that cannot be read. `reason` is a key of the catalogue file ``imports``."""

    def __init__(self, reason: str, severity: Severity = Severity.REFUSED, **params: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.severity = severity
        self.params = params


@dataclass(frozen=True)
class Problem:
    """One line of the report: where, what stands there, what is wrong. `line` 0 is the whole file."""

    file: str
    line: int
    column: str
    value: str
    reason: str
    severity: Severity = Severity.REFUSED
    params: Mapping[str, object] = field(default_factory=dict)

    def what(self, language: str) -> str:
        """What is wrong, for a person."""
        return say(f"imports.{self.reason}.what", language, value=self.value, **self.params)

    def remedy(self, language: str) -> str:
        """What to do, for a person."""
        return say(f"imports.{self.reason}.remedy", language, value=self.value, **self.params)
