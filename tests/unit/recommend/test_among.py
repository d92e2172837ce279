"""Guests are scored among themselves: the same fits and reasons as when everybody is looked at."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from matcher.domain.need import Direction, Question
from matcher.graph.graph import Graph
from matcher.recommend.among import Company, pair_scores
from matcher.recommend.partners import scored
from matcher.recommend.pipeline import tell
from tests import crowds, worlds


@pytest.fixture(scope="module")
def crowd(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    folder = tmp_path_factory.mktemp("company")
    with worlds.rows(sqlite_template, folder) as session:
        crowds.a_crowd(session, random.Random(5), firms=40)
        return worlds.compiled(session, folder / "snapshots")


@pytest.mark.parametrize("number", [2, 9, 25])
def test_guests_fit_each_other_as_well_as_among_all_firms(crowd: Graph, number: int) -> None:
    guests = random.Random(number).sample(list(crowd.firms.ids.all), number)
    company = Company.of(crowd, guests)
    for guest in guests:
        asked = Question(text="", direction=Direction.UPSTREAM, asker=guest)
        everybody, ours = scored(crowd, asked, 1), company.asked_by(guest)
        assert ours is not None
        assert ours.score.tolist() == everybody.score[company.rows].tolist()
        assert ours.allowed.tolist() == everybody.allowed[company.rows].tolist()
        for at, row in enumerate(company.rows.tolist()):
            assert tell(ours, at) == tell(everybody, row)


def test_two_fit_as_well_as_the_better_of_the_two_ways_and_strangers_not_at_all(crowd: Graph) -> None:
    guests = [*list(crowd.firms.ids.all), "ENT-STRANGER"]
    pairs = pair_scores(crowd, guests)
    one_way = np.zeros_like(pairs)
    for row, guest in enumerate(guests[:-1]):
        found = scored(crowd, Question(text="", direction=Direction.UPSTREAM, asker=guest), 1)
        for column, other in enumerate(guests[:-1]):
            at = crowd.firms.position(other)
            if row != column and at is not None and found.allowed[at]:
                one_way[row, column] = found.score[at]
    assert pairs.tolist() == np.maximum(one_way, one_way.T).tolist()
    assert pairs.max() > 0
    assert not pairs[-1].any()
