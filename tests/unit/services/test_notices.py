"""Notices: told once, to those concerned alone, in words that obey the reader's sight."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from matcher.domain.access import Actor, Role
from matcher.errors import InvalidInput, NotFound
from matcher.services import consents
from matcher.services.consents import ConsentForm
from matcher.services.notices import About, AboutKind, Firm, Notice, To, inbox, notify, read, read_all, unread
from tests.factories import BANK, STATION, an_account, an_enterprise

NEED = About(AboutKind.NEED, "NEED-1")


@pytest.fixture
def people(session) -> dict[str, Actor]:
    """Two officers of the station, one of another, a bank's clerk."""
    scopes = {"li": STATION, "wang": STATION, "far": "ST-02", "clerk": BANK}
    found = {}
    for name, scope in scopes.items():
        role = Role.BANK if name == "clerk" else Role.OFFICER
        row = an_account(session, name=name, role=role.value, scope=scope)
        found[name] = Actor(row.account_id, role, scope)
    return found


def overdue(firm: str, by: date = date(2026, 11, 21)) -> Notice:
    blanks = {"firm": Firm(firm), "title": "职工午餐配送", "by": by}
    return Notice("case_overdue", To.station(STATION), NEED, blanks, urgent=True)


def test_a_station_s_notice_is_in_the_inbox_of_each_of_its_officers_and_of_nobody_else(session, people, now):
    firm = an_enterprise(session, name="湖心百货有限公司")
    notify(session, overdue(firm.enterprise_id), now)
    told = inbox(session, people["li"])
    assert told.items[0].text("zh") == "湖心百货有限公司的诉求“职工午餐配送”应在 2026-11-21 前答复，至今没有"
    assert told.items[0].text("en").startswith("湖心百货有限公司: “职工午餐配送” was to be answered")
    assert (told.unread, unread(session, people["wang"]), unread(session, people["far"])) == (1, 1, 0)
    with pytest.raises(NotFound):
        read(session, people["far"], told.items[0].notice_id, now)
    assert read(session, people["li"], told.items[0].notice_id, now).read
    assert (unread(session, people["li"]), unread(session, people["wang"])) == (0, 1)


def test_the_same_notice_again_is_no_second_one_and_a_new_day_makes_a_new_one(session, people, now):
    firm = an_enterprise(session).enterprise_id
    first = notify(session, overdue(firm), now)
    assert notify(session, overdue(firm), now + timedelta(hours=3)) is None
    second = notify(session, overdue(firm, date(2026, 11, 22)), now)
    assert first is not None
    assert second is not None
    assert unread(session, people["li"]) == 2


def test_a_name_that_the_reader_may_not_read_is_not_in_the_sentence(session, people, now):
    hidden = an_enterprise(session, name="湖心暗香茶业有限公司", listed=False)
    told = Notice("consent_ended", To.organization(BANK), NEED, {
        "firm": Firm(hidden.enterprise_id), "purpose": "贷款", "at": now,
    })  # fmt: skip
    notify(session, told, now)
    (line,) = inbox(session, people["clerk"]).items
    assert line.text("zh") == "一家企业撤回了给贵机构的授权（贷款，2026-11-22 09:00）"
    assert "暗香" not in line.text("en")


def test_all_are_read_up_to_the_one_that_was_shown(session, people, now):
    firm = an_enterprise(session).enterprise_id
    numbers = [notify(session, overdue(firm, date(2026, 11, day)), now) for day in (1, 2, 3)]
    assert read_all(session, people["li"], numbers[1], now) == 2
    assert [one.notice_id for one in inbox(session, people["li"], only_unread=True).items] == [numbers[2]]
    page = inbox(session, people["li"], limit=2)
    assert [one.notice_id for one in page.items] == [numbers[2], numbers[1]]
    assert [one.notice_id for one in inbox(session, people["li"], 2, page.next).items] == [numbers[0]]


def test_a_kind_without_words_or_without_its_blanks_is_refused(session, now):
    with pytest.raises(InvalidInput) as refused:
        notify(session, Notice("weather", To.station(STATION), NEED), now)
    assert refused.value.reason == "notices.no_such_kind"
    with pytest.raises(InvalidInput) as refused:
        notify(session, Notice("case_overdue", To.station(STATION), NEED, {"title": "午餐"}), now)
    assert refused.value.reason == "notices.blank_missing"


def test_a_firm_learns_at_once_of_a_consent_that_an_officer_entered_on_paper(session, people, now):
    firm = an_enterprise(session)
    form = ConsentForm(firm.enterprise_id, BANK, "financing", ("revenue",), proof="授权书 2026-08")
    made = consents.grant(session, people["li"], form, now)
    owner = an_account(session, role="enterprise", scope=firm.enterprise_id)
    speaker = Actor(owner.account_id, Role.ENTERPRISE, firm.enterprise_id)
    (line,) = inbox(session, speaker).items
    assert line.kind == "consent_recorded"
    assert line.urgent
    assert line.about_id == made.consent_id
    assert BANK in line.text("zh")
    assert "贷款对接" in line.text("zh")
    consents.withdraw(session, speaker, made.consent_id, now, "不是我签的")
    assert [one.kind for one in inbox(session, people["clerk"]).items] == ["consent_ended"]


def test_a_firm_s_own_consent_is_no_news_to_itself(session, firm, now):
    an_enterprise(session, enterprise_id=firm.scope)
    consents.grant(session, firm, ConsentForm(firm.scope, BANK, "financing", ("revenue",)), now)
    owner = an_account(session, role="enterprise", scope=firm.scope)
    assert inbox(session, Actor(owner.account_id, Role.ENTERPRISE, firm.scope)).items == []
