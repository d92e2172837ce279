"""What has changed since a snapshot, as a small one that stands on it: the same answers, at little cost.

The changed enterprises are compiled anew with all their rows. Whatever a full compilation would come to
differently because of them is followed: firms of the same owner, and rows whose terms have become rarer or
commoner by a step. Where that is too much, or cannot be told, the whole is compiled instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from sqlalchemy.orm import Session

from matcher.build import pairs, read, words
from matcher.build.assemble import Compiled, Wanted, compile_rows
from matcher.build.changes import Changes, expired, with_owners
from matcher.build.compile import configuration_digest, office_day, silent, weights_in_force
from matcher.build.encode import Arrays
from matcher.build.frequencies import FEW_ROWS, MOST_OF_ROWS, Frequencies
from matcher.build.read import Progress
from matcher.build.standing import Standing
from matcher.graph import delta, schema
from matcher.graph.graph import Graph
from matcher.graph.merging import touched_rows
from matcher.graph.table import Array, Csr, Strings
from matcher.recommend import weight_table

MOST_ROUNDS: Final = 6


class TooMuchError(Exception):
    """So much follows from what has changed that the whole is to be compiled. `args[0]` says why."""


@dataclass(frozen=True)
class Limits:
    """When compiling the whole is the better way."""

    firms: int


def refresh(
    session: Session,
    folder: Path,
    base: Graph,
    changes: Changes,
    now: datetime,
    limits: Limits,
    progress: Progress = silent,
) -> str:
    """Write what `changes` have made different since `base` (a whole snapshot) beside it; return the id.

    Raises TooMuchError, and writes nothing, where the whole must be compiled. Reads the changed enterprises'
    rows, some small tables, and the base's position columns.
    """
    if base.manifest["configuration"] != configuration_digest(weights_in_force(session)):
        raise TooMuchError("configuration")
    work = _Refresh(session, base, changes, now, limits, progress)
    found, known = work.settled()
    arrays = work.arrays(found, known)
    about = work.about()
    progress("written", 0, 1)
    snapshot_id = delta.write(folder, arrays, now, about)
    progress("written", 1, 1)
    return snapshot_id


class _Refresh:
    def __init__(
        self,
        session: Session,
        base: Graph,
        changes: Changes,
        now: datetime,
        limits: Limits,
        progress: Progress,
    ) -> None:
        self._session, self._base, self._limits, self._progress = session, base, limits, progress
        self._today = office_day(now)
        firms = changes.firms | expired(session, office_day(base.as_of), self._today)
        self._changes = replace(changes, firms=firms)

    def settled(self) -> tuple[Compiled, Frequencies]:
        """Compile what has changed, and again with what follows from it, until nothing more does."""
        for _ in range(MOST_ROUNDS):
            owners = with_owners(self._session, self._base, self._changes.firms, self._today)
            self._changes = replace(self._changes, firms=owners)
            self._refuse_too_many()
            found = self._compiled()
            known, follows = self._follows(found)
            if follows.firms <= self._changes.firms and follows.tables <= self._changes.tables:
                return found, known
            self._changes = self._changes.and_(follows)
        raise TooMuchError("rounds")

    def _refuse_too_many(self) -> None:
        if len(self._changes.firms) > self._limits.firms:
            raise TooMuchError("firms")

    def _compiled(self) -> Compiled:
        only = sorted(self._changes.firms, key=str.encode)
        wanted = Wanted(self._today, only, self._changes.tables)
        return compile_rows(self._session, self._today, self._progress, words.in_order, wanted)

    def _gone(self) -> dict[str, Array]:
        """bool masks of the base's rows that no longer count, of the indexed tables."""
        touched = touched_rows(self._base, Strings.of(sorted(self._changes.firms)))
        gone = {"firms": touched}
        for table in ("offers", "needs", "openings"):
            gone[table] = touched[self._base.tables[table].numbers("firm")]
        gone["talents"] = np.full(len(self._base.talents), "talents" in self._changes.tables)
        return gone

    def _follows(self, found: Compiled) -> tuple[Frequencies, Changes]:
        """How often each term is used now, and what is weighed differently because of it."""
        gone = self._gone()
        fresh, fresh_rows = words.counted_rows(found.corpora, len(found.vocabulary))
        removed = sum(int(mask.sum()) for mask in gone.values())
        rows = _rows(self._base) - removed + fresh_rows
        terms, rows_with = _used(self._base, gone)
        known = _added(Frequencies(terms, rows_with, rows), found.vocabulary, fresh)
        self._refuse_unclear(known, removed, found.vocabulary, fresh)
        before = self._base.idf
        after = known.idf(self._base.terms).astype(np.float32)
        changed = np.flatnonzero((before != after) & (known.of(self._base.terms) > 0))
        return self._with_common(known), _touching(self._base, gone, changed)

    def _with_common(self, known: Frequencies) -> Frequencies:
        """Terms that say nothing stay so: count them as in every row."""
        common = np.full(len(self._base.common), known.rows, dtype=np.int64)
        apart = ~np.isin(known.terms, self._base.common)
        terms = np.concatenate([known.terms[apart], self._base.common])
        order = np.argsort(terms)
        rows_with = np.concatenate([known.rows_with[apart], common])
        return Frequencies(terms[order], rows_with[order], known.rows)

    def _refuse_unclear(self, known: Frequencies, removed: int, vocabulary: Array, fresh: Array) -> None:
        """What has become too common, or is so no longer, concerns half of all rows."""
        if (_rows(self._base) < FEW_ROWS) != (known.rows < FEW_ROWS):
            raise TooMuchError("few rows")
        common, counts = self._base.common, self._base.common_rows
        least = counts - removed + Frequencies(vocabulary, fresh, known.rows).of(common)
        if len(least) and (least <= MOST_OF_ROWS * known.rows).any():
            raise TooMuchError("common terms")
        rare = known.of(self._base.terms)
        fresh_only = ~np.isin(vocabulary, common)
        if known.common(rare).any() or known.common(known.of(vocabulary[fresh_only])).any():
            raise TooMuchError("common terms")

    def arrays(self, found: Compiled, known: Frequencies) -> Arrays:
        """The arrays of schema.delta_files()."""
        arrays = found.arrays | words.index(found.vocabulary, found.corpora, found.order, known)
        used = known.of(self._base.terms)
        touched = Strings.of(sorted(self._changes.firms, key=str.encode))
        arrays |= {"touched.blob": touched.blob, "touched.offsets": touched.offsets}
        arrays |= {"vanished": self._base.terms[used == 0]}
        arrays |= {"common": self._base.common, "common_rows": self._base.common_rows}
        return arrays | self._joined(found)

    def _joined(self, found: Compiled) -> Arrays:
        """Deals, quarrels and attendances by the ids of those they join."""
        attending = [row.split("|", 1)[1] for row in _ids(found.arrays, "attendances")]
        deals, relations = found.loose.deals, found.loose.relations
        named = {*attending, *(one.buyer_id for one in deals), *(one.seller_id for one in deals)}
        named |= {one.a for one in relations} | {one.b for one in relations}
        ends = Strings.of(sorted(named, key=str.encode))
        standing = Standing(ends, np.arange(len(ends)))
        traded = pairs.csr(pairs.deal_triples(deals, standing), len(ends), np.add)
        apart = pairs.relation_triples(relations, standing, self._today)
        quarrels = pairs.csr(apart, len(ends), np.bitwise_or)
        return {
            "ends.blob": ends.blob,
            "ends.offsets": ends.offsets,
            **_cells("trades", pairs.csr_arrays("deals", traded, 0.1), "deals"),
            **_cells("apart", pairs.csr_arrays("relations", quarrels, 1), "relations"),
            "attending": standing.of(attending),
        }

    def about(self) -> Mapping[str, Any]:
        """What the manifest says of it; the counts are those of the database, to compare with."""
        rows = {name: read.count(self._session, name) for name in read.SOURCES if name in schema.TABLES}
        return {
            "base": self._base.snapshot_id,
            "replaced": sorted(self._changes.tables),
            "configuration": self._base.manifest["configuration"],
            weight_table.KEY: self._base.manifest[weight_table.KEY],
            "rows": rows,
            "counts": rows,
            "touched": len(self._changes.firms),
        }


def _rows(base: Graph) -> int:
    return sum(len(base.tables[table]) for table in schema.INDEXED)


def _used(base: Graph, gone: Mapping[str, Array]) -> tuple[Array, Array]:
    """The base's terms and in how many of its rows that stay each is used."""
    rows_with = np.zeros(len(base.terms), dtype=np.int64)
    for name, mask in gone.items():
        table = base.tables[name]
        assert table.words is not None  # noqa: S101 an indexed table
        assert table.postings is not None  # noqa: S101
        rows_with += np.diff(table.postings.indptr)
        for row in np.flatnonzero(mask).tolist():
            rows_with[table.words.row(row)[0]] -= 1
    return base.terms, rows_with


def _added(known: Frequencies, vocabulary: Array, fresh: Array) -> Frequencies:
    terms = np.union1d(known.terms, vocabulary)
    rows_with = known.of(terms) + Frequencies(vocabulary, fresh, 0).of(terms)
    return Frequencies(terms, rows_with, known.rows)


def _touching(base: Graph, gone: Mapping[str, Array], terms: Array) -> Changes:
    """The enterprises, and whole tables, whose rows in the base use one of these terms."""
    firms: set[str] = set()
    tables: set[str] = set()
    for name, mask in gone.items():
        table = base.tables[name]
        assert table.postings is not None  # noqa: S101 an indexed table
        rows = _rows_with(table.postings, terms)
        rows = rows[~mask[rows]]
        if name == "talents":
            tables |= {"talents"} if len(rows) else set()
            continue
        owners = rows if name == "firms" else table.numbers("firm")[rows]
        firms |= {base.firms.ids[int(row)] for row in np.unique(owners)}
    return Changes(frozenset(firms), frozenset(tables))


def _rows_with(postings: Csr, terms: Array) -> Array:
    found = [postings.row(int(term))[0] for term in terms]
    return np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)


def _ids(arrays: Arrays, table: str) -> Iterable[str]:
    return Strings(arrays[f"{table}.id.blob"], arrays[f"{table}.id.offsets"])


def _cells(name: str, arrays: Arrays, source: str) -> Arrays:
    indptr, columns, data = (arrays[f"{source}.{part}"] for part in ("indptr", "indices", "data"))
    rows = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    return {f"{name}.a": rows, f"{name}.b": columns, f"{name}.data": data}
