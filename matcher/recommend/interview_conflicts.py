"""Why interview windows cannot keep all wishes, and the fewest concessions that would do; exact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from typing import Final, TypeAlias

from matcher.domain.event.interviews import Interviews
from matcher.domain.event.wishes import (
    Concession,
    ConcessionKind,
    Explanation,
    Wish,
    WishKind,
)
from matcher.recommend.concessions import Found, Offers, explained, fewest
from matcher.recommend.programme import Programme

LARGEST: Final = 12_000  # class, firm and window together beyond which nothing is explained
_MAY: Final = 1e-6  # two who no longer must be interviewed still may be
Pair: TypeAlias = tuple[str, str]
At: TypeAlias = dict[tuple[Pair, int], int]


def explain_interviews(request: Interviews) -> Explanation | None:
    """None where all wishes can be kept, or where the fair is too large to tell."""
    if len(_pairs(request)) * request.windows > LARGEST:
        return None
    wishes = wishes_of_interviews(request)
    return explained(_fewest(request), wishes, lambda kept: _fewest(interviews_with(request, kept)))


def wishes_of_interviews(request: Interviews) -> tuple[Wish, ...]:
    """All that can be set aside, in a fixed order."""
    found = [Wish(WishKind.MUST_INTERVIEW, pair) for pair in sorted(set(request.must))]
    found += [
        Wish(WishKind.WINDOWS_FREE, (who,), tuple(request.there(who)))
        for who in sorted({who for who, _ in request.away})
    ]
    found += [
        Wish(WishKind.INTERVIEWS_LEAST, (firm,), number=least)
        for firm, least in sorted(request.least.items())
        if least > 0
    ]
    concerned = {firm for firm, least in request.least.items() if least > 0}
    concerned |= {firm for _, firm in request.must}
    return (
        *found,
        *(Wish(WishKind.DESKS, (firm,), number=request.desks[firm]) for firm in sorted(concerned)),
    )


def interviews_with(request: Interviews, wishes: Collection[Wish]) -> Interviews:
    """The fair with these wishes alone; classes and firms stay."""
    kept = set(wishes)
    listed = set(wishes_of_interviews(request))
    free = {wish.who[0] for wish in listed - kept if wish.kind is WishKind.DESKS}
    held = {wish.who[0] for wish in kept if wish.kind is WishKind.WINDOWS_FREE}
    short = {wish.who[0] for wish in kept if wish.kind is WishKind.INTERVIEWS_LEAST}
    must = {wish.who for wish in kept if wish.kind is WishKind.MUST_INTERVIEW}
    everybody = max(1, sum(request.heads.values()))
    return replace(
        request,
        scores=dict.fromkeys(request.must, _MAY) | {p: s for p, s in request.scores.items() if s > 0},
        must=tuple(pair for pair in request.must if pair in must),
        away=frozenset(one for one in request.away if one[0] in held),
        least={firm: least for firm, least in request.least.items() if firm in short},
        desks={firm: everybody if firm in free else desks for firm, desks in request.desks.items()},
    )


def fewest_concessions(request: Interviews) -> tuple[Concession, ...]:
    """The fewest that make a plan possible; () where none is needed."""
    return _fewest(request)[0]


def _pairs(request: Interviews) -> list[Pair]:
    """Pairs that must be, and those that could fill somebody's minimum."""
    short = {firm for firm, least in request.least.items() if least > 0}
    useful = {pair for pair, score in request.scores.items() if score > 0 and pair[1] in short}
    return sorted(useful | set(request.must))


def _fewest(request: Interviews) -> Found:
    if not request.must and not any(request.least.values()):
        return (), True
    return fewest(*_model(request, _pairs(request)))


def _model(request: Interviews, pairs: list[Pair]) -> tuple[Programme, Offers]:
    """x[pair, window], how many; every wish may be bent at a cost of one a unit."""
    programme = Programme()
    at: At = {
        (pair, window): programme.variable(0.0, float(request.heads[pair[0]]))
        for pair in pairs
        for window in range(request.windows)
    }
    offers = _wished(request, programme, at)
    groups: defaultdict[str, dict[int, list[int]]] = defaultdict(dict)
    for (pair, window), variable in at.items():
        for who in pair:
            groups[who].setdefault(window, []).append(variable)
    for who, windows in sorted(groups.items()):
        offers += _limited(request, programme, who, windows)
    return programme, offers


def _limited(request: Interviews, programme: Programme, who: str, windows: dict[int, list[int]]) -> Offers:
    """No more at once than a class has members or a booth desks, none while away."""
    is_firm = who in request.desks
    most = float(request.desks[who] if is_firm else request.heads[who])
    offers: Offers = []
    more = programme.variable(1.0, float(sum(request.heads.values()))) if is_firm else None
    if more is not None:
        offers.append((more, Concession(ConcessionKind.MORE_DESKS, (who,))))
    for window, variables in sorted(windows.items()):
        terms = [(one, 1.0) for one in variables]
        if more is not None:
            terms.append((more, -1.0))
        programme.row(terms, -float("inf"), most)
        if (who, window) in request.away:
            come = programme.variable(1.0)
            large = float(sum(request.heads.values()))
            terms = [*((one, 1.0) for one in variables), (come, -large)]
            programme.row(terms, -float("inf"), 0.0)
            offers.append((come, Concession(ConcessionKind.BE_THERE_THEN, (who,), window)))
    if not is_firm:
        everything = [(one, 1.0) for variables in windows.values() for one in variables]
        programme.row(everything, 0.0, float(request.heads[who] * request.most))
    return offers


def _wished(request: Interviews, programme: Programme, at: At) -> Offers:
    offers: Offers = []
    by_pair: defaultdict[Pair, list[int]] = defaultdict(list)
    for (pair, _), variable in at.items():
        by_pair[pair].append(variable)
    for pair, variables in sorted(by_pair.items()):
        terms = [(one, 1.0) for one in variables]
        programme.row(terms, 0.0, float(request.limit(pair)))
        if pair in set(request.must):
            drop = programme.variable(1.0)
            programme.row([*terms, (drop, 1.0)], 1.0, float("inf"))
            offers.append((drop, Concession(ConcessionKind.DROP_INTERVIEW, pair)))
    for firm, least in sorted(request.least.items()):
        if least > 0:
            fewer = programme.variable(1.0, float(least))
            terms = [(one, 1.0) for pair, own in by_pair.items() if pair[1] == firm for one in own]
            programme.row([*terms, (fewer, 1.0)], float(least), float("inf"))
            offers.append((fewer, Concession(ConcessionKind.FEWER_INTERVIEWS, (firm,))))
    return offers
