from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.domain.event import (
    Label,
    Meeting,
    Meetings,
    MeetingsPlan,
    check_meetings,
    check_meetings_request,
)
from matcher.errors import InvalidInput
from matcher.recommend.edge_colouring import colour
from matcher.recommend.meeting_gaps import closed_up
from matcher.recommend.meetings import plan_meetings
from matcher.recommend.meetings_kept import replanned

B = ("采购甲", "采购乙", "采购丙")
S = ("供应子", "供应丑", "供应寅")


def request(**over) -> Meetings:
    scores = {(b, s): 1.0 + i + 2 * j for i, b in enumerate(B) for j, s in enumerate(S)}
    plain = {"buyers": B, "sellers": S, "slots": 2, "tables": 2, "scores": scores}
    return Meetings(**(plain | over))


@given(
    st.integers(1, 7),
    st.integers(1, 7),
    st.integers(1, 6),
    st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6))),
)
def test_every_allowed_graph_is_coloured_within_its_tables(left, right, colours, wanted):
    edges, degree = [], {}
    for a, b in sorted(wanted):
        if a < left and b < right and max(degree.get(("l", a), 0), degree.get(("r", b), 0)) < colours:
            edges.append((a, b))
            degree["l", a] = degree.get(("l", a), 0) + 1
            degree["r", b] = degree.get(("r", b), 0) + 1
    most = -(-len(edges) // colours)
    given_colours = colour(edges, (left, right), colours, most)
    seen = set()
    for (a, b), one in zip(edges, given_colours, strict=True):
        assert 0 <= one < colours
        assert ("l", a, one) not in seen
        assert ("r", b, one) not in seen
        seen |= {("l", a, one), ("r", b, one)}
    assert max((given_colours.count(one) for one in range(colours)), default=0) <= most


def test_a_vertex_with_more_edges_than_colours_is_refused():
    with pytest.raises(ValueError, match="vertex"):
        colour([(0, 0), (0, 1)], (1, 2), 1, 2)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_the_plan_is_worth_as_much_as_the_best_of_all_choices(data):
    scores = {
        (b, s): float(data.draw(st.integers(0, 9)))
        for b, s in [(b, s) for b in B for s in S]
        if data.draw(st.booleans())
    }
    most = {firm: data.draw(st.integers(1, 2)) for firm in (*B, *S)}
    asked = request(scores=scores, most=most)
    pairs = [pair for pair, score in scores.items() if score > 0]
    best = 0.0
    for size in range(min(4, len(pairs)) + 1):
        for some in combinations(pairs, size):
            if all(sum(firm in pair for pair in some) <= most[firm] for firm in most):
                best = max(best, sum(scores[pair] for pair in some))
    plan = plan_meetings(asked)
    assert plan.violations == ()
    assert plan.value == best
    assert plan.proven


def test_two_hundred_firms_meet_at_a_proven_optimum():
    rng = np.random.default_rng(0)
    weights = np.where(rng.random((100, 100)) < 0.3, rng.integers(1, 1000, (100, 100)), 0)
    limits = rng.integers(4, 9, 100), rng.integers(4, 9, 100)
    buyers, sellers = (tuple(f"{side}{n}" for n in range(100)) for side in ("买", "卖"))
    scores = {(buyers[i], sellers[j]): float(weights[i, j]) for i, j in np.argwhere(weights).tolist()}
    most = {name: int(limit) for name, limit in zip((*buyers, *sellers), np.concatenate(limits), strict=True)}
    plan = plan_meetings(Meetings(buyers, sellers, 12, 40, scores, most=most))
    assert plan.violations == ()
    assert plan.proven
    assert plan.value == 436_107.0


def test_minimums_come_before_benefit():
    asked = request(slots=1, tables=1, least={B[0]: 1})
    (meeting,) = plan_meetings(asked).meetings
    assert meeting.buyer == B[0]


def test_minimums_that_exclude_each_other_are_named_and_not_dropped_in_silence():
    asked = request(slots=1, tables=3, scores={(b, S[0]): 1.0 for b in B}, least=dict.fromkeys(B, 1))
    plan = plan_meetings(asked)
    assert len(plan.meetings) == 1
    assert [one.label for one in plan.violations] == [Label.BELOW_MINIMUM] * 2


def test_a_meeting_that_must_be_is_planned_and_one_that_must_not_be_is_not():
    asked = request(must=((B[0], S[0]),), must_not=((B[2], S[2]),), most=dict.fromkeys(B + S, 1))
    met = {(one.buyer, one.seller) for one in plan_meetings(asked).meetings}
    assert (B[0], S[0]) in met
    assert (B[2], S[2]) not in met


def test_nobody_is_planned_while_away():
    away = frozenset({(B[0], 0), (S[2], 1), (S[1], 1)})
    plan = plan_meetings(request(away=away, slots=3))
    assert plan.violations == ()
    assert plan.meetings


def test_a_large_day_with_absences_is_still_placed_and_its_gap_told():
    rng = np.random.default_rng(1)
    buyers, sellers = (tuple(f"{side}{n}" for n in range(60)) for side in ("买", "卖"))
    scores = {(b, s): float(rng.integers(1, 99)) for b in buyers for s in sellers if rng.random() < 0.4}
    away = frozenset((firm, slot) for firm in buyers for slot in range(14) if rng.random() < 0.1)
    plan = plan_meetings(Meetings(buyers, sellers, 14, 60, scores, away=away))
    assert plan.violations == ()
    assert 0.9 * plan.bound <= plan.value <= plan.bound


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"slots": 0}, "events.not_positive"),
        ({"buyers": (*B, S[0])}, "events.guest_twice"),
        ({"scores": {("路人", S[0]): 1.0}}, "events.unknown_guests"),
        ({"least": {B[0]: 3}}, "events.minimum_too_high"),
        ({"must": ((B[0], S[0]),), "must_not": ((B[0], S[0]),)}, "events.must_and_must_not"),
        ({"must": ((B[0], S[0]),), "away": frozenset({(B[0], 0), (S[0], 1)})}, "events.no_common_slot"),
        ({"must": tuple((B[0], s) for s in S)}, "events.too_many_musts"),
        ({"must": tuple(zip(B, S, strict=True)), "slots": 1}, "events.too_few_tables"),
    ],
)
def test_wishes_that_contradict_each_other_are_refused_by_name(over, reason):
    with pytest.raises(InvalidInput) as caught:
        plan_meetings(request(**over))
    assert caught.value.reason == reason


def test_the_checker_finds_each_thing_wrong_with_a_day():
    asked = request(
        most={B[0]: 1},
        least={B[1]: 1},
        away=frozenset({(S[0], 0)}),
        must=((B[2], S[2]),),
        must_not=((B[0], S[1]),),
    )
    meetings = (
        Meeting(B[0], S[0], 0, 0),
        Meeting(B[0], S[1], 0, 0),
        Meeting(B[0], S[0], 5, 9),
        Meeting("路人", S[2], 1, 0),
    )
    found = {one.label for one in check_meetings(asked, MeetingsPlan(meetings, 0.0, 0.0, False))}
    assert found == {
        Label.TABLE_TAKEN,
        Label.TWO_AT_ONCE,
        Label.MEETING_WHILE_AWAY,
        Label.OVER_LIMIT,
        Label.BELOW_MINIMUM,
        Label.MUST_MEET,
        Label.MUST_NOT_MEET,
        Label.MEETING_TWICE,
        Label.NO_SUCH_SLOT,
        Label.TOO_MANY_TABLES,
        Label.STRANGER,
    }


def idle_slots(slots: list[int]) -> int:
    """Slots between the first and the last of a firm's meetings in which it has none."""
    return max(slots) - min(slots) + 1 - len(set(slots)) if slots else 0


def waits(placed: dict[tuple[str, str], int]) -> int:
    firms = {firm for pair in placed for firm in pair}
    return sum(idle_slots([slot for pair, slot in placed.items() if firm in pair]) for firm in firms)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 100_000))
def test_closing_up_moves_nobody_into_two_places_and_never_lengthens_the_waiting(seed):
    rng = np.random.default_rng(seed)
    buyers, sellers = (tuple(f"{side}{n}" for n in range(5)) for side in ("买", "卖"))
    everybody = (*buyers, *sellers)
    away = frozenset((firm, slot) for firm in everybody for slot in range(6) if rng.random() < 0.1)
    scores = {(b, s): float(rng.integers(1, 9)) for b in buyers for s in sellers if rng.random() < 0.4}
    asked = Meetings(buyers, sellers, 6, 4, scores, away=away)
    placed = {(one.buyer, one.seller): one.slot for one in plan_meetings(asked).meetings}
    shuffled = rng.permutation(6)
    loose = {pair: int(shuffled[slot]) for pair, slot in placed.items()}
    there = replace(asked, away=frozenset())
    closed = closed_up(there, loose)
    assert closed.keys() == loose.keys()
    assert waits(closed) <= waits(loose)
    busy = [(firm, slot) for pair, slot in closed.items() for firm in pair]
    assert len(busy) == len(set(busy))
    assert max((list(closed.values()).count(slot) for slot in range(6)), default=0) <= 4
    assert plan_meetings(asked).violations == ()


def test_a_buyer_between_whose_meetings_a_slot_is_idle_has_it_closed():
    asked = request(slots=3)
    assert waits(closed_up(asked, {(B[0], S[0]): 0, (B[0], S[1]): 2})) == 0
    pinned = replace(asked, pins=((B[0], S[0], 0), (B[0], S[1], 2)))
    assert closed_up(pinned, {(B[0], S[0]): 0, (B[0], S[1]): 2}) == {(B[0], S[0]): 0, (B[0], S[1]): 2}


def test_a_meeting_with_its_slot_decided_is_there_and_the_rest_is_still_best():
    plan = plan_meetings(request(pins=((B[0], S[0], 1),), most=dict.fromkeys(B + S, 2)))
    assert plan.violations == ()
    assert (B[0], S[0], 1) in {(one.buyer, one.seller, one.slot) for one in plan.meetings}
    assert len(plan.meetings) == 4


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 100_000))
def test_on_the_day_no_plan_that_keeps_as_many_wishes_changes_fewer_meetings(seed):
    rng = np.random.default_rng(seed)
    asked = request(slots=3, tables=2, most=dict.fromkeys(B + S, 2))
    announced = plan_meetings(asked).meetings
    lost = frozenset({int(rng.integers(2))})
    away = frozenset((firm, slot) for firm in (B[0], S[2]) for slot in range(3) if rng.random() < 0.3)
    today = replace(asked, lost=lost, away=away, must=((announced[0].buyer, announced[0].seller),))
    try:
        check_meetings_request(today)
    except InvalidInput:
        return
    plan = replanned(today, announced)
    assert [one for one in plan.violations if one.label is not Label.MUST_MEET] == []
    was = {(one.buyer, one.seller): one.slot for one in announced}
    now = {(one.buyer, one.seller): one.slot for one in plan.meetings}
    kept = sum(now.get(pair) == slot for pair, slot in was.items())
    fit = [(pair, slot) for pair, slot in was.items() if not {(firm, slot) for firm in pair} & away]
    # One table is left: of each slot's announced meetings one can stay.
    assert kept >= len({slot for _, slot in fit}) - 1


def test_a_meeting_set_on_the_day_takes_a_free_table_and_drives_nobody_from_another():
    asked = request(slots=1, tables=3, scores={(B[1], S[1]): 1.0, (B[2], S[2]): 1.0})
    announced = (Meeting(B[1], S[1], 0, 0), Meeting(B[2], S[2], 0, 1))
    plan = replanned(replace(asked, pins=((B[0], S[0], 0),)), announced)
    assert set(plan.meetings) == {*announced, Meeting(B[0], S[0], 0, 2)}
    assert plan.violations == ()


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 100_000))
def test_on_the_day_no_day_that_keeps_as_many_wishes_moves_fewer_meetings_to_another_slot(seed):
    rng = np.random.default_rng(seed)
    pairs = [(b, s) for b in B[:2] for s in S] + [(B[2], S[0])]
    asked = request(scores=dict.fromkeys(pairs, 1.0), slots=2, tables=2)
    announced = plan_meetings(asked).meetings
    was = {(one.buyer, one.seller): one.slot for one in announced}
    new = next(pair for pair in pairs if pair not in was)
    away = frozenset((firm, slot) for firm in (*B, *S) for slot in range(2) if rng.random() < 0.15)
    today = replace(asked, away=away, must=(new,), lost=frozenset({1} if rng.random() < 0.5 else ()))
    try:
        check_meetings_request(today)
    except InvalidInput:
        return

    def cost(meetings: tuple[Meeting, ...]) -> tuple[int, int]:
        now = {(one.buyer, one.seller): one.slot for one in meetings}
        moved = sum(now.get(pair) != slot for pair, slot in was.items())
        return len(check_meetings(today, MeetingsPlan(meetings, 0.0, 0.0, False))), moved

    every = (
        tuple(Meeting(*pair, slot, 0) for pair, slot in zip(pairs, slots, strict=True) if slot >= 0)
        for slots in product((-1, 0, 1), repeat=len(pairs))
    )
    least = min(cost(at_free_tables(meetings, today)) for meetings in every)
    assert cost(replanned(today, announced).meetings) == least


def at_free_tables(meetings: tuple[Meeting, ...], today: Meetings) -> tuple[Meeting, ...]:
    """One after the other at the tables that are there; beyond those at one that is not."""
    tables = {slot: [*today.open_tables(), *([99] * len(meetings))] for slot in range(today.slots)}
    return tuple(replace(one, table=tables[one.slot].pop(0)) for one in meetings)
