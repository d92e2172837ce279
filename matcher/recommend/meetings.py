"""One-to-one meetings: which pairs meet (a flow, solved to proven optimum), then in which slot.

Where everybody is there all day, the slots are an edge colouring and nothing of the optimum is lost. Where
some are away for part of it, the slots of the chosen pairs are a small integer programme; past its size
they are placed one by one and shifted, and the gap to the bound is told.
"""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np

from matcher.domain.event import (
    Meeting,
    Meetings,
    MeetingsPlan,
    check_meetings,
    check_meetings_request,
)
from matcher.recommend.edge_colouring import colour
from matcher.recommend.meeting_conflicts import keeping_all
from matcher.recommend.meeting_pairs import Chosen, Pair, choose_pairs
from matcher.recommend.meeting_slots import filled

_LARGEST = 6_000  # pair-slots given to the integer programme
_NODES = 500  # its budget, in nodes: a time limit would not be reproducible


def plan_meetings(request: Meetings) -> MeetingsPlan:
    """The best day of meetings. The plan states its value and a proven bound.

    Raises InvalidInput (``events.*``) for wishes that contradict each other in plain sight; minimums that
    cannot all be kept together are kept as far as possible and listed in the violations.
    """
    check_meetings_request(request)
    chosen = choose_pairs(request)
    timed = request.away or request.pins
    placed = _placed(request, chosen) if timed else _coloured(request, chosen.pairs)
    meetings = _at_tables(request, placed)
    value = sum(request.scores.get(pair, 0.0) for pair in placed)
    plan = MeetingsPlan(meetings, value, chosen.bound, proven=value >= chosen.bound - 1e-6)
    return dataclasses.replace(plan, violations=check_meetings(request, plan))


def _coloured(request: Meetings, pairs: tuple[Pair, ...]) -> dict[Pair, int]:
    left = {buyer: place for place, buyer in enumerate(request.buyers)}
    right = {seller: place for place, seller in enumerate(request.sellers)}
    edges = [(left[buyer], right[seller]) for buyer, seller in pairs]
    slots = colour(edges, (len(left), len(right)), request.slots, len(request.open_tables()))
    return dict(zip(pairs, slots, strict=True))


def _at_tables(request: Meetings, placed: dict[Pair, int]) -> tuple[Meeting, ...]:
    """Buyers keep to low tables in their order, so that few of them move."""
    order = {buyer: place for place, buyer in enumerate(request.buyers)}
    by_slot: defaultdict[int, list[Pair]] = defaultdict(list)
    for pair, slot in placed.items():
        by_slot[slot].append(pair)
    meetings: list[Meeting] = []
    for slot in sorted(by_slot):
        pairs = sorted(by_slot[slot], key=lambda pair: order[pair[0]])
        tables = zip(pairs, request.open_tables(), strict=False)
        meetings.extend(Meeting(buyer, seller, slot, table) for (buyer, seller), table in tables)
    return tuple(meetings)


@dataclass(frozen=True)
class _Slots:
    """Pairs x slots that are possible, as parallel lists."""

    pairs: tuple[Pair, ...]
    pair: list[int]
    slot: list[int]


def _placed(request: Meetings, chosen: Chosen) -> dict[Pair, int]:
    """One by one first: where that reaches the bound nothing else need be tried."""
    simple = filled(request, chosen.pairs, chosen.spares)
    if len(simple) == len(chosen.pairs) and set(simple) == set(chosen.pairs):
        return simple
    options = _options(request, (*chosen.pairs, *chosen.spares))
    if len(options.pair) > _LARGEST:
        options = _options(request, chosen.pairs)
    placed = _programmed(request, options) if len(options.pair) <= _LARGEST else None
    return _mended(request, simple if placed is None else placed)


def _mended(request: Meetings, placed: dict[Pair, int]) -> dict[Pair, int]:
    """Where a must or a minimum is missed that an exact search can keep, those it needs, then the rest."""
    met: Counter[str] = Counter(firm for pair in placed for firm in pair)
    missed = any(pair not in placed for pair in request.all_musts())
    missed = missed or any(placed.get(pair) != slot for pair, slot in request.pinned().items())
    if not missed and all(met[firm] >= least for firm, least in request.least.items()):
        return placed
    kept = keeping_all(request)
    if kept is None:
        return placed
    return filled(request, (), placed, kept)


def _options(request: Meetings, pairs: tuple[Pair, ...]) -> _Slots:
    free = {firm: set(request.free_slots(firm)) for firm in (*request.buyers, *request.sellers)}
    pinned = request.pinned()
    found = [
        (place, slot)
        for place, (buyer, seller) in enumerate(pairs)
        for slot in sorted(free[buyer] & free[seller])
        if pinned.get((buyer, seller), slot) == slot
    ]
    return _Slots(pairs, [place for place, _ in found], [slot for _, slot in found])


def _programmed(request: Meetings, options: _Slots) -> dict[Pair, int] | None:
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    rows = _rows(request, options)
    short = sorted(firm for firm, least in request.least.items() if least > 0)
    variables = len(options.pair)
    data, row, column, upper = [], [], [], []
    for number, (members, limit) in enumerate(rows):
        row += [number] * len(members)
        column += members
        data += [1.0] * len(members)
        upper.append(float(limit))
    # A minimum may be missed at a price above all scores together: the checker then names it.
    for extra, firm in enumerate(short):
        members = [n for n, place in enumerate(options.pair) if firm in options.pairs[place]]
        row += [len(rows) + extra] * (len(members) + 1)
        column += [*members, variables + extra]
        data += [-1.0] * (len(members) + 1)
        upper.append(-float(request.least[firm]))
    dear, must = 1.0 + sum(request.scores.values()), set(request.all_musts())
    pairs = [options.pairs[place] for place in options.pair]
    worths = [request.scores.get(pair, 0.0) + dear * (pair in must) for pair in pairs]
    cost = np.concatenate([-np.asarray(worths, dtype=float), np.full(len(short), dear)])
    matrix = csr_array((data, (row, column)), shape=(len(upper), len(cost)))
    ends = np.concatenate([np.ones(variables), np.full(len(short), np.inf)])
    solved = milp(
        cost,
        constraints=LinearConstraint(matrix, -np.inf, np.asarray(upper)),
        bounds=Bounds(0.0, ends),
        integrality=np.concatenate([np.ones(variables), np.zeros(len(short))]),
        options={"node_limit": _NODES},
    )
    if solved.x is None:
        return None
    taken = np.flatnonzero(np.asarray(solved.x)[:variables] > 0.5)
    return {options.pairs[options.pair[n]]: options.slot[n] for n in taken.tolist()}


def _rows(request: Meetings, options: _Slots) -> list[tuple[list[int], int]]:
    """At most one slot a pair, one meeting a firm and slot, the tables a slot, the limit a firm."""
    groups: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    for number, (place, slot) in enumerate(zip(options.pair, options.slot, strict=True)):
        groups["pair", place].append(number)
        groups["slot", slot].append(number)
        for firm in options.pairs[place]:
            groups["turn", firm, slot].append(number)
            groups["firm", firm].append(number)
    limits = {"pair": 1, "turn": 1, "slot": len(request.open_tables())}
    return [
        (members, request.limit(str(key[1])) if key[0] == "firm" else limits[str(key[0])])
        for key, members in groups.items()
    ]
