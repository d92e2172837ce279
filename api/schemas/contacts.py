"""Shapes of the two sides of an introduction, and of what passes between them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field

from api.schemas.base import Answer, Body, Moment, Words
from matcher.domain.case import Outcome
from matcher.services.contacts import LONGEST, ContactView, SideWord

Said = Annotated[str, Field(min_length=1, max_length=500)]
Side = Literal["asker", "candidate"]


class SideAnswerBody(Body):
    """A side's answer. Refusing needs a reason; an officer names the paper or call it stands on.

    `direct` lets the other side read the own contact person and number once both accept. `side` is needed
    only where one speaks for both.
    """

    accepted: bool
    direct: bool = False
    reason: Said | None = None
    proof: Said | None = None
    side: Side | None = None

    def word(self) -> SideWord:
        """As the service takes it."""
        return SideWord(self.accepted, self.direct, self.reason, self.proof, self.side)


class MessageBody(Body):
    """A word for the other side; private numbers in it are masked unless one's own was given."""

    text: Annotated[Words, Field(max_length=LONGEST)]


class MessageOut(Answer):
    """A word that passed."""

    side: Side
    mine: bool
    text: str
    at: Moment


class ContactOut(Answer):
    """An introduction from one's own side; `open` once both accepted. Null: not answered, or not given."""

    introduction_id: str
    version: int
    own_id: str
    need_id: str | None
    sides: list[Side]
    state: Outcome
    other_id: str
    other: str
    asks: str | None
    kind: str | None
    mine: bool | None
    theirs: bool | None
    open: bool
    person: str | None
    phone: str | None
    messages: list[MessageOut]
    rungs: list[Outcome]
    made_at: Moment

    @classmethod
    def of(cls, view: ContactView) -> Self:
        """From the service's view."""
        told = [MessageOut.model_validate(vars(one)) for one in view.messages]
        return cls.model_validate(vars(view) | {"messages": told, "sides": list(view.sides)})


class Contacts(Answer):
    """An enterprise's introductions on either side, newest first."""

    items: list[ContactOut]
