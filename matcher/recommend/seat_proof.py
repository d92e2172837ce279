"""Whether a seating that keeps every wish exists at all, by going through all of them: for small rooms."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations

from matcher.domain.event.seating import Seating

Place = tuple[int, str]  # round and guest


@dataclass
class _Tree:
    request: Seating
    once: bool
    left: int
    apart: set[frozenset[str]] = field(default_factory=set)
    pins: dict[Place, int] = field(default_factory=dict)
    met: Counter[frozenset[str]] = field(default_factory=Counter)

    def grow(self, places: list[Place], depth: int, seated: dict[tuple[int, int], list[str]]) -> bool | None:
        """Whether the guests from `depth` on can be seated; None where the nodes ran out."""
        if depth == len(places):
            return True
        turn, guest = places[depth]
        unknown = False
        for table in self._tables(turn, guest, seated):
            if self.left <= 0:
                return None
            self.left -= 1
            found = self._with(places, depth, seated, table)
            if found:
                return True
            unknown = unknown or found is None
        return None if unknown else False

    def _with(
        self, places: list[Place], depth: int, seated: dict[tuple[int, int], list[str]], table: int
    ) -> bool | None:
        turn, guest = places[depth]
        mates = seated.setdefault((turn, table), [])
        pairs = [frozenset((guest, mate)) for mate in mates]
        if any(pair in self.apart or (self.once and self.met[pair]) for pair in pairs):
            return False
        self.met.update(pairs)
        mates.append(guest)
        found = self.grow(places, depth + 1, seated)
        if found:
            return True  # everybody stays seated: this is the plan
        mates.pop()
        self.met.subtract(pairs)
        return found

    def _tables(self, turn: int, guest: str, seated: dict[tuple[int, int], list[str]]) -> list[int]:
        """Tables with a seat left; of empty ones that nothing tells apart the first alone."""
        if (turn, guest) in self.pins:
            return [self.pins[turn, guest]]
        named = {table for (round_, _), table in self.pins.items() if round_ == turn}
        taken: Counter[int] = Counter(
            {table: len(mates) for (round_, table), mates in seated.items() if round_ == turn}
        )
        full = [table for table in self.request.open_tables() if taken[table] < self.request.seats]
        fresh = [table for table in full if not taken[table] and table not in named]
        return [table for table in full if table not in fresh[1:]]


Rounds = tuple[tuple[tuple[str, ...], ...], ...]


def exists(request: Seating, once: bool, nodes: int) -> bool | None:
    """Whether all wishes can be kept; None where `nodes` steps did not suffice to tell.

    `once` asks that no pair meets twice.
    """
    return witness(request, once, nodes)[0]


def witness(request: Seating, once: bool, nodes: int) -> tuple[bool | None, Rounds]:
    """The same with the rounds that keep all wishes, () without; by tables, those lost empty."""
    tree = _Tree(request, once, nodes)
    tree.apart = {frozenset((one.a, one.b)) for one in request.apart}
    tree.apart |= {frozenset(pair) for pair in request.before}
    tree.pins = {(pin.turn, pin.guest): pin.table for pin in request.all_pins()}
    degree = Counter(guest for pair in tree.apart for guest in pair)
    there = [
        (turn, guest)
        for turn in range(request.rounds)
        for guest in request.guests
        if (guest, turn) not in request.away
    ]
    there.sort(key=lambda place: (place[0], place not in tree.pins, -degree[place[1]], place[1]))
    if once and not _room_to_meet(request):
        return False, ()
    seated: dict[tuple[int, int], list[str]] = {}
    found = tree.grow(there, 0, seated)
    if not found:
        return found, ()
    return True, tuple(
        tuple(tuple(seated.get((turn, table), ())) for table in range(request.tables))
        for turn in range(request.rounds)
    )


def _room_to_meet(request: Seating) -> bool:
    """Whether there are as many pairs as the meetings of the fullest rounds, counted at their fewest.

    Nor can more guests be there in two rounds than the square of the tables: of those who change from one
    table to another together any two would meet again.
    """
    meetings = 0
    tables = len(request.open_tables())
    for one, two in combinations(range(request.rounds), 2):
        both = sum((g, one) not in request.away and (g, two) not in request.away for g in request.guests)
        if both > tables * tables:
            return False
    for turn in range(request.rounds):
        there = sum((guest, turn) not in request.away for guest in request.guests)
        low, more = divmod(there, tables)
        meetings += more * (low + 1) * low // 2 + (tables - more) * low * (low - 1) // 2
    forbidden = {frozenset((one.a, one.b)) for one in request.apart}
    forbidden |= {frozenset(pair) for pair in request.before}
    pairs = sum(frozenset(pair) not in forbidden for pair in combinations(request.guests, 2))
    return meetings <= pairs
