from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role
from matcher.domain.need import NeedKind
from matcher.errors import Conflict, Forbidden, InvalidInput, NotFound
from matcher.services.intake import NeedForm, create, draft
from matcher.storage.journal import JournalLine
from matcher.storage.needs import Need
from tests.factories import FIRM, an_enterprise

TEXT = "想找银行贷款780万元，电话13800001111，12月底前"


def test_a_draft_stores_nothing_and_counts_days_on_the_clock_of_china(now: datetime) -> None:
    evening = now.replace(hour=17)  # already Monday in China
    told = draft("明天要", evening).slot("deadline")
    assert told is not None
    assert told.value == date(2026, 11, 24)


def test_an_officer_stores_a_need_with_its_journal_line(
    session: Session, officer: Actor, now: datetime
) -> None:
    firm = an_enterprise(session)
    need = create(session, officer, NeedForm(firm.enterprise_id, TEXT), now)
    assert (need.kind, need.amount_fen, need.deadline) == ("financing", 780_000_000, date(2026, 12, 31))
    assert need.text == TEXT
    assert need.version == 1
    line = session.scalars(sa.select(JournalLine)).one()
    assert (line.action, line.object_id, line.subject) == ("needs.create", need.need_id, firm.enterprise_id)


def test_a_correction_wins_over_the_reader_and_both_are_kept(
    session: Session, officer: Actor, now: datetime
) -> None:
    firm = an_enterprise(session)
    form = NeedForm(
        firm.enterprise_id,
        TEXT,
        kind=NeedKind.POLICY,
        title="贴息",
        amount_fen=5,
        industries=("J6621",),
        topics=("subsidy",),
    )
    need = create(session, officer, form, now)
    assert (need.kind, need.title, need.amount_fen, need.industry_code) == ("policy", "贴息", 5, "6621")
    assert (need.understood["kind"], need.understood["read_kind"]) == ("policy", "financing")
    assert need.understood["parties"] == ["government"]


def test_a_firm_speaks_for_itself_only(session: Session, firm: Actor, now: datetime) -> None:
    own, other = an_enterprise(session, enterprise_id=FIRM), an_enterprise(session)
    assert create(session, firm, NeedForm(own.enterprise_id, TEXT), now).enterprise_id == FIRM
    with pytest.raises(NotFound):
        create(session, firm, NeedForm(other.enterprise_id, TEXT), now)


def test_another_station_s_firm_looks_as_if_it_were_not_there(session: Session, now: datetime) -> None:
    firm = an_enterprise(session)
    stranger = Actor("account-x", Role.OFFICER, "ST-99")
    with pytest.raises(NotFound) as not_yours:
        create(session, stranger, NeedForm(firm.enterprise_id, TEXT), now)
    with pytest.raises(NotFound) as not_there:
        create(session, stranger, NeedForm("ENT-NONE", TEXT), now)
    assert not_yours.value.reason == not_there.value.reason


def test_a_bank_may_not_hand_in_needs(session: Session, bank: Actor, now: datetime) -> None:
    with pytest.raises(Forbidden):
        create(session, bank, NeedForm("ENT-NONE", TEXT), now)


def test_nearly_the_same_open_need_is_pointed_at(session: Session, officer: Actor, now: datetime) -> None:
    firm, neighbour = an_enterprise(session), an_enterprise(session)
    first = create(session, officer, NeedForm(firm.enterprise_id, TEXT), now)
    again = TEXT.replace("想找", "想要找")
    with pytest.raises(Conflict) as refused:
        create(session, officer, NeedForm(firm.enterprise_id, again), now)
    assert refused.value.params["need_id"] == first.need_id
    create(session, officer, NeedForm(neighbour.enterprise_id, again), now)
    create(session, officer, NeedForm(firm.enterprise_id, TEXT, confirm_duplicate=True), now)
    assert session.scalar(sa.select(sa.func.count()).select_from(Need)) == 3


def test_the_same_need_in_other_words_from_another_officer_is_pointed_at(
    session: Session, officer: Actor, now: datetime
) -> None:
    firm = an_enterprise(session)
    first = create(
        session, officer, NeedForm(firm.enterprise_id, "楼里一百多名员工中午吃饭不方便，想办餐卡"), now
    )
    again = "员工中午吃饭不方便，麻烦对接餐饮企业办餐卡"
    with pytest.raises(Conflict) as refused:
        create(session, replace(officer, account_id="another"), NeedForm(firm.enterprise_id, again), now)
    assert refused.value.params["need_id"] == first.need_id
    other_sum = NeedForm(firm.enterprise_id, "想找银行贷款500万，12月底前")
    create(session, officer, NeedForm(firm.enterprise_id, "想找银行贷款300万，12月底前"), now)
    assert create(session, officer, other_sum, now).amount_fen == 500_000_000


def test_a_closed_need_does_not_stand_in_the_way(session: Session, officer: Actor, now: datetime) -> None:
    firm = an_enterprise(session)
    create(session, officer, NeedForm(firm.enterprise_id, TEXT), now).state = "closed"
    assert create(session, officer, NeedForm(firm.enterprise_id, TEXT), now).state == "open"


@pytest.mark.parametrize(
    ("correction", "reason"),
    [
        ({"industries": ("9999",)}, "intake.unknown_industry"),
        ({"topics": ("no_such",)}, "intake.unknown_topic"),
        ({"amount_fen": -1}, "intake.number_out_of_range"),
        ({"quantity": float("nan")}, "intake.number_out_of_range"),
        ({"text": "\0"}, "intake.text_unstorable"),
        ({"text": " "}, "intake.text_empty"),
    ],
)
def test_what_cannot_be_kept_is_refused(
    session: Session, officer: Actor, now: datetime, correction: dict[str, object], reason: str
) -> None:
    firm = an_enterprise(session)
    with pytest.raises(InvalidInput) as refused:
        create(
            session,
            officer,
            NeedForm(**({"enterprise_id": firm.enterprise_id, "text": TEXT} | correction)),
            now,
        )
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "text",
    [
        "𠮷野家要㛃瓶",
        "<script>alert(1)</script> 招工",
        "';DROP TABLE needs;-- 贷款",
        "${jndi:x} {{7*7}} 租房\x1b[31m",
    ],
)
def test_hostile_text_is_stored_unchanged(session: Session, officer: Actor, now: datetime, text: str) -> None:
    firm = an_enterprise(session)
    need_id = create(session, officer, NeedForm(firm.enterprise_id, text), now).need_id
    session.expire_all()
    assert session.get_one(Need, need_id).text == text
