"""The take-up clock as each side reads it: a bank its queue, a firm its line with refusals explained, the
station only how far it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role, require
from matcher.domain.consent import Purpose
from matcher.domain.enterprise import TRADING
from matcher.domain.field_access import Audience, Case, Sight, redact, view
from matcher.domain.product import Truth
from matcher.domain.take_up import ALIVE, TakeUpState, refusal_reasons
from matcher.messages import LANGUAGES, say
from matcher.recommend.loans import Wish, best_products
from matcher.services import repair_view
from matcher.services.asked import today
from matcher.services.consents import DISCLOSURE
from matcher.services.fact_words import all_told
from matcher.services.firm_rows import criteria_facts, product_of, shown_facts, sole_trader, yuan
from matcher.services.partners import own_enterprise, own_need
from matcher.services.take_ups import settle
from matcher.storage import consents, enterprises, journal, needs, products, take_ups
from matcher.storage.enterprises import Enterprise
from matcher.storage.take_ups import TakeUp

_QUEUE: Final = (TakeUpState.OFFERED, TakeUpState.TAKEN)
Told = Mapping[str, Sequence[str]]
Names = Mapping[str, str]


@dataclass(frozen=True)
class QueueItem:
    """What a bank is offered or has taken up: the firm as it lets the bank read it."""

    take_up_id: str
    product_id: str
    product: str
    state: str
    offered_at: datetime | None
    due_at: datetime | None
    enterprise_id: str
    name: str
    amount_yuan: float | None
    fields: Mapping[str, object]
    consents: Sequence[str]


@dataclass(frozen=True)
class LinePlace:
    """One bank's place. To a station `state` is open or closed, and who and why is the firm's own to know."""

    take_up_id: str
    place: int
    state: str
    product_id: str | None
    product: str | None
    bank: str | None
    offered_at: datetime | None
    due_at: datetime | None
    ended_at: datetime | None
    reason: str | None
    said: str | None
    amount_yuan: float | None
    rate: float | None
    why: Told


@dataclass(frozen=True)
class ReasonView:
    """A reason that a bank may give today: its code, in words, and the facts it speaks of."""

    code: str
    names: Names
    fields: Sequence[str]


def reasons(now: datetime) -> tuple[ReasonView, ...]:
    """The list in force."""
    return tuple(
        ReasonView(one.code, _named(one.code), one.fields)
        for one in refusal_reasons()
        if one.in_force(today(now))
    )


def queue(session: Session, actor: Actor, now: datetime) -> tuple[QueueItem, ...]:
    """What the bank is offered and has taken up, the one due first first. Each firm shown is written down.

    A firm that withdrew its consent, or trades no longer, is not among them.
    """
    require(actor, "take_ups.decide")
    settle(session, now)
    rows = take_ups.of_owner(session, actor.scope, _QUEUE)
    firms = enterprises.by_ids(session, sorted({row.enterprise_id for row in rows}))
    items = [_item(session, actor, row, firms[row.enterprise_id], now) for row in rows]
    return tuple(item for item in items if item is not None)


def line(session: Session, actor: Actor, need_id: str, now: datetime) -> tuple[LinePlace, ...]:
    """A need's line to the firm, with every refusal explained; to its station how far it is."""
    require(actor, "take_ups.read")
    need = own_need(session, actor, need_id)
    settle(session, now)
    rows = take_ups.of_need(session, need_id)
    if actor.role is not Role.ENTERPRISE:
        return tuple(_half_told(row) for row in rows)
    firm = own_enterprise(session, actor, need.enterprise_id)
    return tuple(_place(session, row, firm, now) for row in rows)


def _item(session: Session, actor: Actor, row: TakeUp, firm: Enterprise, now: datetime) -> QueueItem | None:
    purpose = Purpose.FINANCING.value
    grants = consents.granted(session, row.enterprise_id, actor.scope, purpose, now)
    if not grants or firm.status not in TRADING:
        return None
    consented = frozenset(name for one in grants for name in one.fields)
    case = Case(consented=consented, sole_trader=sole_trader(firm))
    product, need = products.by_id(session, row.product_id), needs.need_by_id(session, row.need_id)
    told = need is not None and view("loan_need", Audience.BANK, case) is Sight.FULL
    named = view("name", Audience.BANK, case) is Sight.FULL
    fields = redact(shown_facts(firm, today(now)), Audience.BANK, case)
    item = QueueItem(
        take_up_id=row.take_up_id,
        product_id=row.product_id,
        product="" if product is None else product.title,
        state=row.state,
        offered_at=row.offered_at,
        due_at=row.due_at,
        enterprise_id=row.enterprise_id,
        name=firm.name if named else row.enterprise_id,
        amount_yuan=yuan(need.amount_fen) if told and need is not None else None,
        fields=fields,
        consents=[one.consent_id for one in grants],
    )
    journal.record(
        session,
        actor,
        DISCLOSURE,
        ("take_up", row.take_up_id, row.enterprise_id),
        now,
        fields=sorted(fields),
        purpose=purpose,
        consents=list(item.consents),
    )
    return item


def _half_told(row: TakeUp) -> LinePlace:
    state = "open" if row.state in ALIVE else "closed"
    return LinePlace(
        row.take_up_id, row.place, state, None, None, None, row.offered_at, row.due_at, row.ended_at,
        None, None, None, None, dict.fromkeys(LANGUAGES, ()),
    )  # fmt: skip


def _place(session: Session, row: TakeUp, firm: Enterprise, now: datetime) -> LinePlace:
    product = products.by_id(session, row.product_id)
    return LinePlace(
        take_up_id=row.take_up_id,
        place=row.place,
        state=row.state,
        product_id=row.product_id,
        product=None if product is None else product.title,
        bank=None if product is None else product.owner_name,
        offered_at=row.offered_at,
        due_at=row.due_at,
        ended_at=row.ended_at,
        reason=row.reason,
        said=row.said,
        amount_yuan=yuan(row.amount_fen),
        rate=row.rate,
        why={language: _why(session, row, firm, now, language) for language in LANGUAGES},
    )


def _why(session: Session, row: TakeUp, firm: Enterprise, now: datetime, language: str) -> tuple[str, ...]:
    """A refusal explained: the reason, what the product asks for there, how far it is, and the way to yes."""
    if row.reason is None:
        return ()
    product, day = products.by_id(session, row.product_id), today(now)
    said = [say("take_ups.refused_because", language, reason=_named(row.reason)[language])]
    if product is None:
        return tuple(said)
    fields = next(one.fields for one in refusal_reasons() if one.code == row.reason)
    (fit,) = best_products([product_of(product)], criteria_facts(firm, day), Wish(), day)
    asked = [one for one in fit.verdict.findings if one.criterion.field in fields]
    for told in all_told(asked, language):
        truth = say(f"products.truth.{told.truth}", language)
        seen = say("take_ups.unknown", language) if told.seen is None else told.seen
        said.append(say("take_ups.asked", language, wanted=told.wanted, seen=seen, truth=truth))
    if fields and asked and all(one.truth is Truth.YES for one in asked):
        said.append(say("take_ups.meets_them", language))
    way = repair_view.repair(fit, None)
    return (*said, *(() if way is None else way.sentences[language]))


def _named(code: str) -> Names:
    return {language: say(f"take_ups.reason.{code}", language) for language in LANGUAGES}
