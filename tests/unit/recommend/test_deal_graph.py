"""The graph of deals: what similar firms buy from today is whom a firm buys from next."""

from __future__ import annotations

import numpy as np
import pytest

from matcher.graph.table import Csr
from matcher.recommend import deal_graph
from matcher.recommend.deal_graph import Dealings, signs, walk

# Bakers 0-2 buy flour 0 and paper 1, printers 3-5 ink 2 and paper 1; baker 1 has yeast 3 since month 9,
# baker 0 has not; printer 3 had an old supplier 4 in month 0 only.
DEALS = [(0, 0, 9), (0, 1, 9), (1, 0, 9), (1, 1, 8), (1, 3, 9), (2, 0, 9), (2, 3, 8)]
DEALS += [(3, 2, 9), (3, 1, 9), (3, 4, 0), (4, 2, 9), (4, 4, 0), (5, 2, 9)]


def dealings(names: tuple[str, ...] = ("",) * 6) -> Dealings:
    firms, parties, months = np.array(DEALS).T
    return Dealings(firms, parties, months, (6, 5), names)


def test_a_baker_is_shown_what_other_bakers_buy() -> None:
    score = deal_graph.score(dealings(), 10)
    assert score[0, 3] > max(score[0, 2], score[0, 4])


def test_a_deal_of_long_ago_fades() -> None:
    found = signs(dealings(), 10)
    assert found["count"][0, 3] == found["count"][0, 4]
    assert found["current_6"][0, 3] > found["current_6"][0, 4]


def test_what_came_later_is_not_read() -> None:
    early = signs(dealings(), 9)
    firms, parties, months = np.array([deal for deal in DEALS if deal[2] < 9]).T
    alone = signs(Dealings(firms, parties, months, (6, 5), ("",) * 6), 9)
    for name, values in early.items():
        assert np.allclose(values, alone[name]), name


def test_firms_of_like_names_are_alike() -> None:
    names = ("城东面包店", "城西面包店", "城南面包店", "彩墨印刷厂", "云纸印刷厂", "新星印刷厂")
    found = signs(dealings(names), 10)["names"]
    assert found[0, 3] > found[0, 2]


def test_a_walk_finds_partners_of_fellow_buyers() -> None:
    pairs = dealings().pairs()
    found = walk(_csr(pairs), _csr(pairs.T), 0, 5)
    assert found[3] == found.max() > 0
    assert found[0] == found[1] == 0, "whom it has already"


@pytest.mark.parametrize("seed", [0, 1])
def test_the_same_seed_gives_the_same_scores(seed: int) -> None:
    one, other = (deal_graph.score(dealings(), 10, seed) for _ in range(2))
    assert np.array_equal(one, other)


def _csr(pairs: np.ndarray) -> Csr:
    indptr = np.concatenate([[0], np.cumsum(pairs.sum(axis=1))]).astype(np.int64)
    indices = np.nonzero(pairs)[1].astype(np.int32)
    return Csr(indptr, indices, np.ones(len(indices), dtype=np.float32))
