"""One timeline an enterprise: needs and their ledgers, suggestions, introductions, deals, events, notes.

Each source is a function of (session, actor, enterprise) that gives entries; a new one is a line in SOURCES.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, timezone
from typing import Any, Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.domain.field_access import Sight
from matcher.messages import catalogue, say
from matcher.services import acts, sight
from matcher.services.partners import own_enterprise
from matcher.storage import (
    case_notes,
    cases,
    contacts,
    enterprises,
    events,
    feedback,
    handovers,
    needs,
    visits,
)
from matcher.storage.enterprises import Enterprise
from matcher.storage.events import Event
from matcher.storage.feedback import Introduction

MOST: Final = 300
_CHINA: Final = timezone(timedelta(hours=8))
_SUGGESTIONS: Final = frozenset({"partners.read", "products.suggest", "parties.read"})


@dataclass(frozen=True)
class Entry:
    """A thing that happened. `what` is a key of ``timeline.*`` with `blanks`; `note` is free text beside it.

    `area` groups it for the page's filter: need, introduction, deal, event, note, visit, file, suggestion.
    """

    at: datetime
    area: str
    what: str
    blanks: Mapping[str, Any] = field(default_factory=dict)
    note: str | None = None
    role: str | None = None
    need_id: str | None = None
    introduction_id: str | None = None


Source = Callable[[Session, Actor, Enterprise], Iterator[Entry]]


def of_enterprise(session: Session, actor: Actor, enterprise_id: str, most: int = MOST) -> Sequence[Entry]:
    """The newest `most` entries, newest first. Raises NotFound out of scope. Some fifteen queries."""
    require(actor, "enterprises.read")
    row = own_enterprise(session, actor, enterprise_id)
    entries = [entry for source in SOURCES for entry in source(session, actor, row)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:most]


def said(entry: Entry, language: str) -> str:
    """An entry's sentence; one that the catalogue does not know is named by its key, never dropped."""
    key = f"timeline.{entry.what}"
    return say(key, language, **entry.blanks) if key in catalogue(language) else entry.what


def _needs(session: Session, _actor: Actor, row: Enterprise) -> Iterator[Entry]:
    """Needs with their ledgers; a need older than its ledger tells of its coming itself."""
    asked = {need.need_id: need for need in needs.needs_of(session, row.enterprise_id)}
    opened = set()
    for step in cases.steps_of(session, list(asked)):
        title = _title(asked[step.need_id])
        opened |= {step.need_id} if step.act == "opened" else set()
        blanks = {"title": title, "satisfaction": step.satisfaction or 0}
        yield Entry(step.at, "need", step.act, blanks, step.said, step.role, need_id=step.need_id)
    for need in asked.values():
        if need.need_id not in opened:
            yield Entry(need.created_at, "need", "opened", {"title": _title(need)}, need_id=need.need_id)


def _introductions(session: Session, _actor: Actor, row: Enterprise) -> Iterator[Entry]:
    asked = {need.need_id: need for need in needs.needs_of(session, row.enterprise_id)}
    mine = [(one, one.enterprise_id) for one in feedback.of_needs(session, list(asked))]
    theirs = feedback.of_enterprise(session, row.enterprise_id)
    others = {
        need.need_id: need.enterprise_id for need in needs.by_ids(session, [one.need_id for one in theirs])
    }
    pairs = [*mine, *((one, others[one.need_id]) for one in theirs if one.need_id in others)]
    names = enterprises.by_ids(session, {other for _, other in pairs})
    for one, other in pairs:
        need_id = one.need_id if one.need_id in asked else None
        yield from _ladder(one, names[other].name, need_id)
    yield from _answers(session, pairs, {key: found.name for key, found in names.items()})


def _ladder(one: Introduction, other: str, need_id: str | None) -> Iterator[Entry]:
    for step in one.steps:
        yield Entry(
            datetime.fromisoformat(step["at"]),
            "introduction",
            f"introduction_{step['state']}",
            {"other": other},
            step.get("evidence") or step.get("reason"),
            need_id=need_id,
            introduction_id=one.introduction_id,
        )


def _answers(
    session: Session, pairs: Sequence[tuple[Introduction, str]], names: Mapping[str, str]
) -> Iterator[Entry]:
    other_of = {one.introduction_id: names[other] for one, other in pairs}
    for told in contacts.answers_of(session, list(other_of)):
        what = f"{told.side}_{'accepted' if told.accepted else 'refused'}"
        key = told.introduction_id
        blanks = {"other": other_of[key]}
        yield Entry(told.at, "introduction", what, blanks, told.reason, told.role, introduction_id=key)


def _deals(session: Session, _actor: Actor, row: Enterprise) -> Iterator[Entry]:
    """Deals of imports; those of introductions stand on their ladder already."""
    key = row.enterprise_id
    found = [one for one in needs.deals_of(session, key) if not one.deal_id.startswith("introduction-")]
    sides = [(one, one.seller_id if one.buyer_id == key else one.buyer_id) for one in found]
    names = enterprises.by_ids(session, {other for _, other in sides})
    for one, other in sides:
        at = one.updated_at if one.date is None else _morning(one.date)
        what = f"deal_{'bought' if one.buyer_id == key else 'sold'}_{one.stage}"
        yield Entry(at, "deal", what, {"other": names[other].name}, one.reason, need_id=one.need_id)


def _events(session: Session, _actor: Actor, row: Enterprise) -> Iterator[Entry]:
    for one in events.attended_by(session, row.enterprise_id):
        event = session.get(Event, one.event_id)
        if event is not None and event.starts_at is not None:
            yield Entry(event.starts_at, "event", f"event_{one.state}", {"title": event.title})


def _notes(session: Session, actor: Actor, row: Enterprise) -> Iterator[Entry]:
    if sight.sees(actor, row, "visit_notes") is not Sight.FULL:
        return
    for one in case_notes.of_enterprise(session, row.enterprise_id):
        if one.reference is None:
            yield Entry(one.at, "note", "note", {}, one.text, "officer", one.need_id)
        else:
            blanks = {"title": one.text, "reference": one.reference}
            yield Entry(one.at, "note", "document", blanks, None, "officer", one.need_id)


def _visits(session: Session, actor: Actor, row: Enterprise) -> Iterator[Entry]:
    noted = sight.sees(actor, row, "visit_notes") is Sight.FULL
    for one in visits.of_enterprise(session, row.enterprise_id):
        at = one.ended_at or one.starts_at or _morning(one.planned_for)
        yield Entry(at, "visit", f"visit_{one.state}", {}, one.note if noted else None, "officer")


def _handovers(session: Session, _actor: Actor, row: Enterprise) -> Iterator[Entry]:
    found = handovers.of_enterprise(session, row.enterprise_id)
    names = {station.station_id: station.name for station in enterprises.stations(session)} if found else {}
    for one in found:
        blanks = {"giver": names[one.from_station], "taker": names[one.to_station]}
        yield Entry(one.offered_at, "file", "handover_offered", blanks, one.ground, "officer")
        if one.decided_at is not None:
            yield Entry(one.decided_at, "file", f"handover_{one.state}", blanks, one.said, "officer")


def _suggestions(session: Session, actor: Actor, row: Enterprise) -> Iterator[Entry]:
    """Lists that were made for the firm, as far as the asker may read acts."""
    for line in acts.about(session, actor, row, MOST):
        if line.action in _SUGGESTIONS:
            need_id = line.object_id if line.object_kind == "need" else None
            count = len(line.detail.get("listed", ()))
            what = (
                f"suggested_{line.action.partition('.')[0]}"
                if count or "listed" not in line.detail
                else "suggested_none"
            )
            yield Entry(line.at, "suggestion", what, {"count": count}, None, line.role, need_id)


def _title(need: needs.Need) -> str:
    return need.title if need.title is not None else need.text[:24]


def _morning(day: Any) -> datetime:
    """Noon in China: a day without an hour stands in its middle."""
    return datetime.combine(day, time(12), _CHINA).astimezone(UTC)


SOURCES: Final[tuple[Source, ...]] = (
    _needs,
    _introductions,
    _deals,
    _events,
    _notes,
    _visits,
    _handovers,
    _suggestions,
)
