"""A past suggestion is computed again bit for bit, or it is said why not."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from jobs.__main__ import outcome
from jobs.wiring import Wiring
from matcher.build.compile import compile_snapshot, configuration_digest
from matcher.domain.access import Actor, Role
from matcher.domain.job import JobName, RunState
from matcher.domain.need import Direction, NeedKind, Question
from matcher.errors import NotFound
from matcher.graph import snapshot
from matcher.graph.snapshot import Current
from matcher.services import partners, replay
from matcher.storage.enterprises import Enterprise
from matcher.storage.impressions import Impression
from tests import worlds
from tests.factories import STATION
from tests.faults.support import on_sqlite, ran_here


@pytest.fixture
def asked(wiring: Wiring) -> Wiring:
    """A tower whose asker has looked for partners in three ways; then everything changes."""
    folder = wiring.settings.snapshots
    with wiring.transactions.begin() as session:
        worlds.a_canteen_tower(session)
        session.flush()
        snapshot.publish(folder, compile_snapshot(session, folder, wiring.clock()), 1)
        graph, actor = Current(folder).get(), Actor("a", Role.ENTERPRISE, worlds.ASKER)
        now = wiring.clock()
        partners.for_need(session, graph, actor, worlds.LUNCH, 5, now)
        question = Question(text="会议室装修", kind=NeedKind.SUPPLY, shares=(("x", 0.5),))
        partners.for_question(session, graph, actor, question, 3, now)
        partners.for_enterprise(session, graph, actor, worlds.ASKER, Direction.BOTH, 4, now)
    with wiring.transactions.begin() as session:
        session.execute(sa.update(Enterprise).values(name="改名", scope="别的", industry_code=None))
        snapshot.publish(folder, compile_snapshot(session, folder, wiring.clock()), 2)
    return wiring


@on_sqlite
def test_every_way_of_asking_is_computed_again_to_the_last_bit(asked: Wiring) -> None:
    current = Current(asked.settings.snapshots)
    with asked.views() as session:
        numbers = list(session.scalars(sa.select(Impression.impression_id)))
        assert len(numbers) == 3
        for number in numbers:
            found = replay.replay(session, number, current.at, configuration_digest)
            assert found.same
            assert [one.identifier for one in found.ranking.suggestions] == found.impression.listed
        assert session.get_one(Impression, numbers[0]).listed[0] == worlds.CATERER_IN_TOWER


@on_sqlite
def test_the_present_snapshot_would_answer_otherwise(asked: Wiring) -> None:
    """What a replay without the old snapshot would give: the digest notices."""
    graph = Current(asked.settings.snapshots).get()
    with asked.views() as session:
        number = session.scalar(sa.select(sa.func.min(Impression.impression_id)))
        assert number is not None
        assert not replay.replay(session, number, lambda _: graph, configuration_digest).same


@on_sqlite
def test_a_pruned_snapshot_and_another_configuration_are_told(asked: Wiring) -> None:
    current = Current(asked.settings.snapshots)
    with asked.views() as session:
        row = session.scalars(sa.select(Impression)).first()
        assert row is not None
        with pytest.raises(NotFound, match="other_configuration"):
            replay.replay(session, row.impression_id, current.at, lambda _: "another")
        shutil.rmtree(asked.settings.snapshots / row.snapshot_id)
        with pytest.raises(NotFound, match="snapshot_pruned"):
            replay.replay(
                session, row.impression_id, Current(asked.settings.snapshots).at, configuration_digest
            )
        with pytest.raises(NotFound, match="no_such_suggestion"):
            replay.replay(session, 10**6, current.at, configuration_digest)


@on_sqlite
def test_the_command_says_that_it_is_the_same(
    asked: Wiring, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in asked.settings.to_env().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("QIANXIAN_LANGUAGE", "en")
    assert outcome(["replay", "1"]) == 0
    said = capsys.readouterr().out
    assert "bit for bit" in said
    assert worlds.CATERER_IN_TOWER in said
    assert outcome(["replay", "99"]) == 1


@on_sqlite
def test_a_suggestion_outlives_the_recomputations_after_it_by_the_real_job(
    wiring: Wiring, district: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Asked before a recomputation, computed again after two, of which the last has pruned."""
    assert ran_here(wiring, JobName.RECOMPUTE).state == RunState.SUCCEEDED
    graph = Current(wiring.settings.snapshots).get()
    with wiring.transactions.begin() as session:
        question = Question(text="职工食堂配餐", kind=NeedKind.SUPPLY)
        station = Actor("a", Role.OFFICER, STATION)
        shown = partners.for_question(session, graph, station, question, 3, wiring.clock())
        assert shown.suggestions
    for number in (1, 2):
        with wiring.transactions.begin() as session:
            session.execute(sa.update(Enterprise).values(name=f"改名{number}", scope=f"别的{number}"))
        later = replace(wiring, clock=lambda number=number: wiring.clock() + timedelta(seconds=2 * number))
        assert ran_here(later, JobName.RECOMPUTE).state == RunState.SUCCEEDED
    assert Current(wiring.settings.snapshots).get().snapshot_id != graph.snapshot_id
    for name, value in wiring.settings.to_env().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("QIANXIAN_LANGUAGE", "en")
    assert outcome(["replay", "1"]) == 0
    assert "bit for bit" in capsys.readouterr().out
