"""Who sits where: names and wishes to numbers, the search, and back; the plan is checked before it leaves."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.domain.event import Seating, SeatPlan, check_seating, check_seating_request
from matcher.recommend import seat_starts
from matcher.recommend.grouping.groups import Kinds, kinds
from matcher.recommend.grouping.search import Budget, improved
from matcher.recommend.seat_proof import Rounds, witness
from matcher.recommend.seat_room import Room

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOVES: Final = 100_000  # a seat and round
MENDING: Final = 2_000  # the same, on the day
PROVABLE: Final = 150  # seats and rounds up to which all plans may be gone through,
NODES: Final = 10_000  # with so many steps
_BEFORE: Final = 0.5  # meeting last time's table again costs half of what meeting a rival costs


def plan_seats(
    request: Seating,
    benefit: Floats,
    seed: int,
    budget: Budget | None = None,
    keep: SeatPlan | None = None,
) -> SeatPlan:
    """A seating of `request.guests`; `benefit` is (n, n), symmetric, >= 0, in the order of the guests.

    Where a plan has been announced (`keep`), a guest leaves its table only to mend what cannot be kept, and
    as few as possible do; benefit decides among those plans. Else the search starts from a construction.
    Same seed and budget in moves, same plan; the default takes about a second for 180 guests
    and 4 rounds. What cannot be kept is listed in the plan's violations. Raises InvalidInput (``events.*``)
    for what no plan could keep.
    """
    check_seating_request(request)
    rng = np.random.default_rng(seed)
    room = _room(request, benefit, keep)
    places = room.who.size
    if keep is None:
        spent = budget or Budget(moves=MOVES * places)
        seats = improved(room, lambda: _start(request, rng), spent, rng)
    else:
        seats = improved(
            room, lambda: _kept(request, room, keep), budget or Budget(moves=MENDING * places), rng
        )
    plan = _checked(request, benefit, _names(request, room, seats))
    if plan.violations and places <= PROVABLE:
        known, kept = witness(request, True, NODES)
        if known:
            # The search missed what there is: on from a plan that keeps everything, never below it.
            seats = improved(
                room, lambda: _seated(request, kept), budget or Budget(moves=MENDING * places), rng
            )
            plan = min(plan, _checked(request, benefit, _names(request, room, seats)), key=_broken)
    return plan


def _broken(plan: SeatPlan) -> int:
    return len(plan.violations)


def _checked(request: Seating, benefit: Floats, rounds: Rounds) -> SeatPlan:
    plan = SeatPlan(rounds, _met_benefit(request, benefit, rounds), _bound(request, benefit))
    return dataclasses.replace(plan, violations=check_seating(request, plan))


def _seated(request: Seating, rounds: Rounds) -> Ints:
    """Rounds by name as seats; who is away and empty seats fill what is left."""
    place = {guest: item for item, guest in enumerate(request.guests)}
    items = len(request.open_tables()) * request.seats
    seats = np.full((request.rounds, items), -1, dtype=np.int64)
    for turn, tables in enumerate(rounds):
        left = dict.fromkeys(request.open_tables(), request.seats)
        for table, names in enumerate(tables):
            for name in names:
                seats[turn, place[name]] = table
                left[table] -= 1
        empty = [table for table, number in left.items() for _ in range(number)]
        seats[turn, seats[turn] < 0] = empty
    return _with_signs(request, seats)


def keeping_wishes(request: Seating, seed: int, budget: Budget, once: bool) -> SeatPlan:
    """The plan that breaks the fewest wishes, each counting one, pins too; benefit plays no part.

    Not `once`, pairs may meet as often as they like. The plan's violations are not filled in.
    """
    rng = np.random.default_rng(seed)
    n = len(request.guests)
    free = dataclasses.replace(request, pins=(), hosts=())
    room = _room(free, np.zeros((n, n)), None)
    penalty = np.minimum(np.ceil(room.penalty), 1.0)
    home = np.full((request.rounds, n), -1, dtype=np.int64)
    place = {guest: position for position, guest in enumerate(request.guests)}
    for pin in request.all_pins():
        home[pin.turn, place[pin.guest]] = pin.table
    room = dataclasses.replace(room, penalty=penalty, again=float(once), home=home, stay=1.0)
    all_kept = float(sum((home[turn] >= 0).sum() for turn in range(request.rounds)))
    most = dataclasses.replace(budget, enough=all_kept)
    # A pin is a wish here like any other: the start keeps it, the search may give it up.
    seats = improved(room, lambda: _pinned(request, _start(free, rng)), most, rng)
    return SeatPlan(_names(request, room, seats), 0.0, 0.0)


def _room(request: Seating, benefit: Floats, keep: SeatPlan | None) -> Room:
    n, items = len(request.guests), request.tables * request.seats
    place = {guest: position for position, guest in enumerate(request.guests)}
    padded = np.zeros((n + 1, n + 1))
    padded[:n, :n] = benefit
    np.fill_diagonal(padded, 0.0)
    stay = 0.0
    if keep is not None:
        # One place kept outweighs all benefit, one wish kept outweighs all places.
        padded *= 0.5 / (1.0 + float(padded.sum()))
        stay = 1.0
    dear = 1.0 + 2.0 * request.seats * float(padded.max(initial=0.0)) + stay * n * request.rounds
    penalty = np.zeros_like(padded)
    for a, b in request.before:
        penalty[place[a], place[b]] = penalty[place[b], place[a]] = _BEFORE * dear
    for one in request.apart:
        penalty[place[one.a], place[one.b]] = penalty[place[one.b], place[one.a]] = dear
    who = np.full((request.rounds, items + request.tables), n, dtype=np.int64)
    who[:, :n] = np.arange(n)
    for guest, turn in request.away:
        who[turn, place[guest]] = n
    of = tuple(_kinds(request, who[turn] == n, turn, keep is None) for turn in range(request.rounds))
    home = None if keep is None else _homes(request, keep)
    return Room(padded, penalty, dear, who, of, home, stay)


def _kinds(request: Seating, hollow: NDArray[np.bool_], turn: int, even: bool) -> Kinds:
    """Signs, pinned guests and the seats of lost tables stand still; the others sit evenly if asked."""
    place = {guest: position for position, guest in enumerate(request.guests)}
    items = request.tables * request.seats
    open_tables = request.tables - len(request.lost)
    fixed = np.zeros(len(hollow), dtype=np.bool_)
    fixed[items - request.seats * len(request.lost) :] = True
    fixed[[place[pin.guest] for pin in request.all_pins() if pin.turn == turn]] = True
    empty = int(hollow[:items].sum()) - request.seats * len(request.lost)
    # One sign stands at each table and counts as an empty place.
    most = 1 + (-(-empty // open_tables) if even else request.seats)
    return kinds(hollow, np.full(request.tables, most, dtype=np.int64), fixed=fixed)


def _homes(request: Seating, keep: SeatPlan) -> Ints:
    home = np.full((request.rounds, len(request.guests)), -1, dtype=np.int64)
    for turn in range(min(request.rounds, len(keep.rounds))):
        for item, guest in enumerate(request.guests):
            table = keep.table_of(guest, turn)
            if table is not None and table < request.tables:
                home[turn, item] = table
    return home


def _start(request: Seating, rng: np.random.Generator) -> Ints:
    """A construction over the tables that are there; the lost ones take the last seats, which are empty."""
    n = len(request.guests)
    there = np.asarray(request.open_tables(), dtype=np.int64)
    items = len(there) * request.seats
    place = {guest: position for position, guest in enumerate(request.guests)}
    hosts = [place[host] for host in request.hosts]
    others = rng.permutation(np.setdiff1d(np.arange(n), hosts))
    order = np.concatenate([np.asarray(hosts, dtype=np.int64), others, np.arange(n, items)])
    seats = seat_starts.start((len(there), request.seats, request.rounds), order, bool(hosts), rng)
    return _pinned(request, _with_signs(request, there[seats]))


def _with_signs(request: Seating, seats: Ints) -> Ints:
    lost = np.repeat(np.asarray(sorted(request.lost), dtype=np.int64), request.seats)
    tail = np.concatenate([lost, np.arange(request.tables)])
    return np.concatenate([seats, np.tile(tail, (len(seats), 1))], axis=1)


def _kept(request: Seating, room: Room, keep: SeatPlan) -> Ints:
    """The announced tables; who is new or whose table is lost takes an empty seat."""
    items = len(request.open_tables()) * request.seats
    seats = np.full((request.rounds, items), -1, dtype=np.int64)
    home = _homes(request, keep)
    for turn in range(request.rounds):
        left = dict.fromkeys(request.open_tables(), request.seats)
        for item in range(len(request.guests)):
            table = int(home[turn, item])
            if room.who[turn, item] == item and left.get(table, 0):
                seats[turn, item] = table
                left[table] -= 1
        empty = [table for table, number in left.items() for _ in range(number)]
        seats[turn, seats[turn] < 0] = empty
    return _pinned(request, _with_signs(request, seats))


def _pinned(request: Seating, seats: Ints) -> Ints:
    place = {guest: position for position, guest in enumerate(request.guests)}
    pinned = [
        {place[pin.guest] for pin in request.all_pins() if pin.turn == turn} for turn in range(len(seats))
    ]
    for pin in request.all_pins():
        item, row = place[pin.guest], seats[pin.turn]
        if row[item] != pin.table:
            seated = np.flatnonzero(row[: request.tables * request.seats] == pin.table)
            there = [other for other in seated if int(other) not in pinned[pin.turn]]
            other = there[-1] if there else _misplaced(request, pin.turn, row, pin.table, place)
            row[item], row[other] = row[other], row[item]
    return seats


def _misplaced(request: Seating, turn: int, row: Ints, table: int, place: Mapping[str, int]) -> int:
    """A pinned guest who sits at `table` for now but belongs elsewhere; the checked request has one."""
    wanted = {place[pin.guest]: pin.table for pin in request.all_pins() if pin.turn == turn}
    return next(int(item) for item in np.flatnonzero(row == table) if wanted.get(int(item), table) != table)


def _names(request: Seating, room: Room, seats: Ints) -> tuple[tuple[tuple[str, ...], ...], ...]:
    n = len(request.guests)
    rounds = []
    for turn, row in enumerate(seats):
        tables: list[list[str]] = [[] for _ in range(request.tables)]
        for item in np.flatnonzero(room.who[turn] < n):
            tables[int(row[item])].append(request.guests[int(item)])
        rounds.append(tuple(tuple(names) for names in tables))
    return tuple(rounds)


def _met_benefit(request: Seating, benefit: Floats, rounds: tuple[tuple[tuple[str, ...], ...], ...]) -> float:
    place = {guest: position for position, guest in enumerate(request.guests)}
    met = np.zeros(benefit.shape, dtype=np.bool_)
    for tables in rounds:
        for names in tables:
            sitting = np.asarray([place[name] for name in names], dtype=np.int64)
            met[np.ix_(sitting, sitting)] = True
    return float((np.triu(benefit, 1) * np.triu(met, 1)).sum())


def _bound(request: Seating, benefit: Floats) -> float:
    """Every guest meets, in each round it is there, the best others still allowed: half of the sum."""
    place = {guest: position for position, guest in enumerate(request.guests)}
    allowed = benefit.copy()
    np.fill_diagonal(allowed, 0.0)
    for one in request.apart:
        allowed[place[one.a], place[one.b]] = allowed[place[one.b], place[one.a]] = 0.0
    best = -np.sort(-allowed, axis=1)
    total = 0.0
    for guest, row in zip(request.guests, best, strict=True):
        present = sum((guest, turn) not in request.away for turn in range(request.rounds))
        total += float(row[: present * (request.seats - 1)].sum())
    return total / 2.0
