"""What is laid on the tables and handed to guests: table cards and personal agendas, for print."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from matcher.services.event_exports import cards, told_why, turns_of
from matcher.services.event_reasons import Why


@dataclass(frozen=True)
class Line:
    """One round or meeting of a guest: when, at which table, with whom, why."""

    turn: int
    begins: datetime | None
    table: int
    mates: str
    why: str


@dataclass(frozen=True)
class Handouts:
    """Cards as (heading, names) and agendas as (guest, lines)."""

    cards: tuple[tuple[str, str], ...]
    agendas: tuple[tuple[str, tuple[Line, ...]], ...]


def handouts(
    plan: Mapping[str, Any], names: Mapping[str, str], starts_at: datetime | None, language: str
) -> Handouts:
    """Of a stored salon or day of meetings; guests in the order of the plan."""
    found, minutes = Why.of(plan), int(plan.get("minutes", 30))
    lines: defaultdict[str, list[Line]] = defaultdict(list)
    for one in sorted(turns_of(plan), key=lambda turn: turn.turn):
        begins = None if starts_at is None else starts_at + timedelta(minutes=(one.turn - 1) * minutes)
        mates = ("、" if language == "zh" else ", ").join(names.get(mate, mate) for mate in one.others)
        why = told_why(found, names, one, language)
        lines[one.guest].append(Line(one.turn, begins, one.table, mates, why))
    agendas = tuple(
        (names.get(guest, guest), tuple(lines[guest])) for guest in plan["guests"] if lines[guest]
    )
    return Handouts(cards(plan, names, language), agendas)
