"""Whom to ask what next, over HTTP: for a station over its firms, for a bank over those that consented."""

from __future__ import annotations

from typing import Annotated, Literal

from flask import Response
from pydantic import Field

from api.asking import asking
from api.auth import policy
from api.routing import Routes
from api.schemas.base import Count, Query, Shown, StampedShown, answer
from api.schemas.partners import Named
from matcher.services import next_questions as service

blueprint = Routes("questions", __name__, url_prefix="/v1/next-questions")


class QuestionsQuery(Query):
    """How many firms; whether products or yuan decide."""

    n: Annotated[Count, Field(ge=1, le=service.MOST)] = 20
    by: Literal["products", "yuan"] = "products"


class FieldQuestionOut(Shown):
    """One missing fact: products it alone settles, products it helps, yuan settled, firms to ask."""

    field: str
    names: Named
    settles: int
    helps: int
    amount_yuan: float
    firms: int


class VisitOut(Shown):
    """A firm worth asking, and what, the best question first."""

    enterprise_id: str
    name: str
    settles: int
    amount_yuan: float
    questions: list[FieldQuestionOut]
    consents: list[str]


class StationQuestions(StampedShown):
    """The facts that settle most over all one's firms, and the firms to ask first."""

    fields: list[FieldQuestionOut]
    visits: list[VisitOut]
    firms: int
    products: int


@blueprint.get("")
@policy("questions.read", writes=True)
@blueprint.input(QuestionsQuery, location="query")
@blueprint.output(StationQuestions)
def listing(query_data: QuestionsQuery) -> Response:
    """The missing facts that unlock most products or yuan, and whom to ask. A bank sees consenting firms."""
    here, asked = asking(), query_data
    found = service.next_questions(
        here.session, here.graph, here.actor, asked.n, asked.by == "yuan", here.now
    )
    return answer(StationQuestions.of(found))
