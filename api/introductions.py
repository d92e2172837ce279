"""Introductions over HTTP: a suggestion acted on, its outcomes; and one file an enterprise."""

from __future__ import annotations

from flask import Response

from api.asking import asking
from api.auth import policy
from api.documented import refuses
from api.idempotent import idempotent
from api.routing import Routes
from api.schemas.base import answer
from api.schemas.contacts import ContactOut, Contacts, MessageBody, SideAnswerBody
from api.schemas.introductions import (
    FileOut,
    IntroductionBody,
    IntroductionOut,
    Introductions,
    IntroductionsQuery,
    OutcomeBody,
)
from api.versions import conditional, version_read
from matcher.services import case_file, contacts, introductions, timeline
from matcher.storage.feedback import Introduction

blueprint = Routes("introductions", __name__, url_prefix="/v1")


@blueprint.post("/introductions")
@policy("introductions.write")
@blueprint.input(IntroductionBody)
@blueprint.output(IntroductionOut, status_code=201)
@idempotent
def create(json_data: IntroductionBody) -> Response:
    """Act on a suggestion: introduce an enterprise to one's own need."""
    here, body = asking(), json_data
    row = introductions.create(
        here.session, here.graph, here.actor, body.need_id, body.enterprise_id, here.now
    )
    return _answer(row, 201)


@blueprint.get("/introductions")
@policy("introductions.write")
@refuses(404)
@blueprint.input(IntroductionsQuery, location="query")
@blueprint.output(Introductions)
def listing(query_data: IntroductionsQuery) -> Response:
    """The introductions of one's own need, oldest first."""
    here = asking()
    rows = introductions.of_need(here.session, here.actor, query_data.need_id)
    return answer(Introductions(items=[_shown(row) for row in rows]))


@blueprint.get("/introductions/<introduction_id>")
@policy("introductions.write")
@blueprint.output(IntroductionOut)
def show(introduction_id: str) -> Response:
    """One introduction with its steps; its ETag is what the next step sends back."""
    here = asking()
    return _answer(introductions.get(here.session, here.actor, introduction_id), 200)


@blueprint.patch("/introductions/<introduction_id>")
@policy("introductions.write")
@conditional
@blueprint.input(OutcomeBody)
@blueprint.output(IntroductionOut)
def advance(introduction_id: str, json_data: OutcomeBody) -> Response:
    """Record the next outcome (If-Match). Signed and paid write a deal; declined needs a reason."""
    here, step = asking(), json_data.step()
    row = introductions.advance(here.session, here.actor, introduction_id, version_read(), step, here.now)
    return _answer(row, 200)


@blueprint.post("/introductions/<introduction_id>/answer")
@policy("introductions.answer")
@refuses(409)
@blueprint.input(SideAnswerBody)
@blueprint.output(ContactOut)
def respond(introduction_id: str, json_data: SideAnswerBody) -> Response:
    """A side accepts or refuses to be in touch; once both accept, contact is open."""
    here = asking()
    view = contacts.respond(here.session, here.actor, introduction_id, json_data.word(), here.now)
    return answer(ContactOut.of(view))


@blueprint.get("/introductions/<introduction_id>/contact")
@policy("introductions.answer", writes=True)
@blueprint.output(ContactOut)
def contact(introduction_id: str) -> Response:
    """How the two stand, from one's own side. A number that is shown is written down."""
    here = asking()
    return answer(ContactOut.of(contacts.contact(here.session, here.actor, introduction_id, here.now)))


@blueprint.post("/introductions/<introduction_id>/messages")
@policy("introductions.answer")
@refuses(409)
@blueprint.input(MessageBody)
@blueprint.output(ContactOut)
def message(introduction_id: str, json_data: MessageBody) -> Response:
    """Pass a word to the other side by relay, once contact is open."""
    here = asking()
    view = contacts.send(here.session, here.actor, introduction_id, json_data.text, here.now)
    return answer(ContactOut.of(view))


@blueprint.get("/enterprises/<enterprise_id>/introductions")
@policy("introductions.answer")
@blueprint.output(Contacts)
def of_enterprise(enterprise_id: str) -> Response:
    """An own enterprise's introductions, on either side, newest first."""
    here = asking()
    found = contacts.of_enterprise(here.session, here.actor, enterprise_id)
    return answer(Contacts(items=[ContactOut.of(view) for view in found]))


@blueprint.get("/enterprises/<enterprise_id>/file")
@policy("enterprises.read", writes=True)
@blueprint.output(FileOut)
def file(enterprise_id: str) -> Response:
    """One file an enterprise: needs, introductions, loans, events, deals and the timeline."""
    here = asking()
    entries = timeline.of_enterprise(here.session, here.actor, enterprise_id)
    found = case_file.case_file(here.session, here.actor, enterprise_id, here.now)
    return answer(FileOut.of(found, entries))


def _answer(row: Introduction, status: int) -> Response:
    headers = {"ETag": f'"{row.version}"'}
    if status == 201:
        headers["Location"] = f"/v1/introductions/{row.introduction_id}"
    return answer(_shown(row), status, **headers)


def _shown(row: Introduction) -> IntroductionOut:
    here = asking()
    return IntroductionOut.of(row, introductions.score_told(here.session, here.actor, row))
