"""What of an account has a time, as calendar entries (RFC 5545): visits, events, promised answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role
from matcher.domain.event import EventKind
from matcher.domain.need import NeedState
from matcher.messages import say
from matcher.services import enterprises, event_access
from matcher.services.enterprises import Card
from matcher.storage import cases, events, needs, visits
from matcher.storage.events import Event
from matcher.storage.needs import Need
from matcher.storage.visits import Visit

BACK: Final = timedelta(days=31)  # how far back a calendar goes
DUE_WITHIN: Final = timedelta(days=31)
VISIT_MINUTES: Final = 45


@dataclass(frozen=True)
class Entry:
    """One entry. `start` is a moment, or a day for what takes no hour of it; `minutes` is 0 then."""

    uid: str
    start: datetime | date
    minutes: int
    summary: str
    place: str | None = None


def entries(session: Session, actor: Actor, now: datetime) -> list[Entry]:
    """The account's own calendar: its visits, events in its scope, and to officers what was promised."""
    found = [*_events(session, actor, now), *_visits(session, actor, now)]
    return found + (_promised(session, actor, now) if actor.role is Role.OFFICER else [])


def of_event(session: Session, actor: Actor, event_id: str) -> Entry | None:
    """An event's entry, where it has a moment and lies in the actor's scope."""
    event = events.by_id(session, event_id)
    if event is None or event.starts_at is None or not _concerns(session, actor, event):
        return None
    return _event(event)


def of_visit(session: Session, actor: Actor, visit_id: str) -> Entry | None:
    """A planned visit's entry, for the station and the enterprise that is visited."""
    visit = session.get(Visit, visit_id)
    if visit is None or visit.state != "planned":
        return None
    own = {Role.OFFICER: visit.station_id, Role.ENTERPRISE: visit.enterprise_id}.get(actor.role)
    return _visit(session, actor, visit) if own == actor.scope else None


def written(found: Iterable[Entry], now: datetime) -> bytes:
    """The calendar as a file."""
    from icalendar import Calendar  # late: it reads the time zones of the world

    calendar = Calendar()
    calendar.add("prodid", "-//qianxian//calendar//")
    calendar.add("version", "2.0")
    for entry in found:
        calendar.add_component(_component(entry, now))
    return bytes(calendar.to_ical())


def _component(entry: Entry, now: datetime) -> Any:
    from icalendar import Event as Component

    part = Component()
    part.add("uid", entry.uid)
    part.add("dtstamp", now)
    part.add("dtstart", entry.start)
    if entry.minutes and isinstance(entry.start, datetime):
        part.add("dtend", entry.start + timedelta(minutes=entry.minutes))
    part.add("summary", entry.summary)
    if entry.place is not None:
        part.add("location", entry.place)
    return part


def _concerns(session: Session, actor: Actor, event: Event) -> bool:
    if actor.role is Role.ENTERPRISE:
        return any(one.event_id == event.event_id for one in events.attended_by(session, actor.scope))
    return event_access.in_scope(actor, event)


def _events(session: Session, actor: Actor, now: datetime) -> list[Entry]:
    if actor.role is Role.ENTERPRISE:
        wanted = {one.event_id for one in events.attended_by(session, actor.scope)}
        rows = [event for key in sorted(wanted) if (event := events.by_id(session, key)) is not None]
    else:
        found = [event for kind in EventKind for event in events.of_kind(session, kind.value, now - BACK)]
        rows = [event for event in found if _concerns(session, actor, event)]
    return [_event(row) for row in rows if row.starts_at is not None and row.starts_at > now - BACK]


def _event(event: Event) -> Entry:
    start = event.starts_at
    if start is None:
        raise ValueError("an event without a moment has no entry")
    minutes = 60 if event.ends_at is None else int((event.ends_at - start).total_seconds() // 60)
    return Entry(f"{event.event_id}@qianxian", start, minutes, event.title, event.place)


def _visits(session: Session, actor: Actor, now: datetime) -> list[Entry]:
    if actor.role is Role.OFFICER:
        rows: Sequence[Visit] = visits.planned(session, actor.scope, actor.account_id)
    elif actor.role is Role.ENTERPRISE:
        rows = [one for one in visits.of_enterprise(session, actor.scope) if one.state == "planned"]
    else:
        rows = ()
    since = (now - BACK).date()
    return [_visit(session, actor, row) for row in rows if row.planned_for >= since]


def _visit(session: Session, actor: Actor, visit: Visit) -> Entry:
    card = enterprises.cards(session, actor, [visit.enterprise_id]).get(visit.enterprise_id)
    name = visit.enterprise_id if card is None else card.name
    summary = say("notices.calendar.visit", actor.language, firm=name)
    start: datetime | date = visit.planned_for if visit.starts_at is None else visit.starts_at
    minutes = 0 if visit.starts_at is None else VISIT_MINUTES
    return Entry(f"visit-{visit.visit_id}@qianxian", start, minutes, summary, _place(card))


def _place(card: Card | None) -> str | None:
    if card is None:
        return None
    return " ".join(part for part in (card.building, card.floor) if part) or card.address


def _promised(session: Session, actor: Actor, now: datetime) -> list[Entry]:
    """When answers are due that were promised for needs that still wait."""
    rows = [
        need
        for need in needs.came_since(session, actor.scope, now - timedelta(days=366))
        if need.state in (NeedState.OPEN.value, NeedState.MATCHING.value)
    ]
    steps = cases.steps_of(session, [need.need_id for need in rows])
    promised = {step.need_id: step.answer_by for step in steps if step.answer_by is not None}
    firms = {need.enterprise_id for need in rows}
    names = {key: card.name for key, card in enterprises.cards(session, actor, firms).items()}
    due = [(need, promised[need.need_id]) for need in rows if need.need_id in promised]
    return [_answer(need, by, names, actor) for need, by in due if now - BACK < by < now + DUE_WITHIN]


def _answer(need: Need, by: datetime, names: dict[str, str], actor: Actor) -> Entry:
    firm = names.get(need.enterprise_id, need.enterprise_id)
    summary = say("notices.calendar.answer", actor.language, firm=firm, title=need.title or need.text[:30])
    return Entry(f"answer-{need.need_id}@qianxian", by, 15, summary)
