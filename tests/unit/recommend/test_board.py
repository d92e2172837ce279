"""Every product against every firm at once: the board says what the plain evaluation says, kernels or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.domain.product import Node, Operator, Truth, field, parse_criteria
from matcher.domain.product.catalogue import FIELDS
from matcher.recommend import board as board_module
from matcher.recommend.bitmaps import packed, unpacked
from matcher.recommend.board import TRUTHS, Board
from matcher.recommend.eligibility import judge, meets
from matcher.recommend.firm_facts import Column, Numbers, Words
from tests.unit.recommend.test_eligibility import NODES

TODAY = date(2026, 11, 22)
CODES = ("6210", "2319", "7010", "6513", "33", "0111", "3408020014", "340802001001", "BLD-湖心")


@dataclass(frozen=True)
class SomeFirms:
    """Columns as a snapshot gives them, some facts unknown; sorted by industry, as a snapshot is."""

    made: dict[str, Column]
    size: int
    today: date = TODAY

    def __len__(self) -> int:
        return self.size

    def column(self, name: str) -> Column:
        return self.made[name]


def some_firms(size: int, seed: int) -> SomeFirms:
    rng = np.random.default_rng(seed)
    made: dict[str, Column] = {}
    for name, known in FIELDS.items():
        if known.kind in ("code", "word"):
            codes = rng.integers(-1, len(CODES), size).astype(np.int32)
            made[name] = Words(np.sort(codes) if name == "industry" else codes, CODES)
        elif name == "certificates":
            made[name] = Words(rng.integers(-1, 2, size).astype(np.int32), (("高新技术企业",), ("专精特新",)))
        else:
            most = len(known.grades) or {"flag": 2}.get(known.kind, 500_000_000)
            values = rng.integers(0, most, size).astype(np.float64)
            values[rng.random(size) < 0.3] = np.nan
            made[name] = Numbers(values)
    return SomeFirms(made, size)


def agree(board: Board, products: dict[str, tuple[Node, ...]]) -> None:
    rows = np.arange(len(board))
    for name, criteria in products.items():
        judged, outcome = judge(criteria, board.columns), board.outcome(name)
        assert (board.members(outcome.eligible) == judged.mask.yes).all()
        assert (board.members(outcome.open) == (~judged.mask.yes & ~judged.mask.no)).all()
        assert (board.members(outcome.near) == judged.near_miss).all()
        reasons = board.reasons(name, rows)
        assert ((reasons == TRUTHS.index(Truth.NO)).sum(axis=1) == judged.failed).all()
        assert ((reasons == TRUTHS.index(Truth.UNKNOWN)).sum(axis=1) == judged.unknown).all()


@settings(max_examples=40, deadline=None)
@given(
    written=st.lists(st.lists(NODES, max_size=4), max_size=4),
    size=st.sampled_from([0, 1, 63, 64, 65, 300]),
    seed=st.integers(0, 9),
    compiled=st.booleans(),
)
def test_the_board_says_what_the_plain_evaluation_says(written, size, seed, compiled) -> None:
    products = {f"P{place}": parse_criteria(nodes) for place, nodes in enumerate(written)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(board_module, "KERNELS_FROM", 0 if compiled else 1_000)
        board = Board.of(some_firms(size, seed), products)
    agree(board, products)


def test_blocks_and_long_runs_change_nothing() -> None:
    firms = some_firms(20_000, 1)  # three blocks, and industries in runs of some thousand
    written = [
        [{"field": "industry", "operator": "within", "value": ["65", "C"]}],
        [
            {"field": "employees", "operator": "at_least", "value": 250_000_000.0},
            {
                "any_of": [
                    {"field": "industry", "operator": "in", "value": ["6210"]},
                    {"none_of": [{"field": "tax_grade", "operator": "in", "value": ["D"]}]},
                ]
            },
        ],
    ]
    products = {f"P{place}": parse_criteria(nodes) for place, nodes in enumerate(written)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(board_module, "KERNELS_FROM", 0)
        board = Board.of(firms, products)
    agree(board, products)


def test_more_thresholds_than_a_byte_can_tell_apart_are_still_told_apart() -> None:
    nodes = [{"field": "revenue", "operator": "at_least", "value": float(500_000 * k)} for k in range(700)]
    products = {f"P{k}": parse_criteria([node]) for k, node in enumerate(nodes)}
    agree(Board.of(some_firms(200, 3), products), products)


def test_an_edited_product_is_judged_alone_as_if_it_had_been_there_from_the_start() -> None:
    old = parse_criteria([{"field": "employees", "operator": "at_least", "value": 100.0}])
    new = parse_criteria([{"field": "revenue", "operator": "above", "value": 250_000_000.0}])
    board = Board.of(some_firms(130, 2), {"纳税贷": old})
    board.put("纳税贷", new)
    agree(board, {"纳税贷": new})
    board.drop("纳税贷")
    assert board.products == ()


def test_one_firm_is_told_how_it_stands_under_every_product() -> None:
    firms = some_firms(70, 5)
    nodes = [{"field": "employees", "operator": "at_least", "value": 250_000_000.0}]
    board = Board.of(firms, {"信用贷": parse_criteria(nodes)})
    values = firms.made["employees"].values
    for position in range(70):
        expected = None if values[position] < 250_000_000 else Truth.YES
        expected = Truth.UNKNOWN if np.isnan(values[position]) else expected
        assert board.firm(position)["信用贷"] is expected


@given(members=st.lists(st.booleans(), max_size=200))
def test_bits_come_back_as_they_went(members) -> None:
    given_ = np.array(members, dtype=np.bool_)
    assert (unpacked(packed(given_), len(given_)) == given_).all()


@given(
    ancestors=st.sets(st.sampled_from(["62", "6210", "C", "K", "A", "34", "3408", "x", "X"]), min_size=1),
)
def test_words_are_met_in_bulk_as_one_by_one(ancestors) -> None:
    from matcher.domain.product import Criterion, holds

    for operator in (Operator.WITHIN, Operator.IN):
        asked = Criterion("industry", operator, frozenset(ancestors))
        assert meets(asked, CODES).tolist() == [holds(asked, code) is Truth.YES for code in CODES]
    assert field("industry").kind == "code"
