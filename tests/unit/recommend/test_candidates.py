"""Who is left out before scoring could not have been listed: lists, reasons and counts stay as they were."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.domain.need import Direction, NeedKind, Question
from matcher.domain.ranking import Ranking, Suggestion
from matcher.graph.graph import Graph
from matcher.graph.part import part_of
from matcher.recommend import candidates, partners
from matcher.recommend.partners import scored, stand, suggest, suggest_for
from matcher.recommend.pipeline import answer
from tests import crowds, worlds

SEEDS = (1, 2, 3)


@pytest.fixture(scope="module")
def crowd(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[int, Graph]:
    found = {}
    for seed in SEEDS:
        folder = tmp_path_factory.mktemp(f"crowd{seed}")
        with worlds.rows(sqlite_template, folder) as session:
            crowds.a_crowd(session, random.Random(seed))
            found[seed] = worlds.compiled(session, folder / "snapshots")
    return found


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every graph counts as a large one."""
    monkeypatch.setattr(partners, "SMALL", 0)


def whole(graph: Graph, question: Question, n: int, station: str | None):
    return answer(scored(graph, question, n, station), n)


def best_of(rankings: Sequence[Ranking], n: int) -> Ranking:
    """One list of several: the best score of each enterprise, ties as they came."""
    best: dict[str, Suggestion] = {}
    for ranking in rankings:
        for suggestion in ranking.suggestions:
            known = best.get(suggestion.identifier)
            if known is None or suggestion.score > known.score:
                best[suggestion.identifier] = suggestion
    ordered = sorted(best.values(), key=lambda found: -found.score)
    considered = max(ranking.considered for ranking in rankings)
    return replace(rankings[0], suggestions=tuple(ordered[:n]), considered=considered)


@given(st.randoms(use_true_random=False), st.sampled_from(SEEDS))
@settings(max_examples=120, deadline=None)
def test_a_list_is_what_scoring_everybody_gives(crowd: dict[int, Graph], chance: random.Random, seed: int):
    graph = crowd[seed]
    question = crowds.a_question(chance, list(graph.firms.ids.all))
    station, n = chance.choice((None, *crowds.STATIONS)), chance.choice((1, 5, 30))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(partners, "SMALL", 0)
        assert suggest(graph, question, n, station) == whole(graph, question, n, station)


@given(st.randoms(use_true_random=False), st.sampled_from(SEEDS))
@settings(max_examples=30, deadline=None)
def test_why_a_firm_is_not_listed_is_told_alike(crowd: dict[int, Graph], chance: random.Random, seed: int):
    graph = crowd[seed]
    question = crowds.a_question(chance, list(graph.firms.ids.all))
    firm = chance.choice(graph.firms.ids.all)
    expected = stand(graph, question, firm, 10)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(partners, "SMALL", 0)
        assert stand(graph, question, firm, 10) == expected


@pytest.mark.usefixtures("large")
def test_an_enterprise_gets_the_same_partners_both_ways(crowd: dict[int, Graph]) -> None:
    for graph in crowd.values():
        for firm in graph.firms.ids.all[:10]:
            found = suggest_for(graph, firm, Direction.BOTH, 10)
            ways = ((Direction.UPSTREAM, NeedKind.SUPPLY), (Direction.DOWNSTREAM, NeedKind.CUSTOMERS))
            asked = [Question(text="", direction=way, asker=firm, kind=kind) for way, kind in ways]
            assert found == best_of([whole(graph, question, 10, None) for question in asked], 10)


def test_most_of_a_crowd_is_left_out_of_a_stated_need(crowd: dict[int, Graph]) -> None:
    graph = crowd[1]
    question = Question(text="想找代理记账的企业", asker=graph.firms.ids[0], industries=("7241",))
    asking = candidates.narrowed(partners.ask(graph, question))
    assert len(asking.graph.firms) < len(graph.firms) / 2


def test_a_part_reads_as_the_rows_it_holds(crowd: dict[int, Graph]) -> None:
    graph = crowd[2]
    rows = np.array([0, 3, 4, 17, 40])
    part = part_of(graph, rows)
    assert [part.firms.ids[row] for row in range(5)] == [graph.firms.ids[int(row)] for row in rows]
    assert part.firms.position(graph.firms.ids[17]) == 3
    assert part.firms.position(graph.firms.ids[16]) is None
    assert [part.firms.ids[int(row)] for row in part.firms.by_id] == sorted(part.firms.ids)
    for table in ("offers", "needs"):
        owners = {part.firms.ids[int(row)] for row in part.tables[table].numbers("firm")}
        assert owners <= set(part.firms.ids)
        kept = [graph.firms.ids[int(row)] in owners for row in graph.tables[table].numbers("firm")]
        assert len(part.tables[table]) == sum(kept)
    assert np.diff(part.deals.indptr).tolist() == np.diff(graph.deals.indptr)[rows].tolist()
    for pairs in (part.deals, part.customers, part.firms.words):
        assert pairs is not None
        columns, data, lengths = pairs.many(np.arange(5))
        alone = [pairs.row(row) for row in range(5)]
        assert columns.tolist() == [column for row, _ in alone for column in row.tolist()]
        assert data.tolist() == [value for _, row in alone for value in row.tolist()]
        assert lengths.tolist() == [len(row) for row, _ in alone]
