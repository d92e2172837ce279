"""Spaces in their landlord's hands, over HTTP: firms that fit one, and holding it for a firm until a day."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from flask import Response
from pydantic import Field

from api.asking import asking
from api.auth import policy
from api.idempotent import idempotent
from api.routing import Routes
from api.schemas.base import Answer, Body, Count, Identifier, Moment, Query, Shown, StampedShown, answer
from api.schemas.partners import Tongues
from matcher.services import holds
from matcher.services import tenants as service
from matcher.storage.products import SpaceHold

blueprint = Routes("spaces", __name__, url_prefix="/v1")


class TenantsQuery(Query):
    """How many firms."""

    n: Annotated[Count, Field(ge=1, le=service.MOST)] = 20


class TenantOut(Shown):
    """A firm for the space: what of it is offered, what speaks for and against."""

    rank: int
    enterprise_id: str
    name: str
    seeks: bool
    newcomer: bool
    truth: str
    near_miss: bool
    score: float
    wanted_m2: float | None
    wanted_by: date | None
    offered_m2: float | None
    units: list[str]
    held_until: date | None
    pros: Tongues
    cons: Tongues


class TenantsOut(StampedShown):
    """Firms for one space, those that seek rooms first, best first."""

    product_id: str
    items: list[TenantOut]


class HoldBody(Body):
    """For whom; until when (left out: as long as the space is held), how much (left out: all of it)."""

    enterprise_id: Identifier
    until: date | None = None
    area_m2: Annotated[float | None, Field(gt=0, le=1e7)] = None


class HoldOut(Answer):
    """A space held for a firm up to and including `until`."""

    hold_id: str
    product_id: str
    enterprise_id: str
    area_m2: float | None
    until: date
    held_at: Moment
    released_at: Moment | None

    @classmethod
    def of(cls, row: SpaceHold) -> HoldOut:
        """From its row."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class Holds(Answer):
    """A space's holds in force."""

    items: list[HoldOut]


@blueprint.get("/products/<product_id>/tenants")
@policy("spaces.let", writes=True)
@blueprint.input(TenantsQuery, location="query")
@blueprint.output(TenantsOut)
def tenants(product_id: str, query_data: TenantsQuery) -> Response:
    """The landlord's view of a space: firms of the station that seek rooms, the young, the homeless."""
    here = asking()
    found = service.tenants(here.session, here.graph, here.actor, product_id, query_data.n, here.now)
    return answer(TenantsOut.of(found))


@blueprint.get("/products/<product_id>/holds")
@policy("spaces.let")
@blueprint.output(Holds)
def listing(product_id: str) -> Response:
    """For whom a space is held."""
    here = asking()
    rows = holds.of_space(here.session, here.actor, product_id, here.now)
    return answer(Holds(items=[HoldOut.of(row) for row in rows]))


@blueprint.post("/products/<product_id>/holds")
@policy("spaces.let")
@blueprint.input(HoldBody)
@blueprint.output(HoldOut, status_code=201)
@idempotent
def hold(product_id: str, json_data: HoldBody) -> Response:
    """Hold a space, or a part of it, for a firm of one's station until a day."""
    here = asking()
    form = holds.HoldForm(json_data.enterprise_id, json_data.until, json_data.area_m2)
    row = holds.hold(here.session, here.actor, product_id, form, here.now)
    return answer(HoldOut.of(row), 201)


@blueprint.delete("/holds/<hold_id>")
@policy("spaces.let")
@blueprint.output(HoldOut)
def release(hold_id: str) -> Response:
    """Let a held space go before its day."""
    here = asking()
    return answer(HoldOut.of(holds.release(here.session, here.actor, hold_id, here.now)))
