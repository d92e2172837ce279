"""A firm's facts for criteria, one firm as a dictionary and all firms as columns; both from one snapshot.

The two must tell the same: the dictionary is the reference, the columns are for all firms at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from matcher.domain import enterprise
from matcher.domain.product import FIELDS
from matcher.domain.product.catalogue import SIZES, TAX_GRADES, months_between
from matcher.domain.size_class import limits, scope_of
from matcher.graph.graph import Graph
from matcher.graph.schema import GRADES, Flag
from matcher.graph.table import Array, Table

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Numbers:
    """A number a firm; dates are ordinals, grades their places, flags 0 and 1. NaN is unknown."""

    values: Floats


@dataclass(frozen=True, eq=False)
class Words:
    """A word (or set of words) a firm, as a place in `words`; -1 is unknown."""

    codes: Array
    words: tuple[object, ...]


Column: TypeAlias = Numbers | Words


def facts_of(graph: Graph, position: int, today: date) -> dict[str, object]:
    """The facts of one firm by the catalogue's names; None is unknown."""
    known = graph.facts(position)
    founded = known["founded_on"]
    region = known["region_code"]
    size = enterprise.size_class(
        known["industry_code"], known["employees"], known["revenue"], known["assets"]
    ).certain
    facts: dict[str, object] = dict.fromkeys(FIELDS)
    for name in ("employees", "revenue", "tax_paid", "assets", "tax_grade", "tax_grade_year", "founded_on"):
        facts[name] = known[name]
    facts |= {
        "capital": known["registered_capital"],
        "age_months": None if founded is None else months_between(founded, today),
        "size_class": None if size is None else size.value,
        "industry": known["industry_code"],
        "region": region,
        "building": known["building_id"],
        "street": region,
        "status": "active" if known["active"] else "inactive",
        # None on file says nothing of what the firm holds.
        "certificates": known["certificates"] or None,
        "sole_trader": known["sole_trader"],
    }
    return facts


class FirmColumns:
    """Columns of all firms, each made when first asked for."""

    def __init__(self, graph: Graph, today: date) -> None:
        self.graph, self.today, self._made = graph, today, dict[str, Column]()

    def __len__(self) -> int:
        return len(self.graph.firms)

    def column(self, name: str) -> Column:
        """The column of a fact by the catalogue's name."""
        if name not in self._made:
            self._made[name] = _MAKERS.get(name, _unknown)(self)
        return self._made[name]


@lru_cache(maxsize=2)
def firm_columns(graph: Graph, today: date) -> FirmColumns:
    """The columns of a snapshot on a day, kept while they are in use."""
    return FirmColumns(graph, today)


def _unknown(columns: FirmColumns) -> Column:
    return Numbers(np.full(len(columns), np.nan))


def _plain(source: str) -> Callable[[FirmColumns], Column]:
    def made(columns: FirmColumns) -> Column:
        return Numbers(np.asarray(columns.graph.firms.numbers(source), dtype=np.float64))

    return made


def _whole(source: str, least: int = 0) -> Callable[[FirmColumns], Column]:
    """Whole numbers below `least` are unknown."""

    def made(columns: FirmColumns) -> Column:
        values = columns.graph.firms.numbers(source).astype(np.float64)
        values[values < least] = np.nan
        return Numbers(values)

    return made


def _age_months(columns: FirmColumns) -> Column:
    ordinals = columns.graph.firms.numbers("founded")
    known = ordinals > 0
    # numpy counts days from 1970, Python from the year 1.
    days = (np.where(known, ordinals, 719_163).astype(np.int64) - 719_163).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    day = (days - months).astype(np.int64) + 1
    today = columns.today
    passed = (today.year - 1970) * 12 + today.month - 1 - months.astype(np.int64) - (today.day < day)
    return Numbers(np.where(known, passed, np.nan))


def _tax_grade(columns: FirmColumns) -> Column:
    places = np.asarray([*(float(TAX_GRADES.index(grade)) for grade in GRADES), np.nan])
    return Numbers(places[columns.graph.firms.numbers("tax_grade")])


def _size_class(columns: FirmColumns) -> Column:
    firms, industries = columns.graph.firms, columns.graph.industries
    position = firms.numbers("industry")
    values = np.full(len(columns), np.nan)
    for one in np.unique(position[position >= 0]).tolist():
        scope = scope_of(industries.ids[one])
        if scope is not None:
            rows = np.flatnonzero(position == one)
            values[rows] = _sizes(firms, rows, scope)
    return Numbers(values)


def _sizes(firms: Table, rows: Array, scope: str) -> Floats:
    lowest = np.full(len(rows), float(len(SIZES) - 1))
    missing = np.zeros(len(rows), dtype=np.bool_)
    for limit in limits()[scope]:
        given = np.asarray(firms.numbers(limit.indicator)[rows], dtype=np.float64)
        reached = np.searchsorted([limit.small, limit.medium, limit.large], given, side="right")
        missing |= np.isnan(given)
        lowest = np.where(np.isnan(given), lowest, np.minimum(lowest, reached))
    # One indicator in the micro range decides; otherwise a missing one leaves the class open.
    return np.where(missing & (lowest > 0), np.nan, lowest)


def _coded(column: str, table: str) -> Callable[[FirmColumns], Column]:
    def made(columns: FirmColumns) -> Column:
        codes = np.asarray(columns.graph.firms.numbers(column))
        return Words(codes, tuple(columns.graph.tables[table].ids))

    return made


def _certificates(columns: FirmColumns) -> Column:
    """Costs one look at each firm's text; distinct sets are few."""
    texts = columns.graph.firms.text("certificates")
    places: dict[str, int] = {}
    codes = np.asarray(
        [places.setdefault(text, len(places)) if text else -1 for text in texts], dtype=np.int32
    )
    return Words(codes, tuple(tuple(text.split(";")) for text in places))


def _status(columns: FirmColumns) -> Column:
    active = (columns.graph.firms.numbers("flags") & Flag.ACTIVE) != 0
    return Words(np.where(active, 0, 1), ("active", "inactive"))


def _sole_trader(columns: FirmColumns) -> Column:
    return Numbers(((columns.graph.firms.numbers("flags") & Flag.SOLE_TRADER) != 0).astype(np.float64))


_MAKERS: Final[Mapping[str, Callable[[FirmColumns], Column]]] = {
    **{name: _plain(name) for name in ("employees", "revenue", "capital", "assets", "tax_paid")},
    "tax_grade_year": _whole("tax_grade_year"),
    "founded_on": _whole("founded", 1),
    "age_months": _age_months,
    "tax_grade": _tax_grade,
    "size_class": _size_class,
    "industry": _coded("industry", "industries"),
    "region": _coded("street", "streets"),
    "street": _coded("street", "streets"),
    "building": _coded("building", "buildings"),
    "status": _status,
    "certificates": _certificates,
    "sole_trader": _sole_trader,
}
