"""The rows of all enterprises, or of some, as the arrays of a snapshot, with their texts counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

import numpy as np
from sqlalchemy.orm import Session

from matcher.build import chain, pairs, past, places, read, tables, words
from matcher.build.encode import Arrays, Columns, Positions, arrays_of, gather, sort
from matcher.build.firms import Firms
from matcher.build.gather import Codes, moved, table_arrays
from matcher.build.ids import id_ranks
from matcher.build.places import Location, Places
from matcher.build.read import Progress, Row, Slice
from matcher.build.records import record_arrays
from matcher.build.standing import Standing
from matcher.build.tables import Names
from matcher.build.words import Corpus, Counts
from matcher.domain import industry
from matcher.graph import industries
from matcher.graph.schema import POINTERS
from matcher.graph.table import Array, Strings
from matcher.text.speaker import without_speaker
from matcher.text.stored import Understood, understand

SHARED: Final = ("products", "talents", "events", "attendances")  # not an enterprise's alone
TEXTS_AT_ONCE: Final = 2_000
NEEDS_AT_ONCE: Final = 200


@dataclass(frozen=True)
class Compiled:
    """Arrays of everything but the text index; and the counted texts, whose rows `order` gives."""

    arrays: Arrays
    vocabulary: Array
    corpora: dict[str, Corpus]
    order: dict[str, Array]
    loose: Loose


@dataclass(frozen=True)
class Loose:
    """Rows that join enterprises, for those whose other end may not be among the compiled ones."""

    deals: list[Row] = field(default_factory=list)
    relations: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Wanted:
    """What to compile: everything, or the rows of some enterprises (`only`) and whole `tables`."""

    today: date
    only: Slice = None
    tables: frozenset[str] = frozenset(SHARED)


class Told(NamedTuple):
    """What of a need its understanding depends on; it may travel to another process."""

    text: str
    title: str | None
    kind: str | None
    industry_code: str | None
    amount_fen: int | None
    understood: dict[str, Any]

    @classmethod
    def of(cls, row: Row) -> Told:
        """From its row."""
        return cls(row.text, row.title, row.kind, row.industry_code, row.amount_fen, row.understood)


def understand_all(part: tuple[Sequence[Told], date]) -> list[Understood]:
    """What each of some needs asks for. A pure function: an engine may run it anywhere."""
    needs, day = part
    return [understand(need, day) for need in needs]


class Assembly:
    """One compilation under way."""

    def __init__(self, session: Session, wanted: Wanted, progress: Progress, run: words.Runner) -> None:
        self._session = session
        self._wanted = wanted
        self._progress = progress
        self._run = run
        self._areas, self._answers = Codes(), Codes()
        self._streets, self._industries = Codes(), Codes()
        self.arrays: Arrays = {}

    def compiled(self) -> Compiled:
        """Read, count and put everything in order."""
        small = {table: list(self._rows(table)) for table in ("stations", "buildings", "events")}
        located = self._located(small)
        firms = Firms(located, self._areas)
        counted = self._counted(firms)
        relations = list(self._rows("relations"))
        standing, order = self._firms(firms, relations, small, located)
        columns = self._others(small, located, standing)
        deals = list(self._rows("deals"))
        self._pairs(deals, relations, standing)
        self.arrays |= record_arrays(self._session, deals, standing, self._wanted.only)
        # What changes in an hour is too little to learn from: a slice keeps the past it stands on.
        self.arrays |= past.past_arrays(self._session) if self._wanted.only is None else past.nothing()
        self._count_others(columns, counted, order)
        vocabulary, corpora = words.corpora(counted)
        return Compiled(self.arrays, vocabulary, corpora, order, Loose(deals, relations))

    def _rows(self, table: str) -> Iterable[Row]:
        if table in SHARED and table not in self._wanted.tables:
            return iter(())
        only = None if table == "attendances" else self._wanted.only
        return read.rows(self._session, table, self._progress, only)

    def _located(self, small: dict[str, list[Row]]) -> Places:
        buildings = {
            row.building_id: Location(row.region_code, row.latitude, row.longitude)
            for row in small["buildings"]
        }
        stations = Positions(row.station_id for row in small["stations"])
        return Places(stations, self._streets, Positions(buildings), self._industries, buildings)

    def _counted(self, firms: Firms) -> dict[str, list[Counts]]:
        """The streaming part: rows are read and gathered while the texts before them are counted."""
        chunks = read.firms(self._session, self._progress, self._wanted.only)
        found: dict[str, list[Counts]] = {"firms": [], words.SCOPE: [], "offers": []}
        for counts in self._run(words.count_all, firms.texts(chunks)):
            for name, part in zip(found, counts, strict=True):
                found[name].append(part)
        return found

    def _firms(
        self, firms: Firms, relations: Sequence[Row], small: dict[str, list[Row]], located: Places
    ) -> tuple[Standing, dict[str, Array]]:
        """Settle the numbers of places, put firms and offers in order; where each firm stands."""
        self._needs = self._read_needs(located)
        for row in (*small["buildings"], *small["stations"]):
            located.streets(row.region_code or None)
        settled = self._settled()
        self._small(small, located, settled)
        columns = _renumbered("firms", firms.firms.finish(), settled)
        identifiers = columns["id"]
        assert isinstance(identifiers, Strings)  # noqa: S101 a text column
        ranks = id_ranks(identifiers)
        self._groups(columns, firms, relations, identifiers, ranks)
        place = [np.asarray(columns[name]) for name in ("building", "industry")]
        by_place = np.lexsort((ranks, *place))
        stands = np.empty(len(by_place), dtype=np.int64)
        stands[by_place] = np.arange(len(by_place))
        standing = Standing(identifiers, stands)
        self.arrays |= table_arrays(columns, "firms", by_place)
        offers = _renumbered("offers", firms.offers.finish(), {**settled, "firms": stands})
        by_firm = np.lexsort((id_ranks(offers["id"]), offers["firm"]))  # type: ignore[arg-type]
        self.arrays |= table_arrays(offers, "offers", by_firm)
        return standing, {"firms": by_place, "offers": by_firm}

    def _groups(
        self, columns: dict[str, Any], firms: Firms, relations: Sequence[Row], ids: Strings, ranks: Array
    ) -> None:
        """The column ``owner_group`` and the table of groups, each named by its first member."""
        as_read = Standing(ids, np.arange(len(ids)))
        owned = pairs.owned_together(relations, self._wanted.today)
        ends = np.stack([as_read.of([pair[side] for pair in owned]) for side in (0, 1)], axis=1)
        columns["owner_group"], first = firms.desks.groups(ends[(ends >= 0).all(axis=1)].tolist(), ranks)
        self.arrays |= arrays_of({"id": [ids[int(row)] for row in first]}, "groups")

    def _read_needs(self, located: Places) -> tuple[list[Row], dict[str, Understood]]:
        rows = list(self._rows("needs"))
        parts = (
            ([Told.of(row) for row in rows[at : at + NEEDS_AT_ONCE]], self._wanted.today)
            for at in range(0, len(rows), NEEDS_AT_ONCE)
        )
        read_ = [one for part in self._run(understand_all, parts) for one in part]
        understood = {row.need_id: one for row, one in zip(rows, read_, strict=True)}
        for row in rows:
            located.industries(places.code_of(row.industry_code))
            self._answers(tables.wanted_set(understood[row.need_id]))
        for need in understood.values():
            for code in need.industries:
                located.industries(places.code_of(code))
        return rows, understood

    def _settled(self) -> dict[str, Array]:
        """For each table that was numbered as seen: the position of each number. Writes these tables."""
        every = industry.all_codes(industry.DIVISION)
        named, industries_at = self._industries.settled(every)
        streets, streets_at = self._streets.settled()
        areas, areas_at = self._areas.settled()
        self._answered, _ = self._answers.settled()
        self.arrays |= arrays_of(places.industry_columns(named), "industries")
        self.arrays |= arrays_of(places.street_columns(streets), "streets")
        self.arrays |= arrays_of({"id": areas.ids}, "areas") | arrays_of({"id": self._answered.ids}, "wanted")
        self._final = {"industries": named, "streets": streets}
        return {"industries": industries_at, "streets": streets_at, "areas": areas_at}

    def _small(self, small: dict[str, list[Row]], located: Places, settled: dict[str, Array]) -> None:
        self.arrays |= arrays_of(places.station_columns(small["stations"]), "stations")
        buildings = places.building_columns(small["buildings"], located.streets, located.stations)
        street = moved(np.array(buildings["street"], dtype=np.int64), settled["streets"])
        self.arrays |= arrays_of({**buildings, "street": street.tolist()}, "buildings")

    def _others(self, small: dict[str, list[Row]], located: Places, standing: Standing) -> dict[str, Columns]:
        """Needs, products, openings, talents, events and attendances: some thousand rows each."""
        rows, understood = self._needs
        final = Places(
            located.stations,
            self._final["streets"],
            located.buildings,
            self._final["industries"],
            located.placed,
        )
        events = Positions(row.event_id for row in small["events"])
        names = Names(final, standing, events, self._answered, understood)
        given = {"needs": rows, "events": small["events"]}
        columns = {
            table: _columns(given.get(table) or self._rows(table), table, names) for table in tables.CONVERT
        }
        for table, values in columns.items():
            self.arrays |= arrays_of(values, table)
        return columns

    def _pairs(self, deals: list[Row], relations: list[Row], standing: Standing) -> None:
        traded = pairs.deal_triples(deals, standing)
        apart = pairs.relation_triples(relations, standing, self._wanted.today)
        self.arrays |= pairs.pair_arrays(traded, apart, len(standing))
        names = ("supply", "chain", "hop")
        found = industries.chain_arrays(chain.supply_array(self._session))
        self.arrays |= dict(zip(names, found, strict=True))

    def _count_others(
        self, columns: dict[str, Columns], counted: dict[str, list[Counts]], order: dict[str, Array]
    ) -> None:
        for table in ("needs", "openings", "talents"):
            texts = _texts(columns[table], table)
            parts = ([texts[at : at + TEXTS_AT_ONCE]] for at in range(0, len(texts), TEXTS_AT_ONCE))
            counted[table] = [found[0] for found in self._run(words.count_all, parts)]
            order[table] = np.arange(len(texts))


def compile_rows(
    session: Session, today: date, progress: Progress, run: words.Runner, wanted: Wanted | None = None
) -> Compiled:
    """Compile what is wanted, by default everything."""
    return Assembly(session, wanted or Wanted(today), progress, run).compiled()


def _renumbered(
    table: str, columns: dict[str, Array | Strings], settled: dict[str, Array]
) -> dict[str, Array | Strings]:
    for column, target in POINTERS[table].items():
        values = columns[column]
        if target in settled and not isinstance(values, Strings):
            columns[column] = moved(values, settled[target])
    return columns


def _columns(rows: Iterable[Row], table: str, names: Names) -> Columns:
    convert = tables.CONVERT[table]
    return sort(gather((convert(row, names) for row in rows), table), *tables.ORDER.get(table, ()))


def _texts(columns: Columns, table: str) -> list[str]:
    if table == "talents":
        told = zip(columns["major"], columns["skills"], columns["wants"], strict=True)
        return [" ".join(pieces) for pieces in told]
    pairs_of = zip(columns["title"], columns["text"], strict=True)
    texts = [tables.sentence(title, body) for title, body in pairs_of]
    # Who asks is not what is asked for.
    return [without_speaker(text) for text in texts] if table == "needs" else texts
