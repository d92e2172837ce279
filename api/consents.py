"""Consents over HTTP: granted, withdrawn, listed; and who has seen what of an enterprise."""

from __future__ import annotations

from flask import Response

from api.asking import asking
from api.auth import policy
from api.documented import refuses
from api.idempotent import idempotent
from api.routing import Routes
from api.schemas.base import answer
from api.schemas.consents import (
    ConsentBody,
    ConsentOut,
    Consents,
    ConsentsQuery,
    DisclosureOut,
    Disclosures,
    DisclosuresQuery,
    WithdrawalQuery,
)
from matcher.services import consents

blueprint = Routes("consents", __name__, url_prefix="/v1")


@blueprint.post("/consents")
@policy("consents.write")
@blueprint.input(ConsentBody)
@blueprint.output(ConsentOut, status_code=201)
@idempotent
def grant(json_data: ConsentBody) -> Response:
    """Let one party read named fields for one purpose until a day. Paper grants need their proof."""
    here = asking()
    return answer(ConsentOut.of(consents.grant(here.session, here.actor, json_data.form(), here.now)), 201)


@blueprint.delete("/consents/<consent_id>")
@policy("consents.write")
@refuses(409)
@blueprint.input(WithdrawalQuery, location="query")
@blueprint.output(ConsentOut)
def withdraw(consent_id: str, query_data: WithdrawalQuery) -> Response:
    """End a grant now: the next question does not see the firm any more. The record stays."""
    here = asking()
    ended = consents.withdraw(here.session, here.actor, consent_id, here.now, query_data.reason)
    return answer(ConsentOut.of(ended))


@blueprint.get("/consents")
@policy("consents.read")
@refuses(404)
@blueprint.input(ConsentsQuery, location="query")
@blueprint.output(Consents)
def listing(query_data: ConsentsQuery) -> Response:
    """A firm's grants, to it and its station; to a bank or organizer those made to it."""
    here = asking()
    found = consents.listed(here.session, here.actor, query_data.enterprise_id, here.now)
    return answer(Consents(items=[ConsentOut.of(one) for one in found]))


@blueprint.get("/enterprises/<enterprise_id>/disclosures")
@policy("disclosures.read")
@blueprint.input(DisclosuresQuery, location="query")
@blueprint.output(Disclosures)
def disclosures(enterprise_id: str, query_data: DisclosuresQuery) -> Response:
    """Who saw or changed what of an enterprise, newest first."""
    here = asking()
    found = consents.disclosures(here.session, here.actor, enterprise_id, query_data.n)
    return answer(Disclosures(items=[DisclosureOut.of(one) for one in found]))
