"""A fair's floor as a picture to print: halls one above the other, a booth a box, its number and its firm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from xml.sax.saxutils import escape

from matcher.messages import say

_BOX: Final = (118, 60)
_GAP: Final = 6
_AISLE: Final = 26  # between two rows
_HEAD: Final = 44  # a hall's name and entrance
_COLUMNS: Final = 8  # characters of a name in a line
_ENDINGS: Final = ("有限责任公司", "股份有限公司", "有限公司")
_FILLS: Final = ("#f6ead9", "#e3efe6", "#e4ebf6", "#f3e3ea", "#ece6f4", "#f4f0d7")
_FREE, _LOST, _PLAIN = "#ffffff", "#d9d9d9", "#faf7f2"


def svg(plan: Mapping[str, Any], names: Mapping[str, str], language: str) -> str:
    """The floor of a stored fair, self-contained; zones have a tint each, lost booths are grey.

    Widths are user units of an image that scales to its page.
    """
    halls: dict[str, list[Mapping[str, Any]]] = {}
    for one in plan["floor"]:
        halls.setdefault(one["hall"], []).append(one)
    firm = {one["number"]: one["enterprise_id"] for one in plan["booths"]}
    parts: list[str] = []
    top, width = 0, 0
    for hall, booths in halls.items():
        parts.append(_head(hall, top, max(one["column"] for one in booths), language))
        for one in booths:
            who = firm.get(one["number"])
            parts.append(_box(plan, one, top, None if who is None else names.get(who, who)))
        width = max(width, max(one["column"] for one in booths) * (_BOX[0] + _GAP) + _GAP)
        top += _HEAD + max(one["row"] for one in booths) * (_BOX[1] + _AISLE)
    title = escape(say("events.sheet.floor", language))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {top}" role="img" '
        f'font-family="sans-serif"><title>{title}</title>'
        f'<rect width="{width}" height="{top}" fill="#ffffff"/>{"".join(parts)}</svg>'
    )


def _head(hall: str, top: int, columns: int, language: str) -> str:
    middle = columns * (_BOX[0] + _GAP) / 2
    name = escape(f"{say('events.sheet.hall', language)} {hall}")
    entrance = escape(say("events.sheet.entrance", language))
    return (
        f'<text x="{_GAP}" y="{top + 28}" font-size="20" font-weight="bold" fill="#7a1f1f">{name}</text>'
        f'<text x="{middle}" y="{top + 28}" font-size="15" text-anchor="middle" fill="#555555">'
        f"▼ {entrance}</text>"
    )


def _box(plan: Mapping[str, Any], one: Mapping[str, Any], top: int, name: str | None) -> str:
    x = _GAP + (one["column"] - 1) * (_BOX[0] + _GAP)
    y = top + _HEAD + (one["row"] - 1) * (_BOX[1] + _AISLE)
    lost = one["number"] in plan.get("lost", ())
    fill = _LOST if lost else _fill(plan, one) if name is not None else _FREE
    lines = [] if name is None else _lines(name)
    text = "".join(
        f'<text x="{x + 8}" y="{y + 36 + 16 * place}" font-size="13" fill="#1d1d1d">{escape(line)}</text>'
        for place, line in enumerate(lines)
    )
    title = "" if name is None else f"<title>{escape(name)}</title>"
    return (
        f'<g>{title}<rect x="{x}" y="{y}" width="{_BOX[0]}" height="{_BOX[1]}" rx="4" fill="{fill}" '
        f'stroke="#8c8c8c"/><text x="{x + 8}" y="{y + 18}" font-size="14" font-weight="bold" fill="#7a1f1f">'
        f"{one['number']}</text>{text}</g>"
    )


def _fill(plan: Mapping[str, Any], one: Mapping[str, Any]) -> str:
    if not one["zones"]:
        return _PLAIN
    zones = sorted({zone for booth in plan["floor"] for zone in booth["zones"]})
    return _FILLS[zones.index(one["zones"][0]) % len(_FILLS)]


def _lines(name: str) -> list[str]:
    short = next((name.removesuffix(end) for end in _ENDINGS if name.endswith(end)), name) or name
    step = _COLUMNS if not short.isascii() else 2 * _COLUMNS
    rest = short[step : 2 * step]
    cut = f"{rest[:-1]}…" if len(short) > 2 * step else rest
    return [short[:step], cut] if cut else [short[:step]]
