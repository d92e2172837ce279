"""Lists made with the snapshot are those that would be computed when asked for."""

from __future__ import annotations

import random
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.graph.graph import NO_LIST, STEPS, Graph, Lists
from matcher.graph.schema import LISTED
from matcher.recommend.firm_lists import Maker, cut
from matcher.recommend.firm_sites import plain_question
from matcher.recommend.kernels import warming
from matcher.recommend.kernels.choosing import choose_all
from matcher.recommend.kernels.pairing import pair_all
from matcher.recommend.kernels.ranking import rank_all
from matcher.recommend.kernels.walking import walk_all
from matcher.recommend.partners import suggest
from tests import crowds, worlds


@pytest.fixture(scope="module", params=(1, 2, 3))
def crowd(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Graph:
    folder = tmp_path_factory.mktemp("crowd")
    with worlds.rows(sqlite_template, folder) as session:
        crowds.a_crowd(session, random.Random(request.param), 150)
        return worlds.compiled(session, folder / "snapshots")


def agree(graph: Graph, lists: Lists) -> int:
    """How many lists there are; each is what is computed live."""
    found = 0
    for firm in range(len(graph.firms)):
        if lists.of[firm] == NO_LIST:
            continue
        live = suggest(graph, plain_question(graph.firms.ids[firm]), LISTED)
        listed = [row for row in lists.firms[firm].tolist() if row >= 0]
        assert [graph.firms.ids[row] for row in listed] == [one.identifier for one in live.suggestions]
        scores = (lists.scores[firm][: len(listed)] / STEPS).tolist()
        assert scores == [one.score for one in live.suggestions]
        assert lists.of[firm] == live.considered
        found += 1
    return found


def test_a_list_is_what_is_computed_when_it_is_asked_for(crowd: Graph) -> None:
    lists = Maker(crowd, compiled=False).lists(0, len(crowd.firms))
    assert agree(crowd, lists) > len(crowd.firms) / 2


def test_any_partition_gives_the_same_lists(crowd: Graph) -> None:
    whole = Maker(crowd, compiled=False).lists(0, len(crowd.firms))
    cuts = [0, 1, 40, 90, len(crowd.firms)]
    maker = Maker(crowd, compiled=False)
    parts = [maker.lists(first, last) for first, last in pairwise(cuts)]
    for name in Lists._fields:
        joined = np.concatenate([getattr(part, name) for part in parts])
        assert np.array_equal(joined, getattr(whole, name))


def test_the_compiled_search_gives_the_same_lists(crowd: Graph) -> None:
    plain, quick = (Maker(crowd, compiled).lists(0, len(crowd.firms)) for compiled in (False, True))
    for name in Lists._fields:
        assert np.array_equal(getattr(plain, name), getattr(quick, name))


def test_what_is_compiled_beforehand_is_what_a_recomputation_runs(crowd: Graph) -> None:
    warming.listed()
    Maker(crowd, compiled=True).lists(0, len(crowd.firms))
    for kernel in (choose_all, walk_all, pair_all, rank_all):
        assert len(kernel.signatures) == 1


@given(st.lists(st.integers(1, 60), max_size=12), st.integers(1, 20))
def test_pieces_part_no_division_that_fits_into_one(sizes: list[int], most: int) -> None:
    ends = list(accumulate(sizes))
    found = list(cut(ends, most))
    assert [0, *(last for _, last in found)] == [*(first for first, _ in found), sum(sizes)]
    assert all(0 < last - first <= most for first, last in found)
    whole = zip([0, *ends], ends, strict=False)
    for begun, end in ((begun, end) for begun, end in whole if end - begun <= most):
        assert not any(begun < first < end for first, _ in found)
