"""Shapes of files handed over between stations."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field

from api.schemas.base import Answer, Body, Identifier, Moment
from matcher.services.handovers import LONGEST, HandoverView

Said = Annotated[str, Field(min_length=1, max_length=LONGEST)]


class HandoverBody(Body):
    """To whom, and why."""

    to_station: Identifier
    ground: Said


class DecisionBody(Body):
    """Taken or not; refusing needs a word."""

    accepted: bool
    said: Said | None = None


class HandoverOut(Answer):
    """A hand-over. `waiting` and `overdue` count the file's open cases while it is the reader's to know."""

    handover_id: str
    enterprise_id: str
    firm: str
    from_station: str
    giver: str
    to_station: str
    taker: str
    ground: str
    state: str
    offered_at: Moment
    decided_at: Moment | None
    said: str | None
    waiting: int | None
    overdue: int | None
    version: int

    @classmethod
    def of(cls, view: HandoverView) -> Self:
        """From the service's view."""
        told = {name: getattr(view, name) for name in ("firm", "giver", "taker", "waiting", "overdue")}
        same = {name: getattr(view.row, name) for name in cls.model_fields if name not in told}
        return cls.model_validate(told | same)


class Handovers(Answer):
    """What the own station gave or was offered, newest first."""

    items: list[HandoverOut]
