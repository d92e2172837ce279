"""The API's own description: the OpenAPI document, and a page for people that shows it."""

from __future__ import annotations

import json
from functools import cache
from typing import cast

from apiflask import APIFlask
from flask import Response, current_app, render_template

from api.auth import PUBLIC, policy
from api.routing import Routes

blueprint = Routes("docs", __name__, url_prefix="/v1", enable_openapi=False)


@blueprint.get("/openapi.json")
@policy(PUBLIC)
def document() -> Response:
    """The OpenAPI 3.1 document."""
    return Response(_written(cast(APIFlask, current_app._get_current_object())), mimetype="application/json")  # type: ignore[attr-defined]


@blueprint.get("/docs")
@policy(PUBLIC)
def page() -> str:
    """The document as a page, drawn by a vendored Swagger UI."""
    return render_template("docs.html")


@cache
def _written(app: APIFlask) -> str:
    return json.dumps(app.spec, ensure_ascii=False)
