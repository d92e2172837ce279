"""Criteria as dated data: a condition on one fact, and groups of conditions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

Value: TypeAlias = float | str | bool | date | frozenset[str]


class Operator(StrEnum):
    """How a fact is compared. `within` follows codes downwards: 26 holds 2611; `has` asks for all words."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOVE = "above"
    BELOW = "below"
    EQUAL = "equal"
    IN = "in"
    WITHIN = "within"
    HAS = "has"
    HAS_ANY = "has_any"


class Quantifier(StrEnum):
    """How many members of a group must hold."""

    ALL_OF = "all_of"
    ANY_OF = "any_of"
    NONE_OF = "none_of"


@dataclass(frozen=True)
class Criterion:
    """One condition. It counts on days from `valid_from` to `valid_until`, both included; None is open.

    `source` is the sentence or document that it was read from.
    """

    field: str
    operator: Operator
    value: Value
    valid_from: date | None = None
    valid_until: date | None = None
    source: str = ""

    def in_force(self, today: date) -> bool:
        """Whether the condition counts on that day."""
        begun = self.valid_from is None or self.valid_from <= today
        return begun and (self.valid_until is None or today <= self.valid_until)


@dataclass(frozen=True)
class Group:
    """Conditions taken together."""

    quantifier: Quantifier
    members: tuple[Node, ...]


Node: TypeAlias = Criterion | Group
