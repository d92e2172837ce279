"""What an organizer asks of a fair (``plan fair FILE.json``, ``POST /v1/fairs/{id}/plan``) as frozen values.

Booths, rows, columns and windows count from 1 in JSON, as on paper, and from 0 inside.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from matcher.domain.event.floor import Booth, BoothPin
from matcher.errors import InvalidInput
from matcher.services.request_members import (
    limits,
    names,
    number,
    objects,
    refuse_strange,
    text,
    whole,
)
from matcher.services.slot_times import slot_times

FIRMS_AT_A_FAIR: Final = 50
MOST: Final = 500
_OF_THE_FLOOR: Final = {"halls", "booths", "zones", "needs", "apart", "near", "pins"}
_OF_INTERVIEWS: Final = {"windows", "minutes", "times", "desks", "most", "per_place", "least", "away"}
_MEMBERS: Final = frozenset({"event_id", "n", "must", "must_interview"} | _OF_THE_FLOOR | _OF_INTERVIEWS)
_ROW: Final = 10  # booths a row of a hall that nobody described
_SIZE: Final = 9.0  # square metres
_POWER: Final = 2.0  # kW


@dataclass(frozen=True)
class Zone:
    """A sector zone: trades by the beginnings of their codes."""

    name: str
    trades: tuple[str, ...]


@dataclass(frozen=True)
class Needs:
    """What a firm's booth needs, and at how many desks it interviews."""

    size: float = 0.0
    power: float = 0.0
    desks: int | None = None


@dataclass(frozen=True)
class FairRequest:
    """A fair's floor and interview windows. `n` firms are invited, those of `must` among them."""

    n: int
    must: tuple[str, ...]
    booths: tuple[Booth, ...]
    zones: tuple[Zone, ...]
    needs: Mapping[str, Needs]
    apart: tuple[tuple[str, str], ...]
    near: tuple[tuple[str, str], ...]
    pins: tuple[BoothPin, ...]
    windows: int
    minutes: int
    times: tuple[datetime, ...]
    desks: int
    most: int
    per_place: int
    least: Mapping[str, int]
    away: frozenset[tuple[str, int]]
    must_interview: tuple[tuple[str, str], ...] = ()


def fair_request(document: Mapping[str, Any]) -> FairRequest:
    """Read a fair. Raises InvalidInput ``events.bad_request`` naming the member that is wrong."""
    refuse_strange(document, _MEMBERS)
    n, must = whole(document, "n", FIRMS_AT_A_FAIR), tuple(dict.fromkeys(names(document, "must")))
    if n > MOST:
        raise InvalidInput("products.bad_limit", value=n, most=MOST)
    if len(must) > n:
        raise InvalidInput("events.too_many_must_come", places=n, who="、".join(must))
    windows, minutes = whole(document, "windows", 6), whole(document, "minutes", 20)
    return FairRequest(
        n=n,
        must=must,
        booths=_booths(document, n),
        zones=_zones(document),
        needs={text(one, "enterprise_id"): _needs(one) for one in objects(document, "needs")},
        apart=tuple((text(one, "a"), text(one, "b")) for one in objects(document, "apart")),
        near=tuple((text(one, "a"), text(one, "b")) for one in objects(document, "near")),
        pins=tuple(
            BoothPin(text(one, "enterprise_id"), whole(one, "booth") - 1) for one in objects(document, "pins")
        ),
        windows=windows,
        minutes=minutes,
        times=slot_times(document, windows, minutes),
        desks=whole(document, "desks", 2),
        most=whole(document, "most", 3),
        per_place=whole(document, "per_place", 3),
        least=limits(document, "least"),
        away=frozenset((text(one, "who"), whole(one, "window") - 1) for one in objects(document, "away")),
        must_interview=tuple(
            (text(one, "talent_id"), text(one, "enterprise_id"))
            for one in objects(document, "must_interview")
        ),
    )


def _needs(one: Mapping[str, Any]) -> Needs:
    desks = whole(one, "desks") if "desks" in one else None
    return Needs(_amount(one, "size", 0.0), _amount(one, "power", 0.0), desks)


def _amount(document: Mapping[str, Any], name: str, default: float) -> float:
    return number(document, name) if name in document else default


def _zones(document: Mapping[str, Any]) -> tuple[Zone, ...]:
    return tuple(Zone(text(one, "name"), names(one, "trades")) for one in objects(document, "zones"))


def _booths(document: Mapping[str, Any], n: int) -> tuple[Booth, ...]:
    """The halls' grids one after the other; without halls one that holds everybody."""
    halls = objects(document, "halls")
    if not halls:
        columns = min(n, _ROW)
        halls = ({"name": "1", "rows": math.ceil(n / columns), "columns": columns},)
    found = [booth for hall in halls for booth in _hall(hall)]
    if len(found) > 2 * MOST:
        raise InvalidInput("events.bad_request", name="halls", value=len(found))
    for one in objects(document, "booths"):
        place = whole(one, "booth") - 1
        if place >= len(found):
            raise InvalidInput("events.bad_request", name="booth", value=place + 1)
        old = found[place]
        size, power = _amount(one, "size", old.size), _amount(one, "power", old.power)
        found[place] = replace(old, size=size, power=power)
    for one in objects(document, "zones"):
        found = [_zoned(booth, one) for booth in found]
    return tuple(found)


def _hall(hall: Mapping[str, Any]) -> list[Booth]:
    rows, columns = whole(hall, "rows"), whole(hall, "columns")
    if rows * columns > 2 * MOST:
        raise InvalidInput("events.bad_request", name="halls", value=rows * columns)
    size, power = _amount(hall, "size", _SIZE), _amount(hall, "power", _POWER)
    return [
        # Visitors come in at the first row, and fewer of them with each row further back.
        Booth(text(hall, "name"), row, column, size, power, exposure=round(1.0 / (1.0 + 0.5 * row), 4))
        for row in range(rows)
        for column in range(columns)
    ]


def _zoned(booth: Booth, zone: Mapping[str, Any]) -> Booth:
    """A zone takes the named rows of a hall, or all of it."""
    rows = zone.get("rows")
    inside = booth.hall == text(zone, "hall") and (rows is None or booth.row + 1 in _rows(zone))
    return replace(booth, zones=booth.zones | {text(zone, "name")}) if inside else booth


def _rows(zone: Mapping[str, Any]) -> list[int]:
    rows = zone["rows"]
    if not isinstance(rows, list | tuple) or not all(isinstance(one, int) and one >= 1 for one in rows):
        raise InvalidInput("events.bad_request", name="rows", value=rows)
    return list(rows)
