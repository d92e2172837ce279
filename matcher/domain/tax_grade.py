"""Tax credit grades: a closed set of letters, the year they are for, and how long they stay fresh."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final


class TaxGrade(StrEnum):
    """The grades. M is new and not proven, between B and C; NONE is not graded, which is not D."""

    A = "A"
    B = "B"
    M = "M"
    C = "C"
    D = "D"
    NONE = "none"


class GradeVerdict(StrEnum):
    """What a grade as given is worth. All but OK are asked about; only OK and FLAGGED count."""

    OK = "ok"
    UNKNOWN_GRADE = "unknown_grade"
    YEAR_MISSING = "year_missing"
    NEW_WITH_REVENUE = "new_with_revenue"


# Best first: A > B > M > C > D. NONE has no place in the order and passes no floor.
ORDER: Final = (TaxGrade.A, TaxGrade.B, TaxGrade.M, TaxGrade.C, TaxGrade.D)
RANK: Final[Mapping[TaxGrade, int]] = {grade: rank for rank, grade in enumerate(reversed(ORDER))}
_NOT_GRADED: Final = frozenset({"", "NONE", "无", "未评", "未评级", "未参评", "不参评"})


def read_tax_grade(text: str) -> TaxGrade | None:
    """The grade meant by `text` ("Ａ级", "a", "未评"), or None for anything outside the closed set."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper().removesuffix("级")
    if plain in _NOT_GRADED or f"{plain}级" in _NOT_GRADED:
        return TaxGrade.NONE
    return TaxGrade(plain) if plain in ("A", "B", "M", "C", "D") else None


def grade_verdict(grade: str, year: int | None, revenue_yuan: float | None = None) -> GradeVerdict:
    """Whether a grade can be relied on: it must be known and carry its year; M with revenue is odd."""
    known = read_tax_grade(grade)
    if known is None:
        return GradeVerdict.UNKNOWN_GRADE
    if known is not TaxGrade.NONE and year is None:
        return GradeVerdict.YEAR_MISSING
    if known is TaxGrade.M and revenue_yuan is not None and revenue_yuan > 0:
        return GradeVerdict.NEW_WITH_REVENUE
    return GradeVerdict.OK


def at_least(grade: TaxGrade | None, floor: TaxGrade) -> bool | None:
    """Whether the grade reaches the floor; None where nothing is known or nothing was graded."""
    if grade is None or grade is TaxGrade.NONE:
        return None
    return RANK[grade] >= RANK[floor]


def is_old(year: int, today: date) -> bool:
    """Whether a grade for `year` is more than 24 months old.

    Grades of a year are given in April of the next one, so the age counts from the end of that month.
    """
    return today > date(year + 3, 4, 30)
