"""Rivals, disputes, owner groups over HTTP: who entered them, objections, how they were settled."""

from __future__ import annotations

from flask import Response

from api.asking import asking
from api.auth import policy
from api.documented import refuses
from api.idempotent import idempotent
from api.routing import Routes
from api.schemas.base import answer
from api.schemas.relations import ContestBody, RelationBody, RelationOut, Relations, SettleBody
from matcher.services import relations

blueprint = Routes("relations", __name__, url_prefix="/v1")


@blueprint.get("/enterprises/<enterprise_id>/relations")
@policy("relations.read")
@blueprint.output(Relations)
def listing(enterprise_id: str) -> Response:
    """Relations of an own enterprise: source, who entered it, until when, whether it is contested."""
    return _all(enterprise_id, 200)


@blueprint.post("/enterprises/<enterprise_id>/relations")
@policy("relations.write")
@blueprint.input(RelationBody)
@blueprint.output(Relations, status_code=201)
@idempotent
def enter(enterprise_id: str, json_data: RelationBody) -> Response:
    """Write down what an own enterprise and another are to each other."""
    here = asking()
    relations.enter(here.session, here.actor, json_data.new(enterprise_id), here.now)
    return _all(enterprise_id, 201)


@blueprint.post("/enterprises/<enterprise_id>/relations/contests")
@policy("relations.write")
@blueprint.input(ContestBody)
@blueprint.output(Relations, status_code=201)
@idempotent
def contest(enterprise_id: str, json_data: ContestBody) -> Response:
    """Object to a relation of an own enterprise: marked for all who see it, and out of force, at once."""
    here, body = asking(), json_data
    relations.contest(
        here.session, here.actor, enterprise_id, body.other_id, body.kind, body.reason, here.now
    )
    return _all(enterprise_id, 201)


@blueprint.patch("/relation-contests/<contest_id>")
@policy("relations.settle")
@refuses(409)
@blueprint.input(SettleBody)
@blueprint.output(Relations)
def settle(contest_id: str, json_data: SettleBody) -> Response:
    """The station settles an objection: the relation holds again, or ends."""
    here, body = asking(), json_data
    row = relations.settle(here.session, here.actor, contest_id, body.upheld, body.said, here.now)
    own = relations.own_party(here.session, here.actor, row)
    return _all(own, 200)


def _all(enterprise_id: str, status: int) -> Response:
    here = asking()
    found = relations.of_enterprise(here.session, here.actor, enterprise_id, here.now)
    return answer(Relations(items=[RelationOut.of(view) for view in found]), status)
