from __future__ import annotations

import io
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from icalendar import Calendar
from openpyxl import load_workbook

from matcher.domain.access import Actor, Role
from matcher.errors import Conflict, InvalidInput, NotFound
from matcher.services import (
    attendance,
    consents,
    event_exports,
    fair_again,
    fair_plans,
    meetings_again,
    plan_view,
    recruitment,
    reliability,
    salon_guests,
    salons,
)
from matcher.services.fair_again import FairToday
from matcher.services.meetings_again import MeetingsToday
from matcher.services.salons import OnTheDay
from matcher.storage import events, feedback
from matcher.storage.feedback import Introduction
from tests import factories as make
from tests import worlds
from tests.factories import FIRM


def firms(session, number: int, **over: object) -> list[str]:
    names = []
    for one in range(number):
        trade = ("6210", "2319", "1411", "6513")[one % 4]
        over_one = {"enterprise_id": f"ENT-G{one:02}", "industry_code": trade} | over
        names.append(make.an_enterprise(session, **over_one).enterprise_id)
    return names


def salon(named: list[str], **over: object) -> dict[str, object]:
    plain: dict[str, object] = {
        "title": "湖心沙龙",
        "theme": "餐饮与包装",
        "place": "湖心大厦三楼",
        "starts_at": "2026-12-02T14:00:00+08:00",
        "minutes": 25,
        "tables": 3,
        "seats": 3,
        "rounds": 2,
        "guests": named,
    }
    return plain | over


def together(view) -> set[frozenset[str]]:
    return {
        frozenset((a, b))
        for tables in view.plan["rounds"]
        for names in tables
        for a in names
        for b in names
        if a != b
    }


def test_a_salon_is_planned_stored_and_read_again(session, tmp_path, organizer, now):
    guests = firms(session, 9)
    make.a_relation(session, guests[0], guests[1])
    graph = worlds.compiled(session, tmp_path)
    view = salons.plan_salon(session, graph, organizer, salon(guests), 3, now)
    assert view.plan["violations"] == []
    assert frozenset(guests[:2]) not in together(view)
    assert salons.read_plan(session, organizer, view.event_id).plan == view.plan
    assert {row.enterprise_id for row in events.attendances(session, view.event_id)} == set(guests)


def test_the_same_question_gives_the_same_plan(session, tmp_path, organizer, now):
    guests = firms(session, 9)
    graph = worlds.compiled(session, tmp_path)
    plans = [salons.plan_salon(session, graph, organizer, salon(guests), 3, now).plan for _ in range(2)]
    assert plans[0] == plans[1]


def test_last_time_s_table_mates_are_read_from_the_rows(session, tmp_path, organizer, now):
    guests = firms(session, 4)
    past = make.an_event(session, starts_at=now - timedelta(days=40)).event_id
    for guest, table in zip(guests, ("1", "1", "2", "2"), strict=True):
        make.an_attendance(session, past, guest, state="attended", tables=[table])
    graph = worlds.compiled(session, tmp_path)
    view = salons.plan_salon(session, graph, organizer, salon(guests, tables=2, seats=2, rounds=1), 0, now)
    assert not together(view) & {frozenset(guests[:2]), frozenset(guests[2:])}


def test_guests_are_chosen_where_none_are_named_and_only_those_open_to_invitations(
    session, tmp_path, organizer, now
):
    invitable = firms(session, 8)
    make.an_enterprise(session, enterprise_id="ENT-SHY", allows_invitations=False)
    make.an_enterprise(session, enterprise_id="ENT-GONE", status="closed")
    graph = worlds.compiled(session, tmp_path)
    document = salon([], capacity=6, must=[invitable[3]])
    view = salons.plan_salon(session, graph, organizer, document, 0, now)
    assert set(view.plan["guests"]) <= set(invitable)
    assert invitable[3] in view.plan["guests"]
    assert len(view.plan["guests"]) <= 6


def test_of_more_firms_than_can_be_looked_at_those_about_the_theme_are_asked(
    session, tmp_path, organizer, now, monkeypatch
):
    monkeypatch.setattr(salon_guests, "_CANDIDATES", 6)
    for number in range(14):
        about = number % 3 == 0
        make.an_enterprise(
            session,
            enterprise_id=f"ENT-T{number:02}",
            industry_code=("1411", "6210", "6513")[number % 2 + (not about)],
            scope="冷链运输；冷库仓储" if about else "办公室装修；代理记账",
        )
    graph = worlds.compiled(session, tmp_path)
    document = salon([], title="茶话会", theme="冷链运输", capacity=5)
    guests = salons.plan_salon(session, graph, organizer, document, 0, now).plan["guests"]
    about = {f"ENT-T{number:02}" for number in range(0, 14, 3)}
    assert set(guests) == about
    again = salons.plan_salon(session, graph, organizer, document, 0, now).plan["guests"]
    assert again == guests


def test_who_may_not_be_invited_is_named(session, tmp_path, organizer, now):
    guests = [
        *firms(session, 3),
        make.an_enterprise(session, allows_invitations=False).enterprise_id,
        "无此企业",
    ]
    graph = worlds.compiled(session, tmp_path)
    with pytest.raises(InvalidInput) as caught:
        salons.plan_salon(session, graph, organizer, salon(guests), 0, now)
    assert caught.value.params["who"] == f"{guests[3]}、无此企业"


@pytest.mark.parametrize(
    ("over", "name"),
    [
        ({"tables": 0}, "tables"),
        ({"title": " "}, "title"),
        ({"starts_at": "明天下午"}, "starts_at"),
        ({"starts_at": "2026-12-02T14:00:00"}, "starts_at"),
        ({"guests": "ENT-1"}, "guests"),
        ({"pins": [{"guest": "ENT-1", "round": 1}]}, "table"),
    ],
)
def test_a_request_that_cannot_be_read_names_the_member(over, name, now, organizer):
    with pytest.raises(InvalidInput) as caught:
        salons.plan_salon(None, None, organizer, salon([], **over), 0, now)
    assert (caught.value.reason, caught.value.params["name"]) == ("events.bad_request", name)


def test_on_the_day_who_came_keeps_the_announced_place(session, tmp_path, organizer, now):
    guests = firms(session, 9)
    graph = worlds.compiled(session, tmp_path)
    first = salons.plan_salon(session, graph, organizer, salon(guests, hosts=guests[:3]), 3, now)
    again = salons.replan(session, graph, organizer, first.event_id, OnTheDay([guests[0], guests[7]]), 3, now)
    assert again.changes == ()
    without = [(one["label"], one["turn"], one["table"]) for one in again.plan["violations"]]
    assert without == [("no_host", 1, 1), ("no_host", 2, 1)]
    assert guests[7] not in again.plan["guests"]
    states = {row.enterprise_id: row.state for row in events.attendances(session, first.event_id)}
    assert states[guests[7]] == "absent"
    with pytest.raises(InvalidInput):
        salons.replan(session, graph, organizer, first.event_id, OnTheDay(["路人"]), 3, now)


def test_where_a_host_does_not_come_somebody_else_takes_the_table_over(session, tmp_path, organizer, now):
    guests = firms(session, 10)
    graph = worlds.compiled(session, tmp_path)
    first = salons.plan_salon(session, graph, organizer, salon(guests[:9], hosts=guests[:3]), 3, now)
    today = OnTheDay([guests[0]], (guests[9],), hosts=((guests[9], 1),))
    again = salons.replan(session, graph, organizer, first.event_id, today, 3, now)
    assert again.plan["hosts"] == [guests[9], guests[1], guests[2]]
    assert all(guests[9] in tables[0] for tables in again.plan["rounds"])
    assert {one["guest"] for one in again.changes} == {guests[9]}
    assert [one for one in again.plan["violations"] if one["label"] == "no_host"] == []
    moved = OnTheDay(hosts=((guests[1], 1),))
    later = salons.replan(session, graph, organizer, first.event_id, moved, 3, now)
    assert later.plan["hosts"] == [guests[1], None, guests[2]]
    assert {one["table"] for one in later.plan["violations"] if one["label"] == "no_host"} == {2}
    for wrong in (OnTheDay(hosts=((guests[1], 4),)), OnTheDay(hosts=((guests[1], 1), (guests[2], 1)))):
        with pytest.raises(InvalidInput):
            salons.replan(session, graph, organizer, first.event_id, wrong, 3, now)


def test_a_stand_in_takes_an_empty_seat_and_a_lost_table_moves_its_own_guests_only(
    session, tmp_path, organizer, now
):
    guests = firms(session, 9)
    graph = worlds.compiled(session, tmp_path)
    first = salons.plan_salon(session, graph, organizer, salon(guests[:8], tables=4), 3, now)
    today = OnTheDay([guests[0]], (guests[8],), (4,))
    again = salons.replan(session, graph, organizer, first.event_id, today, 3, now)
    assert again.plan["lost"] == [4]
    assert all(tables[3] == [] for tables in again.plan["rounds"])
    assert all(any(guests[8] in names for names in tables) for tables in again.plan["rounds"])
    sat_there = {(turn, guest) for turn, tables in enumerate(first.plan["rounds"], 1) for guest in tables[3]}
    moved = {(one["turn"], one["guest"]) for one in again.changes}
    assert {one for one in sat_there if one[1] != guests[0]} <= moved
    assert again.plan["violations"] == [] or again.plan["explanation"]["conflict"]
    for wrong, reason in (
        (OnTheDay(stand_ins=(guests[1],)), "events.already_there"),
        (OnTheDay(lost_tables=(9,)), "events.no_such_table"),
        (OnTheDay(lost_tables=(1, 2)), "events.too_few_seats"),
        (OnTheDay(stand_ins=("无此企业",)), "events.not_invitable"),
    ):
        with pytest.raises(InvalidInput) as caught:
            salons.replan(session, graph, organizer, first.event_id, wrong, 3, now)
        assert caught.value.reason == reason


def test_wishes_that_collide_are_told_with_the_least_that_helps(session, tmp_path, organizer, now):
    guests = firms(session, 4)
    graph = worlds.compiled(session, tmp_path)
    asked = salon(guests, tables=2, seats=2, rounds=4)
    view = salons.plan_salon(session, graph, organizer, asked, 3, now)
    told = plan_view.shown(session, organizer, view)
    assert told.conflict["zh"] == ["任何两位来宾只同桌一次"]
    assert len(told.concessions["zh"]) == len(view.plan["violations"]) == 2
    assert all("再次同桌" in line for line in told.concessions["zh"])
    assert view.plan["explanation"]["verified"]


def test_who_came_is_kept_with_the_tables_and_habits_are_remembered_with_measure(
    session, tmp_path, organizer, now
):
    guests = firms(session, 9)
    graph = worlds.compiled(session, tmp_path)
    asked = salon(guests, starts_at=(now - timedelta(days=1)).isoformat())
    event_id = salons.plan_salon(session, graph, organizer, asked, 3, now).event_id
    states = attendance.record(session, organizer, event_id, (guests[:8], guests[8:]), now)
    assert states[guests[8]] == "absent"
    rows = {row.enterprise_id: row for row in events.attendances(session, event_id)}
    assert len(rows[guests[0]].tables) == 2
    assert rows[guests[8]].tables == []
    surely = reliability.rates(session, organizer, guests, now)
    assert 0.6 < surely[8] < surely[0] < 1.0
    later = reliability.rates(session, organizer, guests, now + timedelta(days=5 * 365))
    assert surely[8] < later[8]
    stranger = Actor("y", Role.ORGANIZER, "ORG-09")
    assert len(set(reliability.rates(session, stranger, guests, now).tolist())) == 1
    with pytest.raises(InvalidInput):
        attendance.record(session, organizer, event_id, (["路人"], []), now)
    with pytest.raises(InvalidInput):
        attendance.record(session, organizer, event_id, (guests[:1], guests[:1]), now)
    coming = salons.plan_salon(session, graph, organizer, salon(guests), 3, now).event_id
    with pytest.raises(Conflict):
        attendance.record(session, organizer, coming, (guests, []), now)


def test_another_organizer_s_event_looks_like_none(session, tmp_path, organizer, now):
    graph = worlds.compiled(session, tmp_path)
    view = salons.plan_salon(session, graph, organizer, salon(firms(session, 4)), 0, now)
    for stranger in (Actor("x", Role.ORGANIZER, "ORG-02"), Actor("y", Role.OFFICER, "ST-09")):
        with pytest.raises(NotFound):
            salons.read_plan(session, stranger, view.event_id)
    empty = make.an_event(session).event_id
    with pytest.raises(Conflict):
        salons.read_plan(session, organizer, empty)


def test_a_guest_can_read_that_it_was_named_to_the_organizer(session, tmp_path, organizer, officer, now):
    guests = firms(session, 4)
    graph = worlds.compiled(session, tmp_path)
    salons.plan_salon(session, graph, organizer, salon(guests), 0, now)
    itself = Actor("z", Role.ENTERPRISE, guests[0])
    (told,) = consents.disclosures(session, itself, guests[0])
    assert consents.disclosures(session, officer, guests[0]) == []
    assert (told.party, told.purpose) == ("ORG-01", "event")


def meeting_day(session, tmp_path, organizer, now):
    names = firms(session, 6)
    make.a_relation(session, names[0], names[3], kind="dispute")
    graph = worlds.compiled(session, tmp_path)
    document = {
        "title": "一对一对接会",
        "place": "三楼",
        "starts_at": "2026-12-02T09:00:00+08:00",
        "minutes": 20,
        "buyers": names[:3],
        "sellers": names[3:],
        "slots": 3,
        "tables": 3,
        "scores": [{"buyer": a, "seller": b, "score": 0.5} for a in names[:3] for b in names[3:]],
        "must": [{"buyer": names[1], "seller": names[4]}],
    }
    return names, salons.plan_meetings(session, graph, organizer, document, 0, now)


def test_a_day_of_meetings_is_best_and_keeps_those_in_dispute_apart(session, tmp_path, organizer, now):
    names, view = meeting_day(session, tmp_path, organizer, now)
    met = {(one["buyer"], one["seller"]) for one in view.plan["meetings"]}
    assert len(met) == 8
    assert (names[0], names[3]) not in met
    assert (names[1], names[4]) in met
    assert view.plan["proven"]
    assert view.plan["violations"] == []


def test_a_plan_leaves_as_a_workbook_in_names_not_in_numbers(session, tmp_path, organizer, now):
    guests = firms(session, 6)
    make.an_enterprise(session, enterprise_id="ENT-TRICK", name="=1+1有限公司")
    graph = worlds.compiled(session, tmp_path)
    view = salons.plan_salon(session, graph, organizer, salon([*guests, "ENT-TRICK"]), 0, now)
    book = load_workbook(
        io.BytesIO(event_exports.xlsx(event_exports.sheets(session, organizer, view.event_id)))
    )
    assert book.sheetnames == ["座位表", "个人日程", "桌卡", "未能满足", "概要"]
    rows = list(book["座位表"].iter_rows(values_only=True))
    assert rows[0] == ("轮次", "桌号", "来宾")
    assert len(rows) == 1 + 2 * 7
    trick = [cell for row in book["座位表"].iter_rows() for cell in row if str(cell.value).startswith("=")]
    assert {cell.data_type for cell in trick} == {"s"}


def test_each_guest_gets_a_calendar_of_its_meetings(session, tmp_path, organizer, now):
    names, view = meeting_day(session, tmp_path, organizer, now)
    read = Calendar.from_ical(event_exports.ics(session, organizer, view.event_id, now, names[1]))
    entries = list(read.walk("VEVENT"))
    assert len(entries) == 3
    assert str(entries[0]["dtstart"].dt) == "2026-12-02 09:00:00+08:00"
    assert "会面" in str(entries[0]["summary"])
    whole = Calendar.from_ical(event_exports.ics(session, organizer, view.event_id, now))
    assert len(list(whole.walk("VEVENT"))) == 1
    with pytest.raises(InvalidInput):
        event_exports.ics(session, organizer, view.event_id, now, "路人")


def robotics(session, tmp_path, now):
    make.an_enterprise(session, enterprise_id=FIRM, name="湖心机器人有限公司", industry_code="3491")
    make.an_opening(
        session,
        enterprise_id=FIRM,
        opening_id="OPEN-AUTO",
        title="自动化工程师",
        text="机械设计、自动化控制，硕士优先",
        occupation="自动化工程技术人员",
        education="硕士",
        headcount=5,
    )
    make.a_talent(
        session,
        talent_id="TAL-MECH",
        school="湖心理工大学",
        major="机械工程",
        skills=["机械设计", "自动化控制"],
        education="硕士",
        wants="自动化工程师岗位",
        headcount=40,
    )
    make.a_talent(session, talent_id="TAL-HOTEL")
    make.an_event(session, event_id="FAIR-NEW", kind="fair", title="高校双选会", theme="机械、自动化")
    make.an_event(session, event_id="FAIR-OLD", kind="fair", starts_at=now - timedelta(days=3))
    return worlds.compiled(session, tmp_path)


def test_a_robotics_firm_is_led_to_the_university_s_mechanical_masters(session, tmp_path, firm, now):
    found = recruitment.fairs_for(session, robotics(session, tmp_path, now), firm, FIRM, 5, now)
    assert found.schools[0].talent_id == "TAL-MECH"
    assert [one.event_id for one in found.fairs] == ["FAIR-NEW"]
    assert found.fairs[0].score > 0.4


def test_a_fair_s_invitees_are_told_to_the_organizer_as_the_table_says(session, tmp_path, organizer, now):
    graph = robotics(session, tmp_path, now)
    hidden = make.an_enterprise(session, allows_invitations=False).enterprise_id
    make.an_opening(session, enterprise_id=hidden)
    (line,) = recruitment.invitees(session, graph, organizer, "FAIR-NEW", 10, now).invitees
    assert line.enterprise_id == FIRM
    assert {"name", "industry"} <= set(line.fields)
    assert not {"contact_phone", "revenue", "code"} & set(line.fields)


def test_a_fair_gets_a_floor_interviews_and_a_stable_allocation(session, tmp_path, organizer, now):
    graph = robotics(session, tmp_path, now)
    view = fair_plans.plan_fair(session, graph, organizer, "FAIR-NEW", {"n": 10, "windows": 2}, 0, now)
    plan = view.plan
    assert plan["booths"] == [{"number": 1, "enterprise_id": FIRM}]
    assert plan["stable"]
    assert next((one["talent_id"], one["opening_id"], one["count"]) for one in plan["placements"]) == (
        "TAL-MECH",
        "OPEN-AUTO",
        5,
    )
    # Two desks for two windows: four of the fifteen that five vacancies would see.
    assert [(one["talent_id"], one["window"]) for one in plan["interviews"]] == [
        ("TAL-MECH", window) for window in (1, 1, 2, 2)
    ]
    assert len({one["member"] for one in plan["interviews"]}) == 4
    assert plan["violations"] == []
    found = event_exports.sheets(session, organizer, "FAIR-NEW")
    floor, interviews, classes, hires, problems, summary = found
    assert floor.rows[0][0] == 1
    assert floor.rows[0][-1] == "湖心机器人有限公司"
    assert len(interviews.rows) == 4
    assert classes.rows[0][-1] == "专业对口岗位“自动化工程师”"
    assert hires.rows[0][-1] == 5
    assert problems.rows == ()
    assert ("活动", "高校双选会") in summary.rows
    with pytest.raises(InvalidInput):
        salons.replan(session, graph, organizer, "FAIR-NEW", OnTheDay(), 0, now)


def test_a_class_and_a_firm_each_get_their_own_calendar_of_a_fair(session, tmp_path, organizer, now):
    graph = robotics(session, tmp_path, now)
    times = ["2026-12-02T09:00:00+08:00", "2026-12-02T13:30:00+08:00"]
    asked = {"n": 10, "windows": 2, "minutes": 30, "times": times}
    fair_plans.plan_fair(session, graph, organizer, "FAIR-NEW", asked, 0, now)
    own = Calendar.from_ical(event_exports.ics(session, organizer, "FAIR-NEW", now, "TAL-MECH"))
    assert len(list(own.walk("VEVENT"))) == 4
    firm = list(
        Calendar.from_ical(event_exports.ics(session, organizer, "FAIR-NEW", now, FIRM)).walk("VEVENT")
    )
    assert [str(one["dtstart"].dt) for one in firm] == [
        "2026-12-02 09:00:00+08:00",
        "2026-12-02 13:30:00+08:00",
    ]
    whole = Calendar.from_ical(event_exports.ics(session, organizer, "FAIR-NEW", now))
    assert [str(one["dtend"].dt) for one in whole.walk("VEVENT")] == ["2026-12-02 14:00:00+08:00"]
    overlapping = asked | {"times": [times[0], "2026-12-02T09:29:00+08:00"]}
    with pytest.raises(InvalidInput) as caught:
        fair_plans.plan_fair(session, graph, organizer, "FAIR-NEW", overlapping, 0, now)
    assert (caught.value.reason, caught.value.params) == ("events.slots_overlap", {"one": 1, "two": 2})


def hiring(session, tmp_path, now, number: int = 6) -> object:
    for one in range(number):
        name = f"ENT-H{one}"
        make.an_enterprise(session, enterprise_id=name, name=f"招工{one}有限公司", industry_code="3491")
        make.an_opening(
            session,
            enterprise_id=name,
            opening_id=f"OPEN-{one}",
            title="自动化工程师",
            text="机械设计、自动化控制，硕士优先",
            education="硕士",
            headcount=1 + one,
        )
    return robotics(session, tmp_path, now)


def test_a_fair_keeps_wishes_and_says_who_could_not_have_both(session, tmp_path, organizer, now):
    graph = hiring(session, tmp_path, now)
    make.a_relation(session, "ENT-H0", "ENT-H1", kind="rival")
    asked = {
        "n": 8,
        "must": [FIRM],
        "halls": [{"name": "A", "rows": 2, "columns": 4}],
        "booths": [{"booth": 1, "size": 18}],
        "zones": [{"name": "机械专区", "hall": "A", "rows": [2], "trades": ["99"]}],
        "needs": [{"enterprise_id": FIRM, "size": 18, "desks": 3}],
        "near": [{"a": "ENT-H2", "b": "ENT-H3"}],
        "pins": [{"enterprise_id": "ENT-H4", "booth": 8}],
    }
    view = fair_plans.plan_fair(session, graph, organizer, "FAIR-NEW", asked, 0, now)
    at = {one["enterprise_id"]: one["number"] for one in view.plan["booths"]}
    assert view.plan["violations"] == []
    assert (at[FIRM], at["ENT-H4"]) == (1, 8)
    assert abs(at["ENT-H2"] - at["ENT-H3"]) == 1
    assert view.plan["desks"][FIRM] == 3
    crossed = asked | {"near": [{"a": FIRM, "b": "ENT-H4"}]}
    told = plan_view.shown(
        session,
        organizer,
        fair_plans.plan_fair(session, graph, organizer, "FAIR-NEW", crossed, 0, now),
    )
    assert len(told.conflict["zh"]) == 3
    assert any("固定在 8 号展位" in line for line in told.conflict["zh"])
    assert len(told.concessions["zh"]) == 1


def test_on_the_day_of_a_fair_booths_and_interviews_stay_and_gaps_are_filled(
    session, tmp_path, organizer, now
):
    graph = hiring(session, tmp_path, now)
    asked = {"n": 6, "halls": [{"name": "A", "rows": 2, "columns": 4}], "windows": 3, "desks": 1}
    first = fair_plans.plan_fair(session, graph, organizer, "FAIR-NEW", asked, 0, now).plan
    at = {one["enterprise_id"]: one["number"] for one in first["booths"]}
    gone, lost = sorted(at)[0], at[sorted(at)[1]]
    spare = next(f"ENT-H{n}" for n in range(6) if f"ENT-H{n}" not in at) if len(at) < 7 else None
    today = FairToday(no_shows=[gone], stand_ins=(spare,) if spare else (), lost_booths=(lost,))
    again = fair_again.replan_fair(session, graph, organizer, "FAIR-NEW", today, 0, now)
    now_at = {one["enterprise_id"]: one["number"] for one in again.plan["booths"]}
    moved = [firm for firm in now_at if firm in at and now_at[firm] != at[firm]]
    assert moved == [sorted(at)[1]]
    assert gone not in now_at
    assert spare in now_at
    kept = {tuple(one.items()) for one in first["interviews"] if one["enterprise_id"] != gone}
    assert kept <= {tuple(one.items()) for one in again.plan["interviews"]}
    assert {one["what"] for one in again.changes} >= {"moved", "came", "off"}
    assert again.plan["violations"] == []
    states = {row.enterprise_id: row.state for row in events.attendances(session, "FAIR-NEW")}
    assert states[gone] == "absent"
    for wrong, reason in (
        (FairToday(["路人"]), "events.unknown_guests"),
        (FairToday(stand_ins=(moved[0],)), "events.already_there"),
        (FairToday(lost_booths=(99,)), "events.no_such_booth"),
        (FairToday(lost_booths=(1, 2, 3, 4)), "events.too_few_booths"),
    ):
        with pytest.raises(InvalidInput) as caught:
            fair_again.replan_fair(session, graph, organizer, "FAIR-NEW", wrong, 0, now)
        assert caught.value.reason == reason


def test_a_firm_without_openings_has_a_booth_where_it_must_come_or_stands_in(
    session, tmp_path, organizer, now
):
    quiet = make.an_enterprise(session, enterprise_id="ENT-QUIET").enterprise_id
    spare = make.an_enterprise(session, enterprise_id="ENT-SPARE").enterprise_id
    graph = robotics(session, tmp_path, now)
    asked = {"n": 5, "must": [quiet], "halls": [{"name": "A", "rows": 1, "columns": 4}]}
    plan = fair_plans.plan_fair(session, graph, organizer, "FAIR-NEW", asked, 0, now).plan
    assert {one["enterprise_id"] for one in plan["booths"]} == {FIRM, quiet}
    today = FairToday([quiet], (spare,))
    again = fair_again.replan_fair(session, graph, organizer, "FAIR-NEW", today, 0, now).plan
    assert {one["enterprise_id"] for one in again["booths"]} == {FIRM, spare}


def test_a_floor_is_drawn_with_its_halls_booths_and_names(session, tmp_path, organizer, now):
    graph = robotics(session, tmp_path, now)
    halls = [{"name": "甲<馆>", "rows": 2, "columns": 3}]
    fair_plans.plan_fair(session, graph, organizer, "FAIR-NEW", {"n": 10, "halls": halls}, 0, now)
    drawn = event_exports.floor_svg(session, organizer, "FAIR-NEW").decode()
    tree = ElementTree.fromstring(drawn)
    assert "甲<馆>" in "".join(tree.itertext())
    assert "湖心机器人" in "".join(tree.itertext())
    assert drawn.count("<rect") == 1 + 6
    salon = salons.plan_salon(session, graph, organizer, salon_of(session), 0, now).event_id
    with pytest.raises(InvalidInput):
        event_exports.floor_svg(session, organizer, salon)


def salon_of(session) -> dict[str, object]:
    return salon(firms(session, 4))


def test_on_the_day_of_meetings_tables_are_lost_and_somebody_else_comes(session, tmp_path, organizer, now):
    names, view = meeting_day(session, tmp_path, organizer, now)
    spare = make.an_enterprise(session, enterprise_id="ENT-SPARE", industry_code="6210").enterprise_id
    graph = worlds.compiled(session, tmp_path)
    before = {(one["buyer"], one["seller"]): (one["slot"], one["table"]) for one in view.plan["meetings"]}
    today = MeetingsToday([names[0]], ((spare,), ()), (1,), ((names[1], names[3], 3),), ((names[2], 1),))
    again = meetings_again.replan(session, graph, organizer, view.event_id, today, 0, now)
    after = {(one["buyer"], one["seller"]): (one["slot"], one["table"]) for one in again.plan["meetings"]}
    assert all(table != 1 for _, table in after.values())
    assert after[names[1], names[3]][0] == 3
    assert not any(slot == 1 and names[2] in pair for pair, (slot, _) in after.items())
    assert again.plan["violations"] == []
    assert {one["what"] for one in again.changes} <= {"off", "moved", "new"}
    assert {pair for pair in before if names[0] in pair} == {
        (one["buyer"], one["seller"])
        for one in again.changes
        if one["what"] == "off" and names[0] == one["buyer"]
    }
    with pytest.raises(InvalidInput) as caught:
        meetings_again.replan(
            session, graph, organizer, view.event_id, MeetingsToday(lost_tables=(9,)), 0, now
        )
    assert caught.value.reason == "events.no_such_table"


def test_on_the_day_of_a_salon_a_guest_is_pinned_and_another_comes_late(session, tmp_path, organizer, now):
    guests = firms(session, 8)
    graph = worlds.compiled(session, tmp_path)
    first = salons.plan_salon(session, graph, organizer, salon(guests), 3, now)
    today = OnTheDay(pins=((guests[0], 2, 3),), away=((guests[1], 1),))
    again = salons.replan(session, graph, organizer, first.event_id, today, 3, now)
    assert guests[0] in again.plan["rounds"][1][2]
    assert not any(guests[1] in names for names in again.plan["rounds"][0])
    assert again.plan["violations"] == []


def test_where_a_guest_waits_for_a_loan_a_bank_sits_at_the_table(session, tmp_path, organizer, now):
    invitable = firms(session, 8)
    make.an_enterprise(session, enterprise_id="ENT-BANK", name="江畔银行湖心支行", industry_code="6621")
    for one in range(12):  # asked to so much of late that it is not asked without a reason
        past = make.an_event(session, starts_at=now - timedelta(days=one + 1)).event_id
        make.an_attendance(session, past, "ENT-BANK", state="invited", tables=[])
    graph = worlds.compiled(session, tmp_path)
    document = salon([], capacity=6, must=invitable[:2])
    alone = salons.plan_salon(session, graph, organizer, document, 0, now).plan["guests"]
    make.a_need(session, enterprise_id=invitable[0], kind="financing", text="想贷三百万元流动资金")
    asked = salons.plan_salon(session, graph, organizer, document, 0, now).plan["guests"]
    assert "ENT-BANK" not in alone
    assert {"ENT-BANK", invitable[0]} <= set(asked)
    assert len(asked) <= 6
    assert set(invitable[:2]) <= set(asked)


def test_the_bank_takes_the_place_of_another_than_the_guest_who_waits_for_it(
    session, tmp_path, organizer, now
):
    invitable = firms(session, 8)
    make.an_enterprise(session, enterprise_id="ENT-BANK", name="江畔银行湖心支行", industry_code="6621")
    for one in range(12):
        past = make.an_event(session, starts_at=now - timedelta(days=one + 1)).event_id
        make.an_attendance(session, past, "ENT-BANK", state="invited", tables=[])
    graph = worlds.compiled(session, tmp_path)
    asked = (graph, organizer, "餐饮", (4, ()), now)
    plain = salon_guests.chosen(session, *asked).guests
    assert "ENT-BANK" not in plain
    for asker in plain:
        need = make.a_need(session, enterprise_id=asker, kind="financing", text="想贷三百万元流动资金")
        found = salon_guests.chosen(session, *asked).guests
        assert {"ENT-BANK", asker} <= set(found)
        assert len(found) == 4
        session.delete(need)
    assert set(plain) <= set(invitable)


def test_two_who_were_introduced_and_came_to_their_meeting_have_met(session, tmp_path, organizer, now):
    names, view = meeting_day(session, tmp_path, organizer, now)
    for number, (asker, firm) in enumerate(
        ((names[1], names[4]), (names[4], names[2]), (names[1], names[5]))
    ):
        make.a_need(session, need_id=f"N-{number}", enterprise_id=asker, kind="supply")
        introduced(session, f"I-{number}", f"N-{number}", firm, now)
    later = now + timedelta(days=30)
    came = [name for name in names if name != names[5]]
    attendance.record(session, organizer, view.event_id, (came, [names[5]]), later)
    states = {one: feedback.by_id(session, one).state for one in ("I-0", "I-1", "I-2")}
    assert states == {"I-0": "met", "I-1": "met", "I-2": "introduced"}
    step = feedback.by_id(session, "I-0").steps[-1]
    assert step["evidence"] == f"event:{view.event_id}"
    attendance.record(session, organizer, view.event_id, (came, [names[5]]), later)
    assert [one["state"] for one in feedback.by_id(session, "I-0").steps] == ["met"]


def introduced(session, introduction_id: str, need_id: str, firm: str, now: datetime) -> None:
    made = {"created_by": "account-officer", "created_at": now, "updated_at": now, "steps": []}
    ends = {"introduction_id": introduction_id, "need_id": need_id, "enterprise_id": firm}
    session.add(Introduction(**ends, **made))
    session.flush()
