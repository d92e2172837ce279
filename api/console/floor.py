"""A drawing of the room: every table at its place, with how many sit there in each round."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

CELL: Final = 96
RADIUS: Final = 26
SEAT_RING: Final = 35
SEAT_DOT: Final = 4


@dataclass(frozen=True)
class Spot:
    """One table: its number, centre, a dot a seat, whether it is lost and how many sit there at most."""

    number: int
    x: float
    y: float
    seats: tuple[tuple[float, float], ...]
    lost: bool
    guests: int


@dataclass(frozen=True)
class Floor:
    """The whole room, the stage at the top."""

    width: int
    height: int
    spots: tuple[Spot, ...]


def floor(plan: Mapping[str, Any]) -> Floor:
    """Tables in rows, numbered from the stage; as wide as it is deep, about."""
    tables, seats = int(plan["tables"]), int(plan["seats"])
    columns = max(1, math.ceil(math.sqrt(tables * 1.6)))
    lost = set(plan.get("lost", ()))
    spots = []
    for number in range(1, tables + 1):
        row, column = divmod(number - 1, columns)
        x, y = CELL * column + CELL / 2, CELL * row + CELL / 2 + CELL / 2
        ring = tuple(
            (
                round(x + SEAT_RING * math.sin(2 * math.pi * seat / seats), 1),
                round(y - SEAT_RING * math.cos(2 * math.pi * seat / seats), 1),
            )
            for seat in range(seats)
        )
        most = max((len(tables_of[number - 1]) for tables_of in plan["rounds"]), default=0)
        spots.append(Spot(number, x, y, ring, number in lost, most))
    rows = math.ceil(tables / columns)
    return Floor(CELL * min(columns, tables), CELL * rows + CELL // 2, tuple(spots))
