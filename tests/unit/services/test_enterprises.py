"""Finding a firm of the own station by what an officer types between two doors."""

import pytest
from sqlalchemy.orm import Session

from matcher.domain.access import Actor
from matcher.errors import Forbidden, NotFound
from matcher.services import enterprises
from matcher.services.enterprises import Wanted
from tests.factories import FIRM, a_building, an_enterprise


def names(session: Session, actor: Actor, text: str = "", **more: object) -> list[str]:
    return [card.name for card in enterprises.search(session, actor, Wanted(text, **more)).cards]  # type: ignore[arg-type]


@pytest.mark.parametrize("typed", ["湖心", "餐饮", "hxcy", "HXCY", "cyfw"])
def test_a_part_of_the_name_or_its_initials_finds_it(session: Session, officer: Actor, typed: str) -> None:
    an_enterprise(session, name="湖心餐饮服务有限公司")
    an_enterprise(session, name="东门模具厂")
    assert names(session, officer, typed) == ["湖心餐饮服务有限公司"]


@pytest.mark.parametrize("typed", ["%", "_", "\\", "' OR 1=1 --"])
def test_signs_of_the_query_language_are_only_text(session: Session, officer: Actor, typed: str) -> None:
    an_enterprise(session, name="湖心餐饮")
    assert names(session, officer, typed) == []


def test_names_stand_in_the_order_of_their_pinyin(session: Session, officer: Actor) -> None:
    for name in ("卓越软件", "安心保洁", "重庆面馆", "白露团膳"):
        an_enterprise(session, name=name)
    assert names(session, officer) == ["安心保洁", "白露团膳", "重庆面馆", "卓越软件"]


def test_an_officer_sees_the_own_station_only(session: Session, officer: Actor) -> None:
    an_enterprise(session, name="湖心餐饮", enterprise_id="E-1")
    other = an_enterprise(session, name="湖心外站", station_id="ST-02", enterprise_id="E-2")
    assert names(session, officer) == ["湖心餐饮"]
    with pytest.raises(NotFound) as theirs:
        enterprises.get(session, officer, other.enterprise_id)
    with pytest.raises(NotFound) as none:
        enterprises.get(session, officer, "E-3")
    assert theirs.value.reason == none.value.reason


def test_a_firm_sees_itself_only(session: Session, firm: Actor) -> None:
    an_enterprise(session, enterprise_id=FIRM, name="本企业")
    an_enterprise(session, name="邻居")
    assert names(session, firm) == ["本企业"]


def test_a_bank_does_not_browse(session: Session, bank: Actor) -> None:
    with pytest.raises(Forbidden):
        enterprises.search(session, bank, Wanted())


def test_pages_show_every_firm_once(session: Session, officer: Actor) -> None:
    for number in range(7):
        an_enterprise(session, name="同名" if number < 3 else f"湖心{number}")
    seen: list[str] = []
    after = None
    while True:
        page = enterprises.search(session, officer, Wanted(limit=2, after=after))
        seen += [card.enterprise_id for card in page.cards]
        after = page.next
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 7


def test_a_card_says_trade_and_place(session: Session, officer: Actor) -> None:
    building = a_building(session, name="湖心大厦")
    row = an_enterprise(session, building_id=building.building_id, industry_code="6210", floor="12")
    card = enterprises.cards(session, officer, [row.enterprise_id])[row.enterprise_id]
    assert (card.building, card.floor, card.industry_name()) == ("湖心大厦", "12", "正餐服务")
