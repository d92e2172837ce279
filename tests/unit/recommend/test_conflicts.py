"""Minimal conflicts and smallest concessions, beside plain enumeration of all plans."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.domain.event import Apart, Meetings, Pin, Seating, SeatPlan, check_seating
from matcher.domain.event.wishes import (
    ConcessionKind,
    WishKind,
    meetings_with,
    seating_with,
)
from matcher.recommend.meeting_conflicts import explain_meetings, fewest_concessions
from matcher.recommend.seat_conflicts import explain_seating
from matcher.recommend.seat_proof import exists

A, B, C, D = "云帆餐饮", "同舟物流", "青禾广告", "远山印务"
E, F, G, H = "星河软件", "玉泉茶业", "平湖建材", "春申会计"


def test_a_buyer_who_must_meet_two_free_at_the_same_hour_only_is_told_so():
    away = frozenset((firm, slot) for firm in (B, C) for slot in (0, 1))
    day = Meetings((A,), (B, C, D), slots=3, tables=2, scores={(A, D): 1.0}, must=((A, B), (A, C)), away=away)
    told = explain_meetings(day)
    assert told is not None
    assert {(wish.kind, wish.who) for wish in told.conflict} == {
        (WishKind.MUST_MEET, (A, B)),
        (WishKind.MUST_MEET, (A, C)),
        (WishKind.ONLY_FREE, (B,)),
        (WishKind.ONLY_FREE, (C,)),
    }
    assert told.verified
    assert told.fewest
    assert len(told.concessions) == 1


def day(seed: int) -> Meetings:
    """Of up to eight firms, with as many pairs as going through all plans allows."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(2, 5))
    buyers, sellers = (A, B, E, F)[:size], (C, D, G, H)[:size]
    every = list(product(buyers, sellers))
    pairs = [every[place] for place in rng.permutation(len(every))[:6].tolist()]
    return Meetings(
        buyers,
        sellers,
        slots=2,
        tables=int(rng.integers(1, 3)),
        scores={pair: 1.0 for pair in pairs if rng.random() < 0.7},
        must=tuple(pair for pair in pairs if rng.random() < 0.6),
        away=frozenset((f, s) for f in (*buyers, *sellers) for s in range(2) if rng.random() < 0.3),
        least={f: int(rng.integers(1, 3)) for f in (*buyers, *sellers) if rng.random() < 0.3},
        most={f: 1 for f in (*buyers, *sellers) if rng.random() < 0.2},
    )


def cheapest(request: Meetings) -> int:
    """By enumeration: for every plan, what it would take to make it right."""
    pairs = sorted({pair for pair, score in request.scores.items() if score > 0} | set(request.must))
    best = 99
    for slots in product(range(-1, request.slots), repeat=len(pairs)):
        held = [(pair, slot) for pair, slot in zip(pairs, slots, strict=True) if slot >= 0]
        busy = [(firm, slot) for pair, slot in held for firm in pair]
        if len(busy) > len(set(busy)):
            continue
        met = {pair for pair, _ in held}
        cost = sum(pair not in met for pair in request.must)
        cost += sum((firm, slot) in request.away for firm, slot in busy)
        number = {firm: sum(firm in pair for pair in met) for firm in (*request.buyers, *request.sellers)}
        cost += sum(max(0, least - number[firm]) for firm, least in request.least.items())
        cost += sum(max(0, number[firm] - most) for firm, most in request.most.items())
        at_once = [sum(slot == one for _, one in held) for slot in range(request.slots)]
        cost += max(0, *(count - request.tables for count in at_once))
        best = min(best, cost)
    return best


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 100_000))
def test_concessions_on_meetings_are_the_fewest_of_all_and_conflicts_minimal(seed):
    request = day(seed)
    told = explain_meetings(request)
    best = cheapest(request)
    assert sum(one.number for one in fewest_concessions(request)) == best
    assert (told is None) == (best == 0)
    if told is not None:
        assert told.verified
        assert cheapest(meetings_with(request, told.conflict)) > 0
        for wish in told.conflict:
            assert cheapest(meetings_with(request, set(told.conflict) - {wish})) == 0


def salon(seed: int) -> Seating:
    rng = np.random.default_rng(seed)
    guests = tuple(f"企业{number}" for number in range(8))
    some = [pair for pair in combinations(guests, 2) if rng.random() < 0.3]
    pins = {(str(rng.choice(guests)), 0): int(rng.integers(2)) for _ in range(int(rng.integers(0, 4)))}
    return Seating(
        guests,
        tables=2,
        seats=4,
        rounds=1,
        apart=tuple(Apart(a, b, "rival") for a, b in some[::2]),
        before=tuple(some[1::2]),
        pins=tuple(Pin(guest, turn, table) for (guest, turn), table in pins.items()),
    )


def plans(request: Seating):
    for one in combinations(request.guests, 4):
        other = tuple(guest for guest in request.guests if guest not in one)
        yield SeatPlan(((one, other),), 0.0, 0.0)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 100_000))
def test_concessions_on_seats_are_the_fewest_of_all_and_conflicts_minimal(seed):
    request = salon(seed)

    def fewest(seating: Seating) -> int:
        return min(len(check_seating(seating, plan)) for plan in plans(seating))

    told = explain_seating(request, seed=0)
    assert (told is None) == (fewest(request) == 0)
    assert exists(request, True, 10_000) is (fewest(request) == 0)
    if told is not None:
        assert told.verified
        assert len(told.concessions) == fewest(request)
        assert fewest(seating_with(request, told.conflict)[0]) > 0
        for wish in told.conflict:
            assert fewest(seating_with(request, set(told.conflict) - {wish})[0]) == 0


def test_too_many_rounds_for_too_few_guests_name_the_rule_that_nobody_meets_twice():
    told = explain_seating(Seating((A, B, C, D), tables=2, seats=2, rounds=4), seed=0)
    assert told is not None
    assert [wish.kind for wish in told.conflict] == [WishKind.ONCE]
    assert {one.kind for one in told.concessions} == {ConcessionKind.SIT_AGAIN}
    assert told.verified


def test_more_guests_than_the_square_of_the_tables_must_meet_again_and_it_is_proven():
    guests = tuple(f"企业{number:02}" for number in range(15))
    told = explain_seating(Seating(guests, tables=3, seats=5, rounds=3), seed=0)
    assert told is not None
    assert [wish.kind for wish in told.conflict] == [WishKind.ONCE]
    assert told.verified
    late = frozenset((guest, 1) for guest in guests[9:])
    fits = Seating(guests, tables=3, seats=5, rounds=2, away=late)
    assert explain_seating(fits, seed=0) is None


@pytest.mark.parametrize("rounds", [1, 2, 3])
def test_a_plan_that_keeps_everything_needs_no_explanation(rounds):
    assert explain_seating(Seating((A, B, C, D), tables=2, seats=2, rounds=rounds), seed=0) is None
