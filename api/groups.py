"""Common needs pooled, missing links of a district, and the several parties of a need, over HTTP."""

from __future__ import annotations

from flask import Response

from api.asking import asking
from api.auth import policy
from api.routing import Routes
from api.schemas.base import answer
from api.schemas.groups import ChainGapsOut, GapsQuery, GroupsOut, GroupsQuery, PartiesOut
from matcher.services import group_view, groups, parties

blueprint = Routes("groups", __name__, url_prefix="/v1")


@blueprint.get("/groups")
@policy("groups.read", writes=True)
@blueprint.input(GroupsQuery, location="query")
@blueprint.output(GroupsOut)
def pooled(query_data: GroupsQuery) -> Response:
    """Open needs that several firms of a street share, with who could supply them as one order."""
    here = asking()
    found = groups.groups(here.session, here.graph, here.actor, query_data.n, here.now)
    return answer(GroupsOut.of(group_view.groups(here.session, here.actor, found)))


@blueprint.get("/chain-gaps")
@policy("groups.read", writes=True)
@blueprint.input(GapsQuery, location="query")
@blueprint.output(ChainGapsOut)
def chain_gaps(query_data: GapsQuery) -> Response:
    """Industries that the district's firms buy from and nobody there is in."""
    here = asking()
    found = groups.chain_gaps(here.session, here.graph, here.actor, query_data.n, here.now)
    return answer(ChainGapsOut.of(group_view.chain_gaps(found)))


@blueprint.get("/needs/<need_id>/parties")
@policy("partners.read", writes=True)
@blueprint.input(GroupsQuery, location="query")
@blueprint.output(PartiesOut)
def of_need(need_id: str, query_data: GroupsQuery) -> Response:
    """Everybody who must move together for a need: for each role who could take it."""
    here = asking()
    found = parties.parties_for(here.session, here.graph, here.actor, need_id, query_data.n, here.now)
    return answer(PartiesOut.of(group_view.parties(here.session, here.actor, found)))
