"""A district whose firms speak English: the same code from the need's text to the reasons."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from matcher.graph.graph import Graph
from matcher.recommend.explain import sentences
from matcher.recommend.partners import stand, suggest
from matcher.services.asked import question_of, today
from matcher.services.intake import draft
from matcher.storage.needs import Need
from tests import factories as make
from tests import worlds
from tests.factories import NOW, STATION

ASKER = "ENT-BROOKSIDE"
# name, scope, offer, where: None for next door
FIRMS = {
    "ENT-CRISP": ("Crisp Linen Laundry Ltd", "Laundry", "Commercial laundry: hotel linen washed daily", ""),
    "ENT-FOLD": (
        "Fold & Sons Ltd",
        "Laundry",
        "Hotel linen and towels washed, pressed and delivered",
        "next",
    ),
    "ENT-AWAY": ("Away Laundry Ltd", "Laundry", "Hotel linen laundry, washed daily", "far"),
    "ENT-PRESS": ("Brook Printing Ltd", "Printing", "Brochures and menus printed overnight", ""),
    "ENT-CODE": ("Brook Software Ltd", "Software", "Booking software for small companies", ""),
}
TEXT = "Our hotel is looking for a laundry to wash bed linen and towels every day"


@pytest.fixture
def brookside(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[Session, Graph]]:
    """Known answer: the laundry of the house, then the one next door; never the far one or another trade."""
    with worlds.rows(sqlite_template, tmp_path) as session:
        make.a_building(session, building_id=worlds.TOWER, name="Brookside House", region_code=worlds.STREET)
        _firm(session, ASKER, "Brookside Hotel Ltd", "Hotel", "")
        for key, (name, scope, offer, where) in FIRMS.items():
            _firm(session, key, name, scope, where)
            told = {"title": offer, "text": offer, "serves": ["3401"] if where == "far" else []}
            make.an_offer(session, offer_id=f"OFF-{key}", enterprise_id=key, industry_code=None, **told)
        make.a_need(
            session,
            need_id="NEED-LINEN",
            enterprise_id=ASKER,
            text=TEXT,
            kind="supply",
            industry_code=None,
            understood=None,
        )
        yield session, worlds.compiled(session, tmp_path / "snapshots")


def _firm(session: Session, key: str, name: str, scope: str, where: str) -> None:
    make.an_enterprise(
        session,
        enterprise_id=key,
        name=name,
        scope=scope,
        industry_code=None,
        contact_phone=None,
        address=f"{key} Brook Lane",
        building_id=None if where else worlds.TOWER,
        region_code=worlds.FAR if where == "far" else worlds.STREET,
        station_id="ST-FAR" if where == "far" else STATION,
    )


def test_an_english_need_finds_the_english_offers_that_answer_it(brookside: tuple[Session, Graph]) -> None:
    session, graph = brookside
    need = session.get(Need, "NEED-LINEN")
    assert need is not None
    question = question_of(need, today(NOW))
    found = suggest(graph, question, 10, STATION).suggestions
    assert [one.identifier for one in found[:2]] == ["ENT-CRISP", "ENT-FOLD"]
    assert not {"ENT-AWAY", "ENT-PRESS", "ENT-CODE"} & {one.identifier for one in found}
    told = " ".join(sentences(found[0].for_asker, "en"))
    assert "hotel linen" in told.lower()
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in told)
    assert "serves" in stand(graph, question, "ENT-AWAY", 10, STATION).failed


def test_an_english_text_is_read_by_the_same_intake(brookside: tuple[Session, Graph]) -> None:
    session, _ = brookside
    read = draft("We need a caterer for 120 staff, lunch every day, budget 30,000 yuan", NOW, session)
    people = read.slot("headcount")
    assert people is not None
    assert people.value == 120
    assert read.kind is not None
