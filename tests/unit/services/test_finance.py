from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role
from matcher.errors import Conflict, Forbidden, InvalidInput, NotFound
from matcher.services import consents, finance
from matcher.services.consents import ConsentForm
from matcher.storage import journal
from matcher.storage.enterprises import Enterprise
from tests import factories as make
from tests import worlds
from tests.factories import BANK, FIRM

CRITERIA = [
    {"field": "age_months", "operator": "at_least", "value": 24},
    {"field": "revenue_wan", "operator": "at_least", "value": 300},
    {"field": "tax_grade", "operator": "at_least", "value": "B"},
]
FIELDS = ("revenue", "tax_grade", "employees")


@pytest.fixture
def loan(session: Session) -> str:
    make.a_product(session, product_id="LOAN", criteria=CRITERIA)
    return "LOAN"


def consented(session: Session, identifier: str, **over: object) -> str:
    fields = over.pop("fields", list(FIELDS))
    make.an_enterprise(session, enterprise_id=identifier, **over)
    make.a_consent(session, enterprise_id=identifier, purpose="financing", fields=fields)
    return identifier


def page(session, graph, bank, now, **over):
    asked = {"limit": 20, "cursor": None} | over
    return finance.eligible_firms(session, graph, bank, "LOAN", asked["limit"], asked["cursor"], now)


def test_only_firms_with_a_live_consent_to_this_bank_appear(session, tmp_path, bank, loan, now):
    consented(session, "ENT-YES")
    make.an_enterprise(session, enterprise_id="ENT-SILENT")
    other = make.an_enterprise(session).enterprise_id
    make.a_consent(session, enterprise_id=other, purpose="financing", grantee="BANK-02", fields=list(FIELDS))
    purpose = make.an_enterprise(session).enterprise_id
    make.a_consent(session, enterprise_id=purpose, purpose="event", fields=list(FIELDS))
    graph = worlds.compiled(session, tmp_path)
    assert [line.enterprise_id for line in page(session, graph, bank, now).firms] == ["ENT-YES"]


def test_a_firm_without_consent_changes_nothing_in_what_the_bank_reads(session, tmp_path, bank, loan, now):
    consented(session, "ENT-YES")
    before = page(session, worlds.compiled(session, tmp_path / "before"), bank, now)
    make.an_enterprise(session, enterprise_id="ENT-SILENT", revenue_fen=10**12)
    after = page(session, worlds.compiled(session, tmp_path / "after"), bank, now)
    assert (after.firms, after.next_cursor) == (before.firms, before.next_cursor)


def test_a_withdrawal_counts_at_once_and_in_the_same_snapshot(session, tmp_path, bank, officer, loan, now):
    consented(session, "ENT-YES")
    graph = worlds.compiled(session, tmp_path)
    assert page(session, graph, bank, now).firms
    (view,) = consents.of_enterprise(session, officer, "ENT-YES", now)
    consents.withdraw(session, officer, view.consent_id, now, "不再需要")
    assert page(session, graph, bank, now).firms == ()
    with pytest.raises(Conflict):
        consents.withdraw(session, officer, view.consent_id, now)


def test_each_firm_shown_has_its_journal_line_and_can_read_it(session, tmp_path, bank, officer, loan, now):
    consented(session, "ENT-YES")
    graph = worlds.compiled(session, tmp_path)
    (line,) = page(session, graph, bank, now).firms
    itself = Actor("x", Role.ENTERPRISE, "ENT-YES")
    told = [one for one in consents.disclosures(session, itself, "ENT-YES") if one.action == "disclosure"]
    (disclosure,) = told
    assert disclosure.party == BANK
    assert disclosure.fields == tuple(sorted(line.fields))
    assert disclosure.purpose == "financing"
    assert disclosure.consents == line.consents
    assert disclosure.snapshot_id == graph.snapshot_id


def test_the_bank_reads_the_fields_consented_to_and_bands_where_the_table_says_so(
    session, tmp_path, bank, loan, now
):
    consented(session, "ENT-YES", employees=32, revenue_fen=850_000_000)
    (line,) = page(session, worlds.compiled(session, tmp_path), bank, now).firms
    assert line.fields["revenue"] == 8_500_000.0
    assert line.fields["employees"] == "10-49"
    assert "tax_paid" not in line.fields
    assert "contact_phone" not in line.fields


def test_a_threshold_on_a_fact_kept_back_finds_nothing_out(session, tmp_path, bank, loan, now):
    for identifier, revenue in (("ENT-POOR", 1), ("ENT-RICH", 10**12)):
        consented(session, identifier, fields=["tax_grade"], revenue_fen=revenue)
    lines = page(session, worlds.compiled(session, tmp_path), bank, now).firms
    assert {line.standing for line in lines} == {"open"}
    assert [[one.field for one in line.missing] for line in lines] == [["revenue"], ["revenue"]]


def test_near_misses_come_last_with_their_distance(session, tmp_path, bank, loan, now):
    consented(session, "ENT-NEAR", revenue_fen=288_000_000)
    consented(session, "ENT-YES")
    consented(session, "ENT-FAR", revenue_fen=1, tax_grade="D")
    lines = page(session, worlds.compiled(session, tmp_path), bank, now).firms
    assert [line.enterprise_id for line in lines] == ["ENT-YES", "ENT-NEAR"]
    (short,) = lines[1].failing
    assert (short.field, short.distance, short.unit) == ("revenue", 120_000.0, "yuan")


def test_a_person_s_business_appears_only_if_it_consented_to_its_name(session, tmp_path, bank, loan, now):
    code = "92" + make.a_code(999)[2:]
    consented(session, "ENT-TRADER", code=code, fields=list(FIELDS))
    graph = worlds.compiled(session, tmp_path)
    assert page(session, graph, bank, now).firms == ()


def test_pages_follow_each_other_without_gap_or_repeat(session, tmp_path, bank, loan, now):
    names = [consented(session, f"ENT-{number}", revenue_fen=400_000_000 + number) for number in range(7)]
    graph = worlds.compiled(session, tmp_path)
    found, cursor = [], None
    for _ in range(4):
        one = page(session, graph, bank, now, limit=2, cursor=cursor)
        found += [line.enterprise_id for line in one.firms]
        cursor = one.next_cursor
    assert sorted(found) == sorted(names)
    assert cursor is None


def test_a_cursor_of_another_snapshot_or_of_nonsense_is_refused(session, tmp_path, bank, loan, now):
    for number in range(3):
        consented(session, f"ENT-{number}")
    cursor = page(session, worlds.compiled(session, tmp_path / "a"), bank, now, limit=1).next_cursor
    make.an_enterprise(session)
    graph = worlds.compiled(session, tmp_path / "b")
    for wrong in (cursor, "%%%", "e30="):
        with pytest.raises(InvalidInput) as caught:
            page(session, graph, bank, now, cursor=wrong)
        assert caught.value.reason == "products.bad_cursor"


def test_another_bank_s_product_looks_like_none(session, tmp_path, bank, loan, now):
    graph = worlds.compiled(session, tmp_path)
    stranger = Actor("x", Role.BANK, "BANK-02")
    with pytest.raises(NotFound):
        finance.eligible_firms(session, graph, stranger, "LOAN", 20, None, now)
    with pytest.raises(NotFound):
        finance.counts(session, graph, stranger, "LOAN", now)


def test_an_officer_may_not_ask_for_a_bank_s_list(session, tmp_path, officer, loan, now):
    with pytest.raises(Forbidden):
        finance.eligible_firms(session, worlds.compiled(session, tmp_path), officer, "LOAN", 20, None, now)


def test_counts_below_ten_are_not_told_and_others_are_rounded_to_five(session, tmp_path, bank, loan, now):
    for _ in range(13):
        make.an_enterprise(session)
    for _ in range(4):
        make.an_enterprise(session, tax_grade=None)
    counted = finance.counts(session, worlds.compiled(session, tmp_path), bank, "LOAN", now)
    assert (counted.eligible, counted.open) == (15, None)


def test_a_firm_gets_its_best_loan_and_the_next_question(session, tmp_path, firm, now):
    make.an_enterprise(session, enterprise_id=FIRM, tax_grade=None, revenue_fen=5_000_000_000)
    make.a_need(session, enterprise_id=FIRM, kind="financing", amount_fen=780_000_000)
    make.a_product(session, product_id="ORDER", criteria=[CRITERIA[1]], amount_fen=780_000_000, rate=0.0365)
    make.a_product(session, product_id="TAX", criteria=[CRITERIA[2]], amount_fen=300_000_000, rate=0.03)
    make.a_product(session, product_id="OVER", criteria=[], valid_until=(now - timedelta(days=30)).date())
    graph = worlds.compiled(session, tmp_path)
    answer = finance.loans_for(session, graph, firm, FIRM, now)
    assert [fit.product.product_id for fit in answer.fits] == ["ORDER", "TAX"]
    assert answer.wish.amount_yuan == 7_800_000.0
    assert [one.field for one in finance.next_questions(session, graph, firm, FIRM, now)] == ["tax_grade"]


def test_spaces_and_policies_are_answered_by_the_same_engine(session, tmp_path, firm, now):
    make.an_enterprise(session, enterprise_id=FIRM)
    make.a_product(session, product_id="ROOM", kind="space", criteria=[], area_m2=120.0, rent_fen=6000)
    make.a_product(session, product_id="GRANT", kind="policy", criteria=[CRITERIA[0]])
    graph = worlds.compiled(session, tmp_path)
    assert [fit.product.product_id for fit in finance.spaces_for(session, graph, firm, FIRM, now).fits] == [
        "ROOM"
    ]
    (fit,) = finance.policies_for(session, graph, firm, FIRM, now).fits
    assert fit.verdict.truth.value == "yes"


def test_another_station_s_firm_looks_like_none(session, tmp_path, officer, now):
    make.an_enterprise(session, enterprise_id="ENT-AWAY", station_id="ST-02")
    graph = worlds.compiled(session, tmp_path)
    with pytest.raises(NotFound):
        finance.loans_for(session, graph, officer, "ENT-AWAY", now)


def form(**over: object) -> ConsentForm:
    plain = ConsentForm(FIRM, BANK, "financing", ("revenue",), proof="授权书第7号")
    return replace(plain, **over)


def test_a_firm_grants_and_the_row_says_by_whom_and_until_when(session, firm, now):
    make.an_enterprise(session, enterprise_id=FIRM)
    view = consents.grant(session, firm, form(), now)
    assert (view.state, view.granted_by) == ("live", "enterprise:account-firm")
    assert view.valid_to - view.valid_from == timedelta(days=90)
    assert [line.action for line in journal.about(session, FIRM)] == ["consents.grant"]


def test_a_paper_grant_entered_by_an_officer_needs_its_proof(session, officer, now):
    make.an_enterprise(session, enterprise_id=FIRM)
    with pytest.raises(InvalidInput) as caught:
        consents.grant(session, officer, form(proof=" "), now)
    assert caught.value.reason == "consents.proof_needed"
    assert consents.grant(session, officer, form(), now).granted_by.startswith("officer:")


def test_a_bank_can_neither_grant_nor_read_what_others_were_granted(session, bank, firm, now):
    make.an_enterprise(session, enterprise_id=FIRM)
    consents.grant(session, firm, form(grantee="BANK-02"), now)
    with pytest.raises(Forbidden):
        consents.grant(session, bank, form(), now)
    assert consents.of_enterprise(session, bank, FIRM, now) == []


def test_nobody_withdraws_for_another_firm(session, officer, firm, now):
    make.an_enterprise(session, enterprise_id=FIRM)
    view = consents.grant(session, firm, form(), now)
    for stranger in (Actor("x", Role.OFFICER, "ST-09"), Actor("y", Role.ENTERPRISE, "ENT-OTHER")):
        with pytest.raises(NotFound):
            consents.withdraw(session, stranger, view.consent_id, now)
    with pytest.raises(NotFound):
        consents.withdraw(session, officer, "none", now)


def test_a_grant_that_runs_out_ends_the_showing_though_nothing_was_written(
    session, tmp_path, bank, loan, now
):
    make.an_enterprise(session, enterprise_id="ENT-SHORT")
    make.a_consent(
        session,
        enterprise_id="ENT-SHORT",
        purpose="financing",
        fields=list(FIELDS),
        valid_from=now - timedelta(hours=1),
        valid_to=now + timedelta(hours=1),
    )
    graph = worlds.compiled(session, tmp_path)
    for hours, shown in ((-2, 0), (0, 1), (1, 0)):
        assert len(page(session, graph, bank, now + timedelta(hours=hours)).firms) == shown


def test_a_page_is_filled_where_firms_have_closed_since_the_snapshot(session, tmp_path, bank, loan, now):
    for number in range(6):
        consented(session, f"ENT-{number}")
    graph = worlds.compiled(session, tmp_path)
    first = page(session, graph, bank, now, limit=2)
    assert [line.enterprise_id for line in first.firms] == ["ENT-0", "ENT-1"]
    for gone in ("ENT-2", "ENT-3"):
        session.get(Enterprise, gone).status = "closed"
    session.flush()
    second = page(session, graph, bank, now, limit=2, cursor=first.next_cursor)
    assert [line.enterprise_id for line in second.firms] == ["ENT-4", "ENT-5"]
    assert second.next_cursor is None
