"""The facts that a criterion may ask for: name, type, unit. Their names for people are in the catalogues
(``products.field.<name>``, ``products.unit.<unit>``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from matcher.errors import InvalidInput


class FieldKind(StrEnum):
    """How a fact compares. A grade is ordered words; a code has ancestors; a set is a set of words."""

    NUMBER = "number"
    DATE = "date"
    GRADE = "grade"
    CODE = "code"
    WORD = "word"
    WORDS = "words"
    FLAG = "flag"


@dataclass(frozen=True)
class Field:
    """One fact of an enterprise. `grades` are the ordered words of a grade, worst first."""

    name: str
    kind: FieldKind
    unit: str = ""
    grades: tuple[str, ...] = ()


# A > B > M > C > D: M is a new firm, not yet proven. "none" is no grade at all, which is not D.
TAX_GRADES: Final = ("D", "C", "M", "B", "A")
SIZES: Final = ("micro", "small", "medium", "large")

_ALL: Final = (
    Field("employees", FieldKind.NUMBER, "persons"),
    Field("revenue", FieldKind.NUMBER, "yuan"),
    Field("capital", FieldKind.NUMBER, "yuan"),
    Field("assets", FieldKind.NUMBER, "yuan"),
    Field("tax_paid", FieldKind.NUMBER, "yuan"),
    Field("age_months", FieldKind.NUMBER, "months"),
    Field("invoice_months", FieldKind.NUMBER, "months"),
    Field("patents", FieldKind.NUMBER, "items"),
    Field("contract_amount", FieldKind.NUMBER, "yuan"),
    Field("tax_grade_year", FieldKind.NUMBER, "years"),
    Field("founded_on", FieldKind.DATE, "days"),
    Field("tax_grade", FieldKind.GRADE, "grades", TAX_GRADES),
    Field("size_class", FieldKind.GRADE, "grades", SIZES),
    Field("industry", FieldKind.CODE),
    Field("region", FieldKind.CODE),
    Field("building", FieldKind.WORD),
    Field("street", FieldKind.WORD),
    Field("status", FieldKind.WORD),
    Field("certificates", FieldKind.WORDS, "items"),
    Field("sole_trader", FieldKind.FLAG),
)
FIELDS: Final[Mapping[str, Field]] = {one.name: one for one in _ALL}

_ALIASES: Final[Mapping[str, str]] = {
    "registered_capital": "capital",
    "industry_code": "industry",
    "region_code": "region",
    "building_id": "building",
}
_MONEY_SUFFIXES: Final[Mapping[str, int]] = {"_yuan": 1, "_wan": 10_000}


def field(name: str) -> Field:
    """The field of that canonical name. Raises InvalidInput, naming the known ones."""
    if name not in FIELDS:
        raise InvalidInput("products.unknown_field", value=name, known=", ".join(sorted(FIELDS)))
    return FIELDS[name]


def canonical(written: str) -> tuple[Field, int]:
    """The field that `written` means and the factor that turns its unit into the field's.

    Money may be written as ``revenue`` or ``revenue_yuan`` (yuan) or ``revenue_wan`` (ten thousand yuan).
    """
    for suffix, factor in _MONEY_SUFFIXES.items():
        stem = written.removesuffix(suffix)
        stem = _ALIASES.get(stem, stem)
        if written.endswith(suffix) and stem in FIELDS and FIELDS[stem].unit == "yuan":
            return FIELDS[stem], factor
    return field(_ALIASES.get(written, written)), 1


_TOLD_BY: Final[Mapping[str, str]] = {
    "age_months": "founded_on",
    "region": "address",
    "street": "address",
    "sole_trader": "status",
}


def access_field(name: str) -> str:
    """The field of the access table (domain.field_access) that a fact gives away."""
    return _TOLD_BY.get(name, name)


def months_between(start: date, end: date) -> int:
    """Whole months from one day to another: the 31st to the 28th of the next month is none yet."""
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
