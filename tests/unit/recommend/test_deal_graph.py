"""The graph of deals: what similar firms buy from today is whom a firm buys from next."""

from __future__ import annotations

import numpy as np
import pytest

from matcher.graph.table import Csr
from matcher.recommend import deal_graph
from matcher.recommend.deal_graph import Dealings, faded, signs, walk

# Bakers 0-2 buy flour 0 and paper 1, printers 3-5 ink 2 and paper 1; baker 1 has yeast 3 since month 9,
# baker 0 has not; printer 3 had an old supplier 4 in month 0 only.
DEALS = [(0, 0, 9), (0, 1, 9), (1, 0, 9), (1, 1, 8), (1, 3, 9), (2, 0, 9), (2, 3, 8)]
DEALS += [(3, 2, 9), (3, 1, 9), (3, 4, 0), (4, 2, 9), (4, 4, 0), (5, 2, 9)]


def dealings() -> Dealings:
    firms, parties, months = np.array(DEALS).T
    return Dealings(firms, parties, months, (6, 5))


def test_a_baker_is_shown_what_other_bakers_buy() -> None:
    score = deal_graph.score(dealings(), 10)
    assert score[0, 3] > max(score[0, 2], score[0, 4])


def test_a_deal_of_long_ago_fades() -> None:
    found = faded(dealings(), 10)
    assert found[3, 2] == 1.0
    assert 0 < found[3, 4] < 0.25


def test_what_came_later_is_not_read() -> None:
    early = signs(dealings(), 9)
    firms, parties, months = np.array([deal for deal in DEALS if deal[2] < 9]).T
    alone = signs(Dealings(firms, parties, months, (6, 5)), 9)
    for name, values in early.items():
        assert np.allclose(values, alone[name]), name


def test_a_walk_finds_partners_of_fellow_buyers() -> None:
    pairs = dealings().pairs()
    found = walk(_csr(pairs), _csr(pairs.T), 0, 5)
    assert found[3] == found.max() > 0
    assert found[0] == found[1] == 0, "whom it has already"


def test_the_walk_is_what_a_loop_over_its_steps_gives() -> None:
    chance = np.random.default_rng(3)
    for _ in range(20):
        pairs = chance.random((9, 7)) < 0.3
        found = walk(_csr(pairs), _csr(pairs.T), 2, 7)
        assert np.allclose(found, _by_steps(pairs, 2))


def test_a_partner_of_everybody_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = dealings().pairs()
    monkeypatch.setattr(deal_graph, "MOST_FELLOWS", 2)
    assert walk(_csr(pairs), _csr(pairs.T), 0, 5).max() == 0, "flour has three buyers, paper four"


def _by_steps(pairs: np.ndarray, firm: int) -> np.ndarray:
    found = np.zeros(pairs.shape[1])
    shared = np.flatnonzero(pairs[firm])
    for partner in shared:
        fellows = np.flatnonzero(pairs[:, partner])
        for fellow in fellows[fellows != firm]:
            size = np.sqrt(len(shared) * pairs[fellow].sum())
            found[pairs[fellow]] += 1.0 / np.log2(2.0 + len(fellows)) / size
    found[shared] = 0.0
    return found


def _csr(pairs: np.ndarray) -> Csr:
    indptr = np.concatenate([[0], np.cumsum(pairs.sum(axis=1))]).astype(np.int64)
    indices = np.nonzero(pairs)[1].astype(np.int32)
    return Csr(indptr, indices, np.ones(len(indices), dtype=np.float32))
