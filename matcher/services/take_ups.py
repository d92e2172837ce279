"""The take-up clock (抢单): a loan need is offered to one bank after the other, each within its stated time.

Lines move whenever anybody looks at them and by the job `take-ups`: what is overdue then lapses, and the next
bank has its whole time from that moment on.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.domain.consent import Purpose
from matcher.domain.enterprise import TRADING
from matcher.domain.need import NeedKind, NeedState
from matcher.domain.product import Product, ProductKind, Truth
from matcher.domain.take_up import ALIVE, FOLLOWS, MINUTES, TakeUpState, refusal_reason
from matcher.errors import Conflict, InvalidInput, NotFound
from matcher.recommend.loans import best_products
from matcher.services.asked import today
from matcher.services.finance import wish_of
from matcher.services.firm_rows import criteria_facts, product_of
from matcher.services.notices import About, AboutKind, Blank, Notice, To, notify
from matcher.services.partners import OPEN, own_enterprise, own_need
from matcher.storage import consents, enterprises, journal, needs, products, take_ups
from matcher.storage.needs import Need
from matcher.storage.take_ups import TakeUp
from matcher.storage.versions import save_edit


def start(
    session: Session, actor: Actor, need_id: str, product_ids: Sequence[str] | None, now: datetime
) -> Sequence[TakeUp]:
    """Put a firm's loan need to the banks it consented to, best product first or in the order given.

    Raises InvalidInput for a need that is no open loan need, Conflict while a line of it is running or where
    no bank that the firm consented to has a product for it.
    """
    require(actor, "take_ups.start")
    need = own_need(session, actor, need_id)
    if need.kind != NeedKind.FINANCING.value or need.state not in OPEN:
        raise InvalidInput("take_ups.no_loan_need", value=need_id)
    settle(session, now)
    if any(row.state in ALIVE for row in take_ups.of_need(session, need_id)):
        raise Conflict("take_ups.running", value=need_id)
    line = _line(session, actor, need, product_ids, now)
    if not line:
        raise Conflict("take_ups.no_bank", value=need_id)
    for place, product in enumerate(line, 1):
        session.add(_place(need, product, place, now))
    session.flush()
    need.state = NeedState.MATCHING.value
    journal.record(session, actor, "take_ups.start", ("need", need_id, need.enterprise_id), now)
    _advance(session, need_id, now)
    return take_ups.of_need(session, need_id)


def settle(session: Session, now: datetime) -> int:
    """Let what is overdue lapse and offer each need to the next bank. How many lapsed."""
    late = take_ups.overdue(session, now)
    for row in late:
        row.state, row.ended_at = TakeUpState.LAPSED.value, now
    session.flush()
    for need_id in dict.fromkeys(row.need_id for row in late):
        _advance(session, need_id, now)
    return len(late)


def take(session: Session, actor: Actor, take_up_id: str, now: datetime) -> TakeUp:
    """A bank takes up what it is offered, in time. Raises Conflict once it has lapsed or is taken."""
    row = _own(session, actor, take_up_id, now)
    _move(row, TakeUpState.TAKEN)
    row.taken_at = now
    journal.record(session, actor, "take_ups.take", ("need", row.need_id, row.enterprise_id), now)
    save_edit(session)
    _tell_firm(session, row, "loan_taken", now)
    return row


# One argument a part of what the bank says; `said` is for the firm.
def approve(
    session: Session, actor: Actor, take_up_id: str, amount_fen: int, rate: float | None, said: str | None,
    now: datetime,
) -> TakeUp:  # fmt: skip
    """The bank says yes: the rest of the line is closed."""
    row = _own(session, actor, take_up_id, now)
    _move(row, TakeUpState.APPROVED)
    row.amount_fen, row.rate, row.said, row.ended_at = amount_fen, rate, said, now
    journal.record(session, actor, "take_ups.approve", ("need", row.need_id, row.enterprise_id), now)
    save_edit(session)
    _close_rest(session, row.need_id, now)
    _tell_firm(session, row, "loan_approved", now)
    return row


def refuse(
    session: Session, actor: Actor, take_up_id: str, reason: str, said: str | None, now: datetime
) -> TakeUp:
    """The bank says no, with a reason of the list in force; the next bank is asked at once."""
    row = _own(session, actor, take_up_id, now)
    given = refusal_reason(reason, today(now))
    _move(row, TakeUpState.REFUSED)
    row.reason, row.said, row.ended_at = given.code, said, now
    subject = ("need", row.need_id, row.enterprise_id)
    journal.record(session, actor, "take_ups.refuse", subject, now, reason=given.code)
    save_edit(session)
    _advance(session, row.need_id, now)
    _tell_firm(session, row, "loan_refused", now)
    return row


def stop(session: Session, actor: Actor, need_id: str, now: datetime) -> Sequence[TakeUp]:
    """The firm or its station ends the line; what a bank decided stays."""
    require(actor, "take_ups.start")
    need = own_need(session, actor, need_id)
    _close_rest(session, need_id, now)
    journal.record(session, actor, "take_ups.stop", ("need", need_id, need.enterprise_id), now)
    return take_ups.of_need(session, need_id)


def _own(session: Session, actor: Actor, take_up_id: str, now: datetime) -> TakeUp:
    require(actor, "take_ups.decide")
    settle(session, now)
    row = take_ups.by_id(session, take_up_id)
    if row is None or row.owner != actor.scope or row.state == TakeUpState.WAITING.value:
        raise NotFound("take_ups.no_such_place", value=take_up_id)
    if row.state in ALIVE and not consented(session, row, now):
        raise Conflict("take_ups.consent_gone", value=take_up_id)
    return row


def consented(session: Session, row: TakeUp, now: datetime) -> bool:
    """Whether the firm still trades and lets this bank look at it."""
    firm = enterprises.by_id(session, row.enterprise_id)
    if firm is None or firm.status not in TRADING:
        return False
    purpose = Purpose.FINANCING.value
    return bool(consents.granted(session, row.enterprise_id, row.owner, purpose, now))


def _move(row: TakeUp, to: TakeUpState) -> None:
    if to not in FOLLOWS.get(TakeUpState(row.state), frozenset()):
        raise Conflict("take_ups.cannot_follow", state=row.state, to=to.value)
    row.state = to.value


def _line(
    session: Session, actor: Actor, need: Need, product_ids: Sequence[str] | None, now: datetime
) -> list[Product]:
    """Loans of consenting banks that do not refuse the firm by their criteria; one a bank."""
    firm, day = own_enterprise(session, actor, need.enterprise_id), today(now)
    rows = products.valid_on(session, ProductKind.LOAN.value, day)
    owners = {row.owner for row in rows}
    live = {
        owner
        for owner in owners
        if consents.granted(session, need.enterprise_id, owner, Purpose.FINANCING.value, now)
    }
    offered = [product_of(row) for row in rows if row.owner in live]
    fits = best_products(offered, criteria_facts(firm, day), wish_of(session, firm, ProductKind.LOAN), day)
    able = {fit.product.product_id: fit.product for fit in fits if fit.verdict.truth is not Truth.NO}
    if product_ids is None:
        first_of = {product.owner: product for product in reversed(able.values())}
        return [product for product in able.values() if first_of[product.owner] is product]
    for wanted in product_ids:
        if wanted not in able:
            raise InvalidInput("take_ups.not_possible", value=wanted)
    return [able[wanted] for wanted in dict.fromkeys(product_ids)]


def _place(need: Need, product: Product, place: int, now: datetime) -> TakeUp:
    return TakeUp(
        take_up_id=secrets.token_hex(16),
        need_id=need.need_id,
        enterprise_id=need.enterprise_id,
        product_id=product.product_id,
        owner=product.owner,
        place=place,
        minutes=product.take_up_minutes or MINUTES,
        state=TakeUpState.WAITING.value,
        made_at=now,
    )


def _advance(session: Session, need_id: str, now: datetime) -> None:
    """Offer the need to the next bank that has a place left and may still look; nobody is asked twice."""
    line = take_ups.of_need(session, need_id)
    if any(row.state in (TakeUpState.OFFERED.value, TakeUpState.TAKEN.value) for row in line):
        return
    for row in line:
        if row.state != TakeUpState.WAITING.value:
            continue
        if not _has_place(session, row) or not consented(session, row, now):
            row.state, row.ended_at = TakeUpState.CLOSED.value, now
            continue
        row.state, row.offered_at = TakeUpState.OFFERED.value, now
        row.due_at = now + timedelta(minutes=row.minutes)
        session.flush()
        _tell_bank(session, row, now)
        return
    session.flush()


def _has_place(session: Session, row: TakeUp) -> bool:
    product = products.by_id(session, row.product_id)
    if product is None or product.quota is None:
        return product is not None
    return take_ups.held_places(session, [row.product_id]).get(row.product_id, 0) < product.quota


def _close_rest(session: Session, need_id: str, now: datetime) -> None:
    for row in take_ups.of_need(session, need_id):
        if row.state in ALIVE:
            row.state, row.ended_at = TakeUpState.CLOSED.value, now
    session.flush()


def _tell_bank(session: Session, row: TakeUp, now: datetime) -> None:
    product, due = products.by_id(session, row.product_id), row.due_at
    title, by = "" if product is None else product.title, now if due is None else due
    about = About(AboutKind.PRODUCT, row.product_id)
    told: dict[str, Blank] = {"title": title, "by": by, "take_up": row.take_up_id}
    notify(session, Notice("loan_offered", To.organization(row.owner), about, told, urgent=True), now)


def _tell_firm(session: Session, row: TakeUp, kind: str, now: datetime) -> None:
    product = products.by_id(session, row.product_id)
    blanks = {
        "bank": "" if product is None else product.owner_name,
        "title": "" if product is None else product.title,
        "take_up": row.take_up_id,
    }
    need = needs.need_by_id(session, row.need_id)
    about = About(AboutKind.NEED, row.need_id if need is None else need.need_id)
    notify(session, Notice(kind, To.enterprise(row.enterprise_id), about, blanks, urgent=False), now)
