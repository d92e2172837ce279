"""What the organizer's forms send, as the documents that the planners read."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from api.console.forms import Form, Said, without_commas
from api.console.words import BEIJING
from matcher.services.fair_again import FairToday
from matcher.services.meetings_again import MeetingsToday
from matcher.services.salons import OnTheDay

Whole = BeforeValidator(without_commas)
Guests = Annotated[list[str], Field(max_length=500)]


class _OccasionForm(Form):
    """When and where. A moment without a zone is Beijing time."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    theme: Annotated[Annotated[str, Field(max_length=500)] | None, Said] = None
    place: Annotated[Annotated[str, Field(max_length=200)] | None, Said] = None
    starts_at: Annotated[datetime | None, Said] = None
    minutes: Annotated[int, Whole, Field(ge=5, le=480)] = 30

    def occasion(self) -> dict[str, Any]:
        """The members that both kinds share; what is unsaid is left out."""
        said: dict[str, Any] = {"title": self.title, "theme": self.theme, "place": self.place}
        if self.starts_at is not None:
            there = self.starts_at
            aware = there if there.tzinfo is not None else there.replace(tzinfo=BEIJING)
            said["starts_at"] = aware.isoformat()
        return {name: value for name, value in said.items() if value is not None} | {"minutes": self.minutes}


class SalonForm(_OccasionForm):
    """A salon: guests are chosen among those who may be invited; `must` come in any case."""

    tables: Annotated[int, Whole, Field(ge=1, le=60)] = 6
    seats: Annotated[int, Whole, Field(ge=2, le=20)] = 6
    rounds: Annotated[int, Whole, Field(ge=1, le=6)] = 2
    capacity: Annotated[Annotated[int, Field(ge=2, le=300)] | None, Whole] = None
    must: Guests = []

    def document(self) -> dict[str, Any]:
        """As ``plan salon`` reads it."""
        size = {"tables": self.tables, "seats": self.seats, "rounds": self.rounds}
        if self.capacity is not None:
            size["capacity"] = self.capacity
        return self.occasion() | size | {"must": list(dict.fromkeys(self.must))}


class MeetingsForm(_OccasionForm):
    """One-to-one meetings: who buys, who sells, how many slots and tables."""

    slots: Annotated[int, Whole, Field(ge=1, le=40)] = 6
    tables: Annotated[int, Whole, Field(ge=1, le=60)] = 4
    buyer: Guests = []
    seller: Guests = []

    def document(self) -> dict[str, Any]:
        """As ``plan meetings`` reads it."""
        sides = {"buyers": list(dict.fromkeys(self.buyer)), "sellers": list(dict.fromkeys(self.seller))}
        return self.occasion() | sides | {"slots": self.slots, "tables": self.tables}


class FairForm(Form):
    """A fair: how many firms, the hall's grid, interview windows and desks."""

    n: Annotated[int, Whole, Field(ge=1, le=500)] = 40
    rows: Annotated[int, Whole, Field(ge=1, le=50)] = 4
    columns: Annotated[int, Whole, Field(ge=1, le=50)] = 10
    windows: Annotated[int, Whole, Field(ge=1, le=40)] = 6
    minutes: Annotated[int, Whole, Field(ge=5, le=240)] = 20
    desks: Annotated[int, Whole, Field(ge=1, le=50)] = 2
    must: Guests = []

    def document(self) -> dict[str, Any]:
        """As ``plan fair`` reads it."""
        hall = {"name": "1", "rows": self.rows, "columns": self.columns}
        numbers = {"windows": self.windows, "minutes": self.minutes, "desks": self.desks}
        firms = {"n": self.n, "must": list(dict.fromkeys(self.must))}
        return firms | {"halls": [hall]} | numbers


class NoShowForm(Form):
    """What turned out otherwise: who did not come, who comes instead, which tables or booths are gone."""

    absent: Guests = []
    come: Guests = []
    buyer: Guests = []
    seller: Guests = []
    lost: Annotated[list[Annotated[int, Field(ge=1, le=1_000)]], Field(max_length=500)] = []

    def anything(self) -> bool:
        """Whether anything is different at all."""
        return bool(self.absent or self.come or self.buyer or self.seller or self.lost)

    def salon(self) -> OnTheDay:
        """As the planner of salons takes it."""
        return OnTheDay(self.absent, tuple(dict.fromkeys(self.come)), tuple(self.lost))

    def meetings(self) -> MeetingsToday:
        """As the planner of meetings takes it."""
        sides = tuple(dict.fromkeys(self.buyer)), tuple(dict.fromkeys(self.seller))
        return MeetingsToday(self.absent, sides, tuple(self.lost))

    def fair(self) -> FairToday:
        """As the planner of fairs takes it."""
        return FairToday(self.absent, tuple(dict.fromkeys(self.come)), tuple(self.lost))
