"""Shapes of towers, visits, whom to visit, and firms' links."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field

from api.schemas.base import Answer, Body, Count, Identifier, Moment, Query, Stamped
from matcher.services.firm_links import NewLink
from matcher.services.towers import Keeper, Tower
from matcher.services.visiting import LONGEST_NOTE, MOST_ASKED, VisitPlan, VisitState
from matcher.services.whom_to_visit import MOST, Worth
from matcher.storage.firm_links import FirmLink
from matcher.storage.visits import Visit

# A day and a moment are told as text in JSON.
Day = Annotated[date, Field(strict=False)]


class KeeperOut(Answer):
    """An officer who looks, or looked, after a building."""

    account_id: str
    name: str
    since: Moment
    until: Moment | None

    @classmethod
    def of(cls, one: Keeper) -> Self:
        """From the service's value."""
        return cls.model_validate(vars(one))


class TowerOut(Answer):
    """A building of the station and who looks after it."""

    building_id: str
    name: str
    firms: int
    keepers: list[KeeperOut]
    mine: bool

    @classmethod
    def of(cls, one: Tower) -> Self:
        """From the service's value."""
        keepers = [KeeperOut.of(keeper) for keeper in one.keepers]
        return cls(
            building_id=one.building_id, name=one.name, firms=one.firms, keepers=keepers, mine=one.mine
        )


class Towers(Answer):
    """The station's buildings by name."""

    items: list[TowerOut]


class Keepers(Answer):
    """All who have looked after a building, newest first."""

    items: list[KeeperOut]


class KeeperBody(Body):
    """Who looks after the building from now on; null: whoever asks."""

    account_id: Identifier | None = None


class VisitBody(Body):
    """A visit to plan. `asked` are names of facts."""

    enterprise_id: Identifier
    day: Day
    starts_at: Annotated[Moment, Field(strict=False)] | None = None
    asked: Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=MOST_ASKED)] = []

    def plan(self) -> VisitPlan:
        """As the service takes it."""
        return VisitPlan(self.enterprise_id, self.day, self.starts_at, tuple(self.asked))


class VisitEndBody(Body):
    """How it went."""

    made: bool
    note: Annotated[str, Field(min_length=1, max_length=LONGEST_NOTE)] | None = None


class PlannedVisitOut(Answer):
    """A visit; the note is the station's own."""

    visit_id: str
    enterprise_id: str
    account_id: str
    planned_for: date
    starts_at: Moment | None
    state: VisitState
    asked: list[str]
    note: str | None
    ended_at: Moment | None

    @classmethod
    def of(cls, row: Visit) -> Self:
        """From its row."""
        values = {name: getattr(row, name) for name in cls.model_fields if name not in ("state", "asked")}
        return cls(**values, state=VisitState(row.state), asked=list(row.asked))


class Visits(Answer):
    """Visits that are to be made, the earliest first."""

    items: list[PlannedVisitOut]


class VisitsQuery(Query):
    """Whose visits."""

    mine: Annotated[Literal["0", "1"], Field(description="0: the whole station's")] = "1"


class WhomQuery(Query):
    """How many firms, in which order, of which buildings."""

    n: Annotated[Count, Field(ge=1, le=MOST)] = 20
    by: Annotated[Literal["matches", "yuan"], Field(description="what is to be unlocked")] = "matches"
    mine: Annotated[Literal["0", "1"], Field(description="1: only buildings that the asker looks after")] = (
        "0"
    )


class FactOut(Answer):
    """A question to ask: the loans, policies and spaces that the answer alone settles, and their yuan."""

    field: str
    settles: int
    amount_yuan: float


class QuietOut(Answer):
    """A waiting case on which nothing has happened for days."""

    need_id: str
    title: str
    days: int
    overdue: bool
    amount_yuan: float


class WorthOut(Answer):
    """A firm worth a visit, and why."""

    enterprise_id: str
    name: str
    building_id: str | None
    building: str | None
    floor: str | None
    matches: int
    amount_yuan: float
    overdue: int
    facts: list[FactOut]
    quiet: list[QuietOut]
    visited_on: date | None
    planned: bool

    @classmethod
    def of(cls, one: Worth) -> Self:
        """From the service's value."""
        values = {name: getattr(one, name) for name in cls.model_fields if name not in ("facts", "quiet")}
        facts = [FactOut(**vars(fact)) for fact in one.facts]
        return cls(**values, facts=facts, quiet=[QuietOut(**vars(case)) for case in one.quiet])


class Whom(Stamped):
    """Whom to visit, most unlocked first."""

    items: list[WorthOut]


class LinkOut(Answer):
    """A firm's link without its secret."""

    link_id: str
    enterprise_id: str
    issued_at: Moment
    expires_at: Moment
    used_at: Moment | None
    ends_at: Moment | None
    revoked_at: Moment | None

    @classmethod
    def of(cls, row: FirmLink) -> Self:
        """From its row."""
        return cls(**{name: getattr(row, name) for name in LinkOut.model_fields})


class NewLinkOut(LinkOut):
    """With its path, which is shown this once."""

    path: str

    @classmethod
    def fresh(cls, made: NewLink) -> Self:
        """From the service's value."""
        return cls(**LinkOut.of(made.row).model_dump(), path=f"/f/{made.token}")


class Links(Answer):
    """An enterprise's links, newest first."""

    items: list[LinkOut]
