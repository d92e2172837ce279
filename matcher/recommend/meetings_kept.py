"""A day of meetings planned again on the day: as few announced meetings as possible leave their place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from matcher.domain.event import Meeting, Meetings, MeetingsPlan, check_meetings
from matcher.recommend.meeting_conflicts import keeping_most
from matcher.recommend.meeting_pairs import choose_pairs

Pair: TypeAlias = tuple[str, str]
Place: TypeAlias = tuple[int, int]  # slot and table
_LEAST: Final = 1e-9  # a pair worth nothing is not asked to meet
_ROUNDING: Final = 1e-6


def replanned(wishes: Meetings, announced: Sequence[Meeting]) -> MeetingsPlan:
    """The day again for a checked request: what can stay stays, what cannot is moved, gaps are filled.

    Where this leaves a wish unkept, an exact search looks for the plan with the fewest wishes broken and,
    among those, the fewest meetings changed. The bound is that of a day planned anew.
    """
    places = {(one.buyer, one.seller): (one.slot, one.table) for one in announced}
    board = _Board(wishes, frozenset(places.values()))
    for pair, slot in wishes.pinned().items():
        board.put(pair, slot, places.get(pair))
    plan = _finished(board, places)
    if plan.violations:
        exact = keeping_most(wishes, {pair: slot for pair, (slot, _) in places.items()})
        if exact is not None:
            board = _Board(wishes, frozenset(places.values()))
            lost = [pair for pair in exact if pair not in places or places[pair][1] in wishes.lost]
            for pair, slot in sorted(exact.items(), key=lambda item: item[0] in lost):
                board.put(pair, slot, places.get(pair))
            again = _finished(board, {})
            plan = min(plan, again, key=lambda one: (len(one.violations), _moved(one, places), -one.value))
    return plan


def _moved(plan: MeetingsPlan, places: Mapping[Pair, Place]) -> int:
    """How many announced meetings are not held in their slot."""
    now = {(one.buyer, one.seller): one.slot for one in plan.meetings}
    return sum(now.get(pair) != slot for pair, (slot, _) in places.items())


def _finished(board: _Board, places: dict[Pair, Place]) -> MeetingsPlan:
    wishes = board.wishes
    # Whose table is lost looks for another once all others stand where they stood.
    staying = sorted(places, key=lambda pair: places[pair][1] in wishes.lost)
    for pair in staying:
        if board.stands(pair) and board.free(pair, places[pair][0]):
            board.put(pair, places[pair][0], places[pair])
    worth = {pair: score for pair, score in wishes.scores.items() if score >= _LEAST}
    best = sorted(worth, key=lambda pair: (-worth[pair], pair))
    # Those who lost their place, then what must be, then minimums, then the best of the rest.
    for pair in (*staying, *sorted(wishes.must)):
        board.try_to_put(pair)
    for pair in best:
        if any(board.count[firm] < wishes.least.get(firm, 0) for firm in pair):
            board.try_to_put(pair)
    for pair in best:
        board.try_to_put(pair)
    return board.plan()


class _Board:
    """Meetings while they are put down: slots and tables taken, how many each firm has.

    A meeting that comes to a slot takes a table that was not `announced` there while there is one, so that
    it drives nobody from a place.
    """

    def __init__(self, wishes: Meetings, announced: frozenset[Place]) -> None:
        self.wishes = wishes
        self.announced = announced
        self.held: dict[Pair, Place] = {}
        self.count: Counter[str] = Counter()
        self.busy: set[tuple[str, int]] = set()
        self.taken: set[Place] = set()
        self.known = {*wishes.buyers, *wishes.sellers}
        self.forbidden = set(wishes.must_not)
        self.tables = wishes.open_tables()

    def stands(self, pair: Pair) -> bool:
        """Whether the two are here, may meet, do not yet and have not enough."""
        here = set(pair) <= self.known and pair not in self.forbidden and pair not in self.held
        return here and all(self.count[firm] < self.wishes.limit(firm) for firm in pair)

    def free(self, pair: Pair, slot: int) -> bool:
        """Whether both are there and not busy in that slot, and a table is left."""
        away = {(firm, slot) for firm in pair} & (self.wishes.away | self.busy)
        return not away and any((slot, table) not in self.taken for table in self.tables)

    def try_to_put(self, pair: Pair) -> None:
        """In the first slot in which the two can meet, if they may."""
        if self.stands(pair):
            slot = next((slot for slot in range(self.wishes.slots) if self.free(pair, slot)), None)
            if slot is not None:
                self.put(pair, slot, None)

    def put(self, pair: Pair, slot: int, place: Place | None) -> None:
        """Put a meeting down, at the table of `place` if that is of this slot and free."""
        left = [table for table in self.tables if (slot, table) not in self.taken]
        if not left or {(firm, slot) for firm in pair} & self.busy:
            return
        same = place is not None and place[0] == slot and place[1] in left
        fresh = next((table for table in left if (slot, table) not in self.announced), left[0])
        table = place[1] if place is not None and same else fresh
        self.held[pair] = (slot, table)
        self.taken.add((slot, table))
        self.busy |= {(firm, slot) for firm in pair}
        self.count.update(pair)

    def plan(self) -> MeetingsPlan:
        """What was put down, checked, with the bound of a day planned anew."""
        meetings = tuple(
            Meeting(*pair, slot, table)
            for pair, (slot, table) in sorted(self.held.items(), key=lambda item: item[1])
        )
        value = sum(self.wishes.scores.get(pair, 0.0) for pair in self.held)
        bound = choose_pairs(self.wishes).bound
        plan = MeetingsPlan(meetings, value, bound, proven=value >= bound - _ROUNDING)
        return replace(plan, violations=check_meetings(self.wishes, plan))
