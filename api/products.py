"""Products over HTTP: an owner's list, and a bank's question which firms fit."""

from __future__ import annotations

from flask import Response

from api.asking import asking
from api.auth import policy
from api.idempotent import idempotent
from api.routing import Routes
from api.schemas.base import answer
from api.schemas.fits import CountsOut, EligibleFirms, EligibleQuery
from api.schemas.products import (
    ProductBody,
    ProductChange,
    ProductDraftOut,
    ProductOut,
    ProductPage,
    ProductsQuery,
    ProductTextBody,
    StoriesBody,
    StoriesOut,
    StoryOut,
    VersionOut,
    Versions,
)
from api.versions import conditional, version_read
from matcher.domain.product import parse_criteria
from matcher.services import finance, product_draft, product_stories, product_versions, product_view, products
from matcher.services.asked import today
from matcher.storage.products import Product

blueprint = Routes("products", __name__, url_prefix="/v1/products")


@blueprint.get("")
@policy("products.read")
@blueprint.input(ProductsQuery, location="query")
@blueprint.output(ProductPage)
def listing(query_data: ProductsQuery) -> Response:
    """A bank's own products; for others what can be had today, and their own."""
    here, asked = asking(), query_data
    # One more than asked for tells whether there is a next page.
    rows = products.page(here.session, here.actor, asked.kind, asked.n + 1, asked.after, here.now)
    following = rows[asked.n - 1].product_id if len(rows) > asked.n else None
    return answer(ProductPage(items=[ProductOut.of(row) for row in rows[: asked.n]], next=following))


@blueprint.post("")
@policy("products.write")
@blueprint.input(ProductBody)
@blueprint.output(ProductOut, status_code=201)
@idempotent
def create(json_data: ProductBody) -> Response:
    """Store a product in one's own name: a bank a loan, an office a policy or a space."""
    here = asking()
    return _answer(products.create(here.session, here.actor, json_data.form(), here.now), 201)


@blueprint.post("/draft")
@policy("products.write", writes=False)
@blueprint.input(ProductTextBody)
@blueprint.output(ProductDraftOut)
def draft(json_data: ProductTextBody) -> Response:
    """Read a product's text: criteria each with its sentence, and what was not understood. Stores nothing."""
    return answer(ProductDraftOut.of(product_draft.draft(asking().actor, json_data.text)))


@blueprint.post("/stories")
@policy("products.write", writes=False)
@blueprint.input(StoriesBody)
@blueprint.output(StoriesOut)
def play(json_data: StoriesBody) -> Response:
    """Play stories in the trade's words against criteria. Stores nothing."""
    criteria = parse_criteria(list(json_data.criteria))
    played = product_stories.run(criteria, json_data.stories, today(asking().now))
    items = [StoryOut.of(one) for one in played]
    return answer(StoriesOut(agree=all(one.agrees for one in items), items=items))


@blueprint.get("/<product_id>/versions")
@policy("products.write", writes=False)
@blueprint.output(Versions)
def versions(product_id: str) -> Response:
    """What each edit of one's own product changed, newest first."""
    here = asking()
    found = product_versions.versions(here.session, here.actor, product_id)
    return answer(Versions(product_id=product_id, items=[VersionOut.of(one) for one in found]))


@blueprint.get("/<product_id>")
@policy("products.read")
@blueprint.output(ProductOut)
def show(product_id: str) -> Response:
    """One product with its criteria; its ETag is what an edit sends back."""
    here = asking()
    return _answer(products.get(here.session, here.actor, product_id, here.now), 200)


@blueprint.patch("/<product_id>")
@policy("products.write")
@conditional
@blueprint.input(ProductChange)
@blueprint.output(ProductOut)
def change(product_id: str, json_data: ProductChange) -> Response:
    """Change one's own product as it was read (If-Match). Cursors of its lists end with it."""
    here, changes = asking(), json_data.changes()
    row = products.edit(here.session, here.actor, product_id, version_read(), changes, here.now)
    return _answer(row, 200)


@blueprint.get("/<product_id>/eligible-firms")
@policy("products.eligible", writes=True)
@blueprint.input(EligibleQuery, location="query")
@blueprint.output(EligibleFirms)
def eligible_firms(product_id: str, query_data: EligibleQuery) -> Response:
    """Firms that consented to this bank and fit, or nearly fit. Each one shown is written down."""
    here = asking()
    graph = here.graph_at(finance.snapshot_of(query_data.cursor))
    asked, by_history = query_data, query_data.order == "own_history"
    page = finance.eligible_firms(
        here.session, graph, here.actor, product_id, asked.n, asked.cursor, here.now, by_history
    )
    return answer(EligibleFirms.of(product_view.eligible(here.session, page)))


@blueprint.get("/<product_id>/counts")
@policy("products.counts", writes=True)
@blueprint.output(CountsOut)
def counts(product_id: str) -> Response:
    """How many firms fit, to the nearest five, none below ten: all that is told without consent."""
    here = asking()
    return answer(CountsOut.of(finance.counts(here.session, here.graph, here.actor, product_id, here.now)))


def _answer(row: Product, status: int) -> Response:
    headers = {"ETag": f'"{row.version}"'}
    if status == 201:
        headers["Location"] = f"/v1/products/{row.product_id}"
    return answer(ProductOut.of(row), status, **headers)
