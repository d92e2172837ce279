"""Visits: planned, made, called off; told to the enterprise, kept in its file."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.errors import Conflict, InvalidInput, NotFound
from matcher.services.asked import today
from matcher.services.notices import About, AboutKind, Blank, Notice, To, notify
from matcher.services.partners import own_enterprise
from matcher.storage import enterprises, visits
from matcher.storage.journal import record
from matcher.storage.visits import Visit
from matcher.text.normalize import check

LONGEST_NOTE: Final = 2_000
MOST_ASKED: Final = 20
FARTHEST: Final = timedelta(days=366)


class VisitState(StrEnum):
    """A visit is planned, then made or called off."""

    PLANNED = "planned"
    MADE = "made"
    CALLED_OFF = "called_off"


@dataclass(frozen=True)
class VisitPlan:
    """Whom, on which day, at which moment if that is fixed, and what to ask (names of facts)."""

    enterprise_id: str
    day: date
    starts_at: datetime | None = None
    asked: tuple[str, ...] = ()


@dataclass(frozen=True)
class VisitView:
    """A visit with its enterprise's name and place."""

    row: Visit
    name: str
    building_id: str | None
    floor: str | None


def plan(session: Session, actor: Actor, wanted: VisitPlan, now: datetime) -> Visit:
    """Plan a visit of one's own; the enterprise is told. Raises NotFound, InvalidInput, Conflict."""
    require(actor, "visits.write")
    own_enterprise(session, actor, wanted.enterprise_id)
    _check(wanted, now)
    there = visits.of_enterprise(session, wanted.enterprise_id)
    if any(one.state == VisitState.PLANNED.value and one.account_id == actor.account_id for one in there):
        raise Conflict("visits.already_planned", value=wanted.enterprise_id)
    row = Visit(
        visit_id=secrets.token_hex(12),
        enterprise_id=wanted.enterprise_id,
        station_id=actor.scope,
        account_id=actor.account_id,
        planned_for=wanted.day,
        starts_at=wanted.starts_at,
        state=VisitState.PLANNED.value,
        asked=list(dict.fromkeys(wanted.asked)),
        created_by=actor.account_id,
        created_at=now,
    )
    session.add(row)
    session.flush()
    _record(session, actor, "visits.plan", row, now)
    told: dict[str, Blank] = {"day": wanted.day, "at": now}
    about = About(AboutKind.VISIT, row.visit_id)
    notify(session, Notice("visit_planned", To.enterprise(wanted.enterprise_id), about, told), now)
    return row


def end(session: Session, actor: Actor, visit_id: str, made: bool, note: str | None, now: datetime) -> Visit:
    """Write down that a visit was made, or is called off, with a note. Raises NotFound, Conflict."""
    require(actor, "visits.write")
    row = session.get(Visit, visit_id)
    if row is None or row.station_id != actor.scope:
        raise NotFound("visits.no_such_visit", value=visit_id)
    if row.state != VisitState.PLANNED.value:
        raise Conflict("visits.ended_already", value=visit_id)
    if note is not None:
        check(note, LONGEST_NOTE)
    row.state = (VisitState.MADE if made else VisitState.CALLED_OFF).value
    row.note, row.ended_at = note, now
    if made:
        row.planned_for = today(now)
    _record(session, actor, "visits.made" if made else "visits.call_off", row, now)
    session.flush()
    return row


def planned(session: Session, actor: Actor, only_mine: bool = True) -> list[VisitView]:
    """Visits that are to be made, the earliest first: one's own, or the station's."""
    require(actor, "visits.write")
    rows = visits.planned(session, actor.scope, actor.account_id if only_mine else None)
    known = enterprises.by_ids(session, {row.enterprise_id for row in rows})
    found: list[VisitView] = []
    for row in rows:
        firm = known[row.enterprise_id]
        found.append(VisitView(row, firm.name, firm.building_id, firm.floor))
    return found


def of_enterprise(session: Session, actor: Actor, enterprise_id: str) -> Sequence[Visit]:
    """An own enterprise's visits, the latest first. Raises NotFound."""
    require(actor, "visits.write")
    own_enterprise(session, actor, enterprise_id)
    return visits.of_enterprise(session, enterprise_id)


def _check(wanted: VisitPlan, now: datetime) -> None:
    day = today(now)
    if not day <= wanted.day <= day + FARTHEST:
        raise InvalidInput("visits.bad_day", value=wanted.day.isoformat())
    if wanted.starts_at is not None and today(wanted.starts_at) != wanted.day:
        raise InvalidInput("visits.bad_day", value=wanted.starts_at.isoformat())
    if len(wanted.asked) > MOST_ASKED or any(len(name) > 60 for name in wanted.asked):
        raise InvalidInput("visits.too_much_asked", most=MOST_ASKED)


def _record(session: Session, actor: Actor, action: str, row: Visit, now: datetime) -> None:
    subject = ("visit", row.visit_id, row.enterprise_id)
    record(session, actor, action, subject, now, day=row.planned_for.isoformat())
