"""What an organizer writes beside a guest, read: rounds, places, other guests by name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from matcher.errors import InvalidInput

_BETWEEN: Final = re.compile(r"[\s,，、;；]+")
_NAMES: Final = re.compile(r"[,，、;；\n]+")
_SPAN: Final = re.compile(r"(\d{1,4})(?:[-–—~～至](\d{1,4}))?")
_PLACE: Final = re.compile(r"(\d{1,3})[-–—/:：](\d{1,3})")


def numbers(written: str, most: int, who: str) -> frozenset[int]:
    """``2-4, 6`` as the numbers it names, from 1 to `most`. Raises InvalidInput naming `who`."""
    found: set[int] = set()
    for part in _parts(written):
        span = _SPAN.fullmatch(part)
        first = 0 if span is None else int(span[1])
        last = first if span is None or span[2] is None else int(span[2])
        if not 1 <= first <= last <= most:
            raise InvalidInput("console.numbers_unread", who=who, value=written, most=most)
        found |= set(range(first, last + 1))
    if not found:
        raise InvalidInput("console.numbers_unread", who=who, value=written, most=most)
    return frozenset(found)


def places(written: str, who: str) -> Iterator[tuple[int, int]]:
    """``1-3, 2-5`` as (round, table). Raises InvalidInput naming `who`."""
    for part in _parts(written):
        place = _PLACE.fullmatch(part)
        if place is None:
            raise InvalidInput("console.places_unread", who=who, value=written)
        yield int(place[1]), int(place[2])


def called(written: str, listed: Collection[str], names: Mapping[str, str]) -> Iterator[str]:
    """The listed guests that are called so, or like it. Raises InvalidInput where none or several are."""
    for part in (one.strip() for one in _NAMES.split(written)):
        if not part:
            continue
        exact = [guest for guest in listed if part in (guest, names.get(guest))]
        found = exact or [guest for guest in listed if part in names.get(guest, "")]
        if len(found) != 1:
            like = "、".join(names.get(guest, guest) for guest in found)
            reason = "console.guest_unclear" if found else "console.guest_not_listed"
            raise InvalidInput(reason, value=part, who=like)
        yield found[0]


def _parts(written: str) -> list[str]:
    return [part for part in _BETWEEN.split(written.strip()) if part]
