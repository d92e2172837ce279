"""Who sees which field: the table ``facts/fields.csv``, read by code and by tests alike.

A cell holds alternatives, best first, apart by spaces: ``full@listed band`` is full where the firm is
listed, else a band. What no alternative grants is not shown, and cannot be learned to exist.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources
from typing import Final


class Audience(StrEnum):
    """From where somebody looks at an enterprise; the columns of the table but `bank_with_consent`."""

    ANONYMOUS = "anonymous"
    OWN = "own"
    OTHER_FIRM = "other_firm"
    OWN_STATION = "own_station"
    OTHER_STATION = "other_station"
    BANK = "bank"
    ORGANIZER = "organizer"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Condition(StrEnum):
    """What may be true of the enterprise and the one who looks."""

    LISTED = "listed"
    INVITABLE = "invitable"
    REGISTERED = "registered"
    PUBLISHED = "published"
    INTRODUCED = "introduced"
    STATION_MATCH = "station_match"
    GIVEN = "given"
    AGREED = "agreed"
    VISIBLE = "visible"


class Sight(StrEnum):
    """What is shown. OWN: only the looker's own objects. COUNT: only in counts of at least ten, rounded.
    EXISTS: that it exists, as a count. RELAY: a message can be sent, the field is not shown."""

    FULL = "full"
    BAND = "band"
    OWN = "own"
    COUNT = "count"
    EXISTS = "exists"
    RELAY = "relay"
    NONE = "none"


@dataclass(frozen=True)
class Case:
    """What decides a cell. `consented` are the fields of live consents to this party for this purpose;
    None is no live consent at all. `same_building` is told where a building is banded."""

    conditions: frozenset[Condition] = frozenset()
    consented: frozenset[str] | None = None
    sole_trader: bool = False
    same_building: bool | None = None


NOTHING: Final = Case()


@cache
def table() -> Mapping[tuple[str, str, str], str]:
    """(field, holder, column) -> cell as written. Holder is any, company or sole_trader."""
    file = resources.files("matcher.domain").joinpath("facts/fields.csv")
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return {
        (row["field"], row["holder"], column): cell
        for row in rows
        for column, cell in row.items()
        if column not in ("field", "holder")
    }


@cache
def fields() -> tuple[str, ...]:
    """All fields, in the order of the table."""
    return tuple(dict.fromkeys(name for name, _, _ in table()))


@cache
def consentable() -> frozenset[str]:
    """The closed list of fields that a consent may name."""
    return frozenset(name for (name, _, _), cell in table().items() if "consent" in cell)


@lru_cache(maxsize=8_192)
def view(name: str, audience: Audience, case: Case = NOTHING) -> Sight:
    """What this audience sees of a field in this case. A field the table does not name is not shown.

    A page of firms asks the same some hundred times; the table does not change while the process lives.
    """
    column = audience.value
    if audience is Audience.BANK and case.consented is not None:
        column = "bank_with_consent"
    holder = "sole_trader" if case.sole_trader else "company"
    cell = table().get((name, holder, column), table().get((name, "any", column), "none"))
    for alternative in cell.split():
        sight = _granted(alternative, name, case)
        if sight is not None:
            return sight
    return Sight.NONE


def _granted(alternative: str, name: str, case: Case) -> Sight | None:
    word, _, condition = alternative.partition("@")
    if condition and Condition(condition) not in case.conditions:
        return None
    if word in ("consent", "consent_band"):
        if case.consented is None or name not in case.consented:
            return None
        return Sight.BAND if word == "consent_band" else Sight.FULL
    return Sight(word)


def redact(facts: Mapping[str, object], audience: Audience, case: Case = NOTHING) -> dict[str, object]:
    """The facts as this audience may read them: bands for banded ones, nothing for the rest.

    Fields that only their owner, counts or a relay may carry are left out; who holds such objects asks
    `view` and filters them itself.
    """
    shown: dict[str, object] = {}
    for name, value in facts.items():
        sight = view(name, audience, case)
        if sight is Sight.FULL:
            shown[name] = value
        elif sight is Sight.BAND:
            shown[name] = case.same_building if name in ("building", "floor") else band(name, value)
    return shown


_PERSONS: Final = (0, 10, 50, 100, 300, 1000)
_YUAN: Final = (0, 500_000, 3_000_000, 20_000_000, 100_000_000, 400_000_000)
_MONTHS: Final = (0, 6, 12, 24, 36, 60)
EDGES: Final[Mapping[str, tuple[int, ...]]] = {
    "employees": _PERSONS,
    "revenue": _YUAN,
    "assets": _YUAN,
    "tax_paid": (0, 10_000, 100_000, 500_000, 3_000_000, 20_000_000),
    "contract_amount": _YUAN,
    "invoice_months": _MONTHS,
}


def band(name: str, value: object) -> str | None:
    """A value in broad steps: "10-49", "1000+"; grade A or not; None where the fact is unknown.

    A field without steps has no band and is not shown.
    """
    if value is None:
        return None
    if name == "tax_grade":
        return "A" if value == "A" else "not_A"
    if name == "size_class":
        return "large_or_medium" if value in ("large", "medium") else "small_or_micro"
    edges = EDGES.get(name)
    if edges is None or not isinstance(value, int | float):
        return None
    place = bisect_right(edges, value) - 1
    if place < 0:
        return f"<{edges[0]}"
    return f"{edges[place]}+" if place == len(edges) - 1 else f"{edges[place]}-{edges[place + 1] - 1}"
