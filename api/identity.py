"""Merges and splits of enterprises over HTTP."""

from __future__ import annotations

from flask import Response

from api.asking import asking
from api.auth import policy
from api.idempotent import idempotent
from api.routing import Routes
from api.schemas.base import answer
from api.schemas.identity import Identity, IdentityChangeOut, MergeBody, SameName, SplitBody
from matcher.services import identity

blueprint = Routes("identity", __name__, url_prefix="/v1")


@blueprint.get("/enterprises/<enterprise_id>/identity")
@policy("enterprises.identify")
@blueprint.output(Identity)
def show(enterprise_id: str) -> Response:
    """What was merged into or split from one's enterprise, and own files under the same name."""
    here = asking()
    rows = identity.changes_of(here.session, here.actor, enterprise_id)
    alike = identity.same_names(here.session, here.actor, enterprise_id)
    return answer(
        Identity(
            changes=[IdentityChangeOut.of(row) for row in rows],
            same_names=[
                SameName(enterprise_id=one.enterprise_id, name=one.name, code=one.code) for one in alike
            ],
        )
    )


@blueprint.post("/enterprises/<enterprise_id>/merges")
@policy("enterprises.identify")
@blueprint.input(MergeBody)
@blueprint.output(IdentityChangeOut, status_code=201)
@idempotent
def merge(enterprise_id: str, json_data: MergeBody) -> Response:
    """Join another own file of the same enterprise to this one. It takes evidence, and can be undone."""
    here, body = asking(), json_data
    pair = (enterprise_id, body.other_id)
    row = identity.merge(here.session, here.actor, pair, body.ground(), here.now)
    return answer(IdentityChangeOut.of(row), 201)


@blueprint.post("/enterprises/<enterprise_id>/splits")
@policy("enterprises.identify")
@blueprint.input(SplitBody)
@blueprint.output(IdentityChangeOut, status_code=201)
@idempotent
def split(enterprise_id: str, json_data: SplitBody) -> Response:
    """Part an enterprise off one's file, with what belongs to it. It takes evidence, and can be undone."""
    here, body = asking(), json_data
    row = identity.split(here.session, here.actor, enterprise_id, body.new_file(), body.ground(), here.now)
    return answer(IdentityChangeOut.of(row), 201)


@blueprint.delete("/identity-changes/<change_id>")
@policy("enterprises.identify")
@blueprint.output(IdentityChangeOut)
def undo(change_id: str) -> Response:
    """Take a merge or a split back."""
    here = asking()
    return answer(IdentityChangeOut.of(identity.undo(here.session, here.actor, change_id, here.now)))
