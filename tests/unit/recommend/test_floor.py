"""The floor of a fair: wishes kept, benefits near their bound, conflicts and changes beside enumeration."""

from __future__ import annotations

from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.domain.event import Label
from matcher.domain.event.floor import Booth, BoothPin, Exhibitor, Floor, FloorPlan
from matcher.domain.event.floor_check import check_floor
from matcher.domain.event.floor_wishes import floor_with
from matcher.domain.event.wishes import ConcessionKind, WishKind
from matcher.errors import InvalidInput
from matcher.recommend.floor import plan_floor
from matcher.recommend.floor_conflicts import explain_floor, fewest_concessions, keeping_all

FIRMS = ("云帆餐饮", "同舟物流", "青禾广告", "远山印务", "星河软件", "玉泉茶业", "平湖建材", "春申会计")


def hall(rows: int, columns: int, **over: object) -> tuple[Booth, ...]:
    return tuple(
        Booth("A", row, column, exposure=1.0 / (1 + row), **over)
        for row in range(rows)
        for column in range(columns)
    )


def firms(number: int) -> tuple[Exhibitor, ...]:
    return tuple(Exhibitor(name) for name in FIRMS[:number])


def test_power_size_zone_rivals_and_neighbours_are_all_kept():
    booths = list(hall(3, 4))
    booths[0] = Booth("A", 0, 0, size=18.0, power=10.0)
    booths[8:] = [Booth("A", 2, column, zones=frozenset({"软件专区"})) for column in range(4)]
    asked = (
        Exhibitor(FIRMS[0], size=18.0),
        Exhibitor(FIRMS[4], zone="软件专区"),
        *(Exhibitor(name) for name in (FIRMS[1], FIRMS[2], FIRMS[3])),
    )
    request = Floor(tuple(booths), asked, apart=((FIRMS[1], FIRMS[2]),), near=((FIRMS[2], FIRMS[3]),))
    plan = plan_floor(request, 0)
    assert plan.violations == ()
    assert plan.booths[FIRMS[0]] == 0
    assert plan.booths[FIRMS[4]] >= 8
    assert abs(plan.booths[FIRMS[2]] - plan.booths[FIRMS[3]]) == 1


def test_the_firm_that_draws_most_stands_where_most_pass_and_trades_stand_together():
    asked = tuple(
        Exhibitor(name, sector=str(n % 2), draw=0.9 if n == 3 else 0.1) for n, name in enumerate(FIRMS)
    )
    plan = plan_floor(Floor(hall(2, 4), asked), 0)
    assert plan.booths[FIRMS[3]] < 4
    trade = {booth: firm in FIRMS[::2] for firm, booth in plan.booths.items()}
    assert all(trade[a] == trade[b] for row in (range(4), range(4, 8)) for a, b in pairwise(row))
    assert 0.9 * plan.bound <= plan.value <= plan.bound + 1e-9


def some_floor(seed: int, number: int) -> Floor:
    rng = np.random.default_rng(seed)
    booths = tuple(
        Booth("A", row, column, float(rng.choice([9, 18])), float(rng.choice([2, 6])), exposure=1 / (1 + row))
        for row in range(2)
        for column in range(number // 2)
    )
    asked = tuple(
        Exhibitor(
            name,
            18.0 if rng.random() < 0.3 else 0.0,
            6.0 if rng.random() < 0.3 else 0.0,
            sector=str(rng.integers(2)),
            draw=round(float(rng.random()), 2),
        )
        for name in FIRMS[:number]
    )
    pairs = [(a, b) for a in FIRMS[:number] for b in FIRMS[:number] if a < b]
    picked = [pairs[place] for place in rng.permutation(len(pairs))[:4].tolist()]
    pins = (BoothPin(FIRMS[0], int(rng.integers(number))),) if rng.random() < 0.5 else ()
    return Floor(booths, asked, tuple(picked[:2]), tuple(picked[2:]), pins)


def all_plans(request: Floor):
    for order in permutations(range(len(request.booths)), len(request.exhibitors)):
        yield FloorPlan(dict(zip(request.firms(), order, strict=True)), 0.0, 0.0)


def fewest(request: Floor) -> int:
    return min(len(check_floor(request, plan)) for plan in all_plans(request))


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 100_000))
def test_the_fewest_wishes_are_broken_and_conflicts_are_minimal(seed):
    request = some_floor(seed, 6)
    try:
        plan = plan_floor(request, 0)
    except InvalidInput:
        return  # refused in plain sight, by name
    best = fewest(request)
    assert len(fewest_concessions(request)) == best
    assert (len(plan.violations) == 0) == (best == 0)
    told = explain_floor(request)
    assert (told is None) == (best == 0)
    assert (keeping_all(request) is None) == (best > 0)
    if told is not None:
        assert told.verified
        assert fewest(floor_with(request, told.conflict)) > 0
        for wish in told.conflict:
            assert fewest(floor_with(request, set(told.conflict) - {wish})) == 0


@pytest.mark.parametrize("seed", [11])
def test_eight_firms_give_up_as_little_as_going_through_all_floors_says(seed):
    request = some_floor(seed, 8)
    assert len(fewest_concessions(request)) == fewest(request)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 100_000))
def test_a_small_floor_is_as_good_as_the_best_of_all_that_keep_every_wish(seed):
    rng = np.random.default_rng(seed)
    asked = tuple(
        Exhibitor(name, sector=str(rng.integers(2)), draw=float(rng.random())) for name in FIRMS[:6]
    )
    request = Floor(hall(2, 3), asked, apart=((FIRMS[0], FIRMS[1]),) if rng.random() < 0.5 else ())

    def value(order: tuple[int, ...]) -> float:
        total = sum(
            one.draw * request.booths[booth].exposure for one, booth in zip(asked, order, strict=True)
        )
        for a in range(6):
            for b in range(a):
                beside = abs(order[a] - order[b]) == 1 and order[a] // 3 == order[b] // 3
                total += 0.1 * (beside and asked[a].sector == asked[b].sector)
        return total

    kept = [
        value(order)
        for order in permutations(range(6))
        if not check_floor(request, FloorPlan(dict(zip(request.firms(), order, strict=True)), 0.0, 0.0))
    ]
    plan = plan_floor(request, 0)
    if kept:
        assert plan.value == pytest.approx(max(kept))
    assert plan.value <= plan.bound + 1e-9


def test_on_the_day_only_the_firm_of_a_lost_booth_moves():
    request = Floor(hall(2, 4), firms(6))
    announced = plan_floor(request, 0).booths
    lost = announced[FIRMS[2]]
    again = plan_floor(Floor(hall(2, 4), firms(6), lost=frozenset({lost})), 0, keep=announced)
    assert [firm for firm in FIRMS[:6] if again.booths[firm] != announced[firm]] == [FIRMS[2]]
    assert again.violations == ()


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 100_000))
def test_no_floor_that_keeps_as_many_wishes_moves_fewer_firms(seed):
    rng = np.random.default_rng(seed)
    announced = dict(zip(FIRMS[:5], rng.permutation(6)[:5].tolist(), strict=True))
    request = Floor(
        hall(2, 3),
        firms(5),
        near=((FIRMS[0], FIRMS[1]),),
        lost=frozenset({announced[FIRMS[int(rng.integers(5))]]}),
    )

    def cost(plan: FloorPlan) -> tuple[int, int]:
        moved = sum(plan.booths[firm] != booth for firm, booth in announced.items())
        return len(check_floor(request, plan)), moved

    assert cost(plan_floor(request, 0, keep=announced)) == min(cost(plan) for plan in all_plans(request))


def test_wishes_that_exclude_each_other_are_told_in_the_organizer_s_words():
    # Three who want to stand side by side in a row of two.
    request = Floor(hall(2, 2), firms(3), near=((FIRMS[0], FIRMS[1]), (FIRMS[1], FIRMS[2])))
    told = explain_floor(request)
    assert told is not None
    assert [wish.kind for wish in told.conflict] == [WishKind.NEAR, WishKind.NEAR]
    assert [one.kind for one in told.concessions] == [ConcessionKind.STAND_AWAY]
    assert told.verified
    assert told.fewest


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"exhibitors": (*firms(2), Exhibitor(FIRMS[0]))}, "events.guest_twice"),
        ({"booths": (*hall(1, 4), Booth("A", 0, 0))}, "events.booth_twice"),
        ({"near": ((FIRMS[0], "路人"),)}, "events.unknown_guests"),
        ({"exhibitors": firms(8)}, "events.too_few_booths"),
        ({"pins": (BoothPin(FIRMS[0], 9),)}, "events.booth_pin_nowhere"),
        ({"pins": (BoothPin(FIRMS[0], 0), BoothPin(FIRMS[0], 1))}, "events.booth_pins_contradict"),
        ({"pins": (BoothPin(FIRMS[0], 0), BoothPin(FIRMS[1], 0))}, "events.booth_pinned_twice"),
        ({"near": ((FIRMS[0], FIRMS[1]),), "apart": ((FIRMS[1], FIRMS[0]),)}, "events.near_and_apart"),
        ({"exhibitors": (Exhibitor(FIRMS[0], size=90.0),)}, "events.no_fitting_booth"),
    ],
)
def test_what_no_floor_could_keep_is_refused_by_name(over, reason):
    plain = {"booths": hall(1, 4), "exhibitors": firms(2)}
    with pytest.raises(InvalidInput) as caught:
        plan_floor(Floor(**(plain | over)), 0)
    assert caught.value.reason == reason


def test_the_checker_finds_each_thing_wrong_with_a_floor():
    request = Floor(
        hall(2, 3),
        (Exhibitor(FIRMS[0], size=90.0, power=90.0, zone="无"), *(Exhibitor(name) for name in FIRMS[1:6])),
        apart=((FIRMS[0], FIRMS[1]),),
        near=((FIRMS[1], FIRMS[2]),),
        pins=(BoothPin(FIRMS[3], 0),),
        lost=frozenset({5}),
    )
    wrong = {FIRMS[0]: 0, FIRMS[1]: 1, FIRMS[2]: 4, FIRMS[3]: 4, FIRMS[4]: 5, "路人": 9}
    found = {one.label for one in check_floor(request, FloorPlan(wrong, 0.0, 0.0))}
    assert found == {
        Label.STRANGER, Label.NO_SUCH_BOOTH, Label.BOOTH_LOST, Label.UNPLACED, Label.BOOTH_TAKEN,
        Label.BOOTH_SMALL, Label.POWER_SHORT, Label.WRONG_ZONE, Label.BOOTH_PIN_BROKEN, Label.TOO_CLOSE,
        Label.NOT_NEIGHBOURS,
    }  # fmt: skip


def test_a_hundred_and_eighty_firms_stand_where_they_wish():
    rng = np.random.default_rng(0)
    booths = tuple(
        Booth(name, row, column, 18.0 if column == 0 else 9.0, exposure=1 / (1 + row))
        for name in "AB"
        for row in range(10)
        for column in range(10)
    )
    asked = tuple(
        Exhibitor(f"企业{n:03}", 18.0 if n < 8 else 0.0, sector=str(n % 12), draw=float(rng.random()))
        for n in range(180)
    )
    near = tuple((f"企业{n:03}", f"企业{n + 30:03}") for n in range(30, 50))
    apart = tuple((f"企业{n:03}", f"企业{n + 1:03}") for n in range(100, 140))
    plan = plan_floor(Floor(booths, asked, apart, near), 0, steps=200)
    assert plan.violations == ()
    assert plan.value <= plan.bound
