"""The board: every product against every firm at once, with the reasons.

It keeps where each distinct condition fails or cannot tell, and for each product who is eligible, open or a
near miss, all as bits. A firm's or a product's reasons are read from the conditions' bits; an edited product
costs its new conditions and one count. `eligibility.judge` is the oracle.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.domain.product import Criterion, Node, Truth, in_force
from matcher.recommend.atoms import UNKNOWN, Coded, atom, atoms_of, coded
from matcher.recommend.bitmaps import (
    Bools,
    Marks,
    Outcome,
    Words,
    bits_at,
    combined,
    counted,
    everyone,
    packed,
    unpacked,
)
from matcher.recommend.eligibility import mask_of
from matcher.recommend.firm_facts import FirmColumns

KERNELS_FROM: Final = 50_000  # firms; below, plain numpy is as fast as anybody notices
TRUTHS: Final = (Truth.YES, Truth.NO, Truth.UNKNOWN)  # by their number in `reasons`

Products = Mapping[str, Sequence[Node]]


class Board:
    """All products over all firms of one snapshot on one day. Changed only by `put` and `drop`."""

    def __init__(self, columns: FirmColumns) -> None:
        self.columns = columns
        self._marks: dict[Criterion, Marks] = {}
        self._products: dict[str, Sequence[Node]] = {}
        self._outcomes: dict[str, Outcome] = {}

    @classmethod
    def of(cls, columns: FirmColumns, products: Products) -> Board:
        """Judge all products. From KERNELS_FROM firms on by the kernels, which are compiled beforehand."""
        board = cls(columns)
        board._products = {name: _in_force(nodes, columns) for name, nodes in products.items()}
        parts = _parts(columns, board._products)
        if len(columns) >= KERNELS_FROM:
            from matcher.recommend.board_kernels import fill

            board._marks, board._outcomes = fill(parts, board._products, len(columns))
            return board
        board._marks = {one: mark for part in parts for one, mark in _marks_of(part).items()}
        for name in board._products:
            board._outcomes[name] = board._outcome(name)
        return board

    def __len__(self) -> int:
        return len(self.columns)

    @property
    def products(self) -> tuple[str, ...]:
        """Their names, as they were given."""
        return tuple(self._products)

    def put(self, name: str, criteria: Sequence[Node]) -> Outcome:
        """Judge one new or edited product alone. Conditions that are known already cost nothing."""
        nodes = _in_force(criteria, self.columns)
        for one in atoms_of(nodes):
            if one not in self._marks:
                found = mask_of(one, self.columns)
                self._marks[one] = Marks(packed(found.no), packed(~found.no & ~found.yes))
        self._products[name] = nodes
        self._outcomes[name] = self._outcome(name)
        return self._outcomes[name]

    def drop(self, name: str) -> None:
        """Forget a product; its conditions stay for others."""
        del self._products[name], self._outcomes[name]

    def outcome(self, name: str) -> Outcome:
        """Who is eligible, open, a near miss under one product, as bits."""
        return self._outcomes[name]

    def met(self, condition: Criterion) -> Words:
        """Who meets one condition of a product on the board."""
        marks = self._marks[condition]
        return ~(marks.no | marks.unknown) & everyone(len(self))

    def members(self, words: Words) -> Bools:
        """Bits as a boolean per firm."""
        return unpacked(words, len(self))

    def reasons(self, name: str, rows: NDArray[np.int64]) -> NDArray[np.int8]:
        """Each top-level criterion in force for each of `rows`: (rows, criteria) places in TRUTHS."""
        found = np.zeros((len(rows), len(self._products[name])), dtype=np.int8)
        for place, node in enumerate(self._products[name]):
            marks = self._of(node)
            found[:, place] = bits_at(marks.no, rows) + 2 * bits_at(marks.unknown, rows)
        return found

    def firm(self, position: int) -> dict[str, Truth | None]:
        """The mirror question: one firm under every product; None for a near miss."""
        row = np.asarray([position])
        return {name: _standing(outcome, row) for name, outcome in self._outcomes.items()}

    def _outcome(self, name: str) -> Outcome:
        return counted([self._of(node) for node in self._products[name]], len(self))

    def _of(self, node: Node) -> Marks:
        if isinstance(node, Criterion):
            return self._marks[atom(node)]
        return combined(node.quantifier, [self._of(member) for member in node.members])


def _standing(outcome: Outcome, row: NDArray[np.int64]) -> Truth | None:
    if bits_at(outcome.eligible, row)[0]:
        return Truth.YES
    if bits_at(outcome.open, row)[0]:
        return Truth.UNKNOWN
    return None if bits_at(outcome.near, row)[0] else Truth.NO


def _in_force(criteria: Sequence[Node], columns: FirmColumns) -> tuple[Node, ...]:
    """What counts on the board's day; members of groups that do not are left out as well."""
    return tuple(
        node if isinstance(node, Criterion) else type(node)(node.quantifier, _in_force(node.members, columns))
        for node in criteria
        if in_force(node, columns.today)
    )


def _parts(columns: FirmColumns, products: Products) -> list[Coded]:
    by_field: defaultdict[str, dict[Criterion, None]] = defaultdict(dict)
    for nodes in products.values():
        for one in atoms_of(nodes):
            by_field[one.field][one] = None
    return [part for field, atoms in sorted(by_field.items()) for part in coded(columns, field, list(atoms))]


def _marks_of(part: Coded) -> dict[Criterion, Marks]:
    unknown = packed(part.codes == UNKNOWN)
    return {
        one: Marks(packed(table[part.codes] != 0), unknown)
        for one, table in zip(part.atoms, part.tables, strict=True)
    }
