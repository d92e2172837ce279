"""A file goes from one station to another: offered on a ground, taken or refused, written down by both."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role, require
from matcher.domain.promise import CaseAct
from matcher.errors import Conflict, InvalidInput, NotFound
from matcher.services import case_list, case_notices, case_steps, sight
from matcher.services.partners import own_enterprise
from matcher.storage import enterprises, handovers, needs
from matcher.storage.enterprises import Enterprise, Station
from matcher.storage.handovers import ACCEPTED, OFFERED, REFUSED, WITHDRAWN, Handover
from matcher.storage.journal import record
from matcher.storage.versions import expect_version, save_edit
from matcher.text.normalize import check

LONGEST = 500


@dataclass(frozen=True)
class HandoverView:
    """One hand-over as both stations read it. `firm` is its name where the reader may know it.

    `waiting` and `overdue` count its open cases, so that the taker knows what it takes; they are None once
    the file is neither's to read.
    """

    row: Handover
    firm: str
    giver: str
    taker: str
    waiting: int | None
    overdue: int | None


def offer(
    session: Session, actor: Actor, enterprise_id: str, to_station: str, ground: str, now: datetime
) -> Handover:
    """Offer an own file to another station. Nothing moves before it is taken.

    Raises NotFound, InvalidInput (no ground, the own station), Conflict where it is offered already.
    """
    require(actor, "handovers.write")
    row = own_enterprise(session, actor, enterprise_id)
    _checked(ground)
    if session.get(Station, to_station) is None:
        raise NotFound("access.no_such_station", value=to_station)
    if to_station == actor.scope:
        raise InvalidInput("handovers.own_station", value=to_station)
    if any(one.state == OFFERED for one in handovers.of_enterprise(session, enterprise_id)):
        raise Conflict("handovers.offered_already", value=row.name)
    made = Handover(
        handover_id=secrets.token_hex(12),
        enterprise_id=enterprise_id,
        from_station=actor.scope,
        to_station=to_station,
        ground=ground,
        state=OFFERED,
        offered_by=actor.account_id,
        offered_at=now,
    )
    session.add(made)
    _journal(session, actor, "handovers.offer", made, now)
    session.flush()
    case_notices.offered(session, made, now)
    return made


def decide(
    session: Session,
    actor: Actor,
    handover_id: str,
    version: int,
    answer: tuple[bool, str | None],
    now: datetime,
) -> Handover:
    """Take or refuse what was offered to the own station; refusing needs a word. The taker answers for all
    that falls due from then on (`case_holders`). Raises NotFound, Conflict, VersionMismatch, InvalidInput.
    """
    require(actor, "handovers.write")
    row = _offered(session, actor, handover_id, version)
    if row.to_station != actor.scope:
        raise NotFound("handovers.no_such_handover", value=handover_id)
    accepted, said = answer
    if not accepted:
        _checked(said)
    row.state, row.said = (ACCEPTED if accepted else REFUSED), said
    _close(session, actor, row, now)
    if accepted:
        _move(session, actor, row, now)
    save_edit(session)
    case_notices.decided(session, row, now)
    return row


def withdraw(session: Session, actor: Actor, handover_id: str, version: int, now: datetime) -> Handover:
    """Take an own offer back before it is decided. Raises NotFound, Conflict, VersionMismatch."""
    require(actor, "handovers.write")
    row = _offered(session, actor, handover_id, version)
    if row.from_station != actor.scope:
        raise NotFound("handovers.no_such_handover", value=handover_id)
    row.state = WITHDRAWN
    _close(session, actor, row, now)
    save_edit(session)
    return row


def of_row(session: Session, actor: Actor, row: Handover, now: datetime) -> HandoverView:
    """One of them, as the actor's station reads it."""
    firm = enterprises.by_ids(session, {row.enterprise_id})[row.enterprise_id]
    stations = {one.station_id: one.name for one in enterprises.stations(session)}
    return _view(actor, row, firm, stations, _open_cases(session, firm, now))


def listing(session: Session, actor: Actor, now: datetime) -> Sequence[HandoverView]:
    """What the own station gave or was offered, newest first."""
    require(actor, "handovers.write")
    rows = handovers.of_station(session, actor.scope)
    firms = enterprises.by_ids(session, {row.enterprise_id for row in rows})
    stations = {row.station_id: row.name for row in enterprises.stations(session)}
    lines = {key: _open_cases(session, firms[key], now) for key in {row.enterprise_id for row in rows}}
    return [_view(actor, row, firms[row.enterprise_id], stations, lines[row.enterprise_id]) for row in rows]


def _view(
    actor: Actor, row: Handover, firm: Enterprise, stations: dict[str, str], counts: tuple[int, int]
) -> HandoverView:
    concerned = row.state == OFFERED or firm.station_id == actor.scope
    waiting, overdue = counts if concerned else (None, None)
    # Whoever is offered a file is told whose: else nobody could decide. Persons stay bare ids until taken.
    name = firm.name if sight.close(actor, firm) or not sight.case(firm).sole_trader else firm.enterprise_id
    return HandoverView(row, name, stations[row.from_station], stations[row.to_station], waiting, overdue)


def _open_cases(session: Session, firm: Enterprise, now: datetime) -> tuple[int, int]:
    """Counts as the firm itself would read them."""
    lines = case_list.all_waiting(session, Actor("", Role.ENTERPRISE, firm.enterprise_id), now)
    return len(lines), sum(line.escalated for line in lines)


def _offered(session: Session, actor: Actor, handover_id: str, version: int) -> Handover:
    row = session.get(Handover, handover_id)
    if row is None or actor.scope not in (row.from_station, row.to_station):
        raise NotFound("handovers.no_such_handover", value=handover_id)
    if row.state != OFFERED:
        raise Conflict("handovers.decided", value=handover_id, state=row.state)
    expect_version(row, version)
    return row


def _close(session: Session, actor: Actor, row: Handover, now: datetime) -> None:
    row.decided_by, row.decided_at = actor.account_id, now
    _journal(session, actor, "handovers.decide", row, now)


def _move(session: Session, actor: Actor, row: Handover, now: datetime) -> None:
    firm = enterprises.by_id(session, row.enterprise_id)
    if firm is None or firm.station_id != row.from_station:
        raise Conflict("handovers.moved_meanwhile", value=row.enterprise_id)
    firm.station_id, firm.updated_at = row.to_station, now
    for need in needs.needs_of(session, row.enterprise_id):
        if need.state in needs.WAITING:
            case_steps.written(session, actor, need, CaseAct.HANDED, now, said=row.ground)


def _journal(session: Session, actor: Actor, action: str, row: Handover, now: datetime) -> None:
    subject = ("handover", row.handover_id, row.enterprise_id)
    stations = {"giver": row.from_station, "taker": row.to_station}
    record(session, actor, action, subject, now, state=row.state, **stations)


def _checked(said: str | None) -> None:
    if said is None or not said.strip():
        raise InvalidInput("handovers.ground_needed")
    check(said, LONGEST)
