"""A list made with the snapshot is served while it is right, after a refresh too, and never longer."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.build.changes import noted
from matcher.build.compile import compile_snapshot
from matcher.build.lists import with_lists
from matcher.build.refresh import Limits, refresh
from matcher.graph.graph import Graph
from matcher.graph.schema import LISTED
from matcher.graph.snapshot import open_snapshot, verify
from matcher.recommend.firm_sites import plain_question
from matcher.recommend.kept_lists import kept
from matcher.recommend.partners import candidates, suggest
from matcher.recommend.pipeline import answer
from matcher.storage import outbox
from matcher.storage.enterprises import Enterprise
from tests import crowds, worlds
from tests.factories import NOW

SEEDS = (4, 5)


@pytest.fixture(params=SEEDS)
def crowd(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path):
    """Rows, the folder of snapshots, and the served one with its lists."""
    with worlds.rows(sqlite_template, tmp_path) as session:
        crowds.a_crowd(session, random.Random(request.param), 120)
        folder = tmp_path / "snapshots"
        name = with_lists(folder, compile_snapshot(session, folder, NOW))
        session.execute(sa.delete(outbox.Touched))
        yield session, folder, open_snapshot(folder / name)


def served(graph: Graph, station: str | None = None) -> int:
    """How many lists are served as they were made; every one, and every other, is what is computed."""
    found = 0
    for firm in graph.firms.ids:
        question = plain_question(firm)
        computed = answer(candidates(graph, question, LISTED, station), LISTED)
        assert suggest(graph, question, LISTED, station) == computed
        found += kept(graph, question, LISTED, station) is not None
    return found


def test_a_list_is_served_as_it_was_made(crowd: tuple[Session, Path, Graph]) -> None:
    _, folder, graph = crowd
    verify(folder / graph.snapshot_id)
    assert served(graph) > len(graph.firms) / 2


def test_an_officer_who_sees_hidden_firms_gets_a_list_of_its_own(crowd: tuple[Session, Path, Graph]) -> None:
    _, _, graph = crowd
    assert served(graph, crowds.STATIONS[0]) == 0
    assert served(graph, "ST-ELSEWHERE") > 0


def test_after_a_refresh_only_lists_that_could_differ_are_computed(
    crowd: tuple[Session, Path, Graph],
) -> None:
    session, folder, base = crowd
    closed = base.firms.ids[7]
    one = sa.update(Enterprise).where(Enterprise.enterprise_id == closed)
    session.execute(one.values(status="closed", listed=False))
    name = refresh(session, folder, base, noted(session), NOW, Limits(10**6))
    found = served(open_snapshot(folder / name))
    assert 0 < found < served(base)


def test_a_list_of_another_length_is_computed(crowd: tuple[Session, Path, Graph]) -> None:
    _, _, graph = crowd
    assert kept(graph, plain_question(graph.firms.ids[0]), LISTED - 1, None) is None
