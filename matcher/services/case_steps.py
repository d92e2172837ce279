"""What is written into a case's ledger: its opening with what was promised, its moves, its repetition."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role
from matcher.domain.case import DONE, check_need_move
from matcher.domain.need import NeedKind, NeedState
from matcher.domain.promise import CaseAct, Promise, Terms, promised
from matcher.storage import cases
from matcher.storage.cases import CaseStep
from matcher.storage.journal import record
from matcher.storage.needs import Need

_WAITING = (NeedState.OPEN.value, NeedState.MATCHING.value)
_ENDS = {NeedState.CLOSED: CaseAct.CLOSED, NeedState.WITHDRAWN: CaseAct.WITHDRAWN}


def terms(session: Session, station_id: str | None) -> Terms:
    """What a station promises: its own terms, else the shipped ones."""
    row = cases.terms_of(session, station_id)
    if row is None:
        return Terms()
    minutes = (row.contact_minutes, row.question_minutes, row.other_minutes)
    return Terms(*(timedelta(minutes=each) for each in minutes))


def opened(session: Session, actor: Actor, need: Need, station_id: str | None, now: datetime) -> None:
    """Write the promise down with the need: terms that change later do not change it."""
    kind = None if need.kind is None else NeedKind(need.kind)
    promise = promised(now, kind, terms(session, station_id), actor.role is Role.ENTERPRISE)
    written(session, actor, need, CaseAct.OPENED, now, promise=promise)


def repeated(session: Session, actor: Actor, again: Need, alike: Sequence[Need], now: datetime) -> None:
    """The same need came again and somebody says that it is another matter: it waits as a new one.

    Each earlier answer to it did not last, all the same, and counts as none.
    """
    for need in alike:
        written(session, actor, need, CaseAct.REPEATED, now, said=again.need_id)
        _journal(session, actor, need, CaseAct.REPEATED, now)


def again(session: Session, actor: Actor, need: Need, text: str, now: datetime) -> None:
    """The need was told again: one that waits keeps the words, any other is opened by them."""
    if need.state in _WAITING:
        noted(session, actor, need, CaseAct.TOLD, now, text)
    else:
        need.state = NeedState.OPEN.value
        noted(session, actor, need, CaseAct.REPEATED, now, text)
    need.updated_at = now


def noted(session: Session, actor: Actor, need: Need, act: CaseAct, now: datetime, said: str) -> None:
    """A line of the ledger with its line of the journal."""
    written(session, actor, need, act, now, said=said)
    _journal(session, actor, need, act, now)


def moved(
    session: Session, actor: Actor, need: Need, after: NeedState, now: datetime, evidence: str | None
) -> None:
    """Set the state by an allowed move, with its line. Raises what check_need_move raises."""
    before = NeedState(need.state)
    check_need_move(before, after, evidence, actor.role is Role.ENTERPRISE)
    if before is after:
        return
    need.state = after.value
    act = _ENDS.get(after)
    if act is None and (before in DONE or before is NeedState.WITHDRAWN) and after not in DONE:
        act = CaseAct.REOPENED
    if act is not None:
        written(session, actor, need, act, now, said=evidence)
        _journal(session, actor, need, act, now)


def written(
    session: Session,
    actor: Actor,
    need: Need,
    act: CaseAct,
    now: datetime,
    *,
    said: str | None = None,
    satisfaction: int | None = None,
    promise: Promise | None = None,
) -> CaseStep:
    """Add a line to the ledger."""
    step = CaseStep(
        need_id=need.need_id,
        at=now,
        act=act.value,
        role=actor.role.value,
        account_id=actor.account_id,
        said=said,
        satisfaction=satisfaction,
        contact_by=None if promise is None else promise.contact_by,
        answer_by=None if promise is None else promise.answer_by,
    )
    session.add(step)
    return step


def _journal(session: Session, actor: Actor, need: Need, act: CaseAct, now: datetime) -> None:
    subject = ("need", need.need_id, need.enterprise_id)
    record(session, actor, f"needs.{act.value}", subject, now, state=need.state)
