"""Salons, meetings and fairs over HTTP: planned, checked, mended on the day, taken along as files."""

import io
import uuid
from itertools import combinations

import pytest
from icalendar import Calendar
from openpyxl import load_workbook

from matcher.domain.access import Role
from tests.district import FAIR, GUESTS, SHY
from tests.factories import FIRM

SALON = {
    "title": "湖心沙龙",
    "place": "湖心大厦三楼",
    "starts_at": "2026-12-02T14:00:00+08:00",
    "minutes": 25,
    "tables": 3,
    "seats": 3,
    "rounds": 2,
    "guests": GUESTS,
}
MEETINGS = {
    "title": "一对一对接会",
    "starts_at": "2026-12-03T09:00:00+08:00",
    "minutes": 20,
    "buyers": GUESTS[:3],
    "sellers": GUESTS[3:6],
    "slots": 3,
    "tables": 3,
    "most": {GUESTS[4]: 2},
    "scores": [{"buyer": a, "seller": b, "score": 0.5} for a in GUESTS[:3] for b in GUESTS[3:6]],
}


def post(client, path: str, body: dict):
    return client.post(path, json=body, headers={"Idempotency-Key": str(uuid.uuid4())})


@pytest.fixture
def organizer(district):
    return district.client(Role.ORGANIZER)


@pytest.fixture
def salon(organizer) -> dict:
    made = post(organizer, "/v1/salons/plans", SALON)
    assert made.status_code == 201, made.text
    return made.json


@pytest.fixture
def day(organizer) -> dict:
    made = post(organizer, "/v1/meetings/plans", MEETINGS)
    assert made.status_code == 201, made.text
    return made.json


def test_a_salon_repeats_no_pair_and_seats_no_rivals_together(organizer, salon) -> None:
    pairs = [
        frozenset(pair) for tables in salon["plan"]["rounds"] for t in tables for pair in combinations(t, 2)
    ]
    assert len(pairs) == len(set(pairs))
    assert frozenset(GUESTS[:2]) not in pairs
    assert salon["problems"] == {"zh": [], "en": []}
    assert set(salon["names"]) == set(GUESTS)
    assert salon["snapshot_id"]
    again = organizer.get(f"/v1/salons/plans/{salon['event_id']}").json
    assert again["plan"] == salon["plan"]


def test_on_the_day_the_others_keep_their_places(organizer, salon) -> None:
    path = f"/v1/salons/plans/{salon['event_id']}/replan"
    moved = organizer.post(path, json={"no_shows": [GUESTS[4]]})
    assert moved.status_code == 200
    assert moved.json["changes"] == []
    assert GUESTS[4] not in moved.json["plan"]["guests"]
    refused = organizer.post(path, json={"no_shows": ["路人"]})
    assert (refused.status_code, refused.json["reason"]) == (422, "events.unknown_guests")


def test_who_may_not_be_invited_is_named(organizer) -> None:
    refused = post(organizer, "/v1/salons/plans", SALON | {"guests": [*GUESTS, SHY]})
    assert (refused.status_code, refused.json["reason"]) == (422, "events.not_invitable")
    assert SHY in refused.json["detail"]


def test_a_plan_leaves_as_a_workbook_and_a_calendar(organizer, salon) -> None:
    path = f"/v1/salons/plans/{salon['event_id']}/export"
    book = load_workbook(io.BytesIO(organizer.get(f"{path}.xlsx").data))
    assert book.sheetnames == ["座位表", "个人日程", "桌卡", "未能满足", "概要"]
    whole = Calendar.from_ical(organizer.get(f"{path}.ics").data)
    assert len(list(whole.walk("VEVENT"))) == 1
    answer = organizer.get(f"{path}.ics?guest={GUESTS[0]}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert len(list(Calendar.from_ical(answer.data).walk("VEVENT"))) == 2


def test_another_organizer_s_plan_and_one_of_another_kind_are_refused(district, organizer, salon) -> None:
    assert district.client(Role.OFFICER).get(f"/v1/salons/plans/{salon['event_id']}").status_code == 404
    assert organizer.get(f"/v1/meetings/plans/{salon['event_id']}").status_code == 422
    assert organizer.get("/v1/salons/plans/none").status_code == 404
    assert district.client(Role.BANK).get(f"/v1/salons/plans/{salon['event_id']}").status_code == 403


def test_an_event_without_a_plan_says_so(district, organizer) -> None:
    from tests.factories import an_event

    district.change(lambda session: an_event(session, event_id="EVT-BARE"))
    for path in ("", "/export.xlsx", "/export.ics"):
        assert organizer.get(f"/v1/salons/plans/EVT-BARE{path}").json["reason"] == "events.no_plan"


def test_a_day_of_meetings_is_the_best_there_is(day) -> None:
    met = [(one["buyer"], one["seller"]) for one in day["plan"]["meetings"]]
    assert len(met) == len(set(met)) == 8
    assert day["plan"]["proven"]
    busy = [(firm, one["slot"]) for one in day["plan"]["meetings"] for firm in (one["buyer"], one["seller"])]
    assert len(busy) == len(set(busy))


def test_meetings_that_can_still_take_place_stay_where_they_were(organizer, day) -> None:
    path = f"/v1/meetings/plans/{day['event_id']}"
    before = {(m["buyer"], m["seller"]): (m["slot"], m["table"]) for m in day["plan"]["meetings"]}
    moved = organizer.post(f"{path}/replan", json={"no_shows": [GUESTS[3]]}).json
    after = {(m["buyer"], m["seller"]): (m["slot"], m["table"]) for m in moved["plan"]["meetings"]}
    assert GUESTS[3] not in moved["plan"]["guests"]
    kept = {pair: place for pair, place in before.items() if GUESTS[3] not in pair}
    assert kept.items() <= after.items()
    assert sum(one["what"] == "new" for one in moved["changes"]) == len(after) - len(kept)
    assert sum(one["what"] == "off" for one in moved["changes"]) == len(before) - len(kept)
    assert moved["problems"]["zh"] == []
    book = load_workbook(io.BytesIO(organizer.get(f"{path}/export.xlsx").data))
    assert len(book.sheetnames) == 5
    own = Calendar.from_ical(organizer.get(f"{path}/export.ics?guest={GUESTS[5]}").data)
    assert list(own.walk("VEVENT"))


def test_a_fair_gets_its_firms_its_floor_and_its_workbook(organizer) -> None:
    assert [one["event_id"] for one in organizer.get("/v1/fairs").json["items"]] == [FAIR]
    (firm,) = organizer.get(f"/v1/fairs/{FAIR}/invitees").json["invitees"]
    assert firm["enterprise_id"] == FIRM
    assert not {"contact_phone", "revenue", "code"} & set(firm["fields"])
    assert organizer.get(f"/v1/fairs/{FAIR}/plan").json["reason"] == "events.no_plan"
    plan = organizer.post(f"/v1/fairs/{FAIR}/plan", json={"n": 20}).json
    assert plan["booths"] == [{"number": 1, "enterprise_id": FIRM}]
    assert plan["stable"]
    assert plan["placements"][0]["talent_id"] == "TAL-MECH"
    assert plan["placements"][0]["score"] is None
    assert plan["interviews"]
    assert plan["names"]["TAL-MECH"].startswith("湖心理工大学")
    assert organizer.get(f"/v1/fairs/{FAIR}/plan").json == plan
    other = organizer.post(f"/v1/fairs/{FAIR}/plan", json={"event_id": "FAIR-2"})
    assert other.json["reason"] == "api.other_event"
    book = load_workbook(io.BytesIO(organizer.get(f"/v1/fairs/{FAIR}/plan/export.xlsx").data))
    assert book.sheetnames == ["展位", "面试安排", "班级日程", "岗位匹配", "未能满足", "概要"]
    for guest in ("", f"?guest={FIRM}", "?guest=TAL-MECH"):
        calendar = Calendar.from_ical(organizer.get(f"/v1/fairs/{FAIR}/plan/export.ics{guest}").data)
        assert list(calendar.walk("VEVENT"))
    picture = organizer.get(f"/v1/fairs/{FAIR}/plan/export.svg")
    assert picture.content_type == "image/svg+xml"
    assert "</svg>" in picture.text


def test_on_the_day_of_a_fair_its_only_booth_is_lost_and_the_firm_moves(organizer) -> None:
    halls = [{"name": "A", "rows": 1, "columns": 3}]
    first = organizer.post(f"/v1/fairs/{FAIR}/plan", json={"n": 20, "halls": halls}).json
    lost = first["booths"][0]["number"]
    again = organizer.post(f"/v1/fairs/{FAIR}/plan/replan", json={"lost_booths": [lost]}).json
    assert again["lost"] == [lost]
    assert [one["what"] for one in again["changes"]] == ["moved"]
    assert again["interviews"] == first["interviews"]
    pinned = {"pins": [{"enterprise_id": FIRM, "booth": lost}]}
    refused = organizer.post(f"/v1/fairs/{FAIR}/plan/replan", json=pinned)
    assert (refused.status_code, refused.json["reason"]) == (422, "events.booth_pin_nowhere")


def test_slots_that_overlap_are_named(organizer) -> None:
    times = [f"2026-12-03T09:{minute:02}:00+08:00" for minute in (0, 40, 50)]
    refused = post(organizer, "/v1/meetings/plans", MEETINGS | {"times": times})
    assert (refused.status_code, refused.json["reason"]) == (422, "events.slots_overlap")
    assert "2" in refused.json["detail"]
    assert "3" in refused.json["detail"]


@pytest.mark.parametrize(
    ("path", "over", "reason"),
    [
        (
            "salons",
            {"pins": [{"guest": GUESTS[2], "round": 1, "table": one} for one in (1, 2)]},
            "events.pins_contradict",
        ),
        ("salons", {"guests": [], "must": GUESTS[:5], "capacity": 4}, "events.too_many_must_come"),
        ("salons", {"hosts": ["路人", *GUESTS[:2]]}, "events.unknown_guests"),
        ("salons", {"tables": 1}, "events.too_few_seats"),
        (
            "meetings",
            {"pins": [{"buyer": GUESTS[0], "seller": GUESTS[3], "slot": one} for one in (1, 2)]},
            "events.meeting_pins_contradict",
        ),
        (
            "meetings",
            {"must": [{"buyer": GUESTS[0], "seller": one} for one in GUESTS[3:6]], "most": {GUESTS[0]: 2}},
            "events.too_many_musts",
        ),
        ("meetings", {"least": {"路人": 1}}, "events.unknown_guests"),
    ],
)
def test_what_no_plan_could_keep_is_refused_with_who_it_concerns(organizer, path, over, reason) -> None:
    refused = post(organizer, f"/v1/{path}/plans", (SALON if path == "salons" else MEETINGS) | over)
    assert (refused.status_code, refused.json["reason"]) == (422, reason)
    if reason != "events.too_few_seats":
        assert "路人" in refused.json["detail"] or any(one in refused.json["detail"] for one in GUESTS)


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"must": [FIRM], "pins": [{"enterprise_id": FIRM, "booth": 99}]}, "events.booth_pin_nowhere"),
        ({"n": 1, "must": [FIRM, GUESTS[0]]}, "events.too_many_must_come"),
        ({"must": [FIRM, "路人"]}, "events.not_invitable"),
        (
            {"windows": 2, "times": ["2026-12-02T09:00:00+08:00", "2026-12-02T09:10:00+08:00"]},
            "events.slots_overlap",
        ),
    ],
)
def test_what_no_fair_could_keep_is_refused_over_http(organizer, over, reason) -> None:
    refused = organizer.post(f"/v1/fairs/{FAIR}/plan", json=over)
    assert (refused.status_code, refused.json["reason"]) == (422, reason)


def test_a_grouping_s_bound_is_said_to_be_loose_and_a_proof_to_be_one(salon, day) -> None:
    assert "没有更紧的证明" in salon["bound"]["zh"][0] or "已达到" in salon["bound"]["zh"][0]
    assert salon["bound"]["en"]
    assert day["bound"]["zh"] == ["已达到证明过的上界：没有更好的安排"]


def test_a_robotics_firm_is_led_to_the_mechanical_masters(district) -> None:
    firm = district.client(Role.ENTERPRISE)
    found = firm.get(f"/v1/enterprises/{FIRM}/fairs").json
    assert found["schools"][0]["school"] == "湖心理工大学"
    assert found["schools"][0]["reasons"]["en"]
    assert [one["title"] for one in found["fairs"]] == ["高校双选会"]
    assert firm.get("/v1/fairs").json["items"][0]["planned"] is False
