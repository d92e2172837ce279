"""Round tables as pictures: seats on a circle, names at both sides, a thread from each to its seat."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from api.console.drawing import shortened

WIDTH: Final = 340
CENTRE: Final = 170
ROUND: Final = 40  # radius of the table
SEAT: Final = 56  # radius of the ring of seats
LINE: Final = 26  # between two names
NAME_COLUMNS: Final = 14
STAR: Final = 3  # columns that a host's mark takes
_ENDINGS: Final = ("有限责任公司", "股份有限公司", "有限公司")


@dataclass(frozen=True)
class Seat:
    """One guest: its seat on the ring, where its name stands and to which side."""

    x: float
    y: float
    name_x: int
    name_y: float
    right: bool
    name: str
    shown: str
    marked: bool
    host: bool


@dataclass(frozen=True)
class RoundTable:
    """One table of one round, numbered from 1."""

    number: int
    height: int
    middle: float
    seats: tuple[Seat, ...]


def rounds(plan: Mapping[str, Any], names: Mapping[str, str]) -> list[list[RoundTable]]:
    """All rounds of a stored seat plan; guests that something could not be kept for are marked."""
    marked: dict[tuple[int, int], set[str]] = {}
    for one in plan["violations"]:
        if one["turn"] is not None and one["table"] is not None:
            marked.setdefault((one["turn"], one["table"]), set()).update(one["who"])
    hosts = dict(enumerate(plan.get("hosts", ()), 1))
    return [
        [
            _table(number, guests, names, (marked.get((turn, number), ()), hosts.get(number)))
            for number, guests in enumerate(tables, 1)
        ]
        for turn, tables in enumerate(plan["rounds"], 1)
    ]


def short_name(name: str) -> str:
    """A firm's name without its legal form, as people call it."""
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name


def _table(
    number: int, guests: Sequence[str], names: Mapping[str, str], of_note: tuple[Collection[str], str | None]
) -> RoundTable:
    marked, host = of_note
    half = math.ceil(len(guests) / 2)
    height = max(2 * SEAT + 28, half * LINE + 20)
    middle = height / 2
    seats = []
    for place, guest in enumerate(guests):
        right = place < half
        row, rows = (place, half) if right else (place - half, len(guests) - half)
        # From the top downwards on either side; the angle is measured from the top.
        angle = math.pi * (row + 0.5) / rows
        x = CENTRE + (1 if right else -1) * SEAT * math.sin(angle)
        name = names.get(guest, guest)
        seats.append(
            Seat(
                round(x, 1),
                round(middle - SEAT * math.cos(angle), 1),
                CENTRE + 70 if right else CENTRE - 70,
                round(middle + (row - (rows - 1) / 2) * LINE, 1),
                right,
                name,
                shortened(short_name(name), NAME_COLUMNS - STAR * (guest == host)),
                guest in marked,
                guest == host,
            )
        )
    return RoundTable(number, height, middle, tuple(seats))
