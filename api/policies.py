"""The firms of one's station that a policy touches, over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from flask import Response
from pydantic import Field

from api.asking import asking
from api.auth import policy
from api.routing import Routes
from api.schemas.base import Count, Query, Shown, StampedShown, answer
from matcher.services import policy_news

blueprint = Routes("policies", __name__, url_prefix="/v1/products")


class TouchedQuery(Query):
    """How many firms to name."""

    n: Annotated[Count, Field(ge=1, le=policy_news.MOST)] = 50


class TouchedFirmOut(Shown):
    """A firm and how it stands: eligible, open or near_miss."""

    enterprise_id: str
    name: str
    standing: str


class TouchedOut(StampedShown):
    """The own station's firms under one policy."""

    product_id: str
    title: str
    valid_until: date | None
    documents: list[str]
    eligible: int
    open: int
    near_miss: int
    firms: list[TouchedFirmOut]


@blueprint.get("/<product_id>/touched")
@policy("policies.touched", writes=True)
@blueprint.input(TouchedQuery, location="query")
@blueprint.output(TouchedOut)
def touched(product_id: str, query_data: TouchedQuery) -> Response:
    """Which firms of the station can have a policy, could if a fact were known, or nearly can."""
    here = asking()
    found = policy_news.touched(here.session, here.graph, here.actor, product_id, query_data.n, here.now)
    return answer(TouchedOut.of(found))
