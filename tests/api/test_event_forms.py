"""What an organizer writes beside a guest on the page reaches the planners; what cannot be read is named."""

from __future__ import annotations

import pytest

from api.console.event_forms import FairForm, MeetingsForm, NoShowForm, SalonForm
from api.console.guest_wishes import called, numbers, places
from matcher.errors import InvalidInput

CLOUD, BOAT, GREEN = "云帆餐饮有限公司", "同舟物流有限公司", "青禾广告有限公司"
NAMES = {"E1": CLOUD, "E2": BOAT, "E3": GREEN}


def test_rounds_seats_and_names_are_read_as_people_write_them() -> None:
    assert numbers("2-4，6", 6, CLOUD) == {2, 3, 4, 6}
    assert numbers("1 至 2".replace(" ", ""), 3, CLOUD) == {1, 2}
    assert list(places("1-3、2：5", CLOUD)) == [(1, 3), (2, 5)]
    assert list(called("同舟、青禾广告有限公司", ["E1", "E2", "E3"], NAMES)) == ["E2", "E3"]


@pytest.mark.parametrize("written", ["0", "3-1", "7", "第二轮", "，"])
def test_rounds_that_are_not_there_are_refused_beside_the_guest(written: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        numbers(written, 6, CLOUD)
    assert (caught.value.reason, caught.value.params["who"]) == ("console.numbers_unread", CLOUD)


def test_a_name_that_is_nobody_s_or_two_firms_is_refused() -> None:
    for written, reason in (("远山", "console.guest_not_listed"), ("有限公司", "console.guest_unclear")):
        with pytest.raises(InvalidInput) as caught:
            list(called(written, list(NAMES), NAMES))
        assert caught.value.reason == reason
    with pytest.raises(InvalidInput):
        list(places("3", CLOUD))


def test_a_salon_s_hosts_latecomers_seats_and_those_kept_apart_reach_the_planner() -> None:
    form = SalonForm(
        title="湖心沙龙",
        tables=2,
        seats=4,
        rounds=3,
        must=["E1", "E2", "E3"],
        host=["E1", "E2"],
        who=["E1", "E2", "E3"],
        here=["", "2-3", ""],
        place_at=["", "", "1-2"],
        apart=["", "", "云帆"],
    )
    asked = form.document(NAMES)
    assert asked["hosts"] == ["E1", "E2"]
    assert asked["away"] == [{"guest": "E2", "round": 1}]
    assert asked["pins"] == [{"guest": "E3", "round": 1, "table": 2}]
    assert asked["apart"] == [{"a": "E3", "b": "E1"}]


def test_what_is_written_beside_a_guest_taken_off_the_list_is_left_aside() -> None:
    form = SalonForm(title="湖心沙龙", must=["E1"], who=["E1", "E2"], here=["", "9"], host=["E2"])
    asked = form.document(NAMES)
    assert (asked["hosts"], asked["away"]) == ([], [])


def test_whom_a_firm_must_and_must_not_meet_may_be_written_on_either_side() -> None:
    form = MeetingsForm(
        title="一对一",
        slots=3,
        buyer=["E1"],
        seller=["E2", "E3"],
        who=["E1", "E2", "E3"],
        here=["", "1", ""],
        least=["1", "", ""],
        most=["2", "", ""],
        meet=["同舟", "", ""],
        never=["", "", "云帆"],
    )
    asked = form.document(NAMES)
    assert asked["must"] == [{"buyer": "E1", "seller": "E2"}]
    assert asked["must_not"] == [{"buyer": "E1", "seller": "E3"}]
    assert (asked["least"], asked["most"]) == ({"E1": 1}, {"E1": 2})
    assert asked["away"] == [{"guest": "E2", "slot": 2}, {"guest": "E2", "slot": 3}]


def test_on_the_day_each_planner_is_told_what_is_written() -> None:
    form = NoShowForm(
        who=["E1", "E2", ""], here=["2", "", ""], place_at=["", "2-1", ""], hosts_at=["", "1", ""]
    )
    assert form.anything()
    today = form.salon({"tables": 2, "rounds": [[], []]}, NAMES)
    assert (today.away, today.pins, today.hosts) == ((("E1", 1),), (("E2", 2, 1),), (("E2", 1),))
    meet = NoShowForm(who=["E2"], with_whom=["E1"], place_at=["3"])
    assert meet.meetings({"slots": 3, "buyers": ["E1"]}, NAMES).pins == (("E1", "E2", 3),)
    assert NoShowForm(who=["E3"], place_at=["4"]).fair({"floor": [0] * 4}, NAMES).pins == (("E3", 4),)
    with pytest.raises(InvalidInput) as caught:
        NoShowForm(who=[""], here=["2"]).salon({"tables": 2, "rounds": [[]]}, NAMES)
    assert caught.value.reason == "console.beside_nobody"


def test_a_booth_s_needs_and_neighbours_reach_the_planner_of_the_floor() -> None:
    form = FairForm(
        n=3,
        rows=2,
        columns=3,
        must=["E1", "E2", "E3"],
        who=["E1", "E2", "E3"],
        here=["", "1-2", ""],
        place_at=["4", "", ""],
        size=["18", "", ""],
        power=["", "6", ""],
        own_desks=["3", "", ""],
        least=["", "", "2"],
        near=["同舟", "", ""],
        apart=["", "", "云帆"],
    )
    asked = form.document(NAMES)
    assert asked["pins"] == [{"enterprise_id": "E1", "booth": 4}]
    assert asked["needs"] == [
        {"enterprise_id": "E1", "size": 18, "desks": 3},
        {"enterprise_id": "E2", "power": 6},
    ]
    assert asked["least"] == {"E3": 2}
    assert {one["who"] for one in asked["away"]} == {"E2"}
    assert len(asked["away"]) == 4
    assert asked["near"] == [{"a": "E1", "b": "E2"}]
    assert asked["apart"] == [{"a": "E3", "b": "E1"}]
    with pytest.raises(InvalidInput):
        form.model_copy(update={"place_at": ["7", "", ""]}).document(NAMES)
