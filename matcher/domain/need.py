"""A need: what an enterprise is short of, as a row holds it, as text gives it, and as a question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class NeedKind(StrEnum):
    """The upper level of the taxonomy of needs. Leaves are topics, in the lexicon."""

    SUPPLY = "supply"
    CUSTOMERS = "customers"
    FINANCING = "financing"
    RECRUITMENT = "recruitment"
    SPACE = "space"
    POLICY = "policy"
    TECHNOLOGY = "technology"
    LEGAL = "legal"
    COORDINATION = "coordination"
    STAFF_SERVICES = "staff_services"


class NeedState(StrEnum):
    """Where a need stands on its way to a closed loop."""

    OPEN = "open"
    MATCHING = "matching"
    SERVED = "served"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Direction(StrEnum):
    """Which way along the chain of industries partners are sought."""

    UPSTREAM = "upstream"
    DOWNSTREAM = "downstream"
    BOTH = "both"


@dataclass(frozen=True)
class Slot:
    """One fact read from free text. `start` and `end` are character offsets in the draft's text.

    `name` is one of amount_fen, quantity, area_m2, headcount, deadline, urgency, place, occupation; with own_
    before it, a figure of the firm itself, which is not what the need asks for. `value` is the upper end of
    a range and `low` its lower end; None where one figure was written.
    """

    name: str
    value: str | int | float | date
    confidence: float
    start: int
    end: int
    low: int | float | None = None


@dataclass(frozen=True)
class TopicHit:
    """A leaf topic of the lexicon recognised in the text, with the words that gave it."""

    topic: str
    confidence: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class Draft:
    """What was understood of a free text; nothing is stored. A person confirms or corrects it.

    `kind` is None where the reader abstains; `ask_back` is then the catalogue key of one question.
    `industries` are GB/T 4754-2017 codes of those who could answer; `parties` are party roles
    (``supplier``, ``property``, ``power``, ``fire`` ...) that must move together, in order.
    """

    text: str
    title: str
    kind: NeedKind | None
    confidence: float
    topics: tuple[TopicHit, ...] = ()
    industries: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    slots: tuple[Slot, ...] = ()
    ask_back: str | None = None

    def slot(self, name: str) -> Slot | None:
        """The most confident slot of that name, or None."""
        found = [slot for slot in self.slots if slot.name == name]
        return max(found, key=lambda slot: slot.confidence) if found else None


@dataclass(frozen=True)
class Question:
    """What a recommender is asked. Lives for one request; never in the snapshot.

    `asker` is the enterprise in whose name is asked (None: an unstored need of nobody in particular);
    `industries` are the codes wanted on the other side, empty where only words decide;
    `avoid` are enterprises that may not appear (rivals, disputes, same owner, the asker itself);
    `shares` tell how much of the need each topic is, in (0, 1]; a topic it leaves out is all of it.
    """

    text: str
    kind: NeedKind = NeedKind.SUPPLY
    direction: Direction = Direction.UPSTREAM
    asker: str | None = None
    industries: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    region_code: str | None = None
    building_id: str | None = None
    amount_fen: int | None = None
    avoid: frozenset[str] = frozenset()
    shares: tuple[tuple[str, float], ...] = ()
