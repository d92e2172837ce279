"""Interview windows of a recruitment fair: how many of each class meet each firm, when, and which members.

How many is a flow, so whole numbers by nature. Where everybody is there all day the windows are an edge
colouring: classes and firms are parted into as many as can be at once, and a bipartite graph of degree at
most the windows can be coloured with them (Koenig), so nothing of the optimum is lost. Where some are away
the windows are part of the programme. Which members is a colouring again: of firms against windows, with the
members of a class as colours, evened out so that nobody has more than its share.
"""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from matcher.domain.event.interview_check import check_interviews, check_interviews_request
from matcher.domain.event.interviews import Interview, InterviewPlan, Interviews, Pair
from matcher.recommend.edge_colouring import colour
from matcher.recommend.interview_counts import chosen

Place: TypeAlias = tuple[str, str, int]  # class, firm, window
_ROUNDING: Final = 1e-6


def plan_interviews(request: Interviews) -> InterviewPlan:
    """The best windows; minimums and musts first. The plan states its value and a proven bound.

    Raises InvalidInput (``events.*``) for wishes that contradict each other in plain sight; what else cannot
    be kept is listed in the violations. 180 firms and 2,000 graduates take a third of a second.
    """
    check_interviews_request(request)
    found = chosen(request)
    placed = found.placed if found.placed is not None else _coloured(request, found.counts)
    return _checked(request, tuple(_with_members(request, placed)), found.bound)


def refilled(request: Interviews, announced: Sequence[Interview]) -> InterviewPlan:
    """The announced interviews that can still take place, as they are, and the best that now fit beside them.

    Nobody who came is moved, so the result need not be the best plan of the day: its bound is that of one
    made anew.
    """
    check_interviews_request(request)
    board = _Board(request)
    for one in announced:
        if board.takes(one):
            board.put(one)
    for talent, firm in sorted(request.scores, key=lambda pair: (-request.scores[pair], pair)):
        for window in sorted(set(request.there(talent)) & set(request.there(firm))):
            for member in range(request.heads[talent]):
                one = Interview(talent, member, firm, window)
                if request.scores[talent, firm] > 0 and board.takes(one):
                    board.put(one)
    return _checked(request, tuple(board.held), chosen(request).bound)


def _checked(request: Interviews, interviews: tuple[Interview, ...], bound: float) -> InterviewPlan:
    value = sum(request.scores.get((one.talent, one.firm), 0.0) for one in interviews)
    plan = InterviewPlan(interviews, value, bound, proven=value >= bound - _ROUNDING)
    return dataclasses.replace(plan, violations=check_interviews(request, plan))


class _Board:
    """Interviews while they are being put down, and who is busy with how many of them."""

    def __init__(self, request: Interviews) -> None:
        self.request = request
        self.held: list[Interview] = []
        self.count: Counter[tuple[object, ...]] = Counter()

    def takes(self, one: Interview) -> bool:
        """Whether everybody is there and free, and nobody has had enough."""
        asked, count = self.request, self.count
        if one.talent not in asked.heads or one.firm not in asked.desks:
            return False
        away = {(one.talent, one.window), (one.firm, one.window)} & asked.away
        full = count["desk", one.firm, one.window] >= asked.desks[one.firm]
        enough = count["pair", one.talent, one.firm] >= asked.limit((one.talent, one.firm))
        busy = count["now", one.talent, one.member, one.window]
        met = count["met", one.talent, one.member, one.firm]
        much = count["had", one.talent, one.member] >= asked.most
        return not (away or full or enough or busy or met or much)

    def put(self, one: Interview) -> None:
        """Put an interview down."""
        self.held.append(one)
        for key in (
            ("desk", one.firm, one.window),
            ("pair", one.talent, one.firm),
            ("now", one.talent, one.member, one.window),
            ("met", one.talent, one.member, one.firm),
            ("had", one.talent, one.member),
        ):
            self.count[key] += 1


def _coloured(request: Interviews, counts: Mapping[Pair, int]) -> Counter[Place]:
    """A window for every interview: no class and no booth is asked for more at once than it has."""
    pairs = [pair for pair in sorted(counts) for _ in range(counts[pair])]
    left, right = _Parts(request.windows), _Parts(request.windows)
    edges = [(left.of(talent), right.of(firm)) for talent, firm in pairs]
    sides = (left.number, right.number)
    windows = colour(edges, sides, request.windows, max(1, len(edges)))
    return Counter((talent, firm, one) for (talent, firm), one in zip(pairs, windows, strict=True))


class _Parts:
    """Deals the interviews of each class or firm to parts of at most `size`, each in one place at a time."""

    def __init__(self, size: int) -> None:
        self.size, self.number = size, 0
        self.open: dict[str, tuple[int, int]] = {}

    def of(self, who: str) -> int:
        """The part that takes the next interview of `who`."""
        part, taken = self.open.get(who, (-1, self.size))
        if taken == self.size:
            part, taken = self.number, 0
            self.number += 1
        self.open[who] = (part, taken + 1)
        return part


def _with_members(request: Interviews, placed: Mapping[Place, int]) -> Iterator[Interview]:
    by_class: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for (talent, firm, window), number in sorted(placed.items()):
        by_class[talent] += [(firm, window)] * number
    for talent, places in sorted(by_class.items()):
        firms = {firm: row for row, firm in enumerate(sorted({firm for firm, _ in places}))}
        edges = [(firms[firm], window) for firm, window in places]
        heads = request.heads[talent]
        members = colour(edges, (len(firms), request.windows), heads, min(request.most, request.windows))
        for (firm, window), member in zip(places, members, strict=True):
            yield Interview(talent, member, firm, window)
