"""Outcomes of introductions become weights: with the parts kept, compared, put in force and taken back."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.orm import Session

from matcher.build.compile import compile_snapshot, configuration_digest
from matcher.domain.access import Actor, Role
from matcher.domain.case import Outcome
from matcher.errors import Conflict
from matcher.graph import snapshot
from matcher.recommend.weight_learning import NAMES
from matcher.recommend.weight_table import SHIPPED, table_of
from matcher.recommend.weights import WEIGHTS
from matcher.services import introductions, partners, weights
from matcher.services.introductions import Step
from matcher.storage.feedback import Introduction
from tests import factories as make
from tests import worlds


def introduced(session: Session, now: datetime, count: int) -> None:
    """Introductions of the last year, of which the near ones were signed."""
    need = make.a_need(session)
    firm = make.an_enterprise(session)
    rng = np.random.default_rng(0)
    for number in range(count):
        parts = dict(zip(NAMES, rng.random(len(NAMES)).tolist(), strict=True))
        signed = rng.random() < (0.9 if parts["place"] > 0.6 else 0.1)
        at = now - timedelta(days=360) + timedelta(hours=number)
        session.add(
            Introduction(
                introduction_id=f"I-{number:05d}",
                need_id=need.need_id,
                enterprise_id=firm.enterprise_id,
                state="signed" if signed else "declined",
                reason=None if signed else "价格谈不拢",
                parts=parts,
                steps=[],
                created_by="o",
                created_at=at,
                updated_at=at,
            )
        )
    session.flush()


def test_outcomes_put_a_better_table_in_force_and_one_word_takes_it_back(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    introduced(session, now, 600)
    told = weights.retrain(session, now)
    assert told["published"]
    assert told["comparison"]["log_loss"]["after"] < told["comparison"]["log_loss"]["before"]
    graph = snapshot.open_snapshot(tmp_path / compile_snapshot(session, tmp_path, now))
    table = table_of(graph)
    assert table.version == told["version"] == told["in_force"]
    assert table.weights == told["weights"]
    assert table.line is not None
    assert table.line[0] > 0
    assert graph.manifest["configuration"] == configuration_digest(table) != configuration_digest()
    assert weights.withdraw(session, now) == {"withdrawn": table.version, "in_force": 0}
    later = now + timedelta(hours=1)
    after = snapshot.open_snapshot(tmp_path / compile_snapshot(session, tmp_path, later))
    assert table_of(after) == SHIPPED
    with pytest.raises(Conflict, match="nothing_learned"):
        weights.withdraw(session, now)


def test_too_few_outcomes_are_said_and_keep_the_table(session: Session, now: datetime) -> None:
    introduced(session, now, 30)
    told = weights.retrain(session, now)
    assert told["too_few"]
    assert told["in_force"] == 0
    assert told["outcomes"] == 30
    assert not weights.retrain(session, now)["published"]


def test_what_is_under_way_is_no_outcome_until_nobody_moves_it(session: Session, now: datetime) -> None:
    introduced(session, now, 3)
    moving = session.get_one(Introduction, "I-00000")
    moving.state, moving.updated_at = "quoted", now - timedelta(days=2)
    assert len(weights.ended(session, now)) == 2
    assert len(weights.ended(session, now + timedelta(days=100))) == 3


def test_an_introduction_keeps_the_parts_of_its_score_and_its_end(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    worlds.a_canteen_tower(session)
    session.flush()
    graph = snapshot.open_snapshot(tmp_path / compile_snapshot(session, tmp_path, now))
    actor = Actor("firm", Role.ENTERPRISE, worlds.ASKER)
    shown = partners.for_need(session, graph, actor, worlds.LUNCH, 5, now).suggestions[0]
    made = introductions.create(session, graph, actor, worlds.LUNCH, shown.identifier, now)
    session.refresh(made)
    assert made.parts == pytest.approx(dict(shown.parts), abs=1e-5)
    assert made.table_version == 0
    assert made.snapshot_id == graph.snapshot_id
    worth = sum(WEIGHTS[name] * value for name, value in made.parts.items())
    assert made.score == pytest.approx(min(1.0, worth), abs=1e-4)
    step = Step(Outcome.DECLINED, reason="对方产能已满")
    ended = introductions.advance(session, actor, made.introduction_id, made.version, step, now)
    assert (ended.state, ended.reason, ended.parts) == ("declined", "对方产能已满", made.parts)
