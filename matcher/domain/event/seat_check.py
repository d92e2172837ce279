"""The seating's second definition: checks a request before and a plan after, by names alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from matcher.domain.event.kinds import Label, Violation
from matcher.domain.event.seating import Seating, SeatPlan
from matcher.errors import InvalidInput

Pair = frozenset[str]


def check_seating_request(request: Seating) -> None:
    """Raise InvalidInput (``events.*``) for what no plan could keep; the conflict is named."""
    _check_shape(request)
    _check_names(request)
    _check_room(request)
    _check_pins(request)


def _check_shape(request: Seating) -> None:
    for name, number in (("tables", request.tables), ("seats", request.seats), ("rounds", request.rounds)):
        if number < 1:
            raise InvalidInput("events.not_positive", name=name, value=number)
    twice = [guest for guest, times in Counter(request.guests).items() if times > 1]
    if twice:
        raise InvalidInput("events.guest_twice", who="、".join(sorted(twice)))


def _check_names(request: Seating) -> None:
    known = set(request.guests)
    named = {guest for one in request.apart for guest in (one.a, one.b)}
    named |= {guest for pair in request.before for guest in pair} | set(request.hosts)
    named |= {pin.guest for pin in request.pins} | {guest for guest, _ in request.away}
    strangers = sorted(named - known)
    if strangers:
        raise InvalidInput("events.unknown_guests", who="、".join(strangers))


def _check_room(request: Seating) -> None:
    for turn in range(request.rounds):
        present = [guest for guest in request.guests if (guest, turn) not in request.away]
        places = len(request.open_tables()) * request.seats
        if len(present) > places:
            raise InvalidInput(
                "events.too_few_seats",
                guests=len(present),
                places=places,
                turn=turn + 1,
            )
    if request.hosts and len(request.hosts) < request.tables:
        raise InvalidInput("events.too_few_hosts", hosts=len(request.hosts), tables=request.tables)
    if len(request.hosts) > request.tables:
        raise InvalidInput("events.too_many_hosts", hosts=len(request.hosts), tables=request.tables)


def _check_pins(request: Seating) -> None:
    tables: dict[tuple[str, int], int] = {}
    seated: dict[tuple[int, int], set[str]] = {}
    for pin in request.all_pins():
        if not (0 <= pin.turn < request.rounds and pin.table in request.open_tables()):
            raise InvalidInput("events.pin_nowhere", who=pin.guest, turn=pin.turn + 1, table=pin.table + 1)
        if (pin.guest, pin.turn) in request.away:
            raise InvalidInput("events.pin_while_away", who=pin.guest, turn=pin.turn + 1)
        earlier = tables.setdefault((pin.guest, pin.turn), pin.table)
        if earlier != pin.table:
            raise InvalidInput(
                "events.pins_contradict", who=pin.guest, turn=pin.turn + 1, one=earlier + 1, two=pin.table + 1
            )
        seated.setdefault((pin.turn, pin.table), set()).add(pin.guest)
    _check_pinned_tables(request, seated)


def _check_pinned_tables(request: Seating, seated: Mapping[tuple[int, int], set[str]]) -> None:
    reasons = {frozenset((one.a, one.b)): one.reason for one in request.apart}
    for (turn, table), guests in seated.items():
        if len(guests) > request.seats:
            raise InvalidInput(
                "events.pins_overfill", table=table + 1, turn=turn + 1, who="、".join(sorted(guests))
            )
        for pair in combinations(sorted(guests), 2):
            if frozenset(pair) in reasons:
                raise InvalidInput(
                    "events.pins_join_apart", who="、".join(pair), table=table + 1, turn=turn + 1
                )


def check_seating(request: Seating, plan: SeatPlan) -> tuple[Violation, ...]:
    """Everything that the plan does not keep, in a fixed order; () is a plan that can be sent out."""
    found = [*_presence(request, plan), *_pairs(request, plan), *_pins(request, plan)]
    return tuple(sorted(found, key=lambda one: (one.label, one.turn or 0, one.table or 0, one.who)))


def _presence(request: Seating, plan: SeatPlan) -> Iterator[Violation]:
    for turn, tables in enumerate(plan.rounds):
        times = Counter(guest for guests in tables for guest in guests)
        for guest in request.guests:
            away = (guest, turn) in request.away
            if times[guest] == 0 and not away:
                yield Violation(Label.UNSEATED, (guest,), turn)
            if times[guest] > 1:
                yield Violation(Label.SEATED_TWICE, (guest,), turn)
            if times[guest] and away:
                yield Violation(Label.SEATED_WHILE_AWAY, (guest,), turn)
        for stranger in sorted(set(times) - set(request.guests)):
            yield Violation(Label.STRANGER, (stranger,), turn)
        for table, guests in enumerate(tables):
            if len(guests) > request.seats or table >= request.tables:
                yield Violation(Label.TABLE_OVERFULL, tuple(guests), turn, table)
            if guests and table in request.lost:
                yield Violation(Label.TABLE_LOST, tuple(guests), turn, table)


def _pairs(request: Seating, plan: SeatPlan) -> Iterator[Violation]:
    apart = {frozenset((one.a, one.b)) for one in request.apart}
    before = {frozenset(pair) for pair in request.before}
    met: set[Pair] = set()
    for turn, table, pair in _meetings(plan):
        who = tuple(sorted(pair))
        if pair in met:
            yield Violation(Label.TOGETHER_AGAIN, who, turn, table)
        if pair in apart:
            yield Violation(Label.KEPT_APART, who, turn, table)
        if pair in before:
            yield Violation(Label.LAST_TIME, who, turn, table)
        met.add(pair)


def _meetings(plan: SeatPlan) -> Iterator[tuple[int, int, Pair]]:
    for turn, tables in enumerate(plan.rounds):
        for table, guests in enumerate(tables):
            for a, b in combinations(guests, 2):
                yield turn, table, frozenset((a, b))


def _pins(request: Seating, plan: SeatPlan) -> Iterator[Violation]:
    hosts = set(request.hosts)
    for turn, tables in enumerate(plan.rounds):
        for table, guests in enumerate(tables):
            expected = table < len(request.hosts) and (request.hosts[table], turn) not in request.away
            if expected and guests and not hosts.intersection(guests):
                yield Violation(Label.NO_HOST, (), turn, table)
    for pin in request.all_pins():
        if pin.guest not in _at(plan, pin.turn, pin.table):
            yield Violation(Label.PIN_BROKEN, (pin.guest,), pin.turn, pin.table)


def _at(plan: SeatPlan, turn: int, table: int) -> Iterable[str]:
    tables = plan.rounds[turn] if turn < len(plan.rounds) else ()
    return tables[table] if table < len(tables) else ()
