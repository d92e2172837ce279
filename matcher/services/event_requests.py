"""What an organizer sends (``plan salon FILE.json``, ``POST /v1/salons/plans``) as frozen values.

Rounds, slots and tables count from 1 in JSON, as on paper, and from 0 inside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matcher.domain.event import Apart, Pin
from matcher.errors import InvalidInput

MOST_GUESTS = 500
_OCCASION = frozenset({"title", "theme", "place", "starts_at", "minutes", "event_id"})
_OF_A_SALON = _OCCASION | {"tables", "seats", "rounds", "capacity"}
_OF_A_SALON |= {"guests", "must", "hosts", "apart", "pins", "away"}
_OF_MEETINGS = _OCCASION | {"buyers", "sellers", "slots", "tables", "scores"}
_OF_MEETINGS |= {"most", "least", "away", "must", "must_not"}


@dataclass(frozen=True)
class Occasion:
    """When and where; `event_id` names an event that is there already, None makes a new one."""

    title: str
    theme: str | None
    place: str | None
    starts_at: datetime | None
    minutes: int
    event_id: str | None


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


def salon_request(document: Mapping[str, Any]) -> SalonRequest:
    """Read a salon. Raises InvalidInput ``events.bad_request`` naming the member that is wrong."""
    _refuse_strange(document, _OF_A_SALON)
    tables, seats = _whole(document, "tables", 6), _whole(document, "seats", 6)
    return SalonRequest(
        occasion=_occasion(document),
        tables=tables,
        seats=seats,
        rounds=_whole(document, "rounds", 2),
        capacity=_whole(document, "capacity", tables * seats),
        guests=_names(document, "guests"),
        must=_names(document, "must"),
        hosts=_names(document, "hosts"),
        apart=tuple(
            Apart(_text(one, "a"), _text(one, "b"), str(one.get("reason", "keep_apart")))
            for one in _objects(document, "apart")
        ),
        pins=tuple(
            Pin(_text(one, "guest"), _whole(one, "round") - 1, _whole(one, "table") - 1)
            for one in _objects(document, "pins")
        ),
        away=frozenset((_text(one, "guest"), _whole(one, "round") - 1) for one in _objects(document, "away")),
    )


def meetings_request(document: Mapping[str, Any]) -> MeetingsRequest:
    """Read a day of meetings. Raises InvalidInput ``events.bad_request`` naming the member that is wrong."""
    _refuse_strange(document, _OF_MEETINGS)
    return MeetingsRequest(
        occasion=_occasion(document),
        buyers=_names(document, "buyers"),
        sellers=_names(document, "sellers"),
        slots=_whole(document, "slots"),
        tables=_whole(document, "tables"),
        scores={_pair(one): _number(one, "score") for one in _objects(document, "scores")},
        most=_limits(document, "most"),
        least=_limits(document, "least"),
        away=frozenset((_text(one, "guest"), _whole(one, "slot") - 1) for one in _objects(document, "away")),
        must=tuple(_pair(one) for one in _objects(document, "must")),
        must_not=tuple(_pair(one) for one in _objects(document, "must_not")),
    )


def _refuse_strange(document: Mapping[str, Any], known: frozenset[str]) -> None:
    """A member misspelt must not be a wish dropped."""
    for name in sorted(set(document) - known):
        raise InvalidInput("events.bad_request", name=name, value=document[name])


def _occasion(document: Mapping[str, Any]) -> Occasion:
    written = document.get("starts_at")
    return Occasion(
        title=_text(document, "title"),
        theme=_maybe(document, "theme"),
        place=_maybe(document, "place"),
        starts_at=None if written is None else _moment(written),
        minutes=_whole(document, "minutes", 30),
        event_id=_maybe(document, "event_id"),
    )


def _moment(written: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(written))
    except ValueError:
        raise InvalidInput("events.bad_request", name="starts_at", value=written) from None
    if moment.tzinfo is None:
        raise InvalidInput("events.bad_request", name="starts_at", value=written)
    return moment


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not value.strip():
        raise InvalidInput("events.bad_request", name=name, value=value)
    return value


def _maybe(document: Mapping[str, Any], name: str) -> str | None:
    return None if document.get(name) is None else _text(document, name)


def _whole(document: Mapping[str, Any], name: str, default: int | None = None) -> int:
    value = document.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise InvalidInput("events.bad_request", name=name, value=value)
    return value


def _number(document: Mapping[str, Any], name: str) -> float:
    value = document.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < float("inf"):
        raise InvalidInput("events.bad_request", name=name, value=value)
    return float(value)


def _names(document: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = document.get(name, ())
    fine = isinstance(value, list | tuple) and all(isinstance(one, str) and one for one in value)
    if not fine or len(value) > MOST_GUESTS:
        raise InvalidInput("events.bad_request", name=name, value=value)
    return tuple(value)


def _objects(document: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    value = document.get(name, ())
    if not isinstance(value, list | tuple) or not all(isinstance(one, Mapping) for one in value):
        raise InvalidInput("events.bad_request", name=name, value=value)
    return value


def _pair(document: Mapping[str, Any]) -> tuple[str, str]:
    return _text(document, "buyer"), _text(document, "seller")


def _limits(document: Mapping[str, Any], name: str) -> dict[str, int]:
    value = document.get(name, {})
    if not isinstance(value, Mapping):
        raise InvalidInput("events.bad_request", name=name, value=value)
    return {str(firm): _whole(value, firm) for firm in value}
