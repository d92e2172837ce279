"""Shapes of relations between enterprises and of objections to them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import Field

from api.schemas.base import Answer, Body, Identifier, Moment, Shown
from matcher.domain.enterprise import RelationKind
from matcher.services.relations import LONGEST, NewRelation, RelationView

Said = Annotated[str, Field(min_length=1, max_length=LONGEST)]


class RelationBody(Body):
    """What the two are to each other, from what it is known, and until when (null: an owner group only)."""

    other_id: Identifier
    kind: RelationKind
    source: Said
    until: date | None = None

    def new(self, enterprise_id: str) -> NewRelation:
        """As the service takes it."""
        return NewRelation(enterprise_id, self.other_id, self.kind, self.source, self.until)


class ContestBody(Body):
    """Which relation is wrong, and why."""

    other_id: Identifier
    kind: RelationKind
    reason: Said


class SettleBody(Body):
    """Upheld: it holds again. Else it ends. Why, in words."""

    upheld: bool
    said: Said


class ObjectionOut(Shown):
    """An objection; `settle_by` is a day after it was raised."""

    contest_id: str
    party: str
    reason: str
    at: Moment
    settle_by: Moment
    settled_at: Moment | None
    outcome: str | None
    said: str | None


class RelationOut(Answer):
    """A relation to another enterprise. One that is contested keeps nobody apart until it is settled."""

    kind: RelationKind
    other_id: str
    other: str
    source: str | None
    entered_by: str | None
    until: date | None
    contested: bool
    in_force: bool
    mine: bool
    objections: list[ObjectionOut]

    @classmethod
    def of(cls, view: RelationView) -> Self:
        """From the service's view."""
        told = [ObjectionOut.of(one) for one in view.objections]
        return cls.model_validate(vars(view) | {"objections": told})


class Relations(Answer):
    """All relations of an own enterprise, ended ones too."""

    items: list[RelationOut]
