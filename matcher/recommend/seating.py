"""Who sits where: names and wishes to numbers, the search, and back; the plan is checked before it leaves."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from matcher.domain.event import Seating, SeatPlan, check_seating, check_seating_request
from matcher.recommend import seat_search, seat_starts
from matcher.recommend.seat_search import Room

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

KICKS = 160
_BEFORE = 0.5  # meeting last time's table again costs half of what meeting a rival costs


def plan_seats(
    request: Seating, benefit: Floats, seed: int, kicks: int = KICKS, keep: SeatPlan | None = None
) -> SeatPlan:
    """A seating of `request.guests`; `benefit` is (n, n), symmetric, >= 0, in the order of the guests.

    Where a plan has been announced (`keep`), places move only to mend what cannot be kept, never for
    benefit. Else the search starts from a construction; `kicks` is its budget (about 100 a second at 180
    guests). Same seed and budget, same plan. What cannot be kept is
    listed in the plan's violations. Raises InvalidInput (``events.*``) for what no plan could keep.
    """
    check_seating_request(request)
    rng = np.random.default_rng(seed)
    room = _room(request, benefit if keep is None else np.zeros_like(benefit))
    start = _start(request, room, rng) if keep is None else _kept(request, room, keep)
    seats = seat_search.search(room, start, kicks if keep is None else 0, rng)
    rounds = _names(request, room, seats)
    plan = SeatPlan(rounds, _met_benefit(request, benefit, rounds), _bound(request, benefit))
    return dataclasses.replace(plan, violations=check_seating(request, plan))


def _room(request: Seating, benefit: Floats) -> Room:
    n, items = len(request.guests), request.tables * request.seats
    place = {guest: position for position, guest in enumerate(request.guests)}
    padded = np.zeros((n + 1, n + 1))
    padded[:n, :n] = benefit
    np.fill_diagonal(padded, 0.0)
    dear = 1.0 + 2.0 * request.seats * float(padded.max(initial=0.0))
    penalty = np.zeros_like(padded)
    for a, b in request.before:
        penalty[place[a], place[b]] = penalty[place[b], place[a]] = _BEFORE * dear
    for one in request.apart:
        penalty[place[one.a], place[one.b]] = penalty[place[one.b], place[one.a]] = dear
    who = np.full((request.rounds, items), n, dtype=np.int64)
    who[:, :n] = np.arange(n)
    for guest, turn in request.away:
        who[turn, place[guest]] = n
    fixed = np.zeros((request.rounds, items), dtype=np.bool_)
    for pin in request.all_pins():
        fixed[pin.turn, place[pin.guest]] = True
    return Room(padded, penalty, dear, who, fixed, request.tables)


def _start(request: Seating, room: Room, rng: np.random.Generator) -> Ints:
    n, items = len(request.guests), room.who.shape[1]
    place = {guest: position for position, guest in enumerate(request.guests)}
    hosts = [place[host] for host in request.hosts]
    others = rng.permutation(np.setdiff1d(np.arange(n), hosts))
    order = np.concatenate([np.asarray(hosts, dtype=np.int64), others, np.arange(n, items)])
    seats = seat_starts.start((request.tables, request.seats, request.rounds), order, rng)
    return _pinned(request, seats)


def _kept(request: Seating, room: Room, keep: SeatPlan) -> Ints:
    """The announced tables; who is new takes an empty seat, and a table that is gone spreads its guests."""
    items = room.who.shape[1]
    seats = np.full((request.rounds, items), -1, dtype=np.int64)
    for turn in range(request.rounds):
        left = [request.seats] * request.tables
        for item, guest in enumerate(request.guests):
            table = keep.table_of(guest, turn) if turn < len(keep.rounds) else None
            if table is not None and table < request.tables and left[table]:
                seats[turn, item] = table
                left[table] -= 1
        empty = [table for table, number in enumerate(left) for _ in range(number)]
        seats[turn, seats[turn] < 0] = empty
    return _pinned(request, seats)


def _pinned(request: Seating, seats: Ints) -> Ints:
    place = {guest: position for position, guest in enumerate(request.guests)}
    pinned = [
        {place[pin.guest] for pin in request.all_pins() if pin.turn == turn} for turn in range(len(seats))
    ]
    for pin in request.all_pins():
        item, row = place[pin.guest], seats[pin.turn]
        if row[item] != pin.table:
            there = [
                other for other in np.flatnonzero(row == pin.table) if int(other) not in pinned[pin.turn]
            ]
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
