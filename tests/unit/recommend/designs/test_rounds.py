from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.recommend.designs.rings import ring
from matcher.recommend.designs.rounds import layered, rounds
from matcher.recommend.designs.starters import STARTERS

KNOWN = {
    (4, 4): 5, (5, 3): 7, (5, 5): 6, (6, 3): 8, (6, 4): 7, (6, 5): 6, (7, 3): 10, (7, 4): 9, (7, 7): 8,
    (8, 4): 10, (8, 8): 9, (9, 3): 13, (9, 9): 10, (16, 4): 21, (6, 2): 11,
}  # fmt: skip


def most_met(rows: np.ndarray) -> int:
    together = sum((row[:, None] == row[None, :]).astype(int) for row in rows)
    np.fill_diagonal(together, 0)
    return int(together.max())


@pytest.mark.parametrize(("tables", "seats"), sorted({*KNOWN, *STARTERS}))
def test_known_designs_have_their_rounds_and_nobody_meets_twice(tables, seats):
    rows = rounds(tables, seats)
    assert len(rows) >= KNOWN.get((tables, seats), 1)
    assert all(np.bincount(row, minlength=tables).tolist() == [seats] * tables for row in rows)
    assert most_met(rows) <= 1


@given(st.integers(1, 14), st.integers(2, 9))
def test_every_design_that_is_offered_keeps_its_word(tables, seats):
    for rows in (rounds(tables, seats), layered(tables, seats)):
        assert all(np.bincount(row, minlength=tables).tolist() == [seats] * tables for row in rows)
        assert most_met(rows) <= 1 or tables == 1
    assert all(row[:tables].tolist() == list(range(tables)) for row in layered(tables, seats))


@pytest.mark.parametrize("order", [2, 3, 4, 5, 6, 8, 9, 12, 15, 16])
def test_arithmetic_keeps_the_laws_and_differences_can_be_divided_by(order):
    of = ring(order)
    for table in (of.add, of.times):
        assert (table == table.T).all()
    left = of.times[:, of.add]  # a (b + c)
    right = of.add[of.times[:, :, None], of.times[:, None, :]]
    assert (left == right).all()
    minus = {x: int(np.flatnonzero(of.add[x] == 0)[0]) for x in range(order)}
    for a in of.apart:
        for b in of.apart:
            difference = int(of.add[a, minus[b]])
            assert a == b or sorted(of.times[difference].tolist()) == list(range(order))
