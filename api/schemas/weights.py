"""Shapes of the weights of the partner recommender and of their comparisons."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.schemas.base import Answer, Moment
from matcher.services.weights import Tables
from matcher.storage.weight_tables import LearnedWeights


class LearnedOut(Answer):
    """One training: `beside` is the version it was compared with on the newest outcomes.

    `slope` and `intercept` turn a score into the log odds of a deal.
    """

    version: int
    made_at: Moment
    beside: int
    weights: dict[str, float]
    slope: float
    intercept: float
    comparison: Annotated[
        dict[str, dict[str, float]],
        Field(description="Outcomes and deals by period; log loss, gain and AUC of the judged period"),
    ]
    published: bool
    withdrawn_at: Moment | None

    @classmethod
    def of(cls, row: LearnedWeights) -> LearnedOut:
        """From its row."""
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})


class WeightsOut(Answer):
    """The table in force (0: shipped) and the newest trainings, newest first."""

    in_force: int
    shipped: dict[str, float]
    trained: list[LearnedOut]

    @classmethod
    def of(cls, found: Tables) -> WeightsOut:
        """From the service's tables."""
        trained = [LearnedOut.of(row) for row in found.trained]
        return cls(in_force=found.in_force, shipped=dict(found.shipped), trained=trained)
