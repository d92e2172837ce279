"""Interview windows: proven best, nobody in two places, conflicts beside enumeration."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.domain.event import Label
from matcher.domain.event.interview_check import check_interviews
from matcher.domain.event.interviews import Interview, InterviewPlan, Interviews
from matcher.domain.event.wishes import WishKind
from matcher.errors import InvalidInput
from matcher.recommend.interview_conflicts import (
    explain_interviews,
    fewest_concessions,
    interviews_with,
)
from matcher.recommend.interviews import plan_interviews, refilled

MECH, HOTEL = "机械2026", "酒店2026"
ROBOT, INN = "湖心机器人", "湖心酒店"


def fair(**over: object) -> Interviews:
    plain = {
        "heads": {MECH: 3, HOTEL: 2},
        "desks": {ROBOT: 2, INN: 1},
        "windows": 3,
        "scores": {(MECH, ROBOT): 0.9, (HOTEL, INN): 0.8, (MECH, INN): 0.1},
    }
    return Interviews(**(plain | over))


def test_every_member_is_interviewed_once_at_most_in_a_window_and_once_by_a_firm():
    plan = plan_interviews(fair())
    assert plan.violations == ()
    assert plan.proven
    assert Counter((one.talent, one.firm) for one in plan.interviews) == {
        (MECH, ROBOT): 3, (HOTEL, INN): 2, (MECH, INN): 1,
    }  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 100_000))
def test_whatever_is_asked_nobody_is_in_two_places_and_no_booth_overfull(seed):
    rng = np.random.default_rng(seed)
    classes, firms = [f"班{n}" for n in range(4)], [f"企{n}" for n in range(5)]
    windows = int(rng.integers(1, 5))
    everybody = (*classes, *firms)
    asked = Interviews(
        heads={one: int(rng.integers(1, 9)) for one in classes},
        desks={one: int(rng.integers(1, 4)) for one in firms},
        windows=windows,
        scores={pair: float(rng.integers(1, 9)) for pair in product(classes, firms) if rng.random() < 0.6},
        most=int(rng.integers(1, 4)),
        away=frozenset((one, window) for one in everybody for window in range(windows) if rng.random() < 0.15)
        if rng.random() < 0.5
        else frozenset(),
    )
    plan = plan_interviews(asked)
    assert plan.violations == ()
    assert plan.value <= plan.bound + 1e-6


def possible(request: Interviews) -> bool:
    """By enumeration of all numbers a pair and window."""
    places = [
        (pair, window)
        for pair in sorted({pair for pair, score in request.scores.items() if score > 0} | set(request.must))
        for window in range(request.windows)
        if not {(who, window) for who in pair} & request.away
    ]
    sizes = [range(min(request.limit(pair), max(request.desks.values())) + 1) for pair, _ in places]
    return any(_keeps(request, places, numbers) for numbers in product(*sizes))


def _keeps(request: Interviews, places: list, numbers: tuple[int, ...]) -> bool:
    count: Counter[object] = Counter()
    for ((talent, firm), window), number in zip(places, numbers, strict=True):
        count[talent, window] += number
        count[firm, window] += number
        count[talent, firm] += number
        count[talent] += number
        count[firm] += number
    fine = all(count[pair] <= request.limit(pair) for pair, _ in places)
    fine &= all(count[one, w] <= n for one, n in request.heads.items() for w in range(request.windows))
    fine &= all(count[one, w] <= n for one, n in request.desks.items() for w in range(request.windows))
    fine &= all(count[one] <= n * request.most for one, n in request.heads.items())
    return (
        fine and all(count[f] >= n for f, n in request.least.items()) and all(count[p] for p in request.must)
    )


def small_fair(seed: int) -> Interviews:
    rng = np.random.default_rng(seed)
    classes, firms = (MECH, HOTEL), (ROBOT, INN)
    everybody = (*classes, *firms)
    return Interviews(
        heads={one: int(rng.integers(1, 3)) for one in classes},
        desks=dict.fromkeys(firms, 1),
        windows=2,
        scores={pair: 1.0 for pair in product(classes, firms) if rng.random() < 0.7},
        most=int(rng.integers(1, 3)),
        least={firm: int(rng.integers(1, 3)) for firm in firms if rng.random() < 0.6},
        away=frozenset((one, w) for one in everybody for w in range(2) if rng.random() < 0.25),
        must=tuple(pair for pair in product(classes, firms) if rng.random() < 0.3),
    )


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 100_000))
def test_conflicts_of_interviews_are_minimal(seed):
    request = small_fair(seed)
    told = explain_interviews(request)
    assert (told is None) == possible(request)
    assert (not fewest_concessions(request)) == possible(request)
    if told is not None:
        assert told.verified
        assert not possible(interviews_with(request, told.conflict))
        for wish in told.conflict:
            assert possible(interviews_with(request, set(told.conflict) - {wish}))


def cheapest(request: Interviews) -> int:
    """By enumeration: how many of each class each firm sees in each window, and what that would take."""
    pairs = sorted({pair for pair, score in request.scores.items() if score > 0} | set(request.must))
    places = [(pair, window) for pair in pairs for window in range(request.windows)]
    best = 99
    for numbers in product(*(range(request.heads[talent] + 1) for (talent, _), _ in places)):
        busy: Counter[object] = Counter()
        for (pair, window), number in zip(places, numbers, strict=True):
            busy.update({pair: number, **{one: number for who in pair for one in (who, (who, window))}})
        if any(busy[pair] > request.limit(pair) for pair in pairs) or any(
            busy[talent] > heads * request.most
            or max(busy[talent, w] for w in range(request.windows)) > heads
            for talent, heads in request.heads.items()
        ):
            continue
        cost = sum(busy[place] > 0 for place in request.away)
        cost += sum(not busy[pair] for pair in request.must)
        cost += sum(max(0, least - busy[firm]) for firm, least in request.least.items())
        for firm, desks in request.desks.items():
            cost += max(0, *(busy[firm, window] - desks for window in range(request.windows)))
        best = min(best, cost)
    return best


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 100_000))
def test_concessions_on_interviews_are_the_fewest_of_all(seed):
    request = small_fair(seed)
    assert sum(one.number for one in fewest_concessions(request)) == cheapest(request)


def test_a_minimum_above_what_its_desks_can_hold_within_the_day_is_told():
    asked = fair(
        least={INN: 2},
        away=frozenset({(HOTEL, 0), (HOTEL, 1), (MECH, 0), (MECH, 1)}),
        desks={ROBOT: 2, INN: 1},
    )
    plan = plan_interviews(asked)
    assert [one.label for one in plan.violations] == [Label.BELOW_INTERVIEWS]
    told = explain_interviews(asked)
    assert told is not None
    assert WishKind.INTERVIEWS_LEAST in {wish.kind for wish in told.conflict}
    assert len(told.concessions) == 1


def test_on_the_day_the_interviews_of_those_who_came_stay_and_freed_places_are_filled():
    asked = fair(desks={ROBOT: 1, INN: 1}, windows=2)
    announced = plan_interviews(asked).interviews
    left = fair(
        heads={MECH: 3}, desks={ROBOT: 1, INN: 1}, windows=2, scores={(MECH, ROBOT): 0.9, (MECH, INN): 0.1}
    )
    again = refilled(left, announced)
    assert again.violations == ()
    assert {one for one in announced if one.talent == MECH} <= set(again.interviews)
    assert len(again.interviews) == 4


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"windows": 0}, "events.not_positive"),
        ({"heads": {MECH: 0, HOTEL: 2}}, "events.not_positive"),
        ({"scores": {("路人", INN): 1.0}}, "events.unknown_guests"),
        ({"least": {INN: 4}}, "events.too_few_desks"),
        (
            {"must": ((MECH, INN),), "away": frozenset({(MECH, 0), (MECH, 1), (INN, 2)})},
            "events.no_common_window",
        ),
    ],
)
def test_what_no_fair_could_keep_is_refused_by_name(over, reason):
    with pytest.raises(InvalidInput) as caught:
        plan_interviews(fair(**over))
    assert caught.value.reason == reason


def test_the_checker_finds_each_thing_wrong_with_the_interviews():
    asked = fair(
        most=1, away=frozenset({(INN, 0)}), least={INN: 4}, must=((HOTEL, ROBOT),), wanted={(MECH, ROBOT): 1}
    )
    wrong = (
        Interview(MECH, 0, ROBOT, 0),
        Interview(MECH, 0, ROBOT, 1),
        Interview(MECH, 1, ROBOT, 0),
        Interview(MECH, 2, ROBOT, 0),
        Interview(MECH, 0, INN, 0),
        Interview(MECH, 9, INN, 7),
        Interview("路人", 0, INN, 1),
    )
    found = {one.label for one in check_interviews(asked, InterviewPlan(wrong, 0.0, 0.0, False))}
    assert found == {
        Label.OVER_DESKS, Label.INTERVIEW_WHILE_AWAY, Label.NO_SUCH_WINDOW, Label.STRANGER, Label.TWO_AT_ONCE,
        Label.INTERVIEWED_TWICE, Label.OVER_HEADS, Label.OVER_INTERVIEWS, Label.BELOW_INTERVIEWS,
        Label.MUST_INTERVIEW,
    }  # fmt: skip


def test_a_hundred_and_eighty_firms_and_two_thousand_graduates_get_a_proven_best_day():
    rng = np.random.default_rng(0)
    heads = {f"班{n}": int(rng.integers(20, 140)) for n in range(25)}
    desks = {f"企{n}": int(rng.integers(1, 4)) for n in range(180)}
    scores = {pair: round(float(rng.random()), 6) for pair in product(heads, desks) if rng.random() < 0.4}
    wanted = {pair: int(rng.integers(1, 12)) for pair in scores}
    plan = plan_interviews(Interviews(heads, desks, 8, scores, wanted, least=dict.fromkeys(desks, 5)))
    assert sum(heads.values()) > 2_000
    assert plan.proven
    assert plan.violations == ()
