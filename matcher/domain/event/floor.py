"""What an organizer asks of a fair's floor, and the floor that comes back. Booths count from 0."""

from __future__ import annotations

from dataclasses import dataclass, field

from matcher.domain.event.kinds import Violation

NEXT = 1  # booths so far apart are neighbours
CLOSE = 2  # rivals stand at least so far apart


@dataclass(frozen=True)
class Booth:
    """A place in a hall: row and column of its grid, size in square metres, power in kW.

    `zones` are the sector zones it belongs to; `exposure` in [0, 1] is how many visitors pass.
    """

    hall: str
    row: int
    column: int
    size: float = 9.0
    power: float = 2.0
    zones: frozenset[str] = frozenset()
    exposure: float = 0.5


@dataclass(frozen=True)
class Exhibitor:
    """A firm and what its booth needs; `sector` is its trade, `draw` in [0, 1] how many it attracts.

    `zone` is where it belongs, None for anywhere.
    """

    firm: str
    size: float = 0.0
    power: float = 0.0
    zone: str | None = None
    sector: str = ""
    draw: float = 0.5


@dataclass(frozen=True)
class BoothPin:
    """A firm's booth, decided beforehand."""

    firm: str
    booth: int


@dataclass(frozen=True)
class Floor:
    """Exhibitors for booths, one each. `apart` keep their distance, `near` stand side by side."""

    booths: tuple[Booth, ...]
    exhibitors: tuple[Exhibitor, ...]
    apart: tuple[tuple[str, str], ...] = ()
    near: tuple[tuple[str, str], ...] = ()
    pins: tuple[BoothPin, ...] = ()
    lost: frozenset[int] = frozenset()
    trades_together: float = field(default=0.1)

    def firms(self) -> tuple[str, ...]:
        """The exhibitors by identifier."""
        return tuple(one.firm for one in self.exhibitors)

    def open_booths(self) -> list[int]:
        """The booths that can be used, ascending."""
        return [booth for booth in range(len(self.booths)) if booth not in self.lost]


def distance(one: Booth, two: Booth) -> float:
    """Booths from one to the other: the longer way of rows and columns; endless between halls."""
    if one.hall != two.hall:
        return float("inf")
    return float(max(abs(one.row - two.row), abs(one.column - two.column)))


def side_by_side(one: Booth, two: Booth) -> bool:
    """Whether two booths share a wall within a row; across an aisle nobody is a neighbour."""
    return one.hall == two.hall and one.row == two.row and abs(one.column - two.column) == NEXT


@dataclass(frozen=True)
class FloorPlan:
    """`booths` maps firms to booths. `value` adds up draw x exposure and `trades_together` for each two
    neighbours of one sector; `bound` is a proven upper limit of it for any floor whatsoever.
    """

    booths: dict[str, int]
    value: float
    bound: float
    violations: tuple[Violation, ...] = ()
