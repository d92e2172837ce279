"""Files handed over from one station to another, over HTTP."""

from __future__ import annotations

from flask import Response

from api.asking import asking
from api.auth import policy
from api.idempotent import idempotent
from api.routing import Routes
from api.schemas.base import answer
from api.schemas.handovers import DecisionBody, HandoverBody, HandoverOut, Handovers
from api.versions import conditional, version_read
from matcher.services import handovers
from matcher.storage.handovers import Handover

blueprint = Routes("handovers", __name__, url_prefix="/v1")


@blueprint.post("/enterprises/<enterprise_id>/handovers")
@policy("handovers.write")
@blueprint.input(HandoverBody)
@blueprint.output(HandoverOut, status_code=201)
@idempotent
def offer(enterprise_id: str, json_data: HandoverBody) -> Response:
    """Offer an own enterprise's file to another station; nothing moves before it is taken."""
    here, body = asking(), json_data
    row = handovers.offer(here.session, here.actor, enterprise_id, body.to_station, body.ground, here.now)
    return _answer(row, 201)


@blueprint.get("/handovers")
@policy("handovers.write")
@blueprint.output(Handovers)
def listing() -> Response:
    """What the own station gave or was offered, newest first."""
    here = asking()
    found = handovers.listing(here.session, here.actor, here.now)
    return answer(Handovers(items=[HandoverOut.of(view) for view in found]))


@blueprint.patch("/handovers/<handover_id>")
@policy("handovers.write")
@conditional
@blueprint.input(DecisionBody)
@blueprint.output(HandoverOut)
def decide(handover_id: str, json_data: DecisionBody) -> Response:
    """Take or refuse a file offered to the own station (If-Match)."""
    here, said = asking(), (json_data.accepted, json_data.said)
    return _answer(
        handovers.decide(here.session, here.actor, handover_id, version_read(), said, here.now), 200
    )


@blueprint.delete("/handovers/<handover_id>")
@policy("handovers.write")
@conditional
@blueprint.output(HandoverOut)
def withdraw(handover_id: str) -> Response:
    """Take an own offer back before it is decided (If-Match)."""
    here = asking()
    return _answer(handovers.withdraw(here.session, here.actor, handover_id, version_read(), here.now), 200)


def _answer(row: Handover, status: int) -> Response:
    here = asking()
    view = handovers.of_row(here.session, here.actor, row, here.now)
    return answer(HandoverOut.of(view), status, ETag=f'"{row.version}"')
