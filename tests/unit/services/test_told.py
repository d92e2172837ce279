"""What one firm is told of another leaves out the parts that rest on what it may not know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role
from matcher.domain.need import Question
from matcher.services import partner_view, partners
from tests import worlds
from tests.factories import NOW

ASKER = Actor("account-software", Role.ENTERPRISE, worlds.ASKER)


@pytest.fixture
def rows(sqlite_template: Path, tmp_path: Path) -> Iterator[Session]:
    with worlds.rows(sqlite_template, tmp_path) as session:
        worlds.a_canteen_tower(session)
        yield session


def told(session: Session, folder: Path, actor: Actor = ASKER) -> list[tuple[partner_view.Partner, ...]]:
    graph = worlds.compiled(session, folder)
    answers = []
    for amount in (None, 1_000_000, 100_000_000, 10_000_000_000):
        question = Question(text=worlds.LUNCH_TEXT, asker=worlds.ASKER, amount_fen=amount)
        ranking = partners.for_question(session, graph, actor, question, 5, NOW)
        answers.append(partner_view.partners(session, actor, ranking))
    return answers


def test_the_own_station_reads_every_part(rows: Session, tmp_path: Path, officer: Actor) -> None:
    (first, *_), *_ = told(rows, tmp_path / "own", officer)
    assert {"size", "history"} <= set(first.parts)
    (foreign, *_), *_ = told(rows, tmp_path / "firm")
    assert {"size", "history"}.isdisjoint(foreign.parts)
