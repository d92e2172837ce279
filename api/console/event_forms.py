"""What the organizer's forms send, as the documents that the planners read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

from api.console.forms import Form, Said, without_commas
from api.console.guest_wishes import called, numbers, places
from api.console.words import BEIJING
from matcher.errors import InvalidInput
from matcher.services.fair_again import FairToday
from matcher.services.meetings_again import MeetingsToday
from matcher.services.salons import OnTheDay

Whole = BeforeValidator(without_commas)
Guests = Annotated[list[str], Field(max_length=500)]
Written = Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=500)]
Names = Mapping[str, str]
_MANY: Final = 1_000  # square metres, kW, desks or interviews


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


class _GuestRows(Form):
    """What is written beside each guest: `who` and the others in the same order, "" for nothing."""

    who: Guests = []
    here: Written = []

    def beside(self, field: str, listed: Collection[str]) -> Iterator[tuple[str, str]]:
        """(guest, what is written) for the guests of `listed` beside whom something is.

        Raises InvalidInput for what stands beside nobody.
        """
        for guest, written in zip(self.who, getattr(self, field), strict=False):
            if written.strip() and not guest:
                raise InvalidInput("console.beside_nobody", value=written)
            if guest in listed and written.strip():
                yield guest, written

    def absences(self, listed: Collection[str], turns: int, names: Names) -> list[tuple[str, int]]:
        """(guest, round or slot) in which it is not there, of those who say when they are."""
        return [
            (guest, turn)
            for guest, written in self.beside("here", listed)
            for turn in sorted(set(range(1, turns + 1)) - numbers(written, turns, names.get(guest, guest)))
        ]


class SalonForm(_OccasionForm, _GuestRows):
    """A salon: guests are chosen among those who may be invited; `must` come in any case."""

    tables: Annotated[int, Whole, Field(ge=1, le=60)] = 6
    seats: Annotated[int, Whole, Field(ge=2, le=20)] = 6
    rounds: Annotated[int, Whole, Field(ge=1, le=6)] = 2
    capacity: Annotated[Annotated[int, Field(ge=2, le=300)] | None, Whole] = None
    must: Guests = []
    host: Guests = []
    place_at: Written = []
    apart: Written = []

    def document(self, names: Names) -> dict[str, Any]:
        """As ``plan salon`` reads it; `names` are those of the guests who must come."""
        size = {"tables": self.tables, "seats": self.seats, "rounds": self.rounds}
        if self.capacity is not None:
            size["capacity"] = self.capacity
        must = list(dict.fromkeys(self.must))
        wishes = {
            "must": must,
            "hosts": [guest for guest in dict.fromkeys(self.host) if guest in must],
            "away": [
                {"guest": guest, "round": turn} for guest, turn in self.absences(must, self.rounds, names)
            ],
            "pins": [
                {"guest": guest, "round": turn, "table": table}
                for guest, written in self.beside("place_at", must)
                for turn, table in places(written, names.get(guest, guest))
            ],
            "apart": [
                {"a": guest, "b": other}
                for guest, written in self.beside("apart", must)
                for other in called(written, must, names)
            ],
        }
        return self.occasion() | size | wishes


class MeetingsForm(_OccasionForm, _GuestRows):
    """One-to-one meetings: who buys, who sells, how many slots and tables, whom each must or may not meet."""

    slots: Annotated[int, Whole, Field(ge=1, le=40)] = 6
    tables: Annotated[int, Whole, Field(ge=1, le=60)] = 4
    buyer: Guests = []
    seller: Guests = []
    least: Written = []
    most: Written = []
    meet: Written = []
    never: Written = []

    def document(self, names: Names) -> dict[str, Any]:
        """As ``plan meetings`` reads it; `names` are those of both sides."""
        sides = {"buyers": list(dict.fromkeys(self.buyer)), "sellers": list(dict.fromkeys(self.seller))}
        everybody = [*sides["buyers"], *sides["sellers"]]
        away = self.absences(everybody, self.slots, names)
        wishes = {
            "least": self._limits("least", everybody, names),
            "most": self._limits("most", everybody, names),
            "away": [{"guest": guest, "slot": slot} for guest, slot in away],
            "must": self._pairs("meet", sides, names),
            "must_not": self._pairs("never", sides, names),
        }
        return self.occasion() | sides | {"slots": self.slots, "tables": self.tables} | wishes

    def _limits(self, field: str, listed: list[str], names: Names) -> dict[str, int]:
        return {
            guest: max(numbers(written, self.slots, names.get(guest, guest)))
            for guest, written in self.beside(field, listed)
        }

    def _pairs(self, field: str, sides: dict[str, list[str]], names: Names) -> list[dict[str, str]]:
        """Written beside either of the two."""
        found = {
            (guest, other)
            for guest, written in self.beside(field, sides["buyers"])
            for other in called(written, sides["sellers"], names)
        }
        found |= {
            (other, guest)
            for guest, written in self.beside(field, sides["sellers"])
            for other in called(written, sides["buyers"], names)
        }
        return [{"buyer": buyer, "seller": seller} for buyer, seller in sorted(found)]


class FairForm(_GuestRows):
    """A fair: how many firms, the hall's grid, interview windows and desks; what single firms need."""

    n: Annotated[int, Whole, Field(ge=1, le=500)] = 40
    rows: Annotated[int, Whole, Field(ge=1, le=50)] = 4
    columns: Annotated[int, Whole, Field(ge=1, le=50)] = 10
    windows: Annotated[int, Whole, Field(ge=1, le=40)] = 6
    minutes: Annotated[int, Whole, Field(ge=5, le=240)] = 20
    desks: Annotated[int, Whole, Field(ge=1, le=50)] = 2
    must: Guests = []
    place_at: Written = []
    size: Written = []
    power: Written = []
    own_desks: Written = []
    least: Written = []
    near: Written = []
    apart: Written = []

    def document(self, names: Names) -> dict[str, Any]:
        """As ``plan fair`` reads it; `names` are those of the firms that must come."""
        hall = {"name": "1", "rows": self.rows, "columns": self.columns}
        numbers = {"windows": self.windows, "minutes": self.minutes, "desks": self.desks}
        must = list(dict.fromkeys(self.must))
        return {"n": self.n, "must": must, "halls": [hall]} | numbers | self._wishes(must, names)

    def _wishes(self, must: list[str], names: Names) -> dict[str, Any]:
        booths = self._one("place_at", must, self.rows * self.columns, names)
        return {
            "pins": [{"enterprise_id": firm, "booth": booth} for firm, booth in booths.items()],
            "needs": self._needs(must, names),
            "least": self._one("least", must, _MANY, names),
            "away": [
                {"who": firm, "window": turn} for firm, turn in self.absences(must, self.windows, names)
            ],
            "near": self._pairs("near", must, names),
            "apart": self._pairs("apart", must, names),
        }

    def _needs(self, must: list[str], names: Names) -> list[dict[str, Any]]:
        fields = {"size": "size", "power": "power", "desks": "own_desks"}
        found = {name: self._one(field, must, _MANY, names) for name, field in fields.items()}
        return [
            {"enterprise_id": firm}
            | {name: numbers_of[firm] for name, numbers_of in found.items() if firm in numbers_of}
            for firm in must
            if any(firm in numbers_of for numbers_of in found.values())
        ]

    def _one(self, field: str, listed: list[str], most: int, names: Names) -> dict[str, int]:
        return {
            firm: max(numbers(written, most, names.get(firm, firm)))
            for firm, written in self.beside(field, listed)
        }

    def _pairs(self, field: str, listed: list[str], names: Names) -> list[dict[str, str]]:
        return [
            {"a": firm, "b": other}
            for firm, written in self.beside(field, listed)
            for other in called(written, listed, names)
        ]


class NoShowForm(_GuestRows):
    """What turned out otherwise: who did not come, who comes instead, which tables or booths are gone.

    Beside a guest when it is there, where it sits and which table it hosts; two who meet in a slot.
    """

    absent: Guests = []
    come: Guests = []
    buyer: Guests = []
    seller: Guests = []
    lost: Annotated[list[Annotated[int, Field(ge=1, le=1_000)]], Field(max_length=500)] = []
    place_at: Written = []
    hosts_at: Written = []
    with_whom: Written = []

    def anything(self) -> bool:
        """Whether anything is different at all."""
        ticked = self.absent or self.come or self.buyer or self.seller or self.lost
        written = (*self.here, *self.place_at, *self.hosts_at)
        return bool(ticked) or any(one.strip() for one in written)

    def salon(self, plan: Mapping[str, Any], names: Names) -> OnTheDay:
        """As the planner of salons takes it."""
        tables = int(plan["tables"])
        return OnTheDay(
            self.absent,
            tuple(dict.fromkeys(self.come)),
            tuple(self.lost),
            tuple(
                (guest, turn, table)
                for guest, written in self.beside("place_at", self.who)
                for turn, table in places(written, names.get(guest, guest))
            ),
            tuple(self.absences(self.who, len(plan["rounds"]), names)),
            tuple(
                (guest, min(numbers(written, tables, names.get(guest, guest))))
                for guest, written in self.beside("hosts_at", self.who)
            ),
        )

    def meetings(self, plan: Mapping[str, Any], names: Names) -> MeetingsToday:
        """As the planner of meetings takes it."""
        sides = tuple(dict.fromkeys(self.buyer)), tuple(dict.fromkeys(self.seller))
        slots = int(plan["slots"])
        other = dict(zip(zip(self.who, self.place_at, strict=False), self.with_whom, strict=False))
        pins = [
            (guest, other.get((guest, written), ""), slot)
            for guest, written in self.beside("place_at", self.who)
            for slot in sorted(numbers(written, slots, names.get(guest, guest)))
        ]
        buyers = set(plan["buyers"])
        ordered = tuple((a, b, slot) if a in buyers else (b, a, slot) for a, b, slot in pins)
        away = tuple(self.absences(self.who, slots, names))
        return MeetingsToday(self.absent, sides, tuple(self.lost), ordered, away)

    def fair(self, plan: Mapping[str, Any], names: Names) -> FairToday:
        """As the planner of fairs takes it."""
        booths = len(plan["floor"])
        pins = tuple(
            (guest, min(numbers(written, booths, names.get(guest, guest))))
            for guest, written in self.beside("place_at", self.who)
        )
        return FairToday(self.absent, tuple(dict.fromkeys(self.come)), tuple(self.lost), pins)
