"""Values as people read them: Beijing time, yuan, and a text with what was understood marked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from flask import Flask

from matcher.domain.need import Draft, Slot
from matcher.messages import catalogue

# China keeps one time without summer time; no time zone table is needed for it.
BEIJING: Final = timezone(timedelta(hours=8), "Asia/Shanghai")


@dataclass(frozen=True)
class Piece:
    """A run of text; `slot` is what was read from it, None for the rest."""

    text: str
    slot: Slot | None = None


def install(app: Flask) -> None:
    """Give the templates these words as filters."""
    app.jinja_env.filters.update(
        moment=moment, day=day, yuan=yuan, percent=percent, pieces=pieces, part_key=part_key
    )


def moment(value: datetime) -> str:
    """``2026-11-22 09:00``, Beijing time."""
    aware = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    return aware.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def day(value: date) -> str:
    """``2026-11-22``."""
    return value.isoformat()


def yuan(fen: int) -> str:
    """``30,000`` or ``30,000.50``."""
    whole, rest = divmod(fen, 100)
    return f"{whole:,}" if rest == 0 else f"{whole:,}.{rest:02d}"


def percent(score: float) -> int:
    """A score in [0, 1] as a whole percentage; only a full score reads 100."""
    return min(99, round(score * 100)) if score < 1 else 100


def pieces(draft: Draft) -> Iterator[Piece]:
    """The draft's text cut where slots begin and end; of overlapping slots the surer one is marked."""
    at = 0
    for slot in _apart(draft):
        if slot.start > at:
            yield Piece(draft.text[at : slot.start])
        yield Piece(draft.text[slot.start : slot.end], slot)
        at = slot.end
    if at < len(draft.text):
        yield Piece(draft.text[at:])


def part_key(name: str) -> str:
    """The catalogue key that names a part of the score."""
    key = f"reasons.part.{name}"
    return key if key in catalogue("zh") else "console.partners.score"


def _apart(draft: Draft) -> list[Slot]:
    kept: list[Slot] = []
    for slot in sorted(draft.slots, key=lambda slot: (-slot.confidence, slot.start)):
        if slot.start < slot.end and all(
            slot.end <= other.start or other.end <= slot.start for other in kept
        ):
            kept.append(slot)
    return sorted(kept, key=lambda slot: slot.start)
