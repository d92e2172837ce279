"""Who is to be reminded: deadlines that come near, deadlines that are past; each once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role
from matcher.domain.promise import Due
from matcher.services import case_list
from matcher.services.case_list import CaseLine
from matcher.storage import cases, enterprises
from matcher.storage.cases import CaseReminder

CONTACT, ANSWER = "contact", "answer"
_TOLD: Final = (Due.SOON, Due.OVERDUE)


@dataclass(frozen=True)
class Reminder:
    """One deadline of one case to tell a station of.

    `escalated`: it is past, and the head is told, by account where one is named.
    """

    station_id: str
    need_id: str
    enterprise_id: str
    firm: str
    title: str
    deadline: str
    by: datetime
    escalated: bool
    head: str | None


def due(session: Session, now: datetime) -> Sequence[Reminder]:
    """Reminders that nobody has been given yet, of all stations, and notes that they are given now.

    Called a second time at the same moment it finds nothing. Reads every waiting case.
    """
    found: list[Reminder] = []
    for station in enterprises.stations(session):
        found += _of_station(session, station.station_id, now)
    session.flush()
    return found


def _of_station(session: Session, station_id: str, now: datetime) -> Iterator[Reminder]:
    lines = case_list.all_waiting(session, Actor("", Role.OFFICER, station_id), now)
    told = [(line, *deadline) for line in lines for deadline in _deadlines(line)]
    known = cases.reminded(session, {line.need_id for line, *_ in told})
    head = cases.head_of(session, station_id)
    for line, deadline, by, grade in told:
        # Overdue told once is enough: that it was near is then no news.
        if {(line.need_id, deadline, grade.value), (line.need_id, deadline, Due.OVERDUE.value)} & known:
            continue
        session.add(CaseReminder(need_id=line.need_id, deadline=deadline, grade=grade.value, by=by, at=now))
        yield Reminder(
            station_id=station_id,
            need_id=line.need_id,
            enterprise_id=line.enterprise_id,
            firm=line.firm,
            title=line.title,
            deadline=deadline,
            by=by,
            escalated=grade is Due.OVERDUE,
            head=head,
        )


def _deadlines(line: CaseLine) -> Iterator[tuple[str, datetime, Due]]:
    if line.contact in _TOLD and line.contact_by is not None:
        yield CONTACT, line.contact_by, line.contact
    if line.answer in _TOLD:
        yield ANSWER, line.answer_by, line.answer
