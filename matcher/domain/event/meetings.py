"""What an organizer asks of a day of one-to-one meetings, and the plan. Slots and tables count from 0."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from matcher.domain.event.kinds import Violation

Pair = tuple[str, str]


@dataclass(frozen=True)
class Meetings:
    """Two sides who meet in pairs, (buyer, seller), each pair once at most.

    `scores` are the pairs worth meeting; `most` and `least` bound a firm's meetings; `away` are (firm, slot)
    in which it is not there; `must_not` includes pairs that have met before. `pins` are (buyer, seller, slot)
    decided beforehand, `lost` tables that cannot be used.
    """

    buyers: tuple[str, ...]
    sellers: tuple[str, ...]
    slots: int
    tables: int
    scores: Mapping[Pair, float]
    most: Mapping[str, int] = field(default_factory=dict)
    least: Mapping[str, int] = field(default_factory=dict)
    away: frozenset[tuple[str, int]] = frozenset()
    must: tuple[Pair, ...] = ()
    must_not: tuple[Pair, ...] = ()
    pins: tuple[tuple[str, str, int], ...] = ()
    lost: frozenset[int] = frozenset()

    def open_tables(self) -> list[int]:
        """The tables that can be used, ascending."""
        return [table for table in range(self.tables) if table not in self.lost]

    def pinned(self) -> dict[Pair, int]:
        """The slots of pairs that were decided beforehand."""
        return {(buyer, seller): slot for buyer, seller, slot in self.pins}

    def all_musts(self) -> tuple[Pair, ...]:
        """The pairs that must meet, those with a slot among them; each once."""
        return tuple(dict.fromkeys((*self.must, *self.pinned())))

    def free_slots(self, firm: str) -> list[int]:
        """The slots in which a firm is there."""
        return [slot for slot in range(self.slots) if (firm, slot) not in self.away]

    def limit(self, firm: str) -> int:
        """The most meetings a firm can have."""
        return min(self.most.get(firm, self.slots), len(self.free_slots(firm)))


@dataclass(frozen=True)
class Meeting:
    """One meeting."""

    buyer: str
    seller: str
    slot: int
    table: int


@dataclass(frozen=True)
class MeetingsPlan:
    """`value` is the sum of scores, `bound` a proven upper limit; `proven` says they are equal.

    `violations` are wishes that no plan could keep together; the rest is kept.
    """

    meetings: tuple[Meeting, ...]
    value: float
    bound: float
    proven: bool
    violations: tuple[Violation, ...] = ()
