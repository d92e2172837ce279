"""Needs, as an officer types them between two doors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from jobs.demo.chance import Chance
from jobs.demo.firms import Firm
from jobs.demo.speaking import speak
from jobs.demo.stories import CANTEEN_TEXTS, NEEDS
from jobs.demo.trades import read_toml
from matcher.domain.need import NeedState
from matcher.storage.needs import Need

COUNT: Final = 130
_STATES: Final = (NeedState.OPEN, NeedState.MATCHING)
_STATE_WEIGHTS: Final = (82, 18)
# UTC hours of a station's day: 8:30 to 17:30 in China.
_OPENS: Final = timedelta(minutes=30)
_DAY_MINUTES: Final = 540
_SATURDAY: Final = 5


@dataclass(frozen=True)
class Wording:
    """One thing that firms of some trades say, with its variants."""

    kind: str
    title: str
    trades: tuple[str, ...]
    texts: tuple[str, ...]
    answered_by: tuple[str, ...]


@cache
def wordings() -> tuple[Wording, ...]:
    """All of needs.toml. Reads it once a process."""
    entries = read_toml("needs.toml")["need"]
    return tuple(
        Wording(e["kind"], e["title"], tuple(e["trades"]), tuple(e["texts"]), tuple(e.get("answered_by", ())))
        for e in entries
    )


@dataclass(frozen=True)
class Said:
    """A need and the trades with which such a need has ended in a contract; none: not by a contract."""

    row: Need
    answered_by: tuple[str, ...]


def needs(chance: Chance, firms: Sequence[Firm], now: datetime) -> list[Said]:
    """About COUNT needs of all ten kinds; every wording is used before one is used again."""
    speakers = _speakers(firms)
    said: list[Said] = []
    while len(said) < COUNT:
        for wording in chance.shuffled(wordings()):
            said += _said(chance, wording, speakers, now)
    return said[:COUNT]


def planted(chance: Chance, cast: Mapping[str, Firm], now: datetime) -> dict[str, Need]:
    """The needs of the five stories, by the role that has them; always open."""
    rows: dict[str, Need] = {}
    for story in NEEDS:
        firm = cast[story.role]
        row = _blank(chance, firm, now)
        row.kind, row.title, row.amount_fen = story.kind, story.title, story.amount_fen
        row.text = story.text.format(people=firm.row.employees, n=chance.between(4, 9))
        rows[story.role] = row
    for number, text in enumerate(chance.shuffled(CANTEEN_TEXTS), 1):
        role = f"canteen_{number}"
        row = _blank(chance, cast[role], now)
        row.kind, row.title = "staff_services", "合办职工食堂"
        people = cast[role].row.employees
        row.text = text.format(people=people)
        row.quantity = None if people is None else float(people)
        rows[role] = row
    return rows


def numbered(rows: Sequence[Need]) -> list[Need]:
    """The rows in the order they came in, with their numbers."""
    ordered = sorted(rows, key=lambda row: (row.created_at, row.enterprise_id))
    for number, row in enumerate(ordered, 1):
        row.need_id = f"ND{number:05d}"
    return ordered


def _speakers(firms: Sequence[Firm]) -> dict[str, list[Firm]]:
    found: dict[str, list[Firm]] = defaultdict(list)
    for firm in firms:
        if firm.is_open and firm.role is None:
            found[firm.trade.key].append(firm)
    return found


def _said(chance: Chance, wording: Wording, speakers: Mapping[str, list[Firm]], now: datetime) -> list[Said]:
    present = [key for key in wording.trades if speakers.get(key)]
    if not present:
        return []
    firm = chance.one(speakers[chance.one(present)])
    row = _blank(chance, firm, now)
    row.kind = wording.kind if chance.happens(0.9) else None
    row.title = wording.title if chance.happens(0.8) else None
    row.state = chance.weighted(_STATES, _STATE_WEIGHTS).value
    row.published = chance.happens(0.35)
    text = chance.one(wording.texts)
    if "{when}" in text:
        # Terms are short: who set one weeks ago and was not helped has gone elsewhere.
        row.created_at = row.updated_at = _moment(chance, now, 12)
    speak(chance, row, firm, text)
    return [Said(row, wording.answered_by)]


def _blank(chance: Chance, firm: Firm, now: datetime) -> Need:
    created = _moment(chance, now, 75)
    return Need(
        enterprise_id=firm.identifier,
        state=NeedState.OPEN.value,
        understood={},
        created_by="officer",
        created_at=created,
        updated_at=created,
    )


def _moment(chance: Chance, now: datetime, days: int) -> datetime:
    """A moment in the working hours of the last `days` days, before `now`."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    while True:
        day = midnight - timedelta(days=chance.between(1, days))
        if day.weekday() < _SATURDAY:
            return day + _OPENS + timedelta(minutes=chance.below(_DAY_MINUTES))
