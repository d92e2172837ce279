"""A need's case: where it stands against what was promised, its first contact, the firm's own answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone
from typing import Final

from sqlalchemy.orm import Session

from matcher.domain import promise
from matcher.domain.access import Actor, Role, require
from matcher.domain.case import DEALS, DONE
from matcher.domain.need import NeedKind, NeedState
from matcher.domain.promise import Act, Case, CaseAct, Due, Promise, Standing, Terms
from matcher.errors import Conflict, InvalidInput
from matcher.services import case_steps, needs
from matcher.services.notices import About, AboutKind, Blank, Firm, Notice, To, notify
from matcher.storage import cases, enterprises, feedback
from matcher.storage import needs as need_rows
from matcher.storage.cases import CaseStep
from matcher.storage.feedback import Introduction
from matcher.storage.journal import record
from matcher.storage.needs import Deal, Need

_CHINA: Final = timezone(timedelta(hours=8))
_BEST: Final = 5


@dataclass(frozen=True)
class CaseView:
    """A case as it is read: deadlines, how each stands, and the ledger, oldest first."""

    need: Need
    case: Case
    standing: Standing
    contact: Due | None
    answer: Due | None
    escalated: bool
    steps: Sequence[CaseStep]


@dataclass(frozen=True)
class FirmAnswer:
    """What the firm says: whether it was served, how content it is (1 to 5), and why."""

    served: bool
    satisfaction: int
    reason: str | None = None


def view(session: Session, actor: Actor, need_id: str, now: datetime) -> CaseView:
    """The case of a need in scope. Raises NotFound otherwise."""
    return _view(session, needs.get(session, actor, need_id), now)


def contact(session: Session, actor: Actor, need_id: str, now: datetime) -> CaseView:
    """Write down that the station spoke with the firm. The moment is now: it cannot be said of another."""
    require(actor, "needs.contact")
    need = needs.get(session, actor, need_id)
    case_steps.written(session, actor, need, CaseAct.CONTACTED, now)
    record(session, actor, "needs.contacted", ("need", need_id, need.enterprise_id), now)
    session.flush()
    return _view(session, need, now)


def answer(session: Session, actor: Actor, need_id: str, told: FirmAnswer, now: datetime) -> CaseView:
    """The firm says whether it was served. Yes closes the case, no opens it again.

    Raises Conflict where nothing was called served that could be disputed, or the need was withdrawn.
    """
    require(actor, "needs.answer")
    need = needs.get(session, actor, need_id)
    if not 1 <= told.satisfaction <= _BEST:
        raise InvalidInput("needs.bad_satisfaction", value=told.satisfaction)
    state = NeedState(need.state)
    if state is NeedState.WITHDRAWN or (not told.served and state not in DONE):
        raise Conflict("needs.nothing_to_answer", value=need_id, state=state.value)
    act = CaseAct.CONFIRMED if told.served else CaseAct.DISPUTED
    need.state = (NeedState.CLOSED if told.served else NeedState.OPEN).value
    need.updated_at = now
    case_steps.written(session, actor, need, act, now, said=told.reason, satisfaction=told.satisfaction)
    record(session, actor, f"needs.{act.value}", ("need", need_id, need.enterprise_id), now, state=need.state)
    session.flush()
    if not told.served:
        _tell_station(session, need, now)
    return _view(session, need, now)


def _tell_station(session: Session, need: Need, now: datetime) -> None:
    firm = enterprises.by_id(session, need.enterprise_id)
    if firm is None or firm.station_id is None:
        return
    title = need.title if need.title is not None else need.text[:24]
    told: dict[str, Blank] = {"firm": Firm(need.enterprise_id), "title": title, "at": now}
    about = About(AboutKind.NEED, need.need_id)
    notify(session, Notice("firm_not_served", To.station(firm.station_id), about, told, urgent=True), now)


def of_needs(session: Session, rows: Sequence[Need], terms: Terms) -> Mapping[str, Case]:
    """The cases of these needs, by need; `terms` are for those whose opening promised nothing."""
    keys = [need.need_id for need in rows]
    steps: dict[str, list[CaseStep]] = {key: [] for key in keys}
    introductions: dict[str, list[Introduction]] = {key: [] for key in keys}
    deals: dict[str, list[Deal]] = {key: [] for key in keys}
    for step in cases.steps_of(session, keys):
        steps[step.need_id].append(step)
    for row in feedback.of_needs(session, keys):
        introductions[row.need_id].append(row)
    for deal in need_rows.deals_for(session, keys):
        deals[str(deal.need_id)].append(deal)
    return {
        need.need_id: _case(
            need, steps[need.need_id], introductions[need.need_id], deals[need.need_id], terms
        )
        for need in rows
    }


def _view(session: Session, need: Need, now: datetime) -> CaseView:
    firm = enterprises.by_id(session, need.enterprise_id)
    terms = case_steps.terms(session, None if firm is None else firm.station_id)
    case = of_needs(session, [need], terms)[need.need_id]
    stands = promise.standing(case)
    return CaseView(
        need=need,
        case=case,
        standing=stands,
        contact=promise.contact_due(case, stands, now),
        answer=promise.answer_due(case, stands, now),
        escalated=promise.escalated(case, now),
        steps=cases.steps_of(session, [need.need_id]),
    )


def _case(
    need: Need,
    steps: Sequence[CaseStep],
    introductions: Sequence[Introduction],
    deals: Sequence[Deal],
    terms: Terms,
) -> Case:
    signed = [_signed_at(deal, introductions, need) for deal in deals if deal.stage in DEALS]
    return Case(
        opened_at=need.created_at,
        state=NeedState(need.state),
        promise=_promise(need, steps, terms),
        acts=[_act(step) for step in steps],
        introduced_at=min((row.created_at for row in introductions), default=None),
        signed_at=min(signed, default=None),
    )


def _promise(need: Need, steps: Sequence[CaseStep], terms: Terms) -> Promise:
    """As it was given when the need came, else as the terms say now."""
    for step in steps:
        if step.answer_by is not None:
            return Promise(step.contact_by, step.answer_by)
    kind = None if need.kind is None else NeedKind(need.kind)
    return promise.promised(need.created_at, kind, terms, from_firm=False)


def _act(step: CaseStep) -> Act:
    by_firm = step.role == Role.ENTERPRISE.value
    return Act(CaseAct(step.act), step.at, by_firm, bool(step.said), step.satisfaction)


def _signed_at(deal: Deal, introductions: Sequence[Introduction], need: Need) -> datetime:
    """When the signing was written down; of an imported deal the end of its day, which nobody typed here."""
    for row in introductions:
        if deal.deal_id.endswith(row.introduction_id):
            taken = [step for step in row.steps if step["state"] in DEALS]
            return min(datetime.fromisoformat(step["at"]) for step in taken)
    if deal.date is None:
        return deal.updated_at
    evening = datetime.combine(deal.date, time(23, 59), _CHINA).astimezone(UTC)
    return max(need.created_at, min(evening, deal.updated_at))
