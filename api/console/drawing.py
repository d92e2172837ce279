"""The thread from asker to partner as places on a small picture; the template draws it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from matcher.domain.ranking import PathStep

WIDTH: Final = 300
STEP: Final = 62
TOP: Final = 22
LEFT: Final = 20
SWAY: Final = 14
# A Chinese character is two columns wide; the label's column holds this many.
MOST_COLUMNS: Final = 34


@dataclass(frozen=True)
class Knot:
    """A node of the path. `shown` fits the picture, `label` is whole."""

    y: int
    label: str
    shown: str
    edge: str | None


@dataclass(frozen=True)
class Thread:
    """The whole picture: `curve` is the data of one SVG path through all knots."""

    width: int
    height: int
    left: int
    knots: tuple[Knot, ...]
    curve: str


def thread(path: Sequence[PathStep], edge_name: Callable[[str], str]) -> Thread | None:
    """Knots one below the other, the thread swaying between them; None for no path."""
    if not path:
        return None
    knots = tuple(
        Knot(
            y=TOP + place * STEP,
            label=step.label,
            shown=shortened(step.label, MOST_COLUMNS),
            edge=None if step.edge is None else edge_name(step.edge),
        )
        for place, step in enumerate(path)
    )
    height = TOP * 2 + STEP * (len(knots) - 1)
    return Thread(WIDTH, height, LEFT, knots, _curve(len(knots)))


def shortened(label: str, most: int) -> str:
    """The label cut to `most` columns, with an ellipsis where something is missing."""
    if columns(label) <= most:
        return label
    kept = ""
    for character in label:
        if columns(kept + character) > most - 2:
            break
        kept += character
    return kept + "…"


def columns(text: str) -> int:
    """How wide a text is: two for wide characters, one for others."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _curve(count: int) -> str:
    parts = [f"M {LEFT} {TOP}"]
    for place in range(1, count):
        y, side = TOP + place * STEP, SWAY if place % 2 else -SWAY
        parts.append(f"C {LEFT + side} {y - STEP * 2 // 3}, {LEFT + side} {y - STEP // 3}, {LEFT} {y}")
    return " ".join(parts)
