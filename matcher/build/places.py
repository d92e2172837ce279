"""The small tables that others point into: stations, streets, buildings, industries, sets of codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from matcher.build.encode import NONE, Columns, Positions, number, text
from matcher.build.gather import Codes
from matcher.domain import industry, place

Numbering = Codes | Positions

_LEVELS = {"street": 9, "district": 6, "city": 4}  # leading digits of a region code


class Location(NamedTuple):
    """Where a building stands; its firms stand there too unless they say otherwise."""

    region_code: str | None
    latitude: float | None
    longitude: float | None


NOWHERE = Location(None, None, None)


@dataclass(frozen=True)
class Places:
    """Where the rows of small tables stand. Streets and industries are numbered as they are named."""

    stations: Positions
    streets: Numbering
    buildings: Positions
    industries: Numbering
    placed: Mapping[str | None, Location]


@cache
def code_of(industry_code: str | None) -> str | None:
    """The official form of an industry code; None for one that GB/T 4754-2017 does not know."""
    return None if industry_code is None else industry.normalize(industry_code)


def industry_columns(positions: Positions) -> Columns:
    """The industries table; all divisions are in it."""
    columns: Columns = {"id": positions.ids, "name": [], "division": []}
    for code in positions.ids:
        entry, division = industry.get(code), industry.division(code)
        columns["name"].append("" if entry is None else entry.name)
        columns["division"].append(NONE if division is None else int(division))
    return columns


def street_columns(positions: Positions) -> Columns:
    """The streets table: every region code that a firm, a building or a station names."""
    columns: Columns = {"id": positions.ids, "name": [region_name(code) for code in positions.ids]}
    for column, digits in _LEVELS.items():
        columns[column] = [_leading(code, digits) for code in positions.ids]
    return columns


def region_name(code: str) -> str:
    """The name of a region, or the code itself where the table does not know it."""
    found = place.region(code)
    return code if found is None else found.name


def _leading(code: str, digits: int) -> int:
    """The first digits as a number; -1 where the code is shorter or only padded with zeros."""
    head, last = code[:digits], code[digits - 2 : digits]
    if len(head) < digits or not head.isascii() or not head.isdigit() or set(last) == {"0"}:
        return NONE
    return int(head)


def station_columns(rows: Iterable[Any]) -> Columns:
    """The stations table, by id."""
    stations = sorted(rows, key=lambda row: row.station_id.encode())
    return {"id": [row.station_id for row in stations], "name": [row.name for row in stations]}


def building_columns(rows: Iterable[Any], streets: Numbering, stations: Positions) -> Columns:
    """The buildings table, by id."""
    buildings = sorted(rows, key=lambda row: row.building_id.encode())
    return {
        "id": [row.building_id for row in buildings],
        "name": [text(row.name) for row in buildings],
        "street": [streets(row.region_code or None) for row in buildings],
        "station": [stations(row.station_id) for row in buildings],
        "latitude": [number(row.latitude) for row in buildings],
        "longitude": [number(row.longitude) for row in buildings],
    }
