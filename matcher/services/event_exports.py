"""Plans for people: seat plan and agendas as a workbook, and a calendar for each guest or the organizer."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.domain.event import EventKind
from matcher.errors import InvalidInput
from matcher.messages import say
from matcher.services import event_words
from matcher.services.event_access import own_event
from matcher.services.event_reasons import Why
from matcher.services.guest_names import names_of_guests
from matcher.services.salons import stored
from matcher.storage.events import Event

_ZONE = ZoneInfo("Asia/Shanghai")
_WIDEST = 40


@dataclass(frozen=True)
class Sheet:
    """One table for people: a title, headings, rows of plain values."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


@dataclass(frozen=True)
class Turn:
    """What one guest does in one round or slot (from 1)."""

    guest: str
    turn: int
    table: int
    others: tuple[str, ...]


def sheets(session: Session, actor: Actor, event_id: str) -> list[Sheet]:
    """Seat plan, personal agendas, what could not be met; in the actor's language, guests by name."""
    require(actor, "events.read")
    event = own_event(session, actor, event_id)
    plan = stored(event)
    names, language = names_of_guests(session, actor, event.event_id, plan), actor.language
    if plan["kind"] == EventKind.FAIR.value:
        return [_booths(plan, names, language)]
    turns, found = list(turns_of(plan)), Why.of(plan)
    agenda = [
        (
            _name(names, one.guest),
            one.turn,
            one.table,
            _joined(names, one.others),
            told_why(found, names, one, language),
        )
        for one in turns
    ]
    headings = ("guest", _word(plan), "table", "mates", "reason")
    told = event_words.told(plan, names, language)
    problems = [(_sentence(one, names, language),) for one in plan["violations"]]
    problems += [(line,) for line in (*told.conflict, *told.concessions)]
    return [
        Sheet(
            _say("seats", language), _headings((_word(plan), "table", "guest"), language), _seats(plan, names)
        ),
        Sheet(_say("agenda", language), _headings(headings, language), tuple(sorted(agenda))),
        Sheet(_say("cards", language), _headings(("table", "mates"), language), cards(plan, names, language)),
        Sheet(_say("problems", language), _headings(("problem",), language), tuple(problems)),
    ]


def xlsx(found: Sequence[Sheet]) -> bytes:
    """The sheets as a workbook. A cell that begins like a formula stays text."""
    import xlsxwriter

    buffer = io.BytesIO()
    safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, safe) as book:
        bold = book.add_format({"bold": True})
        for sheet in found:
            page = book.add_worksheet(sheet.title)
            page.write_row(0, 0, sheet.headings, bold)
            for number, row in enumerate(sheet.rows, 1):
                page.write_row(number, 0, row)
            for column, heading in enumerate(sheet.headings):
                widths = [len(str(row[column])) for row in sheet.rows]
                page.set_column(column, column, min(_WIDEST, 2 * max([len(heading), *widths]) + 2))
            page.freeze_panes(1, 0)
    return buffer.getvalue()


def ics(session: Session, actor: Actor, event_id: str, now: datetime, guest: str | None = None) -> bytes:
    """The day as a calendar: of one guest, each round or meeting an entry, or of the organizer (None).

    Raises InvalidInput where the event has no moment yet, or the guest is not in the plan.
    """
    from icalendar import Calendar

    require(actor, "events.read")
    event = own_event(session, actor, event_id)
    plan = stored(event)
    if event.starts_at is None:
        raise InvalidInput("events.bad_request", name="starts_at", value=None)
    if guest is not None and guest not in plan.get("guests", ()):
        raise InvalidInput("events.unknown_guests", who=guest)
    calendar = Calendar()
    calendar.add("prodid", "-//qianxian//event//")
    calendar.add("version", "2.0")
    for number, entry in enumerate(_entries(session, actor, event, plan, guest)):
        entry.add("uid", f"{event.event_id}-{guest if guest is not None else 'all'}-{number}@qianxian")
        entry.add("dtstamp", now)
        calendar.add_component(entry)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _entries(
    session: Session, actor: Actor, event: Event, plan: Mapping[str, Any], guest: str | None
) -> Iterator[Any]:
    minutes = int(plan.get("minutes", 30))
    if guest is None:
        turns = max([one.turn for one in turns_of(plan)], default=1)
        yield _entry(event, 0, turns * minutes, event.title)
        return
    names = names_of_guests(session, actor, event.event_id, plan)
    found = Why.of(plan)
    for one in sorted(turns_of(plan), key=lambda turn: turn.turn):
        if one.guest == guest:
            words = {"turn": one.turn, "table": one.table, "other": _joined(names, one.others)}
            line = "meeting_line" if plan["kind"] == EventKind.MEETINGS.value else "seat_line"
            told = say(f"events.sheet.{line}", actor.language, **words)
            entry = _entry(event, (one.turn - 1) * minutes, minutes, f"{event.title} {told}")
            reason = told_why(found, names, one, actor.language)
            if reason:
                entry.add("description", reason)
            yield entry


def _entry(event: Event, offset: int, minutes: int, summary: str) -> Any:
    from icalendar import Event as Entry

    if event.starts_at is None:
        raise InvalidInput("events.bad_request", name="starts_at", value=None)
    begins = event.starts_at.astimezone(_ZONE) + timedelta(minutes=offset)
    entry = Entry()
    entry.add("summary", summary)
    entry.add("dtstart", begins)
    entry.add("dtend", begins + timedelta(minutes=minutes))
    if event.place is not None:
        entry.add("location", event.place)
    return entry


def told_why(found: Why, names: Mapping[str, str], one: Turn, language: str) -> str:
    """The best company of a round with the reason, or that of a meeting; empty where there is none."""
    best = found.best(one.guest, one.others)
    told = "" if best is None else found.sentence(one.guest, best, language)
    return f"{_name(names, best)}: {told}" if best is not None and told and len(one.others) > 1 else told


def cards(plan: Mapping[str, Any], names: Mapping[str, str], language: str) -> tuple[tuple[str, str], ...]:
    """What stands on each table: round and table, and who sits there."""
    tables: dict[tuple[int, int], list[str]] = {}
    for one in turns_of(plan):
        tables.setdefault((one.turn, one.table), []).append(_name(names, one.guest))
    return tuple(
        (say("events.sheet.card", language, turn=turn, table=table), "、".join(guests))
        for (turn, table), guests in sorted(tables.items())
    )


def turns_of(plan: Mapping[str, Any]) -> Iterator[Turn]:
    """What every guest does, round by round and table by table; both sides of a meeting."""
    if plan["kind"] == EventKind.MEETINGS.value:
        for one in plan["meetings"]:
            yield Turn(one["buyer"], one["slot"], one["table"], (one["seller"],))
            yield Turn(one["seller"], one["slot"], one["table"], (one["buyer"],))
        return
    for turn, tables in enumerate(plan.get("rounds", ()), 1):
        for table, guests in enumerate(tables, 1):
            for guest in guests:
                yield Turn(guest, turn, table, tuple(other for other in guests if other != guest))


def _seats(plan: Mapping[str, Any], names: Mapping[str, str]) -> tuple[tuple[object, ...], ...]:
    return tuple(sorted((one.turn, one.table, _name(names, one.guest)) for one in turns_of(plan)))


def _booths(plan: Mapping[str, Any], names: Mapping[str, str], language: str) -> Sheet:
    rows = tuple((one["number"], _name(names, one["enterprise_id"])) for one in plan["booths"])
    return Sheet(_say("booths", language), _headings(("booth", "guest"), language), rows)


def _name(names: Mapping[str, str], identifier: str) -> str:
    return names.get(identifier, identifier)


def _joined(names: Mapping[str, str], identifiers: Sequence[str]) -> str:
    return "、".join(_name(names, one) for one in identifiers)


def _sentence(violation: Mapping[str, Any], names: Mapping[str, str], language: str) -> str:
    words = {
        "who": _joined(names, violation["who"]),
        "turn": violation["turn"],
        "table": violation["table"],
    }
    return say(f"events.label.{violation['label']}", language, **words)


def _word(plan: Mapping[str, Any]) -> str:
    return "slot" if plan["kind"] == EventKind.MEETINGS.value else "round"


def _headings(keys: Sequence[str], language: str) -> tuple[str, ...]:
    return tuple(_say(key, language) for key in keys)


def _say(key: str, language: str) -> str:
    return say(f"events.sheet.{key}", language)
