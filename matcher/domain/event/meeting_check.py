"""The meetings' second definition: checks a request before and a plan after, by names alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from matcher.domain.event.kinds import Label, Violation
from matcher.domain.event.meetings import Meetings, MeetingsPlan
from matcher.errors import InvalidInput


def check_meetings_request(request: Meetings) -> None:
    """Raise InvalidInput (``events.*``) for what no plan could keep; the conflict is named."""
    for name, number in (("slots", request.slots), ("tables", len(request.open_tables()))):
        if number < 1:
            raise InvalidInput("events.not_positive", name=name, value=number)
    times = Counter((*request.buyers, *request.sellers))
    twice = sorted(name for name, count in times.items() if count > 1)
    if twice:
        raise InvalidInput("events.guest_twice", who="、".join(twice))
    _check_pairs(request)
    _check_limits(request)
    _check_musts(request)
    _check_pins(request)


def _check_pins(request: Meetings) -> None:
    """Pins that contradict each other, an absence, a must-not or the tables, by name."""
    slot_of: dict[tuple[str, str], int] = {}
    at: dict[tuple[str, int], str] = {}
    for buyer, seller, slot in dict.fromkeys(request.pins):
        who = f"{buyer}、{seller}"
        if not 0 <= slot < request.slots:
            raise InvalidInput("events.meeting_pin_nowhere", who=who, slot=slot + 1)
        if slot_of.setdefault((buyer, seller), slot) != slot:
            one = slot_of[buyer, seller] + 1
            raise InvalidInput("events.meeting_pins_contradict", who=who, one=one, two=slot + 1)
        if (buyer, seller) in set(request.must_not):
            raise InvalidInput("events.must_and_must_not", who=who)
        for firm, other in ((buyer, seller), (seller, buyer)):
            if (firm, slot) in request.away:
                raise InvalidInput("events.meeting_pin_while_away", who=firm, slot=slot + 1)
            if at.setdefault((firm, slot), other) != other:
                others = f"{at[firm, slot]}、{other}"
                raise InvalidInput("events.meeting_pins_at_once", who=firm, others=others, slot=slot + 1)
    for slot, number in Counter(slot_of.values()).items():
        if number > len(request.open_tables()):
            places = len(request.open_tables())
            raise InvalidInput("events.meeting_pins_overfill", slot=slot + 1, number=number, places=places)


def _check_pairs(request: Meetings) -> None:
    buyers, sellers = set(request.buyers), set(request.sellers)
    pairs = (*request.scores, *request.all_musts(), *request.must_not)
    strangers = {buyer for buyer, _ in pairs if buyer not in buyers}
    strangers |= {seller for _, seller in pairs if seller not in sellers}
    named = {*request.most, *request.least, *(firm for firm, _ in request.away)}
    strangers |= named - buyers - sellers
    if strangers:
        raise InvalidInput("events.unknown_guests", who="、".join(sorted(strangers)))


def _check_limits(request: Meetings) -> None:
    for firm, least in request.least.items():
        if least > request.limit(firm):
            raise InvalidInput("events.minimum_too_high", who=firm, least=least, most=request.limit(firm))


def _check_musts(request: Meetings) -> None:
    forbidden = set(request.must_not)
    musts = request.all_musts()
    asked = Counter(firm for pair in musts for firm in pair)
    for buyer, seller in request.must:
        if (buyer, seller) in forbidden:
            raise InvalidInput("events.must_and_must_not", who=f"{buyer}、{seller}")
        if not set(request.free_slots(buyer)) & set(request.free_slots(seller)):
            raise InvalidInput("events.no_common_slot", who=f"{buyer}、{seller}")
    for firm, number in asked.items():
        if number > request.limit(firm):
            others = [b if a == firm else a for a, b in musts if firm in (a, b)]
            raise InvalidInput(
                "events.too_many_musts",
                who=firm,
                others="、".join(sorted(set(others))),
                most=request.limit(firm),
            )
    places = request.slots * len(request.open_tables())
    if len(musts) > places:
        raise InvalidInput("events.too_few_tables", meetings=len(musts), places=places)


def check_meetings(request: Meetings, plan: MeetingsPlan) -> tuple[Violation, ...]:
    """Everything that the plan does not keep; () is a plan that can be sent out."""
    found = [*_places(request, plan), *_firms(request, plan), *_wishes(request, plan)]
    return tuple(sorted(found, key=lambda one: (one.label, one.turn or 0, one.table or 0, one.who)))


def _places(request: Meetings, plan: MeetingsPlan) -> Iterator[Violation]:
    tables: dict[tuple[int, int], list[tuple[str, str]]] = {}
    for one in plan.meetings:
        tables.setdefault((one.slot, one.table), []).append((one.buyer, one.seller))
        if not 0 <= one.slot < request.slots:
            yield Violation(Label.NO_SUCH_SLOT, (one.buyer, one.seller), one.slot)
        if not 0 <= one.table < request.tables:
            yield Violation(Label.TOO_MANY_TABLES, (one.buyer, one.seller), one.slot, one.table)
        if one.table in request.lost:
            yield Violation(Label.TABLE_LOST, (one.buyer, one.seller), one.slot, one.table)
    for (slot, table), pairs in tables.items():
        if len(pairs) > 1:
            yield Violation(Label.TABLE_TAKEN, tuple(sorted(f for pair in pairs for f in pair)), slot, table)


def _firms(request: Meetings, plan: MeetingsPlan) -> Iterator[Violation]:
    known = {*request.buyers, *request.sellers}
    seen: Counter[tuple[str, int]] = Counter()
    count: Counter[str] = Counter()
    for one in plan.meetings:
        for firm in (one.buyer, one.seller):
            seen[firm, one.slot] += 1
            count[firm] += 1
            if firm not in known:
                yield Violation(Label.STRANGER, (firm,), one.slot)
            if (firm, one.slot) in request.away:
                yield Violation(Label.MEETING_WHILE_AWAY, (firm,), one.slot)
    for (firm, slot), times in seen.items():
        if times > 1:
            yield Violation(Label.TWO_AT_ONCE, (firm,), slot)
    for firm in sorted(known):
        if count[firm] > request.most.get(firm, request.slots):
            yield Violation(Label.OVER_LIMIT, (firm,))
        if count[firm] < request.least.get(firm, 0):
            yield Violation(Label.BELOW_MINIMUM, (firm,))


def _wishes(request: Meetings, plan: MeetingsPlan) -> Iterator[Violation]:
    met = Counter((one.buyer, one.seller) for one in plan.meetings)
    for pair, times in met.items():
        if times > 1:
            yield Violation(Label.MEETING_TWICE, pair)
    for pair in sorted(set(request.must)):
        if not met[pair]:
            yield Violation(Label.MUST_MEET, pair)
    at = {(one.buyer, one.seller): one.slot for one in plan.meetings}
    for buyer, seller, slot in sorted(set(request.pins)):
        if at.get((buyer, seller)) != slot:
            yield Violation(Label.MEETING_PIN_BROKEN, (buyer, seller), slot)
    for pair in sorted(set(request.must_not)):
        if met[pair]:
            yield Violation(Label.MUST_NOT_MEET, pair)
