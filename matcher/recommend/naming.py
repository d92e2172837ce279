"""Who says enough in its own words to answer a need, found without a look at those who cannot.

How much a firm owes depends on how far its class is from those wanted (pipeline: `_says_so`, `_backing`),
and firms are numbered by class. Classes that owe little are read whole. Elsewhere a firm must share much: as
texts are of length 1, whoever shares only terms that weigh less than that together cannot, so that the
longest postings are never read (MaxScore; Turtle, Flood 1995).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from matcher.graph.table import Array, Csr, Table
from matcher.recommend import ranges
from matcher.recommend.asking import Asking
from matcher.recommend.owing import SLACK, Owing, owed_for, owing
from matcher.recommend.ranges import Ranges, distinct

_FEW: Final = 500  # rows that are summed up at once without a look at what they could reach


@dataclass(frozen=True, eq=False)
class Named:
    """int64 `rows`, ascending, of whoever could say enough; cosines are known of `near` and of `far` rows."""

    asking: Asking
    rows: Array
    near: Ranges
    near_values: Array
    far: Array
    far_values: Array

    def cosines(self, rows: Array) -> Array:
        """float32 (rows,): those of any enterprises, ascending."""
        found = np.empty(len(rows), dtype=np.float32)
        near = self.near.holds(rows)
        inside = np.searchsorted(self.near.first, rows[near], side="right") - 1
        shift = self.near.first[inside] - self.near.places[inside]
        found[near] = self.near_values[rows[near] - shift]
        rest = np.flatnonzero(~near)
        at = np.minimum(np.searchsorted(self.far, rows[rest]), max(len(self.far) - 1, 0))
        known = self.far[at] == rows[rest] if len(self.far) else np.zeros(len(rest), dtype=np.bool_)
        found[rest[known]] = self.far_values[at[known]]
        found[rest[~known]] = cosines_of(self.asking, self.asking.graph.firms, rows[rest[~known]])
        return found


def named(asking: Asking, by_industry: Array) -> Named:
    """Of a stated need: firms of a core class, and those that could say enough for their class.

    `by_industry` are (industries + 1,) grounds by class. Costs the postings in the classes read whole, the
    shorter postings elsewhere, and the firms found.
    """
    debts = owing(asking, by_industry)
    near_values = debts.near.summed(asking.graph.firms, asking.term_ids, asking.term_weights)
    said = debts.near.chosen(near_values >= np.repeat(debts.near_owed, debts.near_sizes))
    far, far_values = _far(asking, debts)
    return Named(asking, distinct(np.concatenate([said, far])), debts.near, near_values, far, far_values)


def _far(asking: Asking, debts: Owing) -> tuple[Array, Array]:
    """int64 rows, ascending, and cosines of firms that say enough though their class owes much, is unknown,
    or is another than the one they offer.
    """
    firms = asking.graph.firms
    rows = distinct(np.concatenate([_sharing(asking, debts.far, debts.far_least), debts.claiming]))
    values = cosines_of(asking, firms, rows)
    industry = firms.numbers("industry")[rows]
    chain = debts.by_industry[industry].astype(np.float64)
    at = np.searchsorted(rows, debts.claiming)
    chain[at] = np.maximum(chain[at], debts.claimed)
    enough = values >= owed_for(chain, industry < 0, asking.knows_industries)
    return rows[enough], values[enough]


def _sharing(asking: Asking, where: Ranges, least: float) -> Array:
    """int64: positions within the ranges of all whose cosine may reach `least`, and of some that do not."""
    graph = asking.graph
    postings = graph.firms.postings
    if postings is None or len(where) == 0 or len(asking.term_ids) == 0:
        return np.zeros(0, dtype=np.int64)
    lengths = postings.at_most(asking.term_ids)
    longest = np.argsort(-lengths, kind="stable")
    together = np.sqrt(np.cumsum(asking.term_weights[longest].astype(np.float64) ** 2))
    left = int(np.searchsorted(together, least, side="left"))
    if ranges.for_kernels(postings, len(graph.firms)):
        from matcher.recommend.kernels.sparse import within

        found = within(
            postings, asking.term_ids[longest[left:]], where.laid_out, int(lengths[longest[left:]].sum())
        )
        return distinct(found).astype(np.int64)
    return _reaching(asking, where, longest[left:], least - (float(together[left - 1]) if left else 0.0))


def _reaching(asking: Asking, where: Ranges, which: Array, missing: float) -> Array:
    """int64: positions within the ranges whose cosine with some terms alone reaches what is `missing`."""
    postings = asking.graph.firms.postings
    assert postings is not None  # noqa: S101 looked at before
    rows, parts = [np.zeros(0, dtype=np.int32)], [np.zeros(0, dtype=np.float32)]
    for term in which.tolist():
        columns, data = postings.row(int(asking.term_ids[term]))
        for _, inside in where.slices(columns):
            rows.append(columns[inside])
            parts.append(asking.term_weights[term] * data[inside])
    every = np.concatenate(rows)
    some = distinct(every).astype(np.int64)
    if len(some) <= _FEW:
        return some
    reached = np.bincount(np.searchsorted(some, every), weights=np.concatenate(parts))
    enough: Array = some[reached >= missing - SLACK]
    return enough


def cosines_of(asking: Asking, table: Table, rows: Array) -> Array:
    """float32 (rows,): cosine of the question with some rows of an indexed table, by their own words.

    To the last bit those of asking.cosines: a row's terms are added in the same order.
    """
    values = np.zeros(len(rows), dtype=np.float32)
    if table.words is None or len(asking.term_ids) == 0:
        return values
    for part, own, where, terms in table.words.apart(rows):
        known = (
            asking.by_term if terms is None else np.where(terms < 0, np.float32(0.0), asking.by_term[terms])
        )
        values[where] = _dots(part, own, known)
    return values


def _dots(words: Csr, rows: Array, by_term: Array) -> Array:
    if ranges.for_kernels(words, len(words)):
        from matcher.recommend.kernels.sparse import dots

        return dots(words, rows, by_term)
    columns, data, lengths = words.many(rows)
    values, worth = np.zeros(len(rows), dtype=np.float32), by_term[columns]
    shared = np.flatnonzero(worth)
    np.add.at(values, np.repeat(np.arange(len(rows)), lengths)[shared], worth[shared] * data[shared])
    return values
