"""What a bank is told: pages of consenting firms, and rounded counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from matcher.services.own_risk import RiskReason

LEAST_COUNT: Final = 10  # a smaller count could point at somebody
STEP: Final = 5


class Standing(StrEnum):
    """How a firm stands under a product; the order is that of the list."""

    ELIGIBLE = "eligible"
    OPEN = "open"
    NEAR_MISS = "near_miss"


@dataclass(frozen=True)
class FindingLine:
    """A criterion as the bank may read it: exact values only of fields consented to, bands else."""

    field: str
    operator: str
    value: object
    truth: str
    seen: object
    distance: float | None
    unit: str
    source: str


@dataclass(frozen=True)
class Risk:
    """By the bank's own past decisions: the probability of a bad end, and what moves it most."""

    probability: float
    reasons: Sequence[RiskReason]


@dataclass(frozen=True)
class FirmLine:
    """One consenting firm: its fields as consented, how it stands, what fails, what is missing."""

    enterprise_id: str
    standing: str
    score: float
    fields: Mapping[str, object]
    failing: tuple[FindingLine, ...]
    missing: tuple[FindingLine, ...]
    consents: tuple[str, ...]
    risk: Risk | None = None


@dataclass(frozen=True)
class EligiblePage:
    """One page, best first: eligible, then with open facts, then near misses. No totals: they would tell."""

    product_id: str
    product_version: int
    firms: tuple[FirmLine, ...]
    next_cursor: str | None
    snapshot_id: str
    as_of: datetime


@dataclass(frozen=True)
class RoundedCounts:
    """All active firms of the snapshot under one product; below LEAST_COUNT None, else rounded to STEP.

    `criteria` are those counted, as JSON: the product's own, moved to the published grid.
    """

    product_id: str
    product_version: int
    eligible: int | None
    open: int | None
    near_miss: int | None
    criteria: Sequence[Mapping[str, object]]
    snapshot_id: str
    as_of: datetime


def rounded(count: int) -> int | None:
    """A count that can be told: to the nearest STEP, None below LEAST_COUNT."""
    return None if count < LEAST_COUNT else STEP * round(count / STEP)
