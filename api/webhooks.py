"""Webhooks over HTTP: registered, given a new secret, switched on again, taken away."""

from __future__ import annotations

from flask import Response

from api.asking import asking
from api.auth import policy
from api.documented import refuses
from api.routing import Routes
from api.schemas.base import answer
from api.schemas.notices import (
    Deliveries,
    DeliveryOut,
    NewWebhookOut,
    WebhookBody,
    WebhookOut,
    Webhooks,
)
from matcher.services.notices import hooks

blueprint = Routes("webhooks", __name__, url_prefix="/v1")


@blueprint.get("/webhooks")
@policy("webhooks.write")
@blueprint.output(Webhooks)
def listing() -> Response:
    """The party's webhooks."""
    here = asking()
    return answer(Webhooks(items=[WebhookOut.of(row) for row in hooks.listed(here.session, here.actor)]))


@blueprint.post("/webhooks")
@policy("webhooks.write")
@refuses(409)
@blueprint.input(WebhookBody)
@blueprint.output(NewWebhookOut, status_code=201)
def create(json_data: WebhookBody) -> Response:
    """Register a public https address; the secret is shown this once."""
    here, body = asking(), json_data
    master = here.wiring.settings.secret_key
    made = hooks.create(here.session, here.actor, body.url, body.kinds, master, here.now)
    return answer(NewWebhookOut.fresh(made), 201)


@blueprint.post("/webhooks/<webhook_id>/secret")
@policy("webhooks.write")
@blueprint.output(NewWebhookOut)
def rotate(webhook_id: str) -> Response:
    """A new secret; for a day the one before signs as well."""
    here = asking()
    master = here.wiring.settings.secret_key
    return answer(NewWebhookOut.fresh(hooks.rotate(here.session, here.actor, webhook_id, master, here.now)))


@blueprint.post("/webhooks/<webhook_id>/enable")
@policy("webhooks.write")
@blueprint.output(WebhookOut)
def enable(webhook_id: str) -> Response:
    """Switch it on again; what waited is sent."""
    here = asking()
    return answer(WebhookOut.of(hooks.enable(here.session, here.actor, webhook_id, here.now)))


@blueprint.delete("/webhooks/<webhook_id>")
@policy("webhooks.write")
@blueprint.output(WebhookOut)
def remove(webhook_id: str) -> Response:
    """Take it away, with what waited for it. Gives what was taken."""
    here = asking()
    return answer(WebhookOut.of(hooks.remove(here.session, here.actor, webhook_id, here.now)))


@blueprint.get("/webhooks/<webhook_id>/deliveries")
@policy("webhooks.write")
@blueprint.output(Deliveries)
def deliveries(webhook_id: str) -> Response:
    """The newest messages to it and how they fared."""
    here = asking()
    found = hooks.sent(here.session, here.actor, webhook_id)
    return answer(Deliveries(items=[DeliveryOut.of(row) for row in found]))
