"""What an organizer asks of a seating, and the seating that comes back. Rounds and tables count from 0."""

from __future__ import annotations

from dataclasses import dataclass

from matcher.domain.event.kinds import Violation


@dataclass(frozen=True)
class Apart:
    """Two guests who may not share a table, and why: rival, dispute, keep_apart."""

    a: str
    b: str
    reason: str


@dataclass(frozen=True)
class Pin:
    """A guest's table in a round, decided beforehand."""

    guest: str
    turn: int
    table: int


@dataclass(frozen=True)
class Seating:
    """Guests for `rounds` rounds at `tables` tables of `seats`.

    `before` are pairs that shared a table last time. `hosts` are guests who stay at a table of their own:
    the first at table 0, the second at table 1. `away` says in which rounds a guest is not there, `lost`
    are tables that cannot be used.
    """

    guests: tuple[str, ...]
    tables: int
    seats: int
    rounds: int
    apart: tuple[Apart, ...] = ()
    before: tuple[tuple[str, str], ...] = ()
    hosts: tuple[str, ...] = ()
    pins: tuple[Pin, ...] = ()
    away: frozenset[tuple[str, int]] = frozenset()
    lost: frozenset[int] = frozenset()

    def open_tables(self) -> list[int]:
        """The tables that can be used, ascending."""
        return [table for table in range(self.tables) if table not in self.lost]

    def all_pins(self) -> tuple[Pin, ...]:
        """The pins, with those that the hosts' tables mean for the rounds in which they are there."""
        stay = [
            Pin(host, turn, table)
            for table, host in enumerate(self.hosts)
            for turn in range(self.rounds)
            if (host, turn) not in self.away
        ]
        return (*stay, *self.pins)


@dataclass(frozen=True)
class SeatPlan:
    """`rounds[r][t]` are the guests at table t in round r.

    `value` is the sum of benefits over pairs that meet, `bound` a proven upper limit of it (loose: every
    guest meets the best ones that are allowed), `violations` what could not be kept.
    """

    rounds: tuple[tuple[tuple[str, ...], ...], ...]
    value: float
    bound: float
    violations: tuple[Violation, ...] = ()

    def table_of(self, guest: str, turn: int) -> int | None:
        """Where a guest sits in a round."""
        return next((place for place, names in enumerate(self.rounds[turn]) if guest in names), None)
