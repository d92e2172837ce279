"""What one firm is told of another does not move with what it may not know, however it asks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role
from matcher.domain.need import Direction, NeedKind, Question
from matcher.services import partner_view, partners
from matcher.storage.enterprises import Enterprise
from matcher.storage.needs import Need
from tests import factories as make
from tests import worlds
from tests.factories import NOW, STATION

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


def test_no_question_of_another_firm_finds_a_revenue_or_a_customer_out(rows: Session, tmp_path: Path) -> None:
    other = make.an_enterprise(rows, industry_code="6513", listed=False).enterprise_id
    before = told(rows, tmp_path / "before")
    caterer = rows.get_one(Enterprise, worlds.CATERER_IN_TOWER)
    caterer.revenue_fen, caterer.assets_fen, caterer.tax_paid_fen = 7_777_777_700, 1, 2
    for _ in range(3):
        make.a_deal(rows, buyer_id=other, seller_id=worlds.CATERER_IN_TOWER)
    assert told(rows, tmp_path / "after") == before


def test_the_own_station_reads_every_part(rows: Session, tmp_path: Path, officer: Actor) -> None:
    (first, *_), *_ = told(rows, tmp_path / "own", officer)
    assert {"size", "history"} <= set(first.parts)
    (foreign, *_), *_ = told(rows, tmp_path / "firm")
    assert {"size", "history"}.isdisjoint(foreign.parts)


def test_a_need_taken_back_since_the_snapshot_is_not_quoted(rows: Session, tmp_path: Path) -> None:
    caterer = Actor("account-caterer", Role.ENTERPRISE, worlds.CATERER_IN_TOWER)
    need = rows.get_one(Need, worlds.LUNCH)
    need.published, need.title = True, "急找午餐"
    graph = worlds.compiled(rows, tmp_path / "published")

    def heard() -> str:
        question = Question(
            text="工作午餐配送",
            asker=worlds.CATERER_IN_TOWER,
            kind=NeedKind.CUSTOMERS,
            direction=Direction.DOWNSTREAM,
        )
        ranking = partners.for_question(rows, graph, caterer, question, 5, NOW)
        return str(partner_view.partners(rows, caterer, ranking))

    assert "急找午餐" in heard()
    need.published = False
    rows.flush()
    assert "急找午餐" not in heard()
    assert STATION not in heard()
