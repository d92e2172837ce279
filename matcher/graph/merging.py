"""Where the rows of a base and of a small snapshot stand in the whole: positions, places, terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from matcher.graph.graph import Graph
from matcher.graph.merged import MergedTable, Moves, Origin, Terms, renumbered
from matcher.graph.pairs import MergedPairs, Pairs
from matcher.graph.table import Array, Strings, Table

# Tables of names: those that rows of either part point to, by id. Who points, apart from the small one's.
_NAMED: Final = {
    "industries": (("firms", "industry"), ("offers", "industry"), ("needs", "industry")),
    "streets": (("firms", "street"),),
    "groups": (("firms", "owner_group"),),
    "areas": (("offers", "serves"),),
    "wanted": (("needs", "wanted"),),
}
Places = dict[str, tuple[Array, Array]]
_WHOLE: Final = ("stations", "buildings")  # always whole in the small one
_BY_FIRM: Final = ("offers", "needs", "openings")


def merge(base: Graph, small: Graph, extra: Mapping[str, Array]) -> Graph:
    """The graph of both. Costs some passes over the base's position columns; everything else is lazy."""
    touched = Strings(extra["touched.blob"], extra["touched.offsets"])
    replaced = frozenset(small.manifest["replaced"])
    kept = _kept(base, touched)
    moves: Places = {}
    tables: dict[str, Table] = {}
    for name in _WHOLE:
        moves[name] = (_by_id(base.tables[name], small.tables[name]), np.arange(len(small.tables[name])))
    for name in _NAMED:
        tables[name] = _named(name, (base, small), kept, moves)
    for name in _WHOLE:
        tables[name] = _renumbered_whole(small.tables[name], moves)
    terms = Terms(base.terms, small.terms, extra["vanished"])
    origins = {"firms": _firms(base, small, kept["firms"], moves)}
    moves["firms"] = (origins["firms"].of_base, origins["firms"].of_small)
    for name in _BY_FIRM:
        origins[name] = _of_firms(name, (base, small), kept[name], moves["firms"])
    for name, origin in origins.items():
        tables[name] = MergedTable(origin, (base.tables[name], small.tables[name]), moves, terms)
    named = _ends(tables["firms"], extra)
    for name in ("products", "talents", "events"):
        tables[name] = _either(name, (base, small), name in replaced, (moves, terms))
    moves["events"] = (_by_id(base.events, tables["events"]), _by_id(small.events, tables["events"]))
    attending = named[extra["attending"]]
    tables["attendances"] = _attended((base, small), "attendances" in replaced, moves, attending)
    pairs = _pairs(named, extra)
    idf = np.ones(len(terms.all), dtype=np.float32)
    for places, part in zip(terms.places, (base.idf, small.idf), strict=True):
        idf[places >= 0] = part[places[places >= 0]]
    return Graph(
        snapshot_id=small.snapshot_id,
        as_of=small.as_of,
        manifest=small.manifest,
        tables={name: tables[name] for name in base.tables},
        deals=MergedPairs(origins["firms"], base.deals, pairs["trades"]),
        customers=MergedPairs(origins["firms"], base.customers, pairs["trades"].turned()),
        relations=MergedPairs(origins["firms"], base.relations, pairs["apart"]),
        terms=terms.all,
        idf=idf,
        common=base.common,
        common_rows=base.common_rows,
        supply=base.supply,
        chain=base.chain,
        hop=base.hop,
        past=base.past,
        base=base,
        touched=frozenset(touched),
    )


def touched_rows(base: Graph, touched: Strings) -> Array:
    """bool (firms of the base,): those that have changed or are gone."""
    found = np.zeros(len(base.firms), dtype=np.bool_)
    places = (base.firms.position(identifier) for identifier in touched)
    found[[place for place in places if place is not None]] = True
    return found


def _kept(base: Graph, touched: Strings) -> dict[str, Array]:
    """bool masks of the base's rows that stay."""
    gone = touched_rows(base, touched)
    kept = {"firms": ~gone}
    for name in _BY_FIRM:
        kept[name] = ~gone[base.tables[name].numbers("firm")]
    return kept


def _by_id(base: Table, small: Table) -> Array:
    there = {small.ids.raw(row): row for row in range(len(small))}
    return np.array([there.get(base.ids.raw(row), -1) for row in range(len(base))], dtype=np.int64)


def _named(name: str, parts: tuple[Graph, Graph], kept: Mapping[str, Array], moves: Places) -> Table:
    """A table of names: those still used, in order. Says in `moves` where the rows of both have gone."""
    base, small = (graph.tables[name] for graph in parts)
    used = np.zeros(len(base), dtype=np.bool_)
    for table, column in _NAMED[name]:
        values = parts[0].tables[table].numbers(column)[kept[table]]
        used[values[values >= 0]] = True
    if name == "industries":
        used |= _always(parts[0], kept["needs"])
    ids = {base.ids.raw(int(row)): (0, int(row)) for row in np.flatnonzero(used)}
    ids |= {small.ids.raw(row): (1, row) for row in range(len(small))}
    order = sorted(ids)
    place = {raw: position for position, raw in enumerate(order)}
    moves[name] = (_now_at(base, place), _now_at(small, place))
    rows = [ids[raw] for raw in order]
    columns = {column: _picked((base, small), column, rows) for column in base.columns}
    return Table(name, columns, np.arange(len(order), dtype=np.int32))


def _now_at(part: Table, place: Mapping[bytes, int]) -> Array:
    return np.array([place.get(part.ids.raw(row), -1) for row in range(len(part))], dtype=np.int64)


def _picked(parts: tuple[Table, Table], name: str, rows: list[tuple[int, int]]) -> Array | Strings:
    """A column of rows that are named by part and row."""
    if isinstance(parts[0].columns[name], Strings):
        return Strings.of([parts[part].text(name)[row] for part, row in rows])
    columns = [part.numbers(name) for part in parts]
    return np.array([columns[part][row] for part, row in rows], dtype=columns[0].dtype)


def _always(base: Graph, kept_needs: Array) -> Array:
    """bool (industries of the base,): divisions, and what could answer a need that stays."""
    table = base.industries
    found = np.array([len(table.ids.raw(row)) == _DIVISION for row in range(len(table))], dtype=np.bool_)
    wanted = base.needs.numbers("wanted")[kept_needs]
    for row in np.unique(wanted[wanted >= 0]).tolist():
        for code in base.tables["wanted"].ids[row].split(";"):
            place = table.position(code)
            if place is not None:
                found[place] = True
    return found


_DIVISION: Final = 2  # digits


def _renumbered_whole(table: Table, moves: Moves) -> Table:
    columns = dict(table.columns)
    if table.name == "buildings":
        columns["street"] = renumbered(table.numbers("street"), moves["streets"][1])
    return Table(table.name, columns, table.by_id)


def _firms(base: Graph, small: Graph, kept: Array, moves: Moves) -> Origin:
    """Firms stand by industry, building and id."""
    keys = [_place_keys(graph.firms, moves, part) for part, graph in enumerate((base, small))]
    return _ordered(kept, keys, (base.firms.ids, small.firms.ids))


def _place_keys(firms: Table, moves: Moves, part: int) -> Array:
    industry = renumbered(firms.numbers("industry").astype(np.int64), moves["industries"][part])
    building = renumbered(firms.numbers("building").astype(np.int64), moves["buildings"][part])
    found: Array = (industry + 1) * np.int64(2**32) + building + 1
    return found


def _of_firms(name: str, parts: tuple[Graph, Graph], kept: Array, firms: tuple[Array, Array]) -> Origin:
    """Rows of firms stand by firm and id."""
    tables = [graph.tables[name] for graph in parts]
    keys = [to[table.numbers("firm")].astype(np.int64) for table, to in zip(tables, firms, strict=True)]
    return _ordered(kept, keys, (tables[0].ids, tables[1].ids))


def _ordered(kept: Array, keys: list[Array], ids: tuple[Strings, Strings]) -> Origin:
    """Put the small one's rows between those of the base that stay, by key and then by id."""
    old_rows = np.flatnonzero(kept)
    old = keys[0][old_rows]
    fresh = sorted(range(len(keys[1])), key=lambda row: (int(keys[1][row]), ids[1].raw(row)))
    places = []
    for row in fresh:
        low, high = (int(np.searchsorted(old, keys[1][row], side=side)) for side in ("left", "right"))
        wanted = ids[1].raw(row)
        while low < high:
            middle = (low + high) // 2
            if ids[0].raw(int(old_rows[middle])) < wanted:
                low = middle + 1
            else:
                high = middle
        places.append(low)
    return Origin(kept, np.array(places, dtype=np.int64), np.array(fresh, dtype=np.int64))


def _either(name: str, parts: tuple[Graph, Graph], replaced: bool, how: tuple[Moves, Terms]) -> Table:
    """A table that is taken whole from one of both."""
    tables = (parts[0].tables[name], parts[1].tables[name])
    every = np.arange(len(tables[1])) if replaced else np.zeros(0, dtype=np.int64)
    kept = np.full(len(tables[0]), not replaced)
    return MergedTable(Origin(kept, np.zeros(len(every), dtype=np.int64), every), tables, *how)


def _attended(parts: tuple[Graph, Graph], replaced: bool, moves: Moves, attending: Array) -> Table:
    """Attendances stand by event, firm and id. `attending` says which firms the small one's mean."""
    part = int(replaced)
    table = parts[part].tables["attendances"]
    event = renumbered(table.numbers("event").astype(np.int64), moves["events"][part])
    firm = attending if replaced else renumbered(table.numbers("firm").astype(np.int64), moves["firms"][0])
    ranks = np.empty(len(table), dtype=np.int64)
    ranks[table.by_id] = np.arange(len(table))
    order = np.lexsort((ranks, firm, event))
    back = np.empty(len(order), dtype=np.int32)
    back[order] = np.arange(len(order))
    columns: dict[str, Array | Strings] = {}
    for name, column in table.columns.items():
        given = {"event": event, "firm": firm}.get(name, column)
        if isinstance(given, Strings):
            columns[name] = given.take(order)
        else:
            columns[name] = given[order].astype(column.dtype)  # type: ignore[union-attr]
    return Table(table.name, columns, back[table.by_id])


def _pairs(places: Array, extra: Mapping[str, Array]) -> dict[str, Pairs]:
    return {
        name: Pairs.of(places[extra[f"{name}.a"]], places[extra[f"{name}.b"]], extra[f"{name}.data"])
        for name in ("trades", "apart")
    }


def _ends(firms: Table, extra: Mapping[str, Array]) -> Array:
    """int64: where each enterprise named in the small one's pairs stands in the whole."""
    named = Strings(extra["ends.blob"], extra["ends.offsets"])
    found = (firms.position(identifier) for identifier in named)
    return np.array([-1 if place is None else place for place in found], dtype=np.int64)
