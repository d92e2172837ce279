"""Why a floor cannot keep all wishes, and the fewest concessions that would do; exact, as a small programme.

Only firms with wishes are in it: the others take what is left, and there is room for all.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np

from matcher.domain.event.floor import Floor
from matcher.domain.event.floor_wishes import floor_with, wishes_of_floor
from matcher.domain.event.wishes import Concession, ConcessionKind, Explanation
from matcher.recommend.concessions import NODES, NOTHING, Found, Offers, explained, fewest
from matcher.recommend.floor_numbers import Grid
from matcher.recommend.programme import Programme, Solved

LARGEST: Final = 8_000  # firms with wishes x booths beyond which nothing is explained
At: TypeAlias = dict[str, list[int]]  # a firm's variables, booth by booth


def explain_floor(request: Floor) -> Explanation | None:
    """None where all wishes can be kept, or where the floor is too large to tell."""
    if _too_large(request):
        return None
    wishes = wishes_of_floor(request)
    return explained(_fewest(request), wishes, lambda kept: _fewest(floor_with(request, kept)))


def fewest_concessions(request: Floor) -> tuple[Concession, ...]:
    """The fewest that make a floor possible; () where none is needed."""
    return _fewest(request)[0]


def keeping_all(request: Floor) -> dict[str, int] | None:
    """Booths for the firms with wishes that keep every one; None where none is found."""
    if _too_large(request):
        return None
    programme, _, at, grid = _model(request)
    solved = programme.solved(NODES) if at else None
    if solved is None or solved.cost > NOTHING:
        return None
    return {firm: grid.numbers[_chosen(solved, row)] for firm, row in at.items()}


def _chosen(solved: Solved, row: list[int]) -> int:
    return int(np.argmax([solved.values[variable] for variable in row]))


def _too_large(request: Floor) -> bool:
    return len(_wishing(request)) * len(request.open_booths()) > LARGEST


def _wishing(request: Floor) -> list[str]:
    return sorted({firm for wish in wishes_of_floor(request) for firm in wish.who})


def _fewest(request: Floor) -> Found:
    programme, offers, at, _ = _model(request)
    return fewest(programme, offers) if at else ((), True)


def _model(request: Floor) -> tuple[Programme, Offers, At, Grid]:
    """x[firm, booth]; every wish may be bent at a cost of one."""
    programme, grid = Programme(), Grid.of(request)
    booths = range(len(grid.numbers))
    at: At = {firm: [programme.variable(0.0) for _ in booths] for firm in _wishing(request)}
    for row in at.values():
        programme.row([(one, 1.0) for one in row], 1.0, 1.0)
    for booth in booths:
        programme.row([(row[booth], 1.0) for row in at.values()], 0.0, 1.0)
    offers = _own(request, programme, grid, at)
    offers += _rivals(request, programme, grid, at)
    offers += _neighbours(request, programme, grid, at)
    return programme, offers, at, grid


def _own(request: Floor, programme: Programme, grid: Grid, at: At) -> Offers:
    offers: Offers = []

    def wish(firm: str, wrong: list[int], kind: ConcessionKind, table: int | None = None) -> None:
        if wrong and firm in at:
            bent = programme.variable(1.0)
            programme.row([*((at[firm][booth], 1.0) for booth in wrong), (bent, -1.0)], -1.0, 0.0)
            offers.append((bent, Concession(kind, (firm,), table=table)))

    booths = [(place, request.booths[number]) for place, number in enumerate(grid.numbers)]
    for one in request.exhibitors:
        small = [place for place, booth in booths if booth.size < one.size]
        weak = [place for place, booth in booths if booth.power < one.power]
        outside = [place for place, booth in booths if one.zone is not None and one.zone not in booth.zones]
        wish(one.firm, small, ConcessionKind.SMALLER_BOOTH)
        wish(one.firm, weak, ConcessionKind.LESS_POWER)
        wish(one.firm, outside, ConcessionKind.OTHER_ZONE)
    for pin in request.pins:
        others = [place for place, number in enumerate(grid.numbers) if number != pin.booth]
        wish(pin.firm, others, ConcessionKind.LEAVE_BOOTH, pin.booth)
    return offers


def _rivals(request: Floor, programme: Programme, grid: Grid, at: At) -> Offers:
    offers: Offers = []
    for a, b in sorted({(min(pair), max(pair)) for pair in request.apart}):
        bent = programme.variable(1.0)
        for booth in range(len(grid.numbers)):
            around = [(at[b][other], 1.0) for other in np.flatnonzero(grid.close[booth]).tolist()]
            programme.row([(at[a][booth], 1.0), *around, (bent, -1.0)], -1.0, 1.0)
        offers.append((bent, Concession(ConcessionKind.STAND_CLOSE, (a, b))))
    return offers


def _neighbours(request: Floor, programme: Programme, grid: Grid, at: At) -> Offers:
    offers: Offers = []
    for a, b in sorted({(min(pair), max(pair)) for pair in request.near}):
        bent = programme.variable(1.0)
        for booth in range(len(grid.numbers)):
            beside = [(at[b][other], -1.0) for other in np.flatnonzero(grid.beside[booth]).tolist()]
            programme.row([(at[a][booth], 1.0), *beside, (bent, -1.0)], -2.0, 0.0)
        offers.append((bent, Concession(ConcessionKind.STAND_AWAY, (a, b))))
    return offers
