"""Industries over HTTP: the standard by name, and the industry of an enterprise, inferred or given."""

from __future__ import annotations

from flask import Response

from api.asking import asking
from api.auth import policy
from api.routing import Routes
from api.schemas.base import answer
from api.schemas.enterprises import (
    IndustriesFound,
    IndustryBody,
    IndustryFound,
    IndustryOut,
    IndustryQuery,
)
from api.versions import conditional, version_read
from matcher.services import industries
from matcher.services.industries import View

blueprint = Routes("industries", __name__, url_prefix="/v1")


@blueprint.get("/industries")
@policy("enterprises.read")
@blueprint.input(IndustryQuery, location="query")
@blueprint.output(IndustriesFound)
def search(query_data: IndustryQuery) -> Response:
    """Industries of GB/T 4754-2017 by name or code."""
    found = industries.search(query_data.q)
    return answer(IndustriesFound(items=[IndustryFound.of(one) for one in found]))


@blueprint.get("/enterprises/<enterprise_id>/industry")
@policy("enterprises.read")
@blueprint.output(IndustryOut)
def show(enterprise_id: str) -> Response:
    """The industry of an enterprise; where it was inferred, how surely, and what else it may be."""
    here = asking()
    return _answer(industries.of_enterprise(here.session, here.actor, enterprise_id))


@blueprint.put("/enterprises/<enterprise_id>/industry")
@policy("industries.write")
@conditional
@blueprint.input(IndustryBody)
@blueprint.output(IndustryOut)
def give(enterprise_id: str, json_data: IndustryBody) -> Response:
    """Confirm or correct the industry, with If-Match; it is given from then on."""
    here = asking()
    done = industries.confirm(
        here.session, here.actor, enterprise_id, version_read(), json_data.code, here.now
    )
    return _answer(done)


def _answer(view: View) -> Response:
    return answer(IndustryOut.of(view), 200, ETag=f'"{view.version}"')
