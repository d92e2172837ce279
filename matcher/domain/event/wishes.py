"""The wishes in a request one by one, so that some can be set aside: what a conflict is told in.

A wish's sentence is ``events.wish.<kind>``, a concession's ``events.concession.<kind>``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from matcher.domain.event.meetings import Meetings
from matcher.domain.event.seating import Seating

_MAY = 1e-6  # the least that a pair can be worth and still be offered


class WishKind(StrEnum):
    """What an organizer can ask for."""

    MUST_MEET = "must_meet"
    MUST_NOT_MEET = "must_not_meet"
    ONLY_FREE = "only_free"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    TABLES = "tables"
    MEETING_PIN = "meeting_pin"
    APART = "apart"
    NOT_AGAIN = "not_again"
    PIN = "pin"
    HOST = "host"
    ONCE = "once"
    BOOTH_APART = "booth_apart"
    NEAR = "near"
    BOOTH_PIN = "booth_pin"
    BOOTH_SIZE = "booth_size"
    BOOTH_POWER = "booth_power"
    ZONE = "zone"
    DESKS = "desks"
    INTERVIEWS_LEAST = "interviews_least"
    MUST_INTERVIEW = "must_interview"
    WINDOWS_FREE = "windows_free"


@dataclass(frozen=True, order=True)
class Wish:
    """One wish: whom it concerns, in which rounds or slots (from 0), where, how many."""

    kind: WishKind
    who: tuple[str, ...] = ()
    turns: tuple[int, ...] = ()
    table: int | None = None
    number: int | None = None


class ConcessionKind(StrEnum):
    """What an organizer can give up or add."""

    DROP_MEETING = "drop_meeting"
    FEWER = "fewer"
    MORE = "more"
    BE_THERE = "be_there"
    MORE_TABLES = "more_tables"
    LEAVE_SLOT = "leave_slot"
    SIT_TOGETHER = "sit_together"
    SIT_AGAIN = "sit_again"
    LAST_TIMES_TABLE = "last_times_table"
    LEAVE_PIN = "leave_pin"
    STAND_CLOSE = "stand_close"
    STAND_AWAY = "stand_away"
    LEAVE_BOOTH = "leave_booth"
    SMALLER_BOOTH = "smaller_booth"
    LESS_POWER = "less_power"
    OTHER_ZONE = "other_zone"
    DROP_INTERVIEW = "drop_interview"
    FEWER_INTERVIEWS = "fewer_interviews"
    MORE_DESKS = "more_desks"
    BE_THERE_THEN = "be_there_then"


@dataclass(frozen=True, order=True)
class Concession:
    """One thing given up; `number` is by how many."""

    kind: ConcessionKind
    who: tuple[str, ...] = ()
    turn: int | None = None
    table: int | None = None
    number: int = 1


@dataclass(frozen=True)
class Explanation:
    """Why no plan keeps all wishes, and the least that would help.

    `conflict` cannot be kept together, but can as soon as any one of them is set aside; `verified` says that
    both were shown: the second by a plan for each, the first by going through all plans. `concessions` are
    the fewest that make a plan; `fewest` says that fewer were shown to be too few.
    """

    conflict: tuple[Wish, ...]
    verified: bool
    concessions: tuple[Concession, ...]
    fewest: bool


def wishes_of_meetings(request: Meetings) -> tuple[Wish, ...]:
    """All that can be set aside in a day of meetings, in a fixed order."""
    found = [Wish(WishKind.MUST_MEET, pair) for pair in sorted(set(request.must))]
    short = {firm for firm, least in request.least.items() if least > 0}
    found += [
        Wish(WishKind.MUST_NOT_MEET, pair)
        for pair in sorted(set(request.must_not))
        if short & set(pair) and request.scores.get(pair, 0.0) > 0
    ]
    found += [
        Wish(WishKind.ONLY_FREE, (firm,), tuple(request.free_slots(firm)))
        for firm in sorted({firm for firm, _ in request.away})
    ]
    found += [
        Wish(WishKind.AT_LEAST, (firm,), number=least)
        for firm, least in sorted(request.least.items())
        if least > 0
    ]
    found += [
        Wish(WishKind.AT_MOST, (firm,), number=most)
        for firm, most in sorted(request.most.items())
        if most < request.slots
    ]
    found += [Wish(WishKind.MEETING_PIN, (a, b), (slot,)) for a, b, slot in sorted(set(request.pins))]
    return (*found, Wish(WishKind.TABLES, number=len(request.open_tables())))


def meetings_with(request: Meetings, wishes: Collection[Wish]) -> Meetings:
    """The day with these wishes alone; everything else about it stays.

    Two who no longer must meet still may, even where nobody gave them a score.
    """
    kept = set(wishes)
    pairs = {kind: [wish.who for wish in kept if wish.kind is kind] for kind in WishKind}
    firms = {kind: {wish.who[0] for wish in kept if wish.kind is kind and wish.who} for kind in WishKind}
    listed = set(wishes_of_meetings(request))
    dropped = {wish.who for wish in listed - kept if wish.kind is WishKind.MUST_NOT_MEET}
    tables = Wish(WishKind.TABLES, number=len(request.open_tables()))
    pins = {(wish.who, wish.turns[0]) for wish in kept if wish.kind is WishKind.MEETING_PIN}
    return replace(
        request,
        scores={
            **dict.fromkeys(request.all_musts(), _MAY),
            **{p: s for p, s in request.scores.items() if s > 0},
        },
        tables=request.tables if tables in kept else max(len(request.buyers), request.tables),
        lost=request.lost if tables in kept else frozenset(),
        pins=tuple(one for one in request.pins if (one[:2], one[2]) in pins),
        must=tuple(sorted((pair[0], pair[1]) for pair in pairs[WishKind.MUST_MEET])),
        must_not=tuple(pair for pair in request.must_not if pair not in dropped),
        away=frozenset(one for one in request.away if one[0] in firms[WishKind.ONLY_FREE]),
        least={firm: n for firm, n in request.least.items() if firm in firms[WishKind.AT_LEAST]},
        most={firm: n for firm, n in request.most.items() if firm in firms[WishKind.AT_MOST]},
    )


def wishes_of_seating(request: Seating) -> tuple[Wish, ...]:
    """All that can be set aside in a seating, in a fixed order."""
    found = {Wish(WishKind.APART, tuple(sorted((one.a, one.b)))) for one in request.apart}
    found |= {Wish(WishKind.NOT_AGAIN, tuple(sorted(pair))) for pair in request.before}
    found |= {Wish(WishKind.PIN, (pin.guest,), (pin.turn,), pin.table) for pin in request.pins}
    found |= {Wish(WishKind.HOST, (host,), table=table) for table, host in enumerate(request.hosts)}
    return (*sorted(found), Wish(WishKind.ONCE))


def seating_with(request: Seating, wishes: Collection[Wish]) -> tuple[Seating, bool]:
    """The seating with these wishes alone, hosts as pins; and whether pairs may meet once only."""
    kept = set(wishes)
    apart = {frozenset(wish.who) for wish in kept if wish.kind is WishKind.APART}
    before = {frozenset(wish.who) for wish in kept if wish.kind is WishKind.NOT_AGAIN}
    pins = {(w.who[0], w.turns[0], w.table) for w in kept if w.kind is WishKind.PIN}
    hosts = {wish.who[0] for wish in kept if wish.kind is WishKind.HOST}
    stay = tuple(pin for pin in request.all_pins() if pin not in request.pins and pin.guest in hosts)
    seating = replace(
        request,
        apart=tuple(one for one in request.apart if frozenset((one.a, one.b)) in apart),
        before=tuple(pair for pair in request.before if frozenset(pair) in before),
        pins=(*stay, *(pin for pin in request.pins if (pin.guest, pin.turn, pin.table) in pins)),
        hosts=(),
    )
    return seating, Wish(WishKind.ONCE) in kept


def minimal_conflict(
    wishes: Sequence[Wish], possible: Callable[[Collection[Wish]], bool]
) -> tuple[Wish, ...]:
    """Wishes that cannot be kept together, of which none is superfluous; () where all can.

    Junker, QuickXplain, AAAI 2004: about k log(n / k) questions for a conflict of k among n wishes.
    """
    if possible(wishes):
        return ()
    return tuple(_explained((), False, tuple(wishes), possible))


def _explained(
    background: tuple[Wish, ...],
    grew: bool,
    wishes: tuple[Wish, ...],
    possible: Callable[[Collection[Wish]], bool],
) -> tuple[Wish, ...]:
    if grew and not possible(background):
        return ()
    if len(wishes) == 1:
        return wishes
    half = len(wishes) // 2
    left, right = wishes[:half], wishes[half:]
    second = _explained((*background, *left), bool(left), right, possible)
    first = _explained((*background, *second), bool(second), left, possible)
    return (*first, *second)
