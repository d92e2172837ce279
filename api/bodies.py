"""Reading JSON without guessing: what Python's reader lets pass (a key twice, NaN) is refused."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any, Final

from api.errors import FieldsInvalid, Malformed

DEEPEST: Final = 20
LONGEST_LIST: Final = 1_000
LONGEST_TEXT: Final = 4_000
LARGEST_INTEGER: Final = 2**63 - 1
LARGEST_BODY: Final = 1024 * 1024
# PostgreSQL cannot hold NUL; half a surrogate pair cannot be written as UTF-8.
_UNSTORABLE: Final = frozenset(["\x00", *(chr(code) for code in range(0xD800, 0xE000))])


def read_json(raw: bytes) -> Any:
    """The value of a JSON body. Linear in its length.

    Raises Malformed for what is not JSON (or deeper than 20, or with a key twice), FieldsInvalid
    for values past the stated limits.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("api.not_utf8") from None
    if _depth(text) > DEEPEST:
        raise Malformed("api.too_deep", most=DEEPEST)
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except ValueError:  # broken, or an integer of more digits than Python reads
        raise Malformed("api.not_json") from None
    refuse_excess(value, "json")
    return value


def refuse_excess(value: Any, location: str) -> None:
    """Raise FieldsInvalid, naming each, for texts, lists and numbers past the limits."""
    fields = [
        (pointer, code, f"api.field.{code}", {"most": most}) for pointer, code, most in _excess(value, "")
    ]
    if fields:
        raise FieldsInvalid(fields[:20], location)


def storable(text: str) -> bool:
    """Whether both databases can hold the text."""
    return _UNSTORABLE.isdisjoint(text)


def _excess(value: Any, pointer: str) -> Iterator[tuple[str, str, int]]:
    if isinstance(value, str):
        yield from _text_excess(value, pointer)
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int | float):
        if not math.isfinite(value) or abs(value) > LARGEST_INTEGER:
            yield pointer, "number_too_large", LARGEST_INTEGER
    elif isinstance(value, list):
        if len(value) > LONGEST_LIST:
            yield pointer, "list_too_long", LONGEST_LIST
            return
        for position, item in enumerate(value):
            yield from _excess(item, f"{pointer}/{position}")
    else:
        for name, item in value.items():
            yield from _text_excess(name, pointer)
            yield from _excess(item, f"{pointer}/{escaped(name)}")


def _text_excess(text: str, pointer: str) -> Iterator[tuple[str, str, int]]:
    if len(text) > LONGEST_TEXT:
        yield pointer, "text_too_long", LONGEST_TEXT
    elif not storable(text):
        yield pointer, "unstorable", 0


def escaped(name: str) -> str:
    """A member's name inside a JSON pointer (RFC 6901), safe to print."""
    clean = "".join("?" if character in _UNSTORABLE else character for character in name[:100])
    return clean.replace("~", "~0").replace("/", "~1")


def _depth(text: str) -> int:
    """How deep brackets nest outside strings, before the recursive reader sees them."""
    deepest = level = 0
    inside = skip = False
    for character in text:
        if skip:
            skip = False
        elif inside:
            skip, inside = character == "\\", character != '"'
        elif character == '"':
            inside = True
        elif character in "[{":
            level += 1
            deepest = max(deepest, level)
        elif character in "]}":
            level -= 1
    return deepest


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise Malformed("api.key_twice")
    return value


def _no_constant(name: str) -> float:
    raise Malformed("api.not_a_json_number", value=name)
