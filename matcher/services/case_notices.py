"""What cases, introductions, hand-overs and relations tell, and whom."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from matcher.domain.access import Role
from matcher.services.case_reminders import CONTACT, Reminder
from matcher.services.notices import About, AboutKind, Blank, Firm, Notice, To, notify
from matcher.storage import accounts, enterprises
from matcher.storage import needs as need_rows
from matcher.storage.enterprises import Enterprise
from matcher.storage.handovers import Handover
from matcher.storage.needs import Need

Blanks = dict[str, Blank]
LATELY: Final = timedelta(days=1)


def reminded(session: Session, told: Reminder, now: datetime) -> None:
    """The station of a deadline that is near; of one that is past its head and whoever took the need down.

    Where no head is named, the whole station. What has been overdue for long waits for the digest: a job that
    looks for the first time must not send a mail for each old case.
    """
    near = "case_contact_due" if told.deadline == CONTACT else "case_due_soon"
    past = "case_contact_overdue" if told.deadline == CONTACT else "case_overdue"
    about = About(AboutKind.NEED, told.need_id)
    blanks: Blanks = {"firm": Firm(told.enterprise_id), "title": told.title, "by": told.by}
    if not told.escalated:
        notify(session, Notice(near, To.station(told.station_id), about, blanks), now)
        return
    urgent = now - told.by <= LATELY
    if told.head is None:
        notify(session, Notice(past, To.station(told.station_id), about, blanks, urgent), now)
        return
    notify(session, Notice("case_escalated", To.account(told.head), about, blanks, urgent), now)
    officer = _officer(session, told)
    if officer is not None and officer != told.head:
        notify(session, Notice(past, To.account(officer), about, blanks, urgent), now)


def answered(
    session: Session, pair: tuple[Enterprise, Enterprise], key: str, accepted: bool, now: datetime
) -> None:
    """The first of the pair, and its station, of the answer of the other."""
    kind = "introduction_accepted" if accepted else "introduction_refused"
    _both(session, kind, pair, key, now)


def proven(session: Session, firm: Enterprise, key: str, accepted: bool, now: datetime) -> None:
    """A firm for which an officer answered on paper: at once, so that it can object."""
    kind = "introduction_answered_for" if accepted else "introduction_refused_for"
    about = About(AboutKind.INTRODUCTION, key)
    notify(session, Notice(kind, To.enterprise(firm.enterprise_id), about, {"at": now}, urgent=True), now)


def spoken(session: Session, pair: tuple[Enterprise, Enterprise], key: str, now: datetime) -> None:
    """The first of the pair, and its station, of a word of the other that waits in the relay."""
    _both(session, "introduction_message", pair, key, now)


def offered(session: Session, row: Handover, now: datetime) -> None:
    """The station that is offered a file."""
    giver = _name(session, row.from_station)
    blanks: Blanks = {"firm": Firm(row.enterprise_id), "station": giver, "reason": row.ground}
    about = About(AboutKind.ENTERPRISE, row.enterprise_id)
    notify(session, Notice("handover_offered", To.station(row.to_station), about, blanks), now)


def decided(session: Session, row: Handover, now: datetime) -> None:
    """The giver how it was decided; the firm who looks after it from now on."""
    about = About(AboutKind.ENTERPRISE, row.enterprise_id)
    taker = _name(session, row.to_station)
    blanks: Blanks = {"firm": Firm(row.enterprise_id), "station": taker, "at": now}
    notify(session, Notice(f"handover_{row.state}", To.station(row.from_station), about, blanks), now)
    if row.state == "accepted":
        told = Notice(
            "handover_moved", To.enterprise(row.enterprise_id), about, {"station": taker, "at": now}
        )
        notify(session, told, now)


def contested(session: Session, firm: Enterprise, other: Enterprise, reason: str, now: datetime) -> None:
    """The stations of both parties of an objection; they have a day."""
    about = About(AboutKind.ENTERPRISE, firm.enterprise_id)
    pair: Blanks = {"firm": Firm(firm.enterprise_id), "other": Firm(other.enterprise_id)}
    stations = {one.station_id for one in (firm, other) if one.station_id is not None}
    for station in sorted(stations):
        told = pair | {"reason": reason, "at": now}
        notify(session, Notice("relation_contested", To.station(station), about, told, urgent=True), now)


def settled(session: Session, firm: Enterprise, other: Enterprise, upheld: bool, now: datetime) -> None:
    """A party how an objection was settled."""
    kind = "relation_upheld" if upheld else "relation_removed"
    about = About(AboutKind.ENTERPRISE, firm.enterprise_id)
    blanks: Blanks = {"other": Firm(other.enterprise_id), "at": now}
    notify(session, Notice(kind, To.enterprise(firm.enterprise_id), about, blanks), now)


def told_again(session: Session, need: Need, now: datetime) -> None:
    """The station that a need came again; one it had answered is open anew."""
    firm = enterprises.by_id(session, need.enterprise_id)
    if firm is not None and firm.station_id is not None:
        title = need.title if need.title is not None else need.text[:24]
        blanks: Blanks = {"firm": Firm(need.enterprise_id), "title": title, "at": now}
        about = About(AboutKind.NEED, need.need_id)
        notify(session, Notice("case_told_again", To.station(firm.station_id), about, blanks), now)


def _both(session: Session, kind: str, pair: tuple[Enterprise, Enterprise], key: str, now: datetime) -> None:
    """The firm itself, and its station, which looks after it."""
    firm, other = pair
    about, blanks = About(AboutKind.INTRODUCTION, key), Blanks(firm=Firm(other.enterprise_id), at=now)
    notify(session, Notice(kind, To.enterprise(firm.enterprise_id), about, blanks), now)
    if firm.station_id is not None:
        told = blanks | {"own": Firm(firm.enterprise_id)}
        notify(session, Notice(f"{kind}_station", To.station(firm.station_id), about, told), now)


def _officer(session: Session, told: Reminder) -> str | None:
    """The account that took the need down, if it is of the station that has it now."""
    need = need_rows.need_by_id(session, told.need_id)
    account = None if need is None or need.created_by is None else accounts.by_id(session, need.created_by)
    if account is None or (account.role, account.scope) != (Role.OFFICER.value, told.station_id):
        return None
    return account.account_id


def _name(session: Session, station_id: str) -> str:
    return next(row.name for row in enterprises.stations(session) if row.station_id == station_id)
