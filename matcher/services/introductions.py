"""Introductions: a suggestion acted on, climbing the ladder of outcomes until paid or declined."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role, require
from matcher.domain.case import DEALS, Outcome, check_move
from matcher.domain.need import NeedKind, NeedState
from matcher.domain.ranking import Suggestion
from matcher.errors import Conflict, InvalidInput, NotFound
from matcher.graph.graph import Graph
from matcher.recommend import partners as recommender
from matcher.recommend.weight_table import table_of
from matcher.services import sight
from matcher.services.asked import question_of, today
from matcher.services.partners import ACTIVE, OPEN, WHY_LIST, own_need, shown
from matcher.storage import enterprises, feedback, journal
from matcher.storage.feedback import Introduction
from matcher.storage.needs import Deal, Need
from matcher.storage.versions import expect_version, save_edit

# A firm that fails one of these is no partner, whoever asks for it.
_NEVER: Final = ("apart", "itself", "active")
_DECIMALS: Final = 6  # of what is kept of a score


@dataclass(frozen=True)
class Step:
    """The next rung: where it leads, on what evidence or for which reason, for how much, on which day."""

    outcome: Outcome
    evidence: str | None = None
    reason: str | None = None
    amount_fen: int | None = None
    on: date | None = None


def create(
    session: Session, graph: Graph, actor: Actor, need_id: str, enterprise_id: str, now: datetime
) -> Introduction:
    """Act on a suggestion for one's own need. The score is the graph's of this moment, never the asker's.

    Raises NotFound for a need out of scope or a firm the actor may not know of, InvalidInput for one that
    must be kept apart, Conflict while the two are introduced already. One query of the graph.
    """
    require(actor, "introductions.write")
    need = own_need(session, actor, need_id)
    row = enterprises.by_id(session, enterprise_id)
    if row is None or row.status != ACTIVE or not shown(actor, row):
        raise NotFound("access.no_such_enterprise", value=enterprise_id)
    _refuse_second(session, need_id, enterprise_id)
    found = _suggestion(session, graph, actor, need, enterprise_id, now)
    made = Introduction(
        introduction_id=secrets.token_hex(16),
        need_id=need_id,
        enterprise_id=enterprise_id,
        snapshot_id=None if found is None else graph.snapshot_id,
        score=None if found is None else round(found.score, _DECIMALS),
        parts=None if found is None else _rounded(found.parts),
        table_version=None if found is None else table_of(graph).version,
        state=Outcome.INTRODUCED.value,
        steps=[as_json(Step(Outcome.INTRODUCED), actor, now)],
        reason=None,
        created_by=actor.account_id,
        created_at=now,
        updated_at=now,
    )
    session.add(made)
    if need.state == NeedState.OPEN.value:
        need.state, need.updated_at = NeedState.MATCHING.value, now
    _record(session, actor, "introductions.create", made, need, now)
    session.flush()
    return made


def advance(
    session: Session, actor: Actor, introduction_id: str, version: int, step: Step, now: datetime
) -> Introduction:
    """Write the next outcome of one's own need's introduction, read as `version`.

    Signed and paid write a deal, so that the next recomputation learns from it, and close the need's loop.
    Raises Conflict for a step the ladder does not have, VersionMismatch, NotFound out of scope.
    """
    require(actor, "introductions.write")
    row, need = _own(session, actor, introduction_id)
    expect_version(row, version)
    before = Outcome(row.state)
    check_move(before, step.outcome, step.evidence, step.reason)
    row.state, row.reason, row.updated_at = step.outcome.value, step.reason, now
    row.steps = [*row.steps, as_json(step, actor, now)]
    if step.outcome in DEALS:
        _write_deal(session, row, need, step, now)
        if need.state in OPEN:
            need.state, need.updated_at = NeedState.SERVED.value, now
    elif before in DEALS:
        _call_off(session, row, step, now)
    _record(session, actor, "introductions.advance", row, need, now)
    save_edit(session)
    return row


def get(session: Session, actor: Actor, introduction_id: str) -> Introduction:
    """One introduction of one's own need. Raises NotFound out of scope."""
    require(actor, "introductions.write")
    return _own(session, actor, introduction_id)[0]


def of_need(session: Session, actor: Actor, need_id: str) -> Sequence[Introduction]:
    """The introductions of one's own need, oldest first. Raises NotFound out of scope."""
    require(actor, "introductions.write")
    own_need(session, actor, need_id)
    return feedback.of_need(session, need_id)


def score_told(session: Session, actor: Actor, row: Introduction) -> float | None:
    """The score as it may be read now: whole of a firm of the own station, in hundredths of any other.

    To an enterprise none: the list it chose from told what it may read of the score, this one is whole.
    """
    firm = enterprises.by_id(session, row.enterprise_id)
    if row.score is None or firm is None or actor.role is Role.ENTERPRISE:
        return None
    return round(row.score, 4 if sight.close(actor, firm) else 2)


def _own(session: Session, actor: Actor, introduction_id: str) -> tuple[Introduction, Need]:
    row = feedback.by_id(session, introduction_id)
    if row is None:
        raise NotFound("introductions.no_such_introduction", value=introduction_id)
    try:
        return row, own_need(session, actor, row.need_id)
    except NotFound:  # the need's id would tell that the introduction exists
        raise NotFound("introductions.no_such_introduction", value=introduction_id) from None


def _refuse_second(session: Session, need_id: str, enterprise_id: str) -> None:
    for earlier in feedback.of_need(session, need_id):
        if earlier.enterprise_id == enterprise_id and earlier.state != Outcome.DECLINED.value:
            raise Conflict("introductions.already_there", value=earlier.introduction_id)


def _suggestion(
    session: Session, graph: Graph, actor: Actor, need: Need, enterprise_id: str, now: datetime
) -> Suggestion | None:
    """What the recommender thinks of the pair; None for a firm newer than the snapshot."""
    relations = enterprises.relations_in_force(session, [need.enterprise_id], today(now))
    if any(enterprise_id in (row.a, row.b) for row in relations) or enterprise_id == need.enterprise_id:
        raise InvalidInput("introductions.kept_apart", value=enterprise_id)
    if graph.firms.position(enterprise_id) is None:
        return None
    station = actor.scope if actor.role is Role.OFFICER else None
    question = question_of(need, today(now))
    standing = recommender.stand(graph, question, enterprise_id, WHY_LIST, station)
    if any(name in standing.failed for name in _NEVER):
        raise InvalidInput("introductions.kept_apart", value=enterprise_id)
    return standing.suggestion


def _rounded(parts: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, _DECIMALS) for name, value in parts.items()}


def _sides(row: Introduction, need: Need) -> tuple[str, str]:
    """Buyer and seller: who seeks customers sells."""
    if need.kind == NeedKind.CUSTOMERS.value:
        return row.enterprise_id, need.enterprise_id
    return need.enterprise_id, row.enterprise_id


def _deal_id(row: Introduction) -> str:
    return f"introduction-{row.introduction_id}"


def _write_deal(session: Session, row: Introduction, need: Need, step: Step, now: datetime) -> None:
    """One deal an introduction; paid is the same deal further on."""
    deal = session.get(Deal, _deal_id(row))
    if deal is None:
        buyer, seller = _sides(row, need)
        deal = Deal(
            deal_id=_deal_id(row),
            buyer_id=buyer,
            seller_id=seller,
            date=today(now),
            amount_fen=None,
            need_id=need.need_id,
            reason=None,
            updated_at=now,
        )
        session.add(deal)
    deal.stage, deal.updated_at = step.outcome.value, now
    deal.date = deal.date if step.on is None else step.on
    deal.amount_fen = deal.amount_fen if step.amount_fen is None else step.amount_fen


def _call_off(session: Session, row: Introduction, step: Step, now: datetime) -> None:
    deal = session.get(Deal, _deal_id(row))
    if deal is not None:
        deal.stage, deal.reason, deal.updated_at = step.outcome.value, step.reason, now


def as_json(step: Step, actor: Actor, now: datetime) -> dict[str, Any]:
    """A rung as the row keeps it."""
    return {
        "state": step.outcome.value,
        "at": now.isoformat(),
        "by": actor.account_id,
        "evidence": step.evidence,
        "reason": step.reason,
        "amount_fen": step.amount_fen,
        "on": None if step.on is None else step.on.isoformat(),
    }


def _record(
    session: Session, actor: Actor, action: str, row: Introduction, need: Need, now: datetime
) -> None:
    """A line for each side: both may read that it was introduced, and to what end."""
    for firm in (need.enterprise_id, row.enterprise_id):
        subject = ("introduction", row.introduction_id, firm)
        journal.record(session, actor, action, subject, now, state=row.state)
