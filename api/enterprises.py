"""Enterprises of the own station over HTTP."""

from __future__ import annotations

from flask import Response

from api.asking import asking
from api.auth import policy
from api.routing import Routes
from api.schemas.base import answer
from api.schemas.enterprises import EnterpriseCard, EnterpriseOut, EnterprisePage, EnterpriseQuery
from matcher.services import enterprises
from matcher.services.enterprises import Wanted

blueprint = Routes("enterprises", __name__, url_prefix="/v1/enterprises")


@blueprint.get("")
@policy("enterprises.read")
@blueprint.input(EnterpriseQuery, location="query")
@blueprint.output(EnterprisePage)
def search(query_data: EnterpriseQuery) -> Response:
    """Find enterprises of the own station by a part of the name or by pinyin initials."""
    here = asking()
    wanted = Wanted(query_data.q, query_data.n, query_data.after)
    page = enterprises.search(here.session, here.actor, wanted)
    return answer(EnterprisePage(items=[EnterpriseCard.of(card) for card in page.cards], next=page.next))


@blueprint.get("/<enterprise_id>")
@policy("enterprises.read")
@blueprint.output(EnterpriseOut)
def show(enterprise_id: str) -> Response:
    """One enterprise's master data."""
    here = asking()
    row, card = enterprises.get(here.session, here.actor, enterprise_id)
    return answer(EnterpriseOut.whole(row, card))
