"""Putting the application together. A route without a policy does not get past here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final, cast

from apiflask import APIFlask
from flask import Blueprint, request

from api import (
    auth,
    buildings,
    cases,
    consents,
    docs,
    enterprises,
    errors,
    fairs,
    following,
    groups,
    handovers,
    headers,
    held_rows,
    identity,
    imports,
    industries,
    introductions,
    loans,
    needs,
    notices,
    openapi,
    openings,
    ops,
    partners,
    plans,
    policies,
    portfolio,
    products,
    questions,
    relations,
    risk,
    spaces,
    take_ups,
    visits,
    webhooks,
    wiring,
)
from api.bodies import LARGEST_BODY, storable
from api.console import buildings as building_pages
from api.console import cases as cases_pages
from api.console import downloads, files, identities, inbox, notice_settings, own, pages, shared, sides
from api.console import events as events_pages
from api.console import figures as figures_pages
from api.console import held_rows as held_pages
from api.console import imports as import_pages
from api.console import industries as industry_pages
from api.console import needs as needs_pages
from api.console import openings as opening_pages
from api.console import operations as operations_pages
from api.console import portfolio as portfolio_pages
from api.console import products as products_pages
from api.console import questions as questions_pages
from api.console import risk as risk_pages
from api.console import spaces as spaces_pages
from api.console import take_ups as take_ups_pages
from api.console import visiting as visiting_pages
from api.console import why_not as why_not_pages
from api.wiring import Wiring
from matcher.errors import NotFound
from matcher.settings import Settings

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (
    ops.blueprint,
    enterprises.blueprint,
    industries.blueprint,
    openings.blueprint,
    buildings.blueprint,
    needs.blueprint,
    partners.blueprint,
    products.blueprint,
    loans.blueprint,
    policies.blueprint,
    portfolio.blueprint,
    take_ups.blueprint,
    questions.blueprint,
    risk.blueprint,
    spaces.blueprint,
    introductions.blueprint,
    cases.blueprint,
    webhooks.blueprint,
    visits.blueprint,
    handovers.blueprint,
    relations.blueprint,
    notices.blueprint,
    identity.blueprint,
    consents.blueprint,
    fairs.blueprint,
    plans.salons,
    plans.meetings,
    groups.blueprint,
    held_rows.blueprint,
    imports.blueprint,
    docs.blueprint,
    pages.blueprint,
)
# Importing these hangs their routes on the console's blueprint; a new page adds its module.
PAGES: Final = (
    needs_pages,
    cases_pages,
    sides,
    figures_pages,
    files,
    identities,
    industry_pages,
    opening_pages,
    building_pages,
    held_pages,
    import_pages,
    products_pages,
    questions_pages,
    spaces_pages,
    risk_pages,
    take_ups_pages,
    portfolio_pages,
    shared,
    events_pages,
    downloads,
    operations_pages,
    inbox,
    notice_settings,
    visiting_pages,
    why_not_pages,
    own,
)
SESSION_HOURS: Final = 12


def build(
    settings: Settings, parts: Wiring | None = None, blueprints: Sequence[Blueprint] = BLUEPRINTS
) -> APIFlask:
    """The whole application. Raises Misconfigured for a weak secret or an unguarded route."""

    app = APIFlask(
        "api",
        title="Qianxian 牵线",
        version="1",
        spec_path=None,
        docs_path=None,
        static_folder=None,  # type: ignore[arg-type]  # Flask takes None; APIFlask's annotation forgot it
        template_folder="console/templates",
        json_errors=False,
    )
    app.config.from_mapping(_configuration(settings))
    wiring.install(app, Wiring.of(settings) if parts is None else parts)
    for part in (following.install, auth.install, errors.install, headers.install):
        part(app)
    app.before_request(_refuse_unstorable)
    pages.install(app)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    app.spec_processor(lambda document: openapi.finish(app, cast(openapi.Json, document)))
    auth.require_policies(app)
    return app


def _configuration(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": settings.require_secret(),
        "MAX_CONTENT_LENGTH": LARGEST_BODY,
        "MAX_FORM_MEMORY_SIZE": LARGEST_BODY,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=SESSION_HOURS),
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": settings.secure_cookies,
        "PROVIDE_AUTOMATIC_OPTIONS": False,
        "OPENAPI_VERSION": "3.1.0",
        "AUTO_OPERATION_ID": True,
        "AUTO_404_RESPONSE": False,
        "AUTO_VALIDATION_ERROR_RESPONSE": False,
        "AUTO_AUTH_ERROR_RESPONSE": False,
        "AUTO_SERVERS": False,
    }


def _refuse_unstorable() -> None:
    """An id with NUL in it names nothing; PostgreSQL would fail on it."""
    if not storable(request.path):
        raise NotFound("api.no_such_page")
