"""One file an enterprise (一企一案): needs, introductions, loans, events, deals, the timeline."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.domain.field_access import Sight
from matcher.domain.need import NeedKind
from matcher.services import acts, sight
from matcher.services.partners import own_enterprise
from matcher.storage import enterprises, events, feedback, journal, needs, visits
from matcher.storage.events import Event
from matcher.storage.feedback import Introduction
from matcher.storage.journal import JournalLine
from matcher.storage.needs import Deal, Need
from matcher.storage.visits import Visit

LONGEST_TIMELINE: Final = 200


@dataclass(frozen=True)
class NeedLine:
    """A need of the file. Money is fen."""

    need_id: str
    kind: str | None
    title: str | None
    state: str
    amount_fen: int | None
    deadline: date | None
    created_at: datetime


@dataclass(frozen=True)
class IntroductionLine:
    """An introduction; `side` is asker or candidate, `other_*` is the firm on the other side."""

    introduction_id: str
    need_id: str
    side: str
    other_id: str
    other_name: str
    state: str
    reason: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class EventLine:
    """An event the firm was asked to, registered for or came to."""

    event_id: str
    kind: str
    title: str
    starts_at: datetime | None
    state: str


@dataclass(frozen=True)
class DealLine:
    """A deal; `side` is buyer or seller. Money is fen."""

    deal_id: str
    side: str
    other_id: str
    other_name: str
    stage: str
    day: date | None
    amount_fen: int | None


@dataclass(frozen=True)
class VisitLine:
    """A visit planned or made; the note is the station's own, None to everybody else."""

    visit_id: str
    planned_for: date
    state: str
    asked: Sequence[str]
    note: str | None


@dataclass(frozen=True)
class TimelineLine:
    """An act, if the asker may read of it: when, whose role and scope, what, on which object."""

    at: datetime
    role: str
    party: str
    action: str
    object_kind: str
    object_id: str


@dataclass(frozen=True)
class CaseFile:
    """The whole file; `loans` are the needs for money among the needs. Newest first throughout."""

    enterprise_id: str
    name: str
    needs: Sequence[NeedLine]
    introductions: Sequence[IntroductionLine]
    loans: Sequence[NeedLine]
    events: Sequence[EventLine]
    deals: Sequence[DealLine]
    visits: Sequence[VisitLine]
    timeline: Sequence[TimelineLine]


def case_file(session: Session, actor: Actor, enterprise_id: str, now: datetime) -> CaseFile:
    """The file of an enterprise in scope. Raises NotFound otherwise. Some ten queries; writes a line."""
    require(actor, "enterprises.read")
    row = own_enterprise(session, actor, enterprise_id)
    asked = list(needs.needs_of(session, enterprise_id))
    timeline = tuple(_act(line) for line in acts.about(session, actor, row, LONGEST_TIMELINE))
    noted = sight.sees(actor, row, "visit_notes") is Sight.FULL
    subject = ("enterprise", enterprise_id, enterprise_id)
    journal.record(session, actor, "enterprises.file", subject, now)
    return CaseFile(
        enterprise_id=enterprise_id,
        name=row.name,
        needs=tuple(_need(need) for need in asked),
        introductions=tuple(_introductions(session, enterprise_id, asked)),
        loans=tuple(_need(need) for need in asked if need.kind == NeedKind.FINANCING.value),
        events=tuple(_events(session, enterprise_id)),
        deals=tuple(_deals(session, enterprise_id)),
        visits=tuple(_visit(visit, noted) for visit in visits.of_enterprise(session, enterprise_id)),
        timeline=timeline,
    )


def _need(need: Need) -> NeedLine:
    return NeedLine(
        need.need_id, need.kind, need.title, need.state, need.amount_fen, need.deadline, need.created_at
    )


def _introductions(session: Session, enterprise_id: str, asked: Sequence[Need]) -> list[IntroductionLine]:
    mine = feedback.of_needs(session, [need.need_id for need in asked])
    theirs = feedback.of_enterprise(session, enterprise_id)
    askers = {need.need_id: need.enterprise_id for need in needs.by_ids(session, [r.need_id for r in theirs])}
    sided = [(row, "asker", row.enterprise_id) for row in mine]
    sided += [(row, "candidate", askers[row.need_id]) for row in theirs if row.need_id in askers]
    names = _names(session, {other for _, _, other in sided})
    lines = [_introduction(row, side, other, names) for row, side, other in sided]
    return sorted(lines, key=lambda line: (line.created_at, line.introduction_id), reverse=True)


def _introduction(row: Introduction, side: str, other: str, names: Mapping[str, str]) -> IntroductionLine:
    return IntroductionLine(
        introduction_id=row.introduction_id,
        need_id=row.need_id,
        side=side,
        other_id=other,
        other_name=names.get(other, other),
        state=row.state,
        reason=row.reason,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _events(session: Session, enterprise_id: str) -> list[EventLine]:
    lines = []
    for attendance in events.attended_by(session, enterprise_id):
        event = session.get(Event, attendance.event_id)
        if event is not None:
            lines.append(
                EventLine(event.event_id, event.kind, event.title, event.starts_at, attendance.state)
            )
    dated = [line for line in lines if line.starts_at is not None]
    undated = [line for line in lines if line.starts_at is None]
    return undated + sorted(dated, key=lambda line: str(line.starts_at), reverse=True)


def _deals(session: Session, enterprise_id: str) -> list[DealLine]:
    rows = list(needs.deals_of(session, enterprise_id))
    names = _names(session, {_other(row, enterprise_id) for row in rows})
    lines = [_deal(row, enterprise_id, names) for row in rows]
    return sorted(lines, key=lambda line: (str(line.day), line.deal_id), reverse=True)


def _visit(row: Visit, noted: bool) -> VisitLine:
    asked = tuple(row.asked) if noted else ()
    return VisitLine(row.visit_id, row.planned_for, row.state, asked, row.note if noted else None)


def _deal(row: Deal, enterprise_id: str, names: Mapping[str, str]) -> DealLine:
    other = _other(row, enterprise_id)
    side = "buyer" if row.buyer_id == enterprise_id else "seller"
    name = names.get(other, other)
    return DealLine(row.deal_id, side, other, name, row.stage, row.date, row.amount_fen)


def _other(row: Deal, enterprise_id: str) -> str:
    return row.seller_id if row.buyer_id == enterprise_id else row.buyer_id


def _names(session: Session, identifiers: Collection[str]) -> dict[str, str]:
    return {key: row.name for key, row in enterprises.by_ids(session, sorted(identifiers)).items()}


def _act(line: JournalLine) -> TimelineLine:
    return TimelineLine(line.at, line.role, line.scope, line.action, line.object_kind, line.object_id)
