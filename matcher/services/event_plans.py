"""Plans as JSON, the shape that is stored, sent and exported; and back. Counts from 1, as on paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from matcher.domain.event import (
    Apart,
    EventKind,
    Meeting,
    Meetings,
    MeetingsPlan,
    Pin,
    Seating,
    SeatPlan,
    Violation,
)
from matcher.graph.graph import Graph
from matcher.services.salon_guests import Company


def seat_json(
    graph: Graph, seating: Seating, plan: SeatPlan, company: Company | None, seed: int
) -> dict[str, Any]:
    """A seating as stored and sent: firms by id, rounds and tables as lists."""
    lonely = [] if company is None or company.chosen is None else _lonely(company)
    return {
        "kind": EventKind.SALON.value,
        "snapshot_id": graph.snapshot_id,
        "as_of": graph.as_of.isoformat(),
        "seed": seed,
        "guests": list(seating.guests),
        "hosts": list(seating.hosts),
        "tables": seating.tables,
        "seats": seating.seats,
        "apart": [[one.a, one.b, one.reason] for one in seating.apart],
        "before": [list(pair) for pair in seating.before],
        "away": sorted([guest, turn + 1] for guest, turn in seating.away),
        "lost": sorted(table + 1 for table in seating.lost),
        "pins": pins_json(seating.pins),
        "rounds": [[list(names) for names in tables] for tables in plan.rounds],
        "value": round(plan.value, 6),
        "bound": round(plan.bound, 6),
        "violations": [_violation(one) for one in plan.violations],
        "few_good_pairs": lonely,
    }


def pins_json(pins: Iterable[Pin]) -> list[list[Any]]:
    """[guest, round, table] from 1."""
    return [[pin.guest, pin.turn + 1, pin.table + 1] for pin in pins]


def _lonely(company: Company) -> list[str]:
    if company.chosen is None:
        return []
    place = dict(zip(company.chosen.positions, company.guests, strict=True))
    return [place[position] for position in company.chosen.lonely]


def _violation(one: Violation) -> dict[str, Any]:
    """Rounds, slots and tables as on paper, from 1."""
    turn = None if one.turn is None else one.turn + 1
    table = None if one.table is None else one.table + 1
    return {"label": one.label.value, "who": list(one.who), "turn": turn, "table": table}


def meetings_json(graph: Graph, wishes: Meetings, plan: MeetingsPlan, seed: int) -> dict[str, Any]:
    """A day of meetings as stored and sent; slots and tables from 1."""
    return {
        "kind": EventKind.MEETINGS.value,
        "snapshot_id": graph.snapshot_id,
        "as_of": graph.as_of.isoformat(),
        "seed": seed,
        "guests": [*wishes.buyers, *wishes.sellers],
        "buyers": list(wishes.buyers),
        "sellers": list(wishes.sellers),
        "slots": wishes.slots,
        "tables": wishes.tables,
        "most": dict(wishes.most),
        "least": dict(wishes.least),
        "away": sorted([firm, slot + 1] for firm, slot in wishes.away),
        "must": sorted(list(pair) for pair in set(wishes.must)),
        "must_not": sorted(list(pair) for pair in set(wishes.must_not)),
        "pins": sorted([buyer, seller, slot + 1] for buyer, seller, slot in set(wishes.pins)),
        "lost": sorted(table + 1 for table in wishes.lost),
        "meetings": [_meeting(one, wishes) for one in plan.meetings],
        "value": round(plan.value, 6),
        "bound": round(plan.bound, 6),
        "proven": plan.proven,
        "violations": [_violation(one) for one in plan.violations],
    }


def _meeting(one: Meeting, wishes: Meetings) -> dict[str, Any]:
    score = round(wishes.scores.get((one.buyer, one.seller), 0.0), 6)
    return {
        "buyer": one.buyer,
        "seller": one.seller,
        "slot": one.slot + 1,
        "table": one.table + 1,
        "score": score,
    }


def wishes_from_json(old: Mapping[str, Any]) -> Meetings:
    """What was asked of a stored day; `scores` are those that the organizer gave, {} where none were."""
    given = {(one["buyer"], one["seller"]): one["score"] for one in old.get("scores", ())}
    return Meetings(
        buyers=tuple(old["buyers"]),
        sellers=tuple(old["sellers"]),
        slots=old["slots"],
        tables=old["tables"],
        scores=given,
        most=old["most"],
        least=old["least"],
        away=frozenset((firm, slot - 1) for firm, slot in old["away"]),
        must=tuple((a, b) for a, b in old["must"]),
        must_not=tuple((a, b) for a, b in old["must_not"]),
        pins=tuple((a, b, slot - 1) for a, b, slot in old.get("pins", ())),
        lost=frozenset(table - 1 for table in old.get("lost", ())),
    )


def from_json(
    old: Mapping[str, Any],
    gone: frozenset[str],
    come: tuple[str, ...] = (),
    lost: frozenset[int] = frozenset(),
) -> tuple[Seating, SeatPlan]:
    """A stored seating without those who are gone, with those who `come` instead, without `lost` tables.

    What is asked of it now but for the hosts, and what was announced. Tables from 0.
    """
    here = [guest for guest in old["guests"] if guest not in gone] + list(come)
    lost = lost | {table - 1 for table in old.get("lost", ())}
    away = frozenset((guest, turn - 1) for guest, turn in old["away"] if guest not in gone)
    kept = [
        Pin(guest, turn - 1, table - 1)
        for guest, turn, table in old["pins"]
        if guest not in gone and table - 1 not in lost
    ]
    seating = Seating(
        guests=tuple(here),
        tables=old["tables"],
        seats=old["seats"],
        rounds=len(old["rounds"]),
        apart=tuple(Apart(a, b, why) for a, b, why in old["apart"] if not gone & {a, b}),
        before=tuple((a, b) for a, b in old["before"] if not gone & {a, b}),
        pins=tuple(kept),
        away=away,
        lost=lost,
    )
    rounds = tuple(tuple(tuple(names) for names in tables) for tables in old["rounds"])
    return seating, SeatPlan(rounds, 0.0, 0.0)


def changes_between(seating: Seating, before: SeatPlan, after: SeatPlan) -> list[dict[str, Any]]:
    """Who moved where, round by round, from 1; `from` is None for who had no place in that round."""
    found = []
    for turn in range(seating.rounds):
        for guest in seating.guests:
            old, new = before.table_of(guest, turn), after.table_of(guest, turn)
            if new is not None and old != new:
                left = None if old is None else old + 1
                found.append({"guest": guest, "turn": turn + 1, "from": left, "to": new + 1})
    return found
