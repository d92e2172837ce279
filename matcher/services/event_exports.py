"""Plans for people: seat plan and agendas as a workbook, and a calendar for each guest or the organizer."""

from __future__ import annotations

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
from matcher.services import event_words, fair_sheets, floor_drawing
from matcher.services.event_access import own_event
from matcher.services.event_book import Sheet, xlsx
from matcher.services.event_reasons import Why
from matcher.services.guest_names import plan_names
from matcher.services.salons import standing
from matcher.services.slot_times import begins
from matcher.storage.events import Event

__all__ = [
    "Sheet",
    "Turn",
    "cards",
    "floor_svg",
    "ics",
    "problems_of",
    "sheets",
    "told_why",
    "turns_of",
    "xlsx",
]

_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Turn:
    """What one guest does in one round or slot (from 1)."""

    guest: str
    turn: int
    table: int
    others: tuple[str, ...]


def sheets(session: Session, actor: Actor, event_id: str) -> list[Sheet]:
    """Seat plan, agendas, what could not be met, how good it is; in the actor's language, guests by name."""
    require(actor, "events.read")
    event = own_event(session, actor, event_id)
    plan = standing(session, event)
    names, language = plan_names(session, actor, event.event_id, plan), actor.language
    problems = tuple((line,) for line in problems_of(plan, names, language))
    last = [
        Sheet(_say("problems", language), _headings(("problem",), language), problems),
        _summary(event, plan, language),
    ]
    if plan["kind"] == EventKind.FAIR.value:
        return [*fair_sheets.sheets(plan, names, event.starts_at, language), *last]
    turns, found = list(turns_of(plan)), Why.of(plan)
    agenda = [
        (
            _name(names, one.guest),
            one.turn,
            one.table,
            _joined(names, one.others, language),
            told_why(found, names, one, language),
        )
        for one in turns
    ]
    headings = ("guest", _word(plan), "table", "mates", "reason")
    return [
        Sheet(
            _say("seats", language), _headings((_word(plan), "table", "guest"), language), _seats(plan, names)
        ),
        Sheet(_say("agenda", language), _headings(headings, language), tuple(sorted(agenda))),
        Sheet(
            _say("cards", language),
            _headings(("table", "guest"), language),
            _lines(cards(plan, names, language), language),
        ),
        *last,
    ]


def ics(session: Session, actor: Actor, event_id: str, now: datetime, guest: str | None = None) -> bytes:
    """The day as a calendar: of one guest, each round or meeting an entry, or of the organizer (None).

    Raises InvalidInput where the event has no moment yet, or the guest is not in the plan.
    """
    from icalendar import Calendar

    require(actor, "events.read")
    event = own_event(session, actor, event_id)
    plan = standing(session, event)
    if event.starts_at is None:
        raise InvalidInput("events.bad_request", name="starts_at", value=None)
    if guest is not None and guest not in {*plan.get("guests", ()), *plan.get("heads", ())}:
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
        yield _whole_day(event, plan, minutes)
        return
    names = plan_names(session, actor, event.event_id, plan)
    if plan["kind"] == EventKind.FAIR.value:
        for window, told in fair_sheets.lines_of(plan, names, guest, actor.language):
            yield _entry(event, plan, window, f"{event.title} {told}")
        return
    found = Why.of(plan)
    for one in sorted(turns_of(plan), key=lambda turn: turn.turn):
        if one.guest == guest:
            words = {
                "turn": one.turn,
                "table": one.table,
                "other": _joined(names, one.others, actor.language),
            }
            line = "meeting_line" if plan["kind"] == EventKind.MEETINGS.value else "seat_line"
            told = say(f"events.sheet.{line}", actor.language, **words)
            entry = _entry(event, plan, one.turn, f"{event.title} {told}")
            reason = told_why(found, names, one, actor.language)
            if reason:
                entry.add("description", reason)
            yield entry


def _whole_day(event: Event, plan: Mapping[str, Any], minutes: int) -> Any:
    """From the beginning to the end of the last turn."""
    turns = plan.get("slots") or plan.get("windows") or max(1, len(plan.get("rounds", ())))
    entry = _entry(event, plan, 1, event.title)
    last = begins(plan, event.starts_at, turns)
    if last is not None:
        del entry["dtend"]
        entry.add("dtend", last.astimezone(_ZONE) + timedelta(minutes=minutes))
    return entry


def _entry(event: Event, plan: Mapping[str, Any], turn: int, summary: str) -> Any:
    from icalendar import Event as Entry

    moment = begins(plan, event.starts_at, turn)
    if moment is None:
        raise InvalidInput("events.bad_request", name="starts_at", value=None)
    entry = Entry()
    entry.add("summary", summary)
    entry.add("dtstart", moment.astimezone(_ZONE))
    entry.add("dtend", moment.astimezone(_ZONE) + timedelta(minutes=int(plan.get("minutes", 30))))
    if event.place is not None:
        entry.add("location", event.place)
    return entry


def floor_svg(session: Session, actor: Actor, event_id: str) -> bytes:
    """A fair's floor as a picture to print. Raises InvalidInput for an event of another kind."""
    require(actor, "events.read")
    event = own_event(session, actor, event_id, EventKind.FAIR)
    plan = standing(session, event)
    names = plan_names(session, actor, event_id, plan)
    return floor_drawing.svg(plan, names, actor.language).encode()


def told_why(found: Why, names: Mapping[str, str], one: Turn, language: str) -> str:
    """The best company of a round with the reason, or that of a meeting; empty where there is none."""
    best = found.best(one.guest, one.others)
    told = "" if best is None else found.sentence(one.guest, best, language)
    return f"{_name(names, best)}: {told}" if best is not None and told and len(one.others) > 1 else told


def cards(
    plan: Mapping[str, Any], names: Mapping[str, str], language: str
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What stands on each table: round or slot and table, and who sits there, the host first."""
    hosts = {(host, table) for table, host in enumerate(plan.get("hosts", ()), 1)}
    tables: dict[tuple[int, int], list[str]] = {}
    for one in turns_of(plan):
        seated, name = tables.setdefault((one.turn, one.table), []), _name(names, one.guest)
        if (one.guest, one.table) in hosts:
            seated.insert(0, say("events.sheet.hosting", language, name=name))
        else:
            seated.append(name)
    line = "slot_card" if plan["kind"] == EventKind.MEETINGS.value else "card"
    return tuple(
        (say(f"events.sheet.{line}", language, turn=turn, table=table), tuple(guests))
        for (turn, table), guests in sorted(tables.items())
    )


def _summary(event: Event, plan: Mapping[str, Any], language: str) -> Sheet:
    """What the plan is and how good: nothing of any pair."""
    moment = None if event.starts_at is None else f"{event.starts_at.astimezone(_ZONE):%Y-%m-%d %H:%M}"
    known = (("event", event.title), ("begins", moment), ("held_at", event.place))
    rows: list[tuple[object, ...]] = [(_say(key, language), value) for key, value in known if value]
    rows.append((_say("guests", language), len(plan.get("guests", ()))))
    rows += [(_say("bound_told", language), line) for line in event_words.bound_told(plan, language)]
    return Sheet(_say("summary", language), ("", ""), tuple(rows))


def problems_of(plan: Mapping[str, Any], names: Mapping[str, str], language: str) -> list[str]:
    """What a stored plan does not keep, which wishes collide and what would help."""
    told = event_words.told(plan, names, language)
    return [*event_words.broken(plan, names, language), *told.conflict, *told.concessions]


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


def _name(names: Mapping[str, str], identifier: str) -> str:
    return names.get(identifier, identifier)


def _joined(names: Mapping[str, str], identifiers: Sequence[str], language: str) -> str:
    return _comma(language).join(_name(names, one) for one in identifiers)


def _comma(language: str) -> str:
    return "、" if language == "zh" else ", "


def _lines(found: Sequence[tuple[str, Sequence[str]]], language: str) -> tuple[tuple[object, ...], ...]:
    return tuple((heading, _comma(language).join(guests)) for heading, guests in found)


def _word(plan: Mapping[str, Any]) -> str:
    return "slot" if plan["kind"] == EventKind.MEETINGS.value else "round"


def _headings(keys: Sequence[str], language: str) -> tuple[str, ...]:
    return tuple(_say(key, language) for key in keys)


def _say(key: str, language: str) -> str:
    return say(f"events.sheet.{key}", language)
