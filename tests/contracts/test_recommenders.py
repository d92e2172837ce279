"""What every recommender owes, whatever it recommends. Register one in tests/contracts/recommenders.py."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from matcher.domain.ranking import Ranking
from matcher.graph.graph import Graph
from matcher.messages import LANGUAGES
from matcher.recommend.explain import sentence
from tests import worlds
from tests.contracts.recommenders import RECOMMENDERS, Recommender


@pytest.fixture(scope="module", params=sorted(RECOMMENDERS))
def recommender(request: pytest.FixtureRequest) -> Recommender:
    return RECOMMENDERS[request.param]


@pytest.fixture(scope="module")
def graph(
    recommender: Recommender, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Graph]:
    folder = tmp_path_factory.mktemp("world")
    with worlds.rows(sqlite_template, folder) as session:
        recommender.world(session)
        yield worlds.compiled(session, folder / "snapshots")


@pytest.fixture(scope="module")
def ranking(recommender: Recommender, graph: Graph) -> Ranking:
    found = recommender.ask(graph, 10)
    assert found.suggestions, "the world has an answer"
    return found


def test_nobody_is_recommended_to_itself(recommender: Recommender, ranking: Ranking) -> None:
    assert recommender.asker not in [found.identifier for found in ranking.suggestions]


def test_those_who_may_not_come_up_do_not(recommender: Recommender, ranking: Ranking) -> None:
    assert not recommender.never & {found.identifier for found in ranking.suggestions}


def test_the_known_answer_comes_first_among_its_peers(recommender: Recommender, ranking: Ranking) -> None:
    listed = [found.identifier for found in ranking.suggestions]
    assert [name for name in listed if name in recommender.expects] == list(recommender.expects)


def test_nobody_stands_twice_in_a_list(ranking: Ranking) -> None:
    listed = [found.identifier for found in ranking.suggestions]
    assert len(listed) == len(set(listed))


def test_scores_and_parts_lie_between_0_and_1_and_scores_fall(ranking: Ranking) -> None:
    scores = [found.score for found in ranking.suggestions]
    assert scores == sorted(scores, reverse=True)
    for found in ranking.suggestions:
        assert all(0.0 <= value <= 1.0 for value in (found.score, *found.parts.values()))


def test_the_same_question_gets_the_same_answer(
    recommender: Recommender, graph: Graph, ranking: Ranking
) -> None:
    assert recommender.ask(graph, 10) == ranking


@pytest.mark.parametrize("n", [1, 2, 10])
def test_n_is_the_longest_the_list_may_be(recommender: Recommender, graph: Graph, n: int) -> None:
    assert len(recommender.ask(graph, n).suggestions) <= n


def test_the_best_one_does_not_depend_on_the_length_asked_for(
    recommender: Recommender, graph: Graph, ranking: Ranking
) -> None:
    assert recommender.ask(graph, 1).suggestions[0] == ranking.suggestions[0]


def test_every_side_is_told_why_in_both_languages(recommender: Recommender, ranking: Ranking) -> None:
    for found in ranking.suggestions:
        for side in recommender.sides:
            reasons = getattr(found, side)
            assert reasons, (found.identifier, side)
            for language in LANGUAGES:
                told = [sentence(reason, language) for reason in reasons]
                assert all(line.strip() and "{" not in line for line in told)


def test_reasons_come_strongest_first(recommender: Recommender, ranking: Ranking) -> None:
    for found in ranking.suggestions:
        for side in recommender.sides:
            weights = [reason.weight for reason in getattr(found, side)]
            assert weights == sorted(weights, reverse=True)


def test_the_answer_carries_its_snapshot(graph: Graph, ranking: Ranking) -> None:
    assert (ranking.snapshot_id, ranking.as_of) == (graph.snapshot_id, graph.as_of)
    assert ranking.considered >= len(ranking.suggestions)
