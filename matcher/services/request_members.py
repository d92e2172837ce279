"""Members of a request as frozen values; each refuses what it cannot read, naming the member."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from matcher.errors import InvalidInput

MOST_GUESTS = 500


def refuse_strange(document: Mapping[str, Any], known: frozenset[str]) -> None:
    """A member misspelt must not be a wish dropped."""
    for name in sorted(set(document) - known):
        raise InvalidInput("events.bad_request", name=name, value=document[name])


def moment(written: object) -> datetime:
    """A moment with its offset (RFC 3339), from ``starts_at``."""
    try:
        found = datetime.fromisoformat(str(written))
    except ValueError:
        raise InvalidInput("events.bad_request", name="starts_at", value=written) from None
    if found.tzinfo is None:
        raise InvalidInput("events.bad_request", name="starts_at", value=written)
    return found


def text(document: Mapping[str, Any], name: str) -> str:
    """A member with words in it."""
    value = document.get(name)
    if not isinstance(value, str) or not value.strip():
        raise InvalidInput("events.bad_request", name=name, value=value)
    return value


def maybe(document: Mapping[str, Any], name: str) -> str | None:
    """A member with words in it, None where it is not there."""
    return None if document.get(name) is None else text(document, name)


def whole(document: Mapping[str, Any], name: str, default: int | None = None) -> int:
    """A whole number of at least 1."""
    value = document.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise InvalidInput("events.bad_request", name=name, value=value)
    return value


def number(document: Mapping[str, Any], name: str) -> float:
    """A number of at least 0."""
    value = document.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < float("inf"):
        raise InvalidInput("events.bad_request", name=name, value=value)
    return float(value)


def names(document: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A list of identifiers, as many as a plan takes at most."""
    value = document.get(name, ())
    fine = isinstance(value, list | tuple) and all(isinstance(one, str) and one for one in value)
    if not fine or len(value) > MOST_GUESTS:
        raise InvalidInput("events.bad_request", name=name, value=value)
    return tuple(value)


def objects(document: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    """A list of objects."""
    value = document.get(name, ())
    if not isinstance(value, list | tuple) or not all(isinstance(one, Mapping) for one in value):
        raise InvalidInput("events.bad_request", name=name, value=value)
    return value


def pair(document: Mapping[str, Any]) -> tuple[str, str]:
    """A buyer and a seller."""
    return text(document, "buyer"), text(document, "seller")


def limits(document: Mapping[str, Any], name: str) -> dict[str, int]:
    """Whole numbers of at least 1 by firm."""
    value = document.get(name, {})
    if not isinstance(value, Mapping):
        raise InvalidInput("events.bad_request", name=name, value=value)
    return {str(firm): whole(value, firm) for firm in value}
