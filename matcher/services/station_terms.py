"""What a station promises and who heads it: read by the station, set by the administrator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role, require
from matcher.domain.promise import Terms
from matcher.errors import InvalidInput, NotFound, VersionMismatch
from matcher.services import case_steps
from matcher.storage import accounts, cases, enterprises
from matcher.storage.cases import StationHead, StationTerms
from matcher.storage.enterprises import Station
from matcher.storage.journal import record

LEAST: Final = timedelta(minutes=10)
MOST: Final = timedelta(days=90)
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class TermsView:
    """A station's terms; `shipped` where nobody has set others. `head` is the account's name.

    `version` changes with every edit, 0 for the shipped ones.
    """

    station_id: str
    name: str
    contact: timedelta
    question: timedelta
    other: timedelta
    shipped: bool
    head: str | None
    updated_at: datetime | None
    version: int


def view(session: Session, actor: Actor, station_id: str) -> TermsView:
    """The terms of a station: to its officers their own, to the administrator any. Raises NotFound."""
    require(actor, "terms.read")
    row = session.get(Station, station_id)
    if row is None or (actor.role is Role.OFFICER and station_id != actor.scope):
        raise NotFound("access.no_such_station", value=station_id)
    return _view(session, row)


def all_stations(session: Session, actor: Actor) -> Sequence[TermsView]:
    """Every station's terms, by station."""
    require(actor, "terms.write")
    return [_view(session, row) for row in enterprises.stations(session)]


def others(session: Session, actor: Actor) -> Sequence[tuple[str, str]]:
    """Id and name of the other stations, to which a file may be offered."""
    require(actor, "handovers.write")
    return [
        (row.station_id, row.name) for row in enterprises.stations(session) if row.station_id != actor.scope
    ]


def change(
    session: Session,
    actor: Actor,
    station_id: str,
    version: int,
    terms: Terms,
    head: str | None,
    now: datetime,
) -> TermsView:
    """Set terms read as `version`, and the head by account name (None: nobody). Needs that came before keep
    what they were promised. Raises NotFound, VersionMismatch, InvalidInput.
    """
    require(actor, "terms.write")
    before = view(session, actor, station_id)
    if before.version != version:
        raise VersionMismatch("needs.terms_changed_meanwhile", value=station_id)
    for term in (terms.contact, terms.question, terms.other):
        if not LEAST <= term <= MOST:
            raise InvalidInput("needs.bad_term", value=str(term), least=str(LEAST), most=str(MOST))
    _write_terms(session, station_id, terms, now)
    _write_head(session, station_id, head, now)
    minutes = {name: int(value / _MINUTE) for name, value in vars(terms).items()}
    record(session, actor, "terms.write", ("station", station_id, None), now, head=head, **minutes)
    session.flush()
    return view(session, actor, station_id)


def _write_terms(session: Session, station_id: str, terms: Terms, now: datetime) -> None:
    row = cases.terms_of(session, station_id)
    if row is None:
        row = StationTerms(station_id=station_id)
        session.add(row)
    row.contact_minutes = int(terms.contact / _MINUTE)
    row.question_minutes = int(terms.question / _MINUTE)
    row.other_minutes = int(terms.other / _MINUTE)
    row.updated_at = now


def _write_head(session: Session, station_id: str, name: str | None, now: datetime) -> None:
    row = session.get(StationHead, station_id)
    if name is None:
        if row is not None:
            session.delete(row)
        return
    account = accounts.by_name(session, name)
    if account is None or account.role != Role.OFFICER.value or account.scope != station_id:
        raise InvalidInput("needs.no_such_head", value=name)
    if row is None:
        row = StationHead(station_id=station_id, account_id=account.account_id, set_at=now)
        session.add(row)
    row.account_id, row.set_at = account.account_id, now


def _view(session: Session, station: Station) -> TermsView:
    row = cases.terms_of(session, station.station_id)
    terms = case_steps.terms(session, station.station_id)
    head = cases.head_of(session, station.station_id)
    account = None if head is None else accounts.by_id(session, head)
    return TermsView(
        station_id=station.station_id,
        name=station.name,
        contact=terms.contact,
        question=terms.question,
        other=terms.other,
        shipped=row is None,
        head=None if account is None else account.name,
        updated_at=None if row is None else row.updated_at,
        version=0 if row is None else int(row.updated_at.timestamp() * 1_000_000),
    )
