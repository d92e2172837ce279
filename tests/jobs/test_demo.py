"""The demo district is believable, the same for the same seed, and holds the five stories for any seed."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from itertools import chain

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs.demo import populate
from jobs.demo.district import MAIN_FIRMS, SECOND_FIRMS, District, draw
from jobs.demo.gatherings import BANK
from jobs.demo.places import MAIN, SECOND
from jobs.demo.stories import CANTEEN_FIRMS, LOAN_YUAN, roles
from jobs.demo.trades import trades
from matcher.domain import industry, place
from matcher.domain.access import Role
from matcher.domain.enterprise import CodeVerdict, code_verdict, is_sole_trader, size_class
from matcher.domain.need import NeedKind, NeedState
from matcher.domain.product import ProductKind, Truth, evaluate, parse_criteria
from matcher.storage.db import Base
from matcher.storage.enterprises import Enterprise
from matcher.storage.needs import Deal, Need, Offer
from matcher.storage.products import Product
from tests.factories import NOW

SEEDS = range(1, 21)


@pytest.fixture(scope="module")
def districts() -> dict[int, District]:
    return {seed: draw(seed, NOW) for seed in SEEDS}


@pytest.fixture
def district(districts: dict[int, District]) -> District:
    return districts[1]


def rows(district: District, kind: type[Base]) -> list:
    return [row for row in district.rows if isinstance(row, kind)]


def test_populate_writes_all_rows_and_counts_them(engine: sa.Engine, now: datetime) -> None:
    summary = populate(engine, 1, now)
    with Session(engine) as session:
        for table, count in summary.counts.items():
            assert session.scalar(sa.select(sa.func.count()).select_from(sa.table(table))) == count
    assert summary.counts["enterprises"] == MAIN_FIRMS + SECOND_FIRMS
    assert summary.counts["needs"] == 140


def test_the_summary_names_an_account_for_everybody_who_tries_the_demo(
    engine: sa.Engine, now: datetime
) -> None:
    summary = populate(engine, 1, now)
    scopes = {account.role: account.scope for account in summary.accounts if account.name != "officer-liudu"}
    assert scopes == {
        Role.OFFICER: MAIN,
        Role.BANK: BANK,
        Role.ORGANIZER: "ORG-WJ",
        Role.ADMINISTRATOR: "",
        Role.ENTERPRISE: summary.roles["modular_maker"],
    }
    assert len({account.name for account in summary.accounts}) == len(summary.accounts)


def test_the_same_seed_gives_the_same_rows() -> None:
    assert _values(draw(7, NOW)) == _values(draw(7, NOW))


def test_another_seed_gives_other_names_places_and_figures(districts: dict[int, District]) -> None:
    for role in ("meal_card_company", "charging_supplier", "modular_maker", "robotics_firm"):
        cast = [one.cast[role].row for one in districts.values()]
        assert len({row.name for row in cast}) >= len(SEEDS) - 2
        assert len({row.enterprise_id for row in cast}) > len(SEEDS) // 2
        assert len({row.employees for row in cast}) > 3


def test_every_seed_has_the_whole_cast_with_its_needs(districts: dict[int, District]) -> None:
    for district in districts.values():
        assert set(roles()) | {"modular_loan", "mechanical_masters"} == set(district.roles)
        texts = {row.need_id: row for row in rows(district, Need)}
        assert all(texts[need_id].state == NeedState.OPEN for need_id in district.needs.values())
        assert sum(role.startswith("canteen_") for role in district.needs) == CANTEEN_FIRMS


def test_planted_firms_are_open_listed_and_fully_known(districts: dict[int, District]) -> None:
    for firm in chain.from_iterable(district.cast.values() for district in districts.values()):
        assert firm.row.status == "active"
        assert firm.row.listed
        assert firm.row.employees is not None
        assert firm.trade.is_public or firm.row.revenue_fen is not None


def test_the_canteen_firms_sit_in_one_tower(districts: dict[int, District]) -> None:
    for district in districts.values():
        towers = {
            district.cast[f"canteen_{number}"].row.building_id for number in range(1, CANTEEN_FIRMS + 1)
        }
        assert len(towers) == 1


def test_codes_are_valid_and_each_is_given_once(districts: dict[int, District]) -> None:
    for district in districts.values():
        codes = [row.code for row in rows(district, Enterprise) if row.code is not None]
        assert all(code_verdict(code) is CodeVerdict.OK for code in codes)
        assert len(set(codes)) == len(codes)
        assert any(is_sole_trader(code) for code in codes)


def test_codes_lie_in_a_range_that_no_registrar_gives(district: District) -> None:
    assert all(row.code is None or row.code[8:10] == "QX" for row in rows(district, Enterprise))


def test_names_are_given_once_and_say_the_trade(districts: dict[int, District]) -> None:
    for district in districts.values():
        names = [firm.row.name for firm in district.firms]
        assert len(set(names)) == len(names)
        assert all(any(word in firm.row.name for word in firm.trade.words) for firm in district.firms)


def test_two_firms_never_share_a_room(districts: dict[int, District]) -> None:
    for district in districts.values():
        addresses = [row.address for row in rows(district, Enterprise)]
        assert len(set(addresses)) == len(addresses)


def test_contacts_have_numbers_that_no_operator_serves(district: District) -> None:
    phones = [row.contact_phone for row in rows(district, Enterprise) if row.contact_phone is not None]
    assert phones
    assert all(phone.startswith("199-0000-") for phone in phones)


def test_what_is_unknown_is_missing_and_never_zero(district: District) -> None:
    firms = rows(district, Enterprise)
    for column in ("employees", "revenue_fen", "tax_paid_fen", "assets_fen", "registered_capital_fen"):
        values = [getattr(row, column) for row in firms]
        assert 0 not in values
        assert 0.02 < values.count(None) / len(values) < 0.6


def test_most_firms_are_small_or_micro_by_the_statistical_rule(district: District) -> None:
    classes: Counter[str] = Counter()
    for row in rows(district, Enterprise):
        if row.industry_code is not None and row.employees is not None:
            revenue = None if row.revenue_fen is None else row.revenue_fen / 100
            assets = None if row.assets_fen is None else row.assets_fen / 100
            found = size_class(row.industry_code, row.employees, revenue, assets)
            classes[str(found.high)] += 1
    assert classes["small"] + classes["micro"] > 0.8 * sum(classes.values())


def test_industries_and_regions_stand_in_the_tables(district: District) -> None:
    assert all(industry.get(trade.code) is not None for trade in trades().values())
    assert all(place.region(row.region_code) is not None for row in rows(district, Enterprise))


def test_what_a_trade_buys_is_a_trade() -> None:
    bought = {key for trade in trades().values() for key in trade.buys}
    assert bought <= set(trades())


def test_firms_offer_a_little_more_than_one_thing_each(districts: dict[int, District]) -> None:
    for district in districts.values():
        assert 0.9 < len(rows(district, Offer)) / len(district.firms) < 1.5


def test_needs_are_of_all_ten_kinds_and_leave_no_blank(districts: dict[int, District]) -> None:
    for district in districts.values():
        needs = rows(district, Need)
        assert {row.kind for row in needs} - {None} == set(NeedKind)
        assert not any("{" in row.text for row in needs)
        assert not any("{" in (row.text or "") for row in rows(district, Offer))


def test_needs_come_in_on_working_days_before_now(district: District) -> None:
    assert all(row.created_at < NOW and row.created_at.weekday() < 5 for row in rows(district, Need))


def test_no_need_is_served_or_closed_without_its_deal(districts: dict[int, District]) -> None:
    for district in districts.values():
        answered = {row.need_id for row in rows(district, Deal)} - {None}
        ended = {row.need_id for row in rows(district, Need) if row.state in ("served", "closed")}
        assert ended == answered


def test_a_deal_has_two_parties_and_a_reason_where_it_failed(districts: dict[int, District]) -> None:
    for deal in chain.from_iterable(rows(district, Deal) for district in districts.values()):
        assert deal.buyer_id != deal.seller_id
        assert (deal.reason is not None) == (deal.stage == "declined")


def test_the_second_station_has_firms_of_its_own(district: District) -> None:
    stations = Counter(row.station_id for row in rows(district, Enterprise))
    assert stations == {MAIN: MAIN_FIRMS, SECOND: SECOND_FIRMS}


def test_products_are_of_all_three_kinds_and_their_criteria_can_be_read(district: District) -> None:
    products = rows(district, Product)
    assert {row.kind for row in products} == set(ProductKind)
    assert all(parse_criteria(row.criteria) for row in products if row.kind != ProductKind.SPACE)


def test_the_modular_housing_maker_passes_the_loan_it_asks_for(districts: dict[int, District]) -> None:
    for district in districts.values():
        loan = next(
            row for row in rows(district, Product) if row.product_id == district.roles["modular_loan"]
        )
        assert loan.amount_fen == LOAN_YUAN * 100
        verdict = evaluate(parse_criteria(loan.criteria), _facts(district, "modular_maker"), NOW.date())
        assert verdict.truth is Truth.YES


def _facts(district: District, role: str) -> dict[str, object]:
    row = district.cast[role].row
    founded = row.founded_on
    return {
        "status": row.status,
        "industry": row.industry_code,
        "region": row.region_code,
        "age_months": (NOW.year - founded.year) * 12 + NOW.month - founded.month,
        "revenue": row.revenue_fen / 100,
        "tax_paid": row.tax_paid_fen / 100,
        "tax_grade": row.tax_grade,
    }


def _values(district: District) -> list[dict[str, object]]:
    return [
        {column.key: getattr(row, column.key) for column in sa.inspect(type(row)).columns}
        for row in district.rows
    ]
