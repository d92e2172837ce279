"""What an organizer sends (``plan salon FILE.json``, ``POST /v1/salons/plans``) as frozen values.

Rounds, slots and tables count from 1 in JSON, as on paper, and from 0 inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matcher.domain.event import Apart, Pin
from matcher.services.request_members import (
    limits,
    maybe,
    moment,
    names,
    number,
    objects,
    pair,
    refuse_strange,
    text,
    whole,
)
from matcher.services.slot_times import slot_times

_OCCASION = frozenset({"title", "theme", "place", "starts_at", "minutes", "times", "event_id"})
_OF_A_SALON = _OCCASION | {"tables", "seats", "rounds", "capacity"}
_OF_A_SALON |= {"guests", "must", "hosts", "apart", "pins", "away"}
_OF_MEETINGS = _OCCASION | {"buyers", "sellers", "slots", "tables", "scores"}
_OF_MEETINGS |= {"most", "least", "away", "must", "must_not", "pins"}


@dataclass(frozen=True)
class Occasion:
    """When and where; `event_id` names an event that is there already, None makes a new one."""

    title: str
    theme: str | None
    place: str | None
    starts_at: datetime | None
    minutes: int
    event_id: str | None
    times: tuple[datetime, ...] = ()


@dataclass(frozen=True)
class SalonRequest:
    """A salon. Without `guests` they are chosen among those who may be invited."""

    occasion: Occasion
    tables: int
    seats: int
    rounds: int
    capacity: int
    guests: tuple[str, ...] = ()
    must: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    apart: tuple[Apart, ...] = ()
    pins: tuple[Pin, ...] = ()
    away: frozenset[tuple[str, int]] = frozenset()


@dataclass(frozen=True)
class MeetingsRequest:
    """A day of one-to-one meetings. Without `scores` pairs are scored by the partner recommender."""

    occasion: Occasion
    buyers: tuple[str, ...]
    sellers: tuple[str, ...]
    slots: int
    tables: int
    scores: Mapping[tuple[str, str], float]
    most: Mapping[str, int]
    least: Mapping[str, int]
    away: frozenset[tuple[str, int]] = frozenset()
    must: tuple[tuple[str, str], ...] = ()
    must_not: tuple[tuple[str, str], ...] = ()
    pins: tuple[tuple[str, str, int], ...] = ()


def salon_request(document: Mapping[str, Any]) -> SalonRequest:
    """Read a salon. Raises InvalidInput ``events.bad_request`` naming the member that is wrong."""
    refuse_strange(document, _OF_A_SALON)
    tables, seats = whole(document, "tables", 6), whole(document, "seats", 6)
    rounds = whole(document, "rounds", 2)
    return SalonRequest(
        occasion=_occasion(document, rounds),
        tables=tables,
        seats=seats,
        rounds=rounds,
        capacity=whole(document, "capacity", tables * seats),
        guests=names(document, "guests"),
        must=names(document, "must"),
        hosts=names(document, "hosts"),
        apart=tuple(
            Apart(text(one, "a"), text(one, "b"), str(one.get("reason", "keep_apart")))
            for one in objects(document, "apart")
        ),
        pins=tuple(
            Pin(text(one, "guest"), whole(one, "round") - 1, whole(one, "table") - 1)
            for one in objects(document, "pins")
        ),
        away=frozenset((text(one, "guest"), whole(one, "round") - 1) for one in objects(document, "away")),
    )


def meetings_request(document: Mapping[str, Any]) -> MeetingsRequest:
    """Read a day of meetings. Raises InvalidInput ``events.bad_request`` naming the member that is wrong."""
    refuse_strange(document, _OF_MEETINGS)
    slots = whole(document, "slots")
    return MeetingsRequest(
        occasion=_occasion(document, slots),
        buyers=names(document, "buyers"),
        sellers=names(document, "sellers"),
        slots=slots,
        tables=whole(document, "tables"),
        scores={pair(one): number(one, "score") for one in objects(document, "scores")},
        most=limits(document, "most"),
        least=limits(document, "least"),
        away=frozenset((text(one, "guest"), whole(one, "slot") - 1) for one in objects(document, "away")),
        must=tuple(pair(one) for one in objects(document, "must")),
        must_not=tuple(pair(one) for one in objects(document, "must_not")),
        pins=tuple((*pair(one), whole(one, "slot") - 1) for one in objects(document, "pins")),
    )


def _occasion(document: Mapping[str, Any], turns: int) -> Occasion:
    """The day; where only `times` are given, it begins with the first of them."""
    written, minutes = document.get("starts_at"), whole(document, "minutes", 30)
    times = slot_times(document, turns, minutes)
    starts_at = None if written is None else moment(written)
    return Occasion(
        title=text(document, "title"),
        theme=maybe(document, "theme"),
        place=maybe(document, "place"),
        starts_at=min(times, default=None) if starts_at is None else starts_at,
        minutes=minutes,
        event_id=maybe(document, "event_id"),
        times=times,
    )
