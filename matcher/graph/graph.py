"""The published graph: immutable columns and sparse rows of one snapshot. Recommenders read nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from hashlib import blake2b
from typing import Any, ClassVar, Final, NamedTuple

import numpy as np

from matcher.graph import schema
from matcher.graph.adjacency import BACKEND, Adjacency, adjacency
from matcher.graph.schema import Flag
from matcher.graph.table import Array, Csr, Strings, Table


def _no_past() -> Array:
    return np.zeros(0, dtype=np.uint8)


class Lists(NamedTuple):
    """Of some firms: int32 (n, LISTED) positions, -1 past the end; uint16 scores in steps of 1/STEPS; int32
    (n,) of how many these are the best, NO_LIST where there is no list.
    """

    firms: Array
    scores: Array
    of: Array

    @classmethod
    def none(cls, size: int = 0) -> Lists:
        """No list for anybody."""
        firms = np.full((size, schema.LISTED), -1, dtype=np.int32)
        scores = np.zeros((size, schema.LISTED), dtype=np.uint16)
        return cls(firms, scores, np.full(size, NO_LIST, dtype=np.int32))


STEPS: Final = 10_000  # scores of lists are told in steps of 1/STEPS
NO_LIST: Final = -1
_TERMS_KEPT: Final = 20_000  # hashes of the terms asked for last


@dataclass(frozen=True, eq=False)
class Graph:
    """One snapshot, opened. Tables and columns are those of graph.schema; nothing here is writable.

    `deals` leads from buyer to seller and `customers` from seller to buyer, with damped counts of steps
    taken together; `relations` holds Apart bits of pairs that may not meet. `supply`, `chain` and `hop` are
    (DIVISIONS, DIVISIONS) arrays indexed [supplier division, buyer division].
    `past` is JSON in UTF-8: needs that were answered, for recommend.past.
    """

    snapshot_id: str
    as_of: datetime
    manifest: Mapping[str, Any]
    tables: Mapping[str, Table]
    deals: Csr
    customers: Csr
    relations: Csr
    terms: Array
    idf: Array
    common: Array
    common_rows: Array
    supply: Array
    chain: Array
    hop: Array
    past: Array = field(default_factory=_no_past)
    lists: Lists = field(default_factory=Lists.none)
    base: Graph | None = None  # what a refreshed snapshot stands on
    touched: frozenset[str] = frozenset()  # the enterprises whose rows are not the base's

    __networkx_backend__: ClassVar[str] = BACKEND  # nx.pagerank(graph) and its like run on these arrays

    @property
    def whole(self) -> Graph:
        """The graph that this one is a part of; itself for a whole one."""
        return self

    @property
    def rows(self) -> Array | None:
        """Where a part's enterprises stand in the whole, ascending; None for a whole graph."""
        return None

    def is_directed(self) -> bool:
        """Not for networkx, which sees the dealings."""
        return False

    def is_multigraph(self) -> bool:
        """Not for networkx."""
        return False

    @cached_property
    def dealings(self) -> Adjacency:
        """An edge where two enterprises dealt, weighing their damped steps both ways: what networkx sees.

        Made at its first use: one sort of the deals and one decoded copy of the ids.
        """
        buyers = np.repeat(np.arange(len(self.deals), dtype=np.int32), np.diff(self.deals.indptr))
        return adjacency(self.firms.ids.all, (buyers, self.deals.indices, self.deals.data))

    @property
    def firms(self) -> Table:
        """Enterprises, sorted by (industry, building, id)."""
        return self.tables["firms"]

    @property
    def offers(self) -> Table:
        """Offers, sorted by (firm, id)."""
        return self.tables["offers"]

    @property
    def needs(self) -> Table:
        """Open needs, sorted by (firm, id)."""
        return self.tables["needs"]

    @property
    def products(self) -> Table:
        """Loans, policies and spaces."""
        return self.tables["products"]

    @property
    def openings(self) -> Table:
        """Vacancies, sorted by (firm, id)."""
        return self.tables["openings"]

    @property
    def talents(self) -> Table:
        """Classes of graduates and pools."""
        return self.tables["talents"]

    @property
    def events(self) -> Table:
        """Fairs, salons, meetings."""
        return self.tables["events"]

    @property
    def attendances(self) -> Table:
        """Who sat at which event."""
        return self.tables["attendances"]

    @property
    def buildings(self) -> Table:
        """Towers and houses."""
        return self.tables["buildings"]

    @property
    def streets(self) -> Table:
        """Regions that firms and buildings name, of any level."""
        return self.tables["streets"]

    @property
    def stations(self) -> Table:
        """Service stations."""
        return self.tables["stations"]

    @property
    def industries(self) -> Table:
        """GB/T 4754-2017 codes that the rows name, sorted by code."""
        return self.tables["industries"]

    def weigh(self, terms: Sequence[str]) -> tuple[Array, Array]:
        """Positions (int64, ascending) and weights (float32, L2 norm 1) of the known terms of a query.

        Weights are those of the index: (1 + ln tf) * idf. Terms that no text of the snapshot uses drop out.
        """
        counts = Counter(term_hash(term) for term in terms)
        hashes = np.array(sorted(counts), dtype=np.uint64)
        at = np.searchsorted(self.terms, hashes)
        known = at < len(self.terms)
        known[known] = self.terms[at[known]] == hashes[known]
        positions = at[known]
        tf = np.array([counts[int(value)] for value in hashes[known]], dtype=np.float64)
        weights = (1.0 + np.log(tf)) * self.idf[positions] if len(tf) else tf
        norm = float(np.sqrt((weights**2).sum()))
        return positions, (weights / norm if norm > 0 else weights).astype(np.float32)

    def label(self, table: str, position: int, column: str = "name") -> str | None:
        """The text of another table's row, None for position -1."""
        return self.tables[table].text(column)[position] if position >= 0 else None

    def facts(self, position: int) -> dict[str, Any]:
        """What is known of one enterprise, for criteria. None is unknown, never zero or "no".

        Keys: name, industry_code, region_code, building_id, station_id, founded_on (date),
        registered_capital, revenue, tax_paid, assets (yuan), employees, tax_grade, tax_grade_year,
        certificates (tuple, () where none is on file), active, listed, allows_invitations, sole_trader.
        """
        firms = self.firms
        flags = Flag(int(firms.numbers("flags")[position]))
        grade = int(firms.numbers("tax_grade")[position])
        certificates = firms.text("certificates")[position]
        return {
            "name": firms.text("name")[position],
            **self._references(position),
            **self._amounts(position),
            "founded_on": _date(int(firms.numbers("founded")[position])),
            "tax_grade": schema.GRADES[grade] if grade >= 0 else None,
            "tax_grade_year": _known(int(firms.numbers("tax_grade_year")[position])),
            "certificates": tuple(certificates.split(";")) if certificates else (),
            "active": Flag.ACTIVE in flags,
            "listed": Flag.LISTED in flags,
            "allows_invitations": Flag.INVITABLE in flags,
            "sole_trader": Flag.SOLE_TRADER in flags,
        }

    def _references(self, position: int) -> dict[str, str | None]:
        firms, to = self.firms, {"industry_code": "industry", "region_code": "street"}
        to |= {"building_id": "building", "station_id": "station"}
        tables = {"industry": "industries", "street": "streets", "building": "buildings"}
        tables["station"] = "stations"
        return {
            key: self.label(tables[column], int(firms.numbers(column)[position]), "id")
            for key, column in to.items()
        }

    def _amounts(self, position: int) -> dict[str, float | None]:
        columns = {name: name for name in ("employees", "revenue", "tax_paid", "assets")}
        columns["registered_capital"] = "capital"
        values = {key: float(self.firms.numbers(column)[position]) for key, column in columns.items()}
        return {key: None if np.isnan(value) else value for key, value in values.items()}


@lru_cache(maxsize=_TERMS_KEPT)
def term_hash(term: str) -> int:
    """64 bits of BLAKE2b: the vocabulary holds these, so that a snapshot needs no term strings."""
    return int.from_bytes(blake2b(term.encode("utf-8"), digest_size=8).digest(), "big")


def _date(ordinal: int) -> date | None:
    return date.fromordinal(ordinal) if ordinal > 0 else None


def _known(value: int) -> int | None:
    return value if value >= 0 else None


__all__ = ["Array", "Csr", "Graph", "Strings", "Table", "term_hash"]
