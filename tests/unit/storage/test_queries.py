"""What the services and the compiler ask the rows for."""

from datetime import date, timedelta

import pytest

from matcher.storage import accounts, consents, enterprises, events, feedback, held, journal, needs, products
from matcher.storage.enterprises import Enterprise, Relation
from matcher.storage.feedback import Introduction
from matcher.storage.held import Sought
from matcher.storage.stream import stream
from tests.factories import (
    BANK,
    NOW,
    STATION,
    a_building,
    a_code,
    a_consent,
    a_deal,
    a_need,
    a_product,
    a_relation,
    a_station,
    an_account,
    an_attendance,
    an_enterprise,
    an_event,
    an_offer,
    an_opening,
)

TODAY = date(2026, 11, 22)


def test_a_firm_is_found_by_its_id_its_code_and_the_key_of_its_name(session):
    firm = an_enterprise(session, code=a_code(7), name_key="湖心百货")
    assert enterprises.by_id(session, firm.enterprise_id) is firm
    assert enterprises.by_code(session, a_code(7)) is firm
    assert enterprises.by_name_key(session, "湖心百货") == [firm]
    assert enterprises.by_ids(session, [firm.enterprise_id, "ENT-NONE"]) == {firm.enterprise_id: firm}


def test_a_station_reads_its_own_firms_page_by_page(session):
    a_station(session, station_id="ST-02", name="江岸街道企业服务站")
    an_enterprise(session, station_id="ST-02")
    mine = [an_enterprise(session) for _ in range(3)]
    page = enterprises.of_station(session, STATION, limit=2)
    rest = enterprises.of_station(session, STATION, after=page[-1].enterprise_id, limit=2)
    assert [*page, *rest] == mine


@pytest.mark.parametrize(
    ("over", "holds"),
    [
        ({}, True),
        ({"until": TODAY}, True),
        ({"until": TODAY - timedelta(days=1)}, False),
        ({"contested": True}, False),
    ],
    ids=["open end", "last day", "over", "contested"],
)
def test_a_relation_holds_through_its_last_day_unless_it_is_contested(session, over, holds):
    one, other = an_enterprise(session), an_enterprise(session)
    a_relation(session, one.enterprise_id, other.enterprise_id, **over)
    for side in (one, other):
        found = enterprises.relations_in_force(session, [side.enterprise_id], TODAY)
        assert [relation.kind for relation in found] == (["rival"] if holds else [])


def test_buildings_of_a_station_come_by_name(session):
    names = [a_building(session, name=name).name for name in ("B座", "A座")]
    assert [row.name for row in enterprises.buildings_of(session, STATION)] == sorted(names)


def test_deals_of_a_firm_are_those_it_bought_or_sold(session):
    one, other = an_enterprise(session).enterprise_id, an_enterprise(session).enterprise_id
    there = a_deal(session, buyer_id=one, seller_id=other)
    back = a_deal(session, buyer_id=other, seller_id=one)
    elsewhere = a_deal(session, buyer_id=one)
    assert needs.deals_of(session, one) == [there, back, elsewhere]


def test_open_needs_are_those_nobody_has_served_yet_of_this_station(session):
    a_station(session, station_id="ST-02", name="江岸街道企业服务站")
    elsewhere = an_enterprise(session, station_id="ST-02").enterprise_id
    waiting = [a_need(session), a_need(session, state="matching")]
    a_need(session, state="closed")
    foreign = a_need(session, enterprise_id=elsewhere)
    assert needs.open_needs(session, STATION) == waiting
    assert needs.open_needs(session) == [*waiting, foreign]


def test_needs_and_offers_of_a_firm(session):
    firm = an_enterprise(session).enterprise_id
    old = a_need(session, enterprise_id=firm, created_at=NOW - timedelta(days=1))
    new = a_need(session, enterprise_id=firm)
    offer = an_offer(session, enterprise_id=firm)
    assert needs.needs_of(session, firm) == [new, old]
    assert needs.offers_of(session, [firm]) == [offer]


@pytest.mark.parametrize(
    ("over", "holds"),
    [
        ({}, True),
        ({"valid_to": NOW}, False),
        ({"valid_from": NOW + timedelta(seconds=1)}, False),
        ({"revoked_at": NOW}, False),
        ({"revoked_at": NOW + timedelta(days=1)}, True),
        ({"purpose": "salon"}, False),
        ({"grantee": "BANK-02"}, False),
    ],
    ids=["in force", "just over", "not begun", "revoked", "revoked later", "other purpose", "other bank"],
)
def test_a_consent_speaks_for_one_party_one_purpose_and_its_time(session, over, holds):
    consent = a_consent(session, **over)
    expected = [consent] if holds else []
    assert consents.granted(session, consent.enterprise_id, BANK, "financing", NOW) == expected
    assert consents.of_enterprise(session, consent.enterprise_id) == [consent]


def test_products_that_can_be_had_today(session):
    current = a_product(session)
    last_day = a_product(session, valid_until=TODAY)
    a_product(session, valid_until=TODAY - timedelta(days=1))
    a_product(session, kind="policy")
    assert products.valid_on(session, "loan", TODAY) == [current, last_day]
    assert len(products.of_owner(session, BANK)) == 4


def test_an_account_is_found_by_name(session):
    account = an_account(session, name="wang")
    assert accounts.by_name(session, "wang") is account
    assert accounts.by_name(session, "li") is None


def test_events_come_in_the_order_they_begin(session):
    late = an_event(session, starts_at=NOW + timedelta(days=2))
    early = an_event(session, starts_at=NOW + timedelta(days=1))
    undated = an_event(session, starts_at=None)
    firm = an_enterprise(session).enterprise_id
    seat = an_attendance(session, early.event_id, firm)
    opening = an_opening(session, enterprise_id=firm)
    assert events.of_kind(session, "salon", since=NOW) == [early, late]
    assert undated in events.of_kind(session, "salon")
    assert events.attendances(session, early.event_id) == [seat]
    assert events.attended_by(session, firm) == [seat]
    assert events.openings_of(session, [firm]) == [opening]


def test_introductions_of_a_need_and_of_the_firm_proposed(session):
    need, firm = a_need(session), an_enterprise(session)
    row = Introduction(
        introduction_id="INT-1",
        need_id=need.need_id,
        enterprise_id=firm.enterprise_id,
        created_by="account-officer",
        created_at=NOW,
        updated_at=NOW,
    )
    session.add(row)
    session.flush()
    assert feedback.of_need(session, need.need_id) == [row]
    assert feedback.of_enterprise(session, firm.enterprise_id) == [row]


def test_a_firm_can_be_told_who_saw_it(session, bank):
    line = journal.record(session, bank, "enterprise.read", ("enterprise", "E1", "E1"), NOW, fields=["name"])
    session.flush()
    assert journal.about(session, "E1") == [line]


def test_a_held_row_waits_until_somebody_has_asked(session):
    a_station(session)
    row = held.HeldRow(
        held_id="h1",
        kind="enterprises",
        identifier="91",
        station_id=STATION,
        file="企业.csv",
        line=3,
        column="code",
        value="91",
        reason="imports.held.code_check_failed",
        held_at=NOW,
    )
    session.add(row)
    session.flush()
    assert (held.waiting(session, Sought(STATION), 10), held.count(session, Sought(STATION))) == ([row], 1)
    elsewhere = held.waiting(session, Sought(None), 10)
    assert (elsewhere, held.waiting(session, Sought(STATION), 10, "h1")) == ([], [])
    row.resolved_at = NOW
    assert (held.waiting(session, Sought(STATION), 10), held.count(session, Sought(STATION))) == ([], 0)


@pytest.mark.parametrize("chunk", [1, 2, 5, 6, 100])
def test_a_stream_gives_every_firm_once_in_key_order_whatever_the_chunk(session, chunk):
    identifiers = sorted(an_enterprise(session, name="湖心").enterprise_id for _ in range(5))
    chunks = list(stream(session, Enterprise, ["name", "enterprise_id"], chunk=chunk))
    assert [row.enterprise_id for rows in chunks for row in rows] == identifiers
    assert {row[0] for rows in chunks for row in rows} == {"湖心"}
    assert all(len(rows) <= chunk for rows in chunks)


def test_a_stream_of_rows_with_a_key_of_three_parts_goes_on_where_it_stopped(session):
    one, two = sorted(an_enterprise(session).enterprise_id for _ in range(2))
    for a, b, kind in [(one, two, "rival"), (one, two, "dispute"), (two, one, "rival")]:
        a_relation(session, a, b, kind=kind)
    keys = [(row.a, row.b, row.kind) for rows in stream(session, Relation, chunk=1) for row in rows]
    assert keys == [(one, two, "dispute"), (one, two, "rival"), (two, one, "rival")]
    behind = list(stream(session, Relation, after=(one, two, "dispute")))
    assert [(row.a, row.kind) for row in behind[0]] == [(one, "rival"), (two, "rival")]
