"""Shapes of a fair's plan: what an organizer asks for, the floor, interviews, what a new plan changed.

The body is that of ``qianxian plan fair FILE.json``. Booths, rows, columns, windows and members count from 1.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import ConfigDict, Field

from api.schemas.base import Body, Identifier, Shown, StampedShown
from api.schemas.fairs import MOST_GUESTS
from api.schemas.partners import Tongues
from api.schemas.plans import Guests, Seed, Turn
from matcher.services.fair_again import FairToday

Name = Annotated[str, Field(min_length=1, max_length=60)]
Amount = Annotated[float, Field(ge=0, le=10_000)]
Trade = Annotated[str, Field(pattern=r"^[0-9]{1,4}$", description="The beginning of an industry code")]
Booth = Annotated[int, Field(ge=1, le=1_000, description="From 1, through all halls")]

FAIR_EXAMPLE: Final[dict[str, Any]] = {
    "n": 40,
    "halls": [{"name": "A", "rows": 4, "columns": 10, "size": 9, "power": 2}],
    "booths": [{"booth": 1, "size": 18, "power": 10}],
    "zones": [{"name": "制造专区", "hall": "A", "rows": [1, 2], "trades": ["34", "35"]}],
    "needs": [{"enterprise_id": "ENT-00001", "size": 18, "power": 6, "desks": 3}],
    "near": [{"a": "ENT-00002", "b": "ENT-00003"}],
    "pins": [{"enterprise_id": "ENT-00001", "booth": 1}],
    "windows": 6,
    "minutes": 20,
    "desks": 2,
    "most": 3,
}


class HallBody(Body):
    """A grid of booths; visitors come in at its first row. Size in square metres, power in kW."""

    name: Name
    rows: Annotated[int, Field(ge=1, le=100)]
    columns: Annotated[int, Field(ge=1, le=100)]
    size: Amount = 9.0
    power: Amount = 2.0


class BoothBody(Body):
    """A booth that differs from its hall."""

    booth: Booth
    size: Amount | None = None
    power: Amount | None = None


class ZoneBody(Body):
    """Rows of a hall, or all of it, for the trades whose codes begin so."""

    name: Name
    hall: Name
    rows: Annotated[list[Turn] | None, Field(max_length=100)] = None
    trades: Annotated[
        list[Annotated[str, Field(pattern=r"^[0-9]{1,4}$")]], Field(min_length=1, max_length=50)
    ]


class NeedsBody(Body):
    """What a firm's booth needs, and at how many desks it interviews."""

    enterprise_id: Identifier
    size: Amount = 0.0
    power: Amount = 0.0
    desks: Annotated[int | None, Field(ge=1, le=50)] = None


class TwoBody(Body):
    """Two firms."""

    a: Identifier
    b: Identifier


class BoothPinBody(Body):
    """A firm's booth, decided beforehand."""

    enterprise_id: Identifier
    booth: Booth


class GoneBody(Body):
    """A window in which a firm or a class is not there."""

    who: Identifier
    window: Turn


class MustInterviewBody(Body):
    """A class of which at least one member is interviewed by the firm."""

    talent_id: Identifier
    enterprise_id: Identifier


class FairPlanBody(Body):
    """A fair's floor and interview windows. Without `halls` one hall holds everybody.

    `event_id` is needed in a file and may be left out over HTTP.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [FAIR_EXAMPLE]})

    event_id: Identifier | None = None
    n: Annotated[int, Field(ge=1, le=MOST_GUESTS, examples=[40])] = 50
    seed: Seed = 0
    must: Guests = []
    halls: Annotated[list[HallBody], Field(max_length=20)] = []
    booths: Annotated[list[BoothBody], Field(max_length=1_000)] = []
    zones: Annotated[list[ZoneBody], Field(max_length=50)] = []
    needs: Annotated[list[NeedsBody], Field(max_length=500)] = []
    apart: Annotated[list[TwoBody], Field(max_length=500)] = []
    near: Annotated[list[TwoBody], Field(max_length=500)] = []
    pins: Annotated[list[BoothPinBody], Field(max_length=500)] = []
    windows: Annotated[int, Field(ge=1, le=40)] = 6
    minutes: Annotated[int, Field(ge=1, le=600, description="A window")] = 20
    times: Annotated[list[str], Field(max_length=40, description="When each window begins, RFC 3339")] = []
    desks: Annotated[int, Field(ge=1, le=50, description="Of each booth")] = 2
    most: Annotated[int, Field(ge=1, le=40, description="Interviews of one person")] = 3
    per_place: Annotated[int, Field(ge=1, le=50, description="Persons interviewed for a vacancy")] = 3
    least: Annotated[
        dict[Identifier, Annotated[int, Field(ge=1, le=500)]], Field(description="A firm's fewest interviews")
    ] = {}
    away: Annotated[list[GoneBody], Field(max_length=1_000)] = []
    must_interview: Annotated[list[MustInterviewBody], Field(max_length=500)] = []

    def document(self) -> dict[str, Any]:
        """As the service takes it: only what was sent."""
        return self.model_dump(exclude_unset=True, exclude_none=True, exclude={"seed", "event_id"})


class FairReplanBody(Body):
    """On the day: firms or classes that did not come, firms that come instead, booths gone or decided."""

    no_shows: Annotated[Guests, Field(examples=[["ENT-00002"]])] = []
    stand_ins: Annotated[Guests, Field(description="Firms that were not planned")] = []
    lost_booths: Annotated[list[Booth], Field(max_length=500)] = []
    pins: Annotated[list[BoothPinBody], Field(max_length=500)] = []
    seed: Seed = 0

    def today(self) -> FairToday:
        """As the planner takes it."""
        pins = tuple((one.enterprise_id, one.booth) for one in self.pins)
        return FairToday(self.no_shows, tuple(self.stand_ins), tuple(self.lost_booths), pins)


class BoothOut(Shown):
    """A firm's place on the floor."""

    number: int
    enterprise_id: str


class FloorBoothOut(Shown):
    """A booth of a hall, whether somebody stands there or not."""

    number: int
    hall: str
    row: int
    column: int
    size: float
    power: float
    zones: list[str]


class PlacementOut(Shown):
    """So many of a class for one opening. No organizer reads the score."""

    talent_id: str
    opening_id: str
    enterprise_id: str
    count: int
    score: float | None


class InterviewOut(Shown):
    """One member of a class at one firm's booth; members have numbers, never names."""

    talent_id: str
    member: int
    enterprise_id: str
    window: int


class FairPlanOut(StampedShown):
    """The floor, who could hire whom, interviews. `stable`: no class and opening would both rather have each
    other. `share` and `interviews_share` are how much of a proven bound the floor and the interviews reach.
    `problems` could not be kept, `conflict` excludes each other, `concessions` are the least that would do.
    """

    event_id: str
    title: str
    names: dict[str, str]
    floor: list[FloorBoothOut]
    lost: list[int]
    booths: list[BoothOut]
    placements: list[PlacementOut]
    stable: bool
    windows: int
    interviews: list[InterviewOut]
    share: float
    interviews_share: float
    interviews_proven: bool
    problems: Tongues
    conflict: Tongues
    concessions: Tongues
    bound: Tongues
    changes: list[dict[str, Any]]
