"""A firm's loans, policies and spaces over HTTP, and what to ask it next."""

from __future__ import annotations

from flask import Response

from api.asking import asking
from api.auth import policy
from api.routing import Routes
from api.schemas.base import answer
from api.schemas.fits import FirmProductsOut, QuestionOut, Questions, RepairWaysOut
from matcher.services import finance, product_view, repair_ways

blueprint = Routes("loans", __name__, url_prefix="/v1/enterprises/<enterprise_id>")


@blueprint.get("/loans")
@policy("products.suggest", writes=True)
@blueprint.output(FirmProductsOut)
def loans(enterprise_id: str) -> Response:
    """The firm's best loans: what it can have, what it nearly can, every failing and missing fact."""
    here = asking()
    found = finance.loans_for(here.session, here.graph, here.actor, enterprise_id, here.now)
    return answer(FirmProductsOut.of(product_view.products(found)))


@blueprint.get("/policies")
@policy("products.suggest", writes=True)
@blueprint.output(FirmProductsOut)
def policies(enterprise_id: str) -> Response:
    """The public policies the firm can have, nearly has, or could have if a fact were known."""
    here = asking()
    found = finance.policies_for(here.session, here.graph, here.actor, enterprise_id, here.now)
    return answer(FirmProductsOut.of(product_view.products(found)))


@blueprint.get("/spaces")
@policy("products.suggest", writes=True)
@blueprint.output(FirmProductsOut)
def spaces(enterprise_id: str) -> Response:
    """Spaces for the firm by area, rent and the neighbours of its chain."""
    here = asking()
    found = finance.spaces_for(here.session, here.graph, here.actor, enterprise_id, here.now)
    return answer(FirmProductsOut.of(product_view.products(found)))


@blueprint.get("/products/<product_id>/repairs")
@policy("products.suggest", writes=True)
@blueprint.output(RepairWaysOut)
def repairs(enterprise_id: str, product_id: str) -> Response:
    """What in the graph would open a product to the firm: a contract, a grant, a guarantee, with the path."""
    here = asking()
    found = repair_ways.ways_for(here.session, here.graph, here.actor, enterprise_id, product_id, here.now)
    return answer(RepairWaysOut.of(found))


@blueprint.get("/next-questions")
@policy("products.suggest", writes=True)
@blueprint.output(Questions)
def next_questions(enterprise_id: str) -> Response:
    """The missing facts that would settle most of the firm's loans, policies and spaces."""
    here = asking()
    found = finance.next_questions(here.session, here.graph, here.actor, enterprise_id, here.now)
    items = [QuestionOut.of(one) for one in product_view.questions(found)]
    return answer(
        Questions(
            snapshot_id=here.graph.snapshot_id,
            as_of=here.graph.as_of,
            enterprise_id=enterprise_id,
            items=items,
        )
    )
