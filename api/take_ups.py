"""Loan needs put to banks one after the other, over HTTP; a bank's queue; refusals with their reasons."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from flask import Response
from pydantic import Field

from api.asking import asking
from api.auth import policy
from api.idempotent import idempotent
from api.routing import Routes
from api.schemas.base import Answer, Body, Identifier, Moment, Shown, Yuan, answer, fen
from api.schemas.partners import Named, Tongues
from api.schemas.products import Rate
from matcher.errors import InvalidInput
from matcher.services import take_up_view as views
from matcher.services import take_ups as service

blueprint = Routes("take_ups", __name__, url_prefix="/v1")
Said = Annotated[str | None, Field(min_length=1, max_length=1_000)]


class StartBody(Body):
    """Which products in which order; left out: the best of each bank that the firm consented to."""

    product_ids: Annotated[list[Identifier] | None, Field(min_length=1, max_length=20)] = None


class LoanDecisionBody(Body):
    """Taken up, approved with an amount, or refused with a reason of the list."""

    state: Literal["taken", "approved", "refused"]
    amount_yuan: Yuan | None = None
    rate: Rate | None = None
    reason: Annotated[str | None, Field(max_length=100)] = None
    said: Said = None


class PlaceOut(Shown):
    """One bank's place; to a station `state` is open or closed and nothing else is told."""

    take_up_id: str
    place: int
    state: str
    product_id: str | None
    product: str | None
    bank: str | None
    offered_at: Moment | None
    due_at: Moment | None
    ended_at: Moment | None
    reason: str | None
    said: str | None
    amount_yuan: float | None
    rate: float | None
    why: Tongues


class LineOut(Answer):
    """A need's line, in order."""

    need_id: str
    items: list[PlaceOut]


class QueueItemOut(Shown):
    """What the bank is offered or has taken up; the firm as it lets this bank read it."""

    take_up_id: str
    product_id: str
    product: str
    state: str
    offered_at: Moment | None
    due_at: Moment | None
    enterprise_id: str
    name: str
    amount_yuan: float | None
    fields: dict[str, Any]
    consents: list[str]


class QueueOut(Answer):
    """The one due first first."""

    items: list[QueueItemOut]


class DecidedOut(Answer):
    """What became of a place."""

    take_up_id: str
    state: str
    reason: str | None
    amount_yuan: float | None
    rate: float | None


class ReasonOut(Shown):
    """A reason in force; `fields` are the facts it speaks of."""

    code: str
    names: Named
    fields: list[str]


class Reasons(Answer):
    """The list of today."""

    items: list[ReasonOut]


@blueprint.post("/needs/<need_id>/take-ups")
@policy("take_ups.start")
@blueprint.input(StartBody)
@blueprint.output(LineOut, status_code=201)
@idempotent
def start(need_id: str, json_data: StartBody) -> Response:
    """Put a loan need to the banks that the firm consented to, one after the other."""
    here = asking()
    service.start(here.session, here.actor, need_id, json_data.product_ids, here.now)
    return _line(need_id, 201)


@blueprint.get("/needs/<need_id>/take-ups")
@policy("take_ups.read", writes=True)
@blueprint.output(LineOut)
def line(need_id: str) -> Response:
    """How far a need is with the banks; to the firm every refusal with what would help."""
    return _line(need_id, 200)


@blueprint.delete("/needs/<need_id>/take-ups")
@policy("take_ups.start")
@blueprint.output(LineOut)
def stop(need_id: str) -> Response:
    """End the line; what a bank decided stays."""
    here = asking()
    service.stop(here.session, here.actor, need_id, here.now)
    return _line(need_id, 200)


@blueprint.get("/take-ups")
@policy("take_ups.decide", writes=True)
@blueprint.output(QueueOut)
def queue() -> Response:
    """What the bank is offered and has taken up; what is overdue has gone to the next."""
    here = asking()
    items = [QueueItemOut.of(one) for one in views.queue(here.session, here.actor, here.now)]
    return answer(QueueOut(items=items))


@blueprint.patch("/take-ups/<take_up_id>")
@policy("take_ups.decide")
@blueprint.input(LoanDecisionBody)
@blueprint.output(DecidedOut)
def decide(take_up_id: str, json_data: LoanDecisionBody) -> Response:
    """Take it up, approve it, or refuse it with a reason."""
    here, said = asking(), json_data
    if said.state == "taken":
        row = service.take(here.session, here.actor, take_up_id, here.now)
    elif said.state == "refused":
        row = service.refuse(here.session, here.actor, take_up_id, said.reason or "", said.said, here.now)
    else:
        amount = fen(said.amount_yuan)
        if amount is None:
            raise InvalidInput("take_ups.no_amount")
        row = service.approve(here.session, here.actor, take_up_id, amount, said.rate, said.said, here.now)
    return answer(
        DecidedOut(
            take_up_id=take_up_id,
            state=row.state,
            reason=row.reason,
            amount_yuan=None if row.amount_fen is None else row.amount_fen / 100,
            rate=row.rate,
        )
    )


@blueprint.get("/refusal-reasons")
@policy("session.end")
@blueprint.output(Reasons)
def reasons() -> Response:
    """Reasons that a bank may give today."""
    return answer(Reasons(items=[ReasonOut.of(one) for one in views.reasons(asking().now)]))


def _line(need_id: str, status: int) -> Response:
    here = asking()
    items = [PlaceOut.of(one) for one in views.line(here.session, here.actor, need_id, here.now)]
    return answer(LineOut(need_id=need_id, items=items), status)
