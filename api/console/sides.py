"""Two sides by page: introductions and their answers, the relay, files handed over, relations, duplicates."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Final, Literal

from flask import Response, render_template, request, url_for
from pydantic import BeforeValidator, Field

from api.adapter import read_form
from api.asking import asking
from api.auth import policy
from api.console.forms import Form, Said, without_commas
from api.console.pages import blueprint, redirect_to
from api.schemas.base import Identifier, Words, Yuan, fen
from matcher.domain.access import Role
from matcher.domain.case import Outcome
from matcher.domain.enterprise import RelationKind
from matcher.services import case_merging, contacts, handovers, introductions, relations, station_terms
from matcher.services.case_merging import Alike
from matcher.services.contacts import ContactView, SideWord
from matcher.services.introductions import Step
from matcher.services.relations import NewRelation
from matcher.storage.needs import Need

LADDER: Final = (Outcome.INTRODUCED, Outcome.MET, Outcome.QUOTED, Outcome.SIGNED, Outcome.PAID)
Line = Annotated[Annotated[str, Field(max_length=500)] | None, Said]


class SideForm(Form):
    """A side's answer."""

    accepted: bool
    direct: bool = False
    reason: Line = None
    proof: Line = None
    side: Annotated[Literal["asker", "candidate"] | None, Said] = None


class OutcomeForm(Form):
    """The next rung."""

    state: Outcome
    version: Annotated[int, Field(ge=1)]
    evidence: Line = None
    amount_yuan: Annotated[Yuan | None, BeforeValidator(without_commas)] = None


class MessageForm(Form):
    """A word for the other side."""

    text: Annotated[str, Field(min_length=1, max_length=1000)]


class AgainForm(Form):
    """What was said again."""

    text: Words


class MergeForm(Form):
    """The other need."""

    other_id: Identifier


class OfferForm(Form):
    """To which station, and why."""

    to_station: Identifier
    ground: Annotated[str, Field(max_length=500)]


class DecisionForm(Form):
    """Taken, refused or taken back."""

    decision: Literal["accept", "refuse", "withdraw"]
    version: Annotated[int, Field(ge=1)]
    said: Line = None


class RelationForm(Form):
    """What the two are to each other; the other by full name or id."""

    other: Annotated[str, Field(min_length=1, max_length=200)]
    kind: RelationKind
    source: Annotated[str, Field(max_length=500)]
    until: Annotated[date | None, Said] = None


class ContestForm(Form):
    """An objection."""

    other_id: Identifier
    kind: RelationKind
    reason: Annotated[str, Field(max_length=500)]


class SettleForm(Form):
    """How the station settles it."""

    enterprise_id: Identifier
    upheld: bool
    said: Annotated[str, Field(max_length=500)]


@blueprint.get("/introductions/<introduction_id>")
@policy("introductions.answer", writes=True)
def show_introduction(introduction_id: str) -> Response:
    """To the page on which the reader's side has it."""
    here = asking()
    return _back(contacts.contact(here.session, here.actor, introduction_id, here.now))


@blueprint.post("/introductions/<introduction_id>/answer")
@policy("introductions.answer")
def answer_side(introduction_id: str) -> Response:
    """A side accepts or refuses."""
    here, form = asking(), read_form(SideForm, request)
    word = SideWord(form.accepted, form.direct, form.reason, form.proof, form.side)
    return _back(contacts.respond(here.session, here.actor, introduction_id, word, here.now))


@blueprint.post("/introductions/<introduction_id>/outcome")
@policy("introductions.write")
def next_rung(introduction_id: str) -> Response:
    """The next outcome; what was typed is the evidence, or for declined the reason."""
    here, form = asking(), read_form(OutcomeForm, request)
    declined = form.state is Outcome.DECLINED
    step = Step(
        form.state,
        evidence=None if declined else form.evidence,
        reason=form.evidence if declined else None,
        amount_fen=fen(form.amount_yuan),
    )
    introductions.advance(here.session, here.actor, introduction_id, form.version, step, here.now)
    return _back(contacts.contact(here.session, here.actor, introduction_id, here.now))


@blueprint.post("/introductions/<introduction_id>/messages")
@policy("introductions.answer")
def relay(introduction_id: str) -> Response:
    """Pass a word on."""
    here, form = asking(), read_form(MessageForm, request)
    return _back(contacts.send(here.session, here.actor, introduction_id, form.text, here.now))


@blueprint.post("/needs/<need_id>/again")
@policy("needs.edit")
def tell_again(need_id: str) -> Response:
    """The same need again: kept with the one there is, which is opened if it was done."""
    here, form = asking(), read_form(AgainForm, request)
    row = case_merging.tell_again(here.session, here.actor, need_id, form.text, here.now)
    return _need_page(row.need_id)


@blueprint.post("/needs/<need_id>/merge")
@policy("needs.edit")
def merge_needs(need_id: str) -> Response:
    """Join it with another; the earlier goes on."""
    here, form = asking(), read_form(MergeForm, request)
    return _need_page(case_merging.merge(here.session, here.actor, need_id, form.other_id, here.now).need_id)


@blueprint.get("/handovers")
@policy("handovers.write")
def handovers_page() -> str:
    """What the own station gave or was offered."""
    here = asking()
    found = handovers.listing(here.session, here.actor, here.now)
    incoming = [view for view in found if view.row.to_station == here.actor.scope]
    outgoing = [view for view in found if view.row.from_station == here.actor.scope]
    return render_template("handovers.html", incoming=incoming, outgoing=outgoing)


@blueprint.post("/enterprises/<enterprise_id>/handovers")
@policy("handovers.write")
def offer_file(enterprise_id: str) -> Response:
    """Offer the file to another station."""
    here, form = asking(), read_form(OfferForm, request)
    handovers.offer(here.session, here.actor, enterprise_id, form.to_station, form.ground, here.now)
    return redirect_to(url_for("console.handovers_page"))


@blueprint.post("/handovers/<handover_id>")
@policy("handovers.write")
def decide_handover(handover_id: str) -> Response:
    """Take it, refuse it, or take the own offer back."""
    here, form = asking(), read_form(DecisionForm, request)
    if form.decision == "withdraw":
        handovers.withdraw(here.session, here.actor, handover_id, form.version, here.now)
    else:
        said = (form.decision == "accept", form.said)
        handovers.decide(here.session, here.actor, handover_id, form.version, said, here.now)
    return redirect_to(url_for("console.handovers_page", after=anew()))


@blueprint.post("/enterprises/<enterprise_id>/relations")
@policy("relations.write")
def enter_relation(enterprise_id: str) -> Response:
    """Write a relation down."""
    here, form = asking(), read_form(RelationForm, request)
    other = relations.named(here.session, here.actor, form.other)
    new = NewRelation(enterprise_id, other, form.kind, form.source, form.until)
    relations.enter(here.session, here.actor, new, here.now)
    return _file_page(enterprise_id, "relations")


@blueprint.post("/enterprises/<enterprise_id>/relations/contests")
@policy("relations.write")
def contest_relation(enterprise_id: str) -> Response:
    """Object to a relation."""
    here, form = asking(), read_form(ContestForm, request)
    relations.contest(
        here.session, here.actor, enterprise_id, form.other_id, form.kind, form.reason, here.now
    )
    return _file_page(enterprise_id, "relations")


@blueprint.post("/relation-contests/<contest_id>")
@policy("relations.settle")
def settle_contest(contest_id: str) -> Response:
    """Settle an objection."""
    here, form = asking(), read_form(SettleForm, request)
    relations.settle(here.session, here.actor, contest_id, form.upheld, form.said, here.now)
    return _file_page(form.enterprise_id, "relations")


def beside(need: Need) -> dict[str, Any]:
    """What stands beside a need's case: its introductions, and needs that say the same."""
    here = asking()
    found = contacts.of_enterprise(here.session, here.actor, need.enterprise_id)
    return {
        "sides": [view for view in found if view.need_id == need.need_id],
        "alike": case_merging.alike_to(here.session, here.actor, need.need_id, here.now),
        "ladder": LADDER,
    }


def file_sides(enterprise_id: str) -> dict[str, Any]:
    """What stands beside a file's cases: introductions, relations, where the file may go."""
    here = asking()
    stations = [] if here.actor.role is not Role.OFFICER else station_terms.others(here.session, here.actor)
    return {
        "sides": contacts.of_enterprise(here.session, here.actor, enterprise_id),
        "ladder": LADDER,
        "relations": relations.of_enterprise(here.session, here.actor, enterprise_id, here.now),
        "kinds": list(RelationKind),
        "stations": stations,
    }


def alike_of(enterprise_id: str, text: str) -> Sequence[Alike]:
    """Needs of the enterprise that say what is being typed."""
    here = asking()
    return case_merging.alike_text(here.session, here.actor, enterprise_id, text, here.now)


def _back(view: ContactView) -> Response:
    """To the need, else to the own firm's file: the proposed side does not read the need's page."""
    if view.need_id is not None:
        return _need_page(view.need_id)
    return _file_page(view.own_id, "introductions")


def _need_page(need_id: str) -> Response:
    return redirect_to(url_for("console.show_need", need_id=need_id, after=anew()))


def _file_page(enterprise_id: str, part: str) -> Response:
    return redirect_to(f"{url_for('console.case_file', enterprise_id=enterprise_id, after=anew())}#{part}")


def anew() -> str:
    """A mark that makes an address another one: else the browser would not load the page anew."""
    return secrets.token_hex(3)
