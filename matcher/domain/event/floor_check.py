"""The floor's second definition: checks a request before and a plan after, by names alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from matcher.domain.event.floor import Booth, Exhibitor, Floor, FloorPlan
from matcher.domain.event.kinds import Label, Violation
from matcher.errors import InvalidInput


def check_floor_request(request: Floor) -> None:
    """Raise InvalidInput (``events.*``) for what no floor could keep; the conflict is named."""
    twice = sorted(firm for firm, times in Counter(request.firms()).items() if times > 1)
    if twice:
        raise InvalidInput("events.guest_twice", who="、".join(twice))
    places = Counter((one.hall, one.row, one.column) for one in request.booths)
    doubled = sorted(place for place, times in places.items() if times > 1)
    if doubled:
        raise InvalidInput("events.booth_twice", hall=doubled[0][0], row=doubled[0][1] + 1)
    known = set(request.firms())
    named = {firm for pair in (*request.apart, *request.near) for firm in pair}
    strangers = sorted((named | {pin.firm for pin in request.pins}) - known)
    if strangers:
        raise InvalidInput("events.unknown_guests", who="、".join(strangers))
    if len(known) > len(request.open_booths()):
        raise InvalidInput("events.too_few_booths", firms=len(known), booths=len(request.open_booths()))
    _check_pins(request)
    _check_pairs(request)
    _check_fit(request)


def _check_pins(request: Floor) -> None:
    booth_of: dict[str, int] = {}
    firm_at: dict[int, str] = {}
    for pin in request.pins:
        if pin.booth not in request.open_booths():
            raise InvalidInput("events.booth_pin_nowhere", who=pin.firm, booth=pin.booth + 1)
        if booth_of.setdefault(pin.firm, pin.booth) != pin.booth:
            one = booth_of[pin.firm] + 1
            raise InvalidInput("events.booth_pins_contradict", who=pin.firm, one=one, two=pin.booth + 1)
        if firm_at.setdefault(pin.booth, pin.firm) != pin.firm:
            who = f"{firm_at[pin.booth]}、{pin.firm}"
            raise InvalidInput("events.booth_pinned_twice", who=who, booth=pin.booth + 1)


def _check_pairs(request: Floor) -> None:
    apart = {frozenset(pair) for pair in request.apart}
    for pair in request.near:
        if frozenset(pair) in apart:
            raise InvalidInput("events.near_and_apart", who="、".join(pair))


def _check_fit(request: Floor) -> None:
    usable = [request.booths[number] for number in request.open_booths()]
    for one in request.exhibitors:
        if not any(_fits(one, booth) for booth in usable):
            raise InvalidInput("events.no_fitting_booth", who=one.firm)


def _fits(one: Exhibitor, booth: Booth) -> bool:
    in_zone = one.zone is None or one.zone in booth.zones
    return in_zone and booth.size >= one.size and booth.power >= one.power


def check_floor(request: Floor, plan: FloorPlan) -> tuple[Violation, ...]:
    """Everything that the plan does not keep; () is a floor that can be sent out."""
    found = [*_places(request, plan), *_needs(request, plan), *_pairs(request, plan)]
    return tuple(sorted(found, key=lambda one: (one.label, one.table or 0, one.who)))


def _places(request: Floor, plan: FloorPlan) -> Iterator[Violation]:
    known = set(request.firms())
    standing: defaultdict[int, list[str]] = defaultdict(list)
    for firm, booth in plan.booths.items():
        standing[booth].append(firm)
        if firm not in known:
            yield Violation(Label.STRANGER, (firm,))
        if not 0 <= booth < len(request.booths):
            yield Violation(Label.NO_SUCH_BOOTH, (firm,), table=booth)
        elif booth in request.lost:
            yield Violation(Label.BOOTH_LOST, (firm,), table=booth)
    for firm in sorted(known - set(plan.booths)):
        yield Violation(Label.UNPLACED, (firm,))
    for booth, firms in standing.items():
        if len(firms) > 1:
            yield Violation(Label.BOOTH_TAKEN, tuple(sorted(firms)), table=booth)


def _needs(request: Floor, plan: FloorPlan) -> Iterator[Violation]:
    for one in request.exhibitors:
        number = plan.booths.get(one.firm, -1)
        if not 0 <= number < len(request.booths):
            continue
        booth = request.booths[number]
        if booth.size < one.size:
            yield Violation(Label.BOOTH_SMALL, (one.firm,), table=number)
        if booth.power < one.power:
            yield Violation(Label.POWER_SHORT, (one.firm,), table=number)
        if one.zone is not None and one.zone not in booth.zones:
            yield Violation(Label.WRONG_ZONE, (one.firm,), table=number)
    for pin in request.pins:
        if plan.booths.get(pin.firm) != pin.booth:
            yield Violation(Label.BOOTH_PIN_BROKEN, (pin.firm,), table=pin.booth)


def _pairs(request: Floor, plan: FloorPlan) -> Iterator[Violation]:
    for pair in sorted({tuple(sorted(pair)) for pair in request.apart}):
        one, two = _both(request, plan, (pair[0], pair[1]))
        # A second definition on purpose: the eight booths around one are too close, and no other.
        if one is not None and two is not None and one.hall == two.hall:
            rows, columns = abs(one.row - two.row), abs(one.column - two.column)
            if rows < 2 and columns < 2:
                yield Violation(Label.TOO_CLOSE, pair)
    for pair in sorted({tuple(sorted(pair)) for pair in request.near}):
        one, two = _both(request, plan, (pair[0], pair[1]))
        if one is not None and two is not None:
            together = (one.hall, one.row) == (two.hall, two.row)
            if not together or abs(one.column - two.column) != 1:
                yield Violation(Label.NOT_NEIGHBOURS, pair)


def _both(request: Floor, plan: FloorPlan, pair: tuple[str, str]) -> tuple[Booth | None, Booth | None]:
    found = [plan.booths.get(firm, -1) for firm in pair]
    one, two = (request.booths[booth] if 0 <= booth < len(request.booths) else None for booth in found)
    return one, two
