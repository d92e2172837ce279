"""Enterprises and their offers, chunk by chunk: columns are gathered while their texts go to be counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from matcher.build import read, tables
from matcher.build.encode import NONE, joined, text
from matcher.build.gather import Codes, Gathered
from matcher.build.groups import Desks
from matcher.build.places import NOWHERE, Places, code_of
from matcher.build.words import Texts
from matcher.domain.codes import is_sole_trader
from matcher.graph.schema import GRADES, Flag
from matcher.graph.table import Array

_FEN: Final = 100.0
_AMOUNTS: Final = {
    "revenue": "revenue_fen",
    "capital": "registered_capital_fen",
    "tax_paid": "tax_paid_fen",
    "assets": "assets_fen",
}
_GRADES: Final = {grade: place for place, grade in enumerate(GRADES)}

Chunk = Mapping[str, Sequence[Any]]


class Firms:
    """Gathers the tables ``firms`` and ``offers``. Positions are numbered as seen until all are known."""

    def __init__(self, places: Places, areas: Codes) -> None:
        self.firms = Gathered("firms")
        self.offers = Gathered("offers")
        self.desks = Desks()
        self._places = places
        self._areas = areas

    def texts(self, chunks: Iterable[tuple[list[read.Row], list[read.Row]]]) -> Iterator[Texts]:
        """Take every chunk in; give what its firms offer, what they say of themselves, and each offer."""
        for firms, offers in chunks:
            if firms:
                yield self._take(firms, offers)

    def _take(self, firms: list[read.Row], offers: list[read.Row]) -> Texts:
        chunk = _columns(firms, read.FIRM)
        offers = sorted(offers, key=lambda row: row.offer_id.encode())
        place = {identifier: row for row, identifier in enumerate(chunk["enterprise_id"], self.firms.rows)}
        sentences = [tables.sentence(row.title, row.text) for row in offers]
        offered: dict[str, list[str]] = {}
        for row, sentence in zip(offers, sentences, strict=True):
            offered.setdefault(row.enterprise_id, []).append(sentence)
        said = ["\n".join(offered.get(identifier, ())) for identifier in chunk["enterprise_id"]]
        told = [tables.told(*pair) for pair in zip(chunk["scope"], chunk["name"], strict=True)]
        self.desks.add(chunk)
        self.firms.add(self._firm_columns(chunk, said, told))
        self.offers.add(self._offer_columns(_columns(offers, read.OFFER), place))
        return said, told, sentences

    def _firm_columns(self, chunk: Chunk, said: list[str], told: list[str]) -> dict[str, Any]:
        places = self._places
        located = [places.placed.get(building, NOWHERE) for building in chunk["building_id"]]
        regions = zip(chunk["region_code"], located, strict=True)
        return {
            "id": chunk["enterprise_id"],
            "name": chunk["name"],
            "industry": [places.industries(code_of(code)) for code in chunk["industry_code"]],
            "building": [places.buildings(building) for building in chunk["building_id"]],
            "floor": [text(floor) for floor in chunk["floor"]],
            "street": [places.streets(own or where.region_code or None) for own, where in regions],
            "station": [places.stations(station) for station in chunk["station_id"]],
            "owner_group": np.full(len(said), NONE),
            "founded": [NONE if day is None else day.toordinal() for day in chunk["founded_on"]],
            "employees": _numbers(chunk["employees"]),
            **_unread(len(said)),
            **{name: _numbers(chunk[column]) / _FEN for name, column in _AMOUNTS.items()},
            "tax_grade": [_GRADES.get(grade, NONE) for grade in chunk["tax_grade"]],
            "tax_grade_year": [NONE if year is None else year for year in chunk["tax_grade_year"]],
            "certificates": [joined(held) if held else "" for held in chunk["certificates"]],
            "flags": _flags(chunk, said),
            "text": [own or else_ for own, else_ in zip(said, told, strict=True)],
            "latitude": _or(chunk["latitude"], [where.latitude for where in located]),
            "longitude": _or(chunk["longitude"], [where.longitude for where in located]),
        }

    def _offer_columns(self, chunk: Chunk, place: Mapping[str, int]) -> dict[str, Any]:
        return {
            "id": chunk["offer_id"],
            "firm": [place[identifier] for identifier in chunk["enterprise_id"]],
            "title": chunk["title"],
            "text": [text(words) for words in chunk["text"]],
            "industry": [self._places.industries(code_of(code)) for code in chunk["industry_code"]],
            "capacity": _numbers(chunk["capacity"]),
            "serves": [self._areas(joined(areas) or None) for areas in chunk["serves"]],
        }


def _unread(size: int) -> dict[str, Array]:
    """What build.records fills in when everybody's place is known."""
    whole = {name: np.full(size, NONE) for name in ("asked", "answered", "active")}
    return {**whole, "shown": np.zeros(size), "usual_order": np.full(size, np.nan)}


def _columns(rows: Sequence[read.Row], names: Sequence[str]) -> dict[str, Sequence[Any]]:
    if not rows:
        return dict.fromkeys(names, ())
    return dict(zip(names, zip(*rows, strict=True), strict=False))


def _numbers(values: Sequence[Any]) -> Array:
    """NaN for unknown."""
    return np.array(values, dtype=np.float64)  # None becomes NaN


def _or(own: Sequence[Any], otherwise: Sequence[Any]) -> Array:
    mine, other = _numbers(own), _numbers(otherwise)
    found: Array = np.where(np.isnan(mine), other, mine)
    return found


def _flags(chunk: Chunk, said: list[str]) -> Array:
    found = np.zeros(len(said), dtype=np.uint8)
    codes = chunk["code"]
    for bit, holds in (
        (Flag.ACTIVE, map(tables.RECOMMENDED.__contains__, chunk["status"])),
        (Flag.LISTED, map(bool, chunk["listed"])),
        (Flag.INVITABLE, map(bool, chunk["allows_invitations"])),
        (Flag.SOLE_TRADER, (code is not None and is_sole_trader(code) for code in codes)),
        (Flag.HAS_OFFERS, map(bool, said)),
    ):
        found |= np.fromiter(holds, dtype=np.bool_, count=len(said)).astype(np.uint8) * np.uint8(bit)
    return found
