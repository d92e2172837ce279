"""What is laid on the tables and handed to guests: table cards and personal agendas, for print."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.console.words import BEIJING
from matcher.services.event_exports import cards, told_why, turns_of
from matcher.services.event_reasons import Why
from matcher.services.fair_sheets import lines_of
from matcher.services.slot_times import begins


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
    """Cards as (heading, names), agendas as (guest, lines), and who sits where: (guest, table by turn)."""

    cards: tuple[tuple[str, tuple[str, ...]], ...]
    agendas: tuple[tuple[str, tuple[Line, ...]], ...]
    seats: tuple[tuple[str, tuple[int | None, ...]], ...]


def handouts(
    plan: Mapping[str, Any], names: Mapping[str, str], starts_at: datetime | None, language: str
) -> Handouts:
    """Of a stored salon or day of meetings; guests in the order of the plan."""
    found = Why.of(plan)
    lines: defaultdict[str, list[Line]] = defaultdict(list)
    for one in sorted(turns_of(plan), key=lambda turn: turn.turn):
        mates = ("、" if language == "zh" else ", ").join(names.get(mate, mate) for mate in one.others)
        why = told_why(found, names, one, language)
        lines[one.guest].append(Line(one.turn, begins(plan, starts_at, one.turn), one.table, mates, why))
    agendas = tuple(
        (names.get(guest, guest), tuple(lines[guest])) for guest in plan["guests"] if lines[guest]
    )
    turns = range(1, int(plan.get("slots") or len(plan.get("rounds", ()))) + 1)
    seats = [
        (guest, tuple({line.turn: line.table for line in own}.get(turn) for turn in turns))
        for guest, own in agendas
    ]
    return Handouts(cards(plan, names, language), agendas, tuple(sorted(seats, key=_by_sound)))


def _by_sound(seat: tuple[str, tuple[int | None, ...]]) -> tuple[bytes, str]:
    """The order of GB 2312, which is that of pinyin for its common characters: how people look a name up."""
    return seat[0].encode("gb18030"), seat[0]


@dataclass(frozen=True)
class FairHandouts:
    """What each firm and each class takes along: firms as (name, booth, lines), classes as (name, lines)."""

    firms: tuple[tuple[str, int, tuple[str, ...]], ...]
    classes: tuple[tuple[str, tuple[str, ...]], ...]


def fair_handouts(
    plan: Mapping[str, Any], names: Mapping[str, str], starts_at: datetime | None, language: str
) -> FairHandouts:
    """Of a stored fair: a sheet for every booth, and one for every class with its members' interviews."""

    def told(who: str) -> tuple[str, ...]:
        return tuple(
            _timed(plan, starts_at, window, line) for window, line in lines_of(plan, names, who, language)
        )

    firms = tuple(
        (names.get(one["enterprise_id"], one["enterprise_id"]), one["number"], told(one["enterprise_id"]))
        for one in plan["booths"]
    )
    classes = tuple((names.get(talent, talent), told(talent)) for talent in plan["heads"])
    return FairHandouts(firms, tuple(one for one in classes if one[1]))


def _timed(plan: Mapping[str, Any], starts_at: datetime | None, window: int, line: str) -> str:
    moment = begins(plan, starts_at, window)
    return line if moment is None else f"{moment.astimezone(BEIJING):%H:%M} {line}"
