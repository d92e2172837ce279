"""The firm's own page, for a phone: needs, introductions, visits; and the door of a one-time link."""

from __future__ import annotations

from typing import Annotated, Final

from flask import Response, render_template, request, session, url_for
from flask_login import login_user
from pydantic import Field

from api.adapter import read_form
from api.asking import asking
from api.auth import BY_LINK, PUBLIC, Person, csrf, policy
from api.console.forms import Form, Said
from api.console.pages import blueprint, redirect_to
from api.schemas.base import Words
from matcher.domain.case import DONE
from matcher.domain.need import NeedState
from matcher.errors import TooManyRequests
from matcher.services import cases, contacts, enterprises, firm_links, intake, own_pages
from matcher.services.cases import FirmAnswer
from matcher.services.contacts import SideWord
from matcher.services.intake import NeedForm

SHOWN: Final = 20
Line = Annotated[Annotated[str, Field(max_length=500)] | None, Said]


class OwnNeedForm(Form):
    """A need in the firm's own words."""

    text: Words


class ServedForm(Form):
    """The firm's own word on a need."""

    served: bool
    satisfaction: Annotated[int, Field(ge=1, le=5)]
    reason: Line = None


class WillingForm(Form):
    """The firm's answer to an introduction."""

    accepted: bool
    direct: bool = False
    reason: Line = None


@blueprint.get("/own")
@policy("own.read")
def own_page() -> str:
    """All that a firm does for itself."""
    here = asking()
    rows = own_pages.needs_of(here.session, here.actor, SHOWN)
    views = [cases.view(here.session, here.actor, row.need_id, here.now) for row in rows]
    card = enterprises.get(here.session, here.actor, here.actor.scope)[1]
    return render_template(
        "own.html",
        card=card,
        cases=[(view, _asks_served(view.case.state, view.standing.confirmed)) for view in views],
        introductions=contacts.of_enterprise(here.session, here.actor, here.actor.scope)[:SHOWN],
        visits=own_pages.visits_to(here.session, here.actor),
        done=request.args.get("done"),
    )


@blueprint.post("/own/needs")
@policy("needs.create")
def own_need() -> Response:
    """Send a need; its text is read as an officer's would be."""
    here, form = asking(), read_form(OwnNeedForm, request)
    intake.create(here.session, here.actor, NeedForm(here.actor.scope, form.text), here.now)
    return redirect_to(url_for("console.own_page", done="sent") + "#needs")


@blueprint.post("/own/needs/<need_id>/served")
@policy("needs.answer")
def own_served(need_id: str) -> Response:
    """Served or not."""
    here, form = asking(), read_form(ServedForm, request)
    told = FirmAnswer(form.served, form.satisfaction, form.reason)
    cases.answer(here.session, here.actor, need_id, told, here.now)
    return redirect_to(url_for("console.own_page", done="thanks") + "#needs")


@blueprint.post("/own/introductions/<introduction_id>")
@policy("introductions.answer")
def own_answer(introduction_id: str) -> Response:
    """Willing or not; whether the own number goes with it."""
    here, form = asking(), read_form(WillingForm, request)
    word = SideWord(form.accepted, form.direct and form.accepted, form.reason)
    contacts.respond(here.session, here.actor, introduction_id, word, here.now)
    return redirect_to(url_for("console.own_page", done="thanks") + "#introductions")


@blueprint.get("/f/<token>")
@policy(PUBLIC)
def link_door(token: str) -> str:
    """Look at a link: nothing is used up, as chat programs look at links too."""
    here = asking()
    if not here.wiring.wrong_keys.take(str(request.remote_addr), here.now):
        raise TooManyRequests("api.wrong_keys")
    firm_links.look(here.session, token, here.now)
    return render_template("door.html", token=token)


@blueprint.post("/f/<token>")
@policy(PUBLIC)
def enter_by_link(token: str) -> Response:
    """Use the link up and go in."""
    csrf.protect()
    here = asking()
    if not here.wiring.wrong_keys.take(str(request.remote_addr), here.now):
        raise TooManyRequests("api.wrong_keys")
    row = firm_links.enter(here.session, token, here.now)
    holder = firm_links.holder(here.session, row.link_id, here.now)
    chosen = session.get("language")
    session.clear()
    if chosen is not None:
        session["language"] = chosen
    session.permanent = True
    if holder is not None:
        login_user(Person(holder, f"{BY_LINK}{row.link_id}"))
    return redirect_to(url_for("console.own_page"))


def _asks_served(state: NeedState, confirmed: bool) -> bool:
    """Whether the firm is asked for its word: it was called done, and the firm has not said so itself."""
    return state in DONE and not confirmed
