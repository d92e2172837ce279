"""Why a day of meetings cannot keep all wishes, and the fewest concessions that would do; exact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final, TypeAlias

from matcher.domain.event.meetings import Meetings
from matcher.domain.event.wishes import (
    Concession,
    ConcessionKind,
    Explanation,
    meetings_with,
    wishes_of_meetings,
)
from matcher.recommend.concessions import NODES, NOTHING, Found, Offers, explained, fewest
from matcher.recommend.programme import Programme

Pair: TypeAlias = tuple[str, str]

LARGEST: Final = 12_000  # pair-slots beyond which nothing is explained
# What a planner may give up by itself; the others ask somebody to come or to bring tables.
_OURS: Final = {ConcessionKind.DROP_MEETING, ConcessionKind.FEWER, ConcessionKind.LEAVE_SLOT}


def explain_meetings(request: Meetings) -> Explanation | None:
    """None where all wishes can be kept, or where the day is too large to tell."""
    if len(_pairs(request)) * request.slots > LARGEST:
        return None
    wishes = wishes_of_meetings(request)
    return explained(_fewest(request), wishes, lambda kept: _fewest(meetings_with(request, kept)))


def fewest_concessions(request: Meetings) -> tuple[Concession, ...]:
    """The fewest that make a plan possible; () where none is needed."""
    return _fewest(request)[0]


def keeping_all(request: Meetings) -> dict[Pair, int] | None:
    """Pairs and slots that keep every must and minimum, and little else; None where none is found."""
    pairs = _pairs(request)
    if not pairs or len(pairs) * request.slots > LARGEST:
        return None
    solved = _model(request, pairs)[0].solved(NODES)
    if solved is None or solved.cost > NOTHING:
        return None
    places = [(pair, slot) for pair in pairs for slot in range(request.slots)]
    return {pair: slot for number, (pair, slot) in enumerate(places) if solved.values[number] > NOTHING}


def keeping_most(request: Meetings, announced: Mapping[Pair, int]) -> dict[Pair, int] | None:
    """Pairs and slots with the fewest concessions and, among those, the most announced meetings left as they
    are; None where the day is too large to tell.
    """
    pairs = sorted({*_pairs(request), *announced} - set(request.must_not))
    if not pairs or len(pairs) * request.slots > LARGEST:
        return None
    programme, offers = _model(request, pairs)
    for variable, one in offers:
        if one.kind not in _OURS:
            programme.ends[variable] = 0.0
    places = [(pair, slot) for pair in pairs for slot in range(request.slots)]
    for number, (pair, slot) in enumerate(places):
        if pair in announced:
            # All that are held elsewhere together weigh less than one held where it was announced.
            worth = 1.0 if announced[pair] == slot else 0.5 / len(pairs)
            programme.costs[number] -= worth / (2.0 * len(pairs))
    solved = programme.solved(NODES)
    if solved is None:
        return None
    return {place[0]: place[1] for number, place in enumerate(places) if solved.values[number] > NOTHING}


def _pairs(request: Meetings) -> list[Pair]:
    """Pairs that must meet, and those that could fill somebody's minimum."""
    short = {firm for firm, least in request.least.items() if least > 0}
    useful = {pair for pair, score in request.scores.items() if score > 0 and short & set(pair)}
    return sorted((useful | set(request.all_musts())) - set(request.must_not))


def _fewest(request: Meetings) -> Found:
    pairs = _pairs(request)
    if not pairs and not any(request.least.values()):
        return (), True
    return fewest(*_model(request, pairs))


def _model(request: Meetings, pairs: list[Pair]) -> tuple[Programme, Offers]:
    """x[pair, slot]; every wish may be bent at a cost of one a unit."""
    programme, offers = Programme(), []
    at: dict[tuple[Pair, int], int] = {
        (pair, slot): programme.variable(0.0) for pair in pairs for slot in range(request.slots)
    }
    offers += _musts(request, programme, pairs, at)
    offers += _presence(request, programme, pairs, at)
    offers += _numbers(request, programme, pairs, at)
    more = programme.variable(1.0, float(len(pairs)))
    for slot in range(request.slots):
        here = [(at[pair, slot], 1.0) for pair in pairs]
        programme.row([*here, (more, -1.0)], -float(len(pairs)), float(len(request.open_tables())))
    offers.append((more, Concession(ConcessionKind.MORE_TABLES)))
    return programme, offers


At: TypeAlias = dict[tuple[Pair, int], int]


def _musts(request: Meetings, programme: Programme, pairs: list[Pair], at: At) -> Offers:
    offers: Offers = []
    must, pinned = set(request.must), request.pinned()
    for pair in pairs:
        terms = [(at[pair, slot], 1.0) for slot in range(request.slots)]
        if pair in pinned:
            leave = programme.variable(1.0)
            programme.row([(at[pair, pinned[pair]], 1.0), (leave, 1.0)], 1.0, 2.0)
            offers.append((leave, Concession(ConcessionKind.LEAVE_SLOT, pair, pinned[pair])))
        if pair in must:
            drop = programme.variable(1.0)
            programme.row([*terms, (drop, 1.0)], 1.0, 1.0)
            offers.append((drop, Concession(ConcessionKind.DROP_MEETING, pair)))
        else:
            programme.row(terms, 0.0, 1.0)
    return offers


def _of_firms(pairs: list[Pair]) -> dict[str, list[Pair]]:
    found: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        for firm in pair:
            found[firm].append(pair)
    return dict(found)


def _presence(request: Meetings, programme: Programme, pairs: list[Pair], at: At) -> Offers:
    """One meeting at a time, none while away unless the firm comes then."""
    offers: Offers = []
    for firm, own in sorted(_of_firms(pairs).items()):
        for slot in range(request.slots):
            terms = [(at[pair, slot], 1.0) for pair in own]
            if (firm, slot) in request.away:
                come = programme.variable(1.0)
                programme.row([*terms, (come, -1.0)], -1.0, 0.0)
                offers.append((come, Concession(ConcessionKind.BE_THERE, (firm,), slot)))
            else:
                programme.row(terms, 0.0, 1.0)
    return offers


def _numbers(request: Meetings, programme: Programme, pairs: list[Pair], at: At) -> Offers:
    offers: Offers = []
    of_firm = _of_firms(pairs)
    for firm in sorted({*of_firm, *(firm for firm, least in request.least.items() if least > 0)}):
        terms = [(at[pair, slot], 1.0) for pair in of_firm.get(firm, []) for slot in range(request.slots)]
        if firm in request.most and request.most[firm] < request.slots:
            more = programme.variable(1.0, float(request.slots))
            programme.row([*terms, (more, -1.0)], -float(request.slots), float(request.most[firm]))
            offers.append((more, Concession(ConcessionKind.MORE, (firm,))))
        if request.least.get(firm, 0) > 0:
            least = float(request.least[firm])
            fewer = programme.variable(1.0, least)
            programme.row([*terms, (fewer, 1.0)], least, float("inf"))
            offers.append((fewer, Concession(ConcessionKind.FEWER, (firm,))))
    return offers
