"""A station's loan needs spread over banks, over HTTP."""

from __future__ import annotations

from flask import Response

from api.asking import asking
from api.auth import policy
from api.idempotent import idempotent
from api.routing import Routes
from api.schemas.base import Shown, answer
from api.schemas.partners import Named
from matcher.services import portfolio

blueprint = Routes("portfolio", __name__, url_prefix="/v1/portfolio")


class GivenOut(Shown):
    """One firm: the product it is offered first, the others in their order, or why none."""

    need_id: str
    enterprise_id: str
    name: str
    waited_days: int
    product_id: str | None
    product: str | None
    owner_name: str | None
    others: list[str]
    why: Named


class BankShareOut(Shown):
    """A bank: places (null: unlimited), firms offered, share of its quota."""

    owner: str
    owner_name: str
    places: int | None
    firms: int
    share: float


class SpreadOut(Shown):
    """The plan with its certificate: `value` meets `bound` where no plan is better; `envies` 0 is fair."""

    items: list[GivenOut]
    banks: list[BankShareOut]
    served: int
    value: float
    bound: float
    proven: bool
    envies: int
    prices: dict[str, float]
    fairness: Named


@blueprint.get("")
@policy("portfolio.plan", writes=True)
@blueprint.output(SpreadOut)
def plan() -> Response:
    """Limited quotas spread over the station's firms and the banks they consented to. Stores nothing."""
    here = asking()
    return answer(SpreadOut.of(portfolio.plan(here.session, here.actor, here.now)))


@blueprint.post("/start")
@policy("portfolio.plan")
@blueprint.output(SpreadOut, status_code=201)
@idempotent
def start() -> Response:
    """The same, and every firm served is put to its banks, the planned one first."""
    here = asking()
    return answer(SpreadOut.of(portfolio.start(here.session, here.actor, here.now)), 201)
