"""The cases of a station or an enterprise that still wait, those that are overdue first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from matcher.domain import promise
from matcher.domain.access import Actor, Role, require
from matcher.domain.promise import Case, Due, Standing
from matcher.errors import InvalidInput
from matcher.services import case_steps, cases
from matcher.storage import enterprises
from matcher.storage import needs as need_rows
from matcher.storage.needs import Need

MOST_A_PAGE: Final = 200
ALL: Final = 10**9
UNPROVEN_DAYS: Final = 366  # how long a closing without evidence keeps its place in the list
# Overdue, near, running, and last what was kept or needs no clock.
_ORDER: Final = (Due.OVERDUE, Due.SOON, Due.RUNNING, Due.LATE, Due.KEPT, None)


@dataclass(frozen=True)
class CaseLine:
    """A case in the list; `answer` and `contact` are how the two deadlines stand now."""

    need_id: str
    enterprise_id: str
    firm: str
    title: str
    kind: str | None
    state: str
    opened_at: datetime
    contact_by: datetime | None
    answer_by: datetime
    contact: Due | None
    answer: Due | None
    escalated: bool
    unproven: bool
    reopened: int


@dataclass(frozen=True)
class CasePage:
    """Some lines; `next` is the place to go on from, None at the end. `waiting`, `overdue` count all."""

    lines: Sequence[CaseLine]
    next: int | None
    waiting: int
    overdue: int


def waiting(session: Session, actor: Actor, now: datetime, limit: int = 50, start: int = 0) -> CasePage:
    """Waiting cases of the actor's scope from place `start` on, overdue first. Raises InvalidInput.

    A need that was called done and shows nothing for it waits too. Reads all of the scope's.
    """
    require(actor, "needs.read")
    if not 1 <= limit <= MOST_A_PAGE:
        raise InvalidInput("needs.bad_limit", value=limit, most=MOST_A_PAGE)
    lines = all_waiting(session, actor, now)
    rest = lines[start : start + limit]
    more = start + limit < len(lines)
    overdue = sum(line.escalated for line in lines)
    return CasePage(rest, start + limit if more else None, len(lines), overdue)


def all_waiting(session: Session, actor: Actor, now: datetime) -> list[CaseLine]:
    """All of them."""
    owner = "enterprise_id" if actor.role is Role.ENTERPRISE else "station_id"
    mine: Mapping[str, str] = {owner: actor.scope}
    rows = [
        *need_rows.waiting_page(session, ALL, "", **mine),
        *need_rows.called_done(session, now - timedelta(days=UNPROVEN_DAYS), **mine),
    ]
    station = actor.scope if actor.role is Role.OFFICER else _station_of(session, actor.scope)
    found = cases.of_needs(session, rows, case_steps.terms(session, station))
    stood = [(need, found[need.need_id], promise.standing(found[need.need_id])) for need in rows]
    open_ones = [one for one in stood if one[2].waits]
    names = enterprises.by_ids(session, {need.enterprise_id for need, _, _ in open_ones})
    lines = [_line(one, names[one[0].enterprise_id].name, now) for one in open_ones]
    return sorted(lines, key=_urgency)


def _line(one: tuple[Need, Case, Standing], firm: str, now: datetime) -> CaseLine:
    need, case, stands = one
    contact, answer = promise.contact_due(case, stands, now), promise.answer_due(case, stands, now)
    return CaseLine(
        need_id=need.need_id,
        enterprise_id=need.enterprise_id,
        firm=firm,
        title=need.title if need.title is not None else need.text[:24],
        kind=need.kind,
        state=need.state,
        opened_at=case.opened_at,
        contact_by=case.promise.contact_by,
        answer_by=case.promise.answer_by,
        contact=contact,
        answer=answer,
        escalated=Due.OVERDUE in (contact, answer),
        unproven=stands.unproven,
        reopened=stands.reopened,
    )


def _urgency(line: CaseLine) -> tuple[int, datetime, str]:
    """The nearer of its two deadlines; among the overdue the longest overdue."""
    owed = [(_ORDER.index(line.answer), line.answer_by)]
    if line.contact_by is not None:
        owed.append((_ORDER.index(line.contact), line.contact_by))
    grade, by = min(owed)
    return grade, by, line.need_id


def _station_of(session: Session, enterprise_id: str) -> str | None:
    row = enterprises.by_id(session, enterprise_id)
    return None if row is None else row.station_id
