"""Counts over all firms that give nobody away: from the board, and compared with what was counted before.

Whether two questions are too near is decided by public facts alone. If it were decided by the counts
themselves, the moment at which a new count is told would tell a firm's hidden fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache, reduce
from threading import Lock
from typing import Final

import numpy as np

from matcher.domain.product import Criterion, Node, Quantifier
from matcher.domain.product.grid import PUBLIC
from matcher.graph.graph import Graph
from matcher.graph.schema import Flag
from matcher.recommend.atoms import atom, atoms_of
from matcher.recommend.bitmaps import Outcome, Words, count, everyone, packed
from matcher.recommend.board import Board
from matcher.recommend.firm_facts import FirmColumns

MOST_KEPT: Final = 256  # questions on one board; conditions are 250 KB each a million firms


class Counting:
    """Counts of the active firms of one snapshot on one day. Questions are judged once and kept."""

    def __init__(self, graph: Graph, columns: FirmColumns) -> None:
        self._columns, self._lock = columns, Lock()
        self._board = Board(columns)
        self._active = packed((graph.firms.numbers("flags") & Flag.ACTIVE) != 0)

    def counts(self, criteria: Sequence[Node]) -> tuple[int, int, int]:
        """How many are eligible, open, near misses: exact, to be rounded before they are told."""
        with self._lock:
            outcome = self._put(criteria)
        eligible, open_, near = (
            count(words & self._active) for words in (outcome.eligible, outcome.open, outcome.near)
        )
        return eligible, open_, near

    def too_near(self, one: Sequence[Node], other: Sequence[Node], least: int) -> bool:
        """Whether two questions ask the same of hidden facts with fewer than `least` firms between them."""
        if _hidden(one) != _hidden(other):
            return False
        apart = np.zeros_like(self._active)
        with self._lock:
            self._put(one)
            self._put(other)
            for granted in (True, False):
                apart |= self._yes(one, granted) ^ self._yes(other, granted)
        return count(apart & self._active) < least

    def _put(self, criteria: Sequence[Node]) -> Outcome:
        name = repr(criteria)
        if name not in self._board.products:
            if len(self._board.products) >= MOST_KEPT:
                self._board = Board(self._columns)
            self._board.put(name, criteria)
        return self._board.outcome(name)

    def _yes(self, nodes: Iterable[Node], granted: bool) -> Words:
        """Who would be let in if every hidden fact were as asked (or none were)."""
        return reduce(np.bitwise_and, (self._node(node, granted) for node in nodes), self._everyone)

    @property
    def _everyone(self) -> Words:
        return everyone(len(self._columns))

    def _node(self, node: Node, granted: bool) -> Words:
        if isinstance(node, Criterion):
            if node.field not in PUBLIC:
                return self._everyone if granted else np.zeros_like(self._active)
            return self._board.met(atom(node))
        members = [self._node(member, granted) for member in node.members]
        if node.quantifier is Quantifier.ALL_OF:
            return reduce(np.bitwise_and, members)
        any_of = reduce(np.bitwise_or, members)
        return any_of if node.quantifier is Quantifier.ANY_OF else ~any_of & self._everyone


@lru_cache(maxsize=2)
def counting(graph: Graph, columns: FirmColumns) -> Counting:
    """The counting of a snapshot on a day, kept while it is in use."""
    return Counting(graph, columns)


def _hidden(nodes: Sequence[Node]) -> frozenset[Criterion]:
    return frozenset(one for one in atoms_of(nodes) if one.field not in PUBLIC)
