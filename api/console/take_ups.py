"""The bank's queue as a page; a need's line of banks as a part of its page."""

from __future__ import annotations

from typing import Annotated, Literal

from flask import Response, render_template, request, url_for
from pydantic import BeforeValidator, Field

from api.adapter import read_form
from api.asking import asking
from api.auth import policy
from api.console.forms import Form, Said, without_commas
from api.console.pages import blueprint, redirect_to
from api.language import language
from api.schemas.base import Yuan, fen
from matcher.errors import InvalidInput
from matcher.services import product_names, take_up_view, take_ups
from matcher.services.fact_words import fact, field_name, money


class DecisionFields(Form):
    """What the bank says."""

    state: Literal["taken", "approved", "refused"]
    amount_yuan: Annotated[Yuan | None, BeforeValidator(without_commas)] = None
    rate_percent: Annotated[Annotated[float, Field(ge=0, le=100)] | None, BeforeValidator(without_commas)] = (
        None
    )
    reason: Annotated[Annotated[str, Field(max_length=100)] | None, Said] = None
    said: Annotated[Annotated[str, Field(max_length=1_000)] | None, Said] = None


@blueprint.get("/take-ups")
@policy("take_ups.decide", writes=True)
def take_up_queue() -> str:
    """What the bank is offered and has taken up."""
    here, tongue = asking(), language()
    names = product_names.building_names(here.session)
    items = [
        (
            item,
            [
                (field_name(name, tongue), None if value is None else fact(name, value, tongue, names))
                for name, value in item.fields.items()
                if name != "name"
            ],
        )
        for item in take_up_view.queue(here.session, here.actor, here.now)
    ]
    return render_template(
        "take_ups.html",
        items=items,
        reasons=take_up_view.reasons(here.now),
        money=lambda yuan: money(yuan, tongue),
    )


@blueprint.post("/take-ups/<take_up_id>")
@policy("take_ups.decide")
def decide_take_up(take_up_id: str) -> Response:
    """Take up, approve or refuse."""
    here, said = asking(), read_form(DecisionFields, request)
    if said.state == "taken":
        take_ups.take(here.session, here.actor, take_up_id, here.now)
    elif said.state == "refused":
        take_ups.refuse(here.session, here.actor, take_up_id, said.reason or "", said.said, here.now)
    else:
        amount, rate = fen(said.amount_yuan), said.rate_percent
        if amount is None:
            raise InvalidInput("take_ups.no_amount")
        yearly = None if rate is None else round(rate / 100, 8)
        take_ups.approve(here.session, here.actor, take_up_id, amount, yearly, said.said, here.now)
    return redirect_to(url_for("console.take_up_queue", after=f"{take_up_id[:8]}-{said.state}"))


@blueprint.get("/needs/<need_id>/take-ups")
@policy("take_ups.read", writes=True)
def need_line(need_id: str) -> str:
    """How far a loan need is with the banks."""
    return _line(need_id)


@blueprint.post("/needs/<need_id>/take-ups")
@policy("take_ups.start")
def start_line(need_id: str) -> str:
    """Put it to the banks."""
    here = asking()
    take_ups.start(here.session, here.actor, need_id, None, here.now)
    return _line(need_id)


@blueprint.post("/needs/<need_id>/take-ups/stop")
@policy("take_ups.start")
def stop_line(need_id: str) -> str:
    """End the line."""
    here = asking()
    take_ups.stop(here.session, here.actor, need_id, here.now)
    return _line(need_id)


def _line(need_id: str) -> str:
    here, tongue = asking(), language()
    found = take_up_view.line(here.session, here.actor, need_id, here.now)
    running = any(one.state in ("waiting", "offered", "taken", "open") for one in found)
    return render_template(
        "fragments/line.html",
        need_id=need_id,
        line=found,
        running=running,
        money=lambda yuan: money(yuan, tongue),
    )
