"""A bank's own past decisions over HTTP: off until it says so; its own data alone; with reasons."""

from __future__ import annotations

from typing import Annotated

from flask import Response
from pydantic import Field

from api.asking import asking
from api.auth import policy
from api.idempotent import idempotent
from api.routing import Routes
from api.schemas.base import Answer, Body, Identifier, Moment, Shown, answer
from matcher.services import own_risk

blueprint = Routes("risk", __name__, url_prefix="/v1/risk")
Figures = Annotated[
    dict[str, float | str | None],
    Field(
        max_length=20,
        description="Facts of the firm when it was decided, by name; money in yuan, grades by their letter",
        examples=[{"revenue": 3_000_000.0, "age_months": 40, "tax_grade": "B"}],
    ),
]


class DecisionIn(Body):
    """How one past loan of the bank ended."""

    decision_id: Identifier
    figures: Figures
    bad: bool


class DecisionsBody(Body):
    """Past decisions; one sent again replaces itself."""

    items: Annotated[list[DecisionIn], Field(min_length=1, max_length=1_000)]


class CountOut(Answer):
    """How many decisions the bank has now."""

    decisions: int


class SwitchBody(Body):
    """Whether the bank's decisions may order its lists."""

    on: bool


class RiskStandingOut(Shown):
    """The switch, the decisions, and how what was learned holds on decisions left out."""

    switched_on: bool
    good: int
    bad: int
    learned_at: Moment | None
    auc: float | None
    brier: float | None
    calibration: Annotated[list[dict[str, float]], Field(description="Fifths by risk: foretold, came")]
    weights: dict[str, float]
    figures: Annotated[list[str], Field(description="The closed list of figures; none of a person")]


@blueprint.get("")
@policy("risk.own")
@blueprint.output(RiskStandingOut)
def standing() -> Response:
    """The bank's switch and the honest figures of the last learning."""
    here = asking()
    return answer(RiskStandingOut.of(own_risk.standing(here.session, here.actor)))


@blueprint.put("")
@policy("risk.own")
@blueprint.input(SwitchBody)
@blueprint.output(RiskStandingOut)
def switch(json_data: SwitchBody) -> Response:
    """Switch it on or off; learning follows by the job `learn-risk`."""
    here = asking()
    return answer(RiskStandingOut.of(own_risk.switch(here.session, here.actor, json_data.on, here.now)))


@blueprint.post("/decisions")
@policy("risk.own")
@blueprint.input(DecisionsBody)
@blueprint.output(CountOut, status_code=201)
@idempotent
def record(json_data: DecisionsBody) -> Response:
    """Add the bank's own past decisions."""
    here = asking()
    told = [own_risk.Decision(one.decision_id, one.figures, one.bad) for one in json_data.items]
    return answer(CountOut(decisions=own_risk.record(here.session, here.actor, told, here.now)), 201)


@blueprint.delete("/decisions")
@policy("risk.own")
@blueprint.output(CountOut)
def forget() -> Response:
    """Forget all of them, and what was learned."""
    here = asking()
    own_risk.forget(here.session, here.actor, here.now)
    return answer(CountOut(decisions=0))
