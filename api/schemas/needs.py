"""Shapes of needs: a text to read, its draft, a need to store, to change, as stored."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Self

from pydantic import Field

from api.schemas.base import Answer, Body, Count, Identifier, Moment, Query, Words, Yuan, fen, yuan
from matcher.domain.need import Draft, NeedKind, NeedState
from matcher.messages import LANGUAGES, say
from matcher.services.case_merging import Alike
from matcher.services.intake import NeedForm
from matcher.storage.needs import Need

Codes = Annotated[list[Annotated[str, Field(max_length=10)]], Field(max_length=20)]
Topics = Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=20)]
Quantity = Annotated[float, Field(ge=0, le=1e12)]
Title = Annotated[str, Field(min_length=1, max_length=200)]
Said = Annotated[str, Field(min_length=1, max_length=500)]
MOST_A_PAGE: Final = 100


class DraftBody(Body):
    """A need as somebody says it."""

    text: Annotated[
        Words, Field(examples=["公司有120名员工，想找一家能每天送工作午餐的餐饮企业，预算每月3万元"])
    ]


class SlotOut(Answer):
    """A fact read from the text, at these offsets of the draft's text. Money is in yuan.

    `low` is the lower end of a range whose upper end is `value`. A name that begins with own_ is a figure of
    the firm itself, not what is asked for.
    """

    name: str
    value: str | float
    confidence: float
    start: int
    end: int
    low: float | None = None


class TopicOut(Answer):
    """A topic, how sure, and the words that gave it."""

    topic: str
    confidence: float
    words: list[str]


class AskBack(Answer):
    """The one question to ask back."""

    key: str
    zh: str
    en: str


class DraftOut(Answer):
    """What was understood; nothing is stored. `text` is folded (NFKC), `kind` null where unsure."""

    text: str
    title: str
    kind: NeedKind | None
    confidence: float
    topics: list[TopicOut]
    industries: list[str]
    parties: list[str]
    slots: list[SlotOut]
    ask_back: AskBack | None

    @classmethod
    def of(cls, draft: Draft) -> DraftOut:
        """From the domain's draft."""
        return cls(
            text=draft.text,
            title=draft.title,
            kind=draft.kind,
            confidence=draft.confidence,
            topics=[
                TopicOut(topic=hit.topic, confidence=hit.confidence, words=list(hit.words))
                for hit in draft.topics
            ],
            industries=list(draft.industries),
            parties=list(draft.parties),
            slots=[_slot(vars(slot)) for slot in draft.slots],
            ask_back=_asked_back(draft.ask_back),
        )


class NeedBody(Body):
    """A need to store. What is left out is read from the text."""

    enterprise_id: Identifier
    text: Words
    kind: NeedKind | None = None
    title: Title | None = None
    industries: Codes | None = None
    topics: Topics | None = None
    amount_yuan: Yuan | None = None
    quantity: Quantity | None = None
    deadline: date | None = None
    published: bool = False
    confirm_duplicate: Annotated[bool, Field(description="Store it although nearly the same is open")] = False

    def form(self) -> NeedForm:
        """As the service takes it."""
        return NeedForm(
            enterprise_id=self.enterprise_id,
            text=self.text,
            kind=self.kind,
            title=self.title,
            industries=None if self.industries is None else tuple(self.industries),
            topics=None if self.topics is None else tuple(self.topics),
            amount_fen=fen(self.amount_yuan),
            quantity=self.quantity,
            deadline=self.deadline,
            published=self.published,
            confirm_duplicate=self.confirm_duplicate,
        )


class NeedChange(Body):
    """What to change; members left out stay, null takes a value away."""

    text: Words | None = None
    kind: NeedKind | None = None
    title: Title | None = None
    industries: Codes | None = None
    topics: Topics | None = None
    amount_yuan: Yuan | None = None
    quantity: Quantity | None = None
    deadline: date | None = None
    published: bool | None = None
    state: NeedState | None = None
    evidence: Annotated[
        Said | None,
        Field(description="Needed to close, and for others than the firm to withdraw: what shows it"),
    ] = None

    def changes(self) -> dict[str, Any]:
        """Only what was sent, as the service takes it."""
        sent = {name: getattr(self, name) for name in self.model_fields_set}
        if "amount_yuan" in sent:
            sent["amount_fen"] = fen(sent.pop("amount_yuan"))
        # These cannot be taken away; null leaves them.
        return {name: value for name, value in sent.items() if value is not None or name in _CLEARABLE}


_CLEARABLE: Final = frozenset({"amount_fen", "quantity", "deadline"})


class NeedsQuery(Query):
    """A page of the needs that still wait."""

    n: Annotated[Count, Field(ge=1, le=MOST_A_PAGE)] = 50
    after: Annotated[str, Field(max_length=100)] = ""


class NeedOut(Answer):
    """A need as stored. `version` is also the ETag."""

    need_id: str
    enterprise_id: str
    text: str
    title: str | None
    kind: NeedKind | None
    industries: list[str]
    topics: list[str]
    parties: list[str]
    industry_code: str | None
    amount_yuan: str | None
    quantity: float | None
    deadline: date | None
    published: bool
    state: NeedState
    created_at: Moment
    updated_at: Moment
    version: int

    @classmethod
    def of(cls, row: Need) -> NeedOut:
        """From its row."""
        told = row.understood
        return cls(
            need_id=row.need_id,
            enterprise_id=row.enterprise_id,
            text=row.text,
            title=row.title,
            kind=None if row.kind is None else NeedKind(row.kind),
            industries=list(told.get("industries", ())),
            topics=[_topic(entry) for entry in told.get("topics", ())],
            parties=list(told.get("parties", ())),
            industry_code=row.industry_code,
            amount_yuan=yuan(row.amount_fen),
            quantity=row.quantity,
            deadline=row.deadline,
            published=row.published,
            state=NeedState(row.state),
            created_at=row.created_at,
            updated_at=row.updated_at,
            version=row.version,
        )


class NeedPage(Answer):
    """Needs that still wait, by id; `next` is the `after` of the following page."""

    items: list[NeedOut]
    next: str | None


def _slot(slot: dict[str, Any]) -> SlotOut:
    name, value, low = slot["name"], slot["value"], slot.get("low")
    if name.endswith("amount_fen"):
        name, value = name.replace("fen", "yuan"), yuan(value)
        low = None if low is None else yuan(low)
    if isinstance(value, date):
        value = value.isoformat()
    return SlotOut(
        name=name,
        value=value,
        confidence=slot["confidence"],
        start=slot["start"],
        end=slot["end"],
        low=low,
    )


def _asked_back(key: str | None) -> AskBack | None:
    return None if key is None else AskBack(key=key, **{tongue: say(key, tongue) for tongue in LANGUAGES})


def _topic(entry: Any) -> str:
    return str(entry["topic"]) if isinstance(entry, dict) else str(entry)


class AgainBody(Body):
    """What was said, as it was said."""

    text: Words


class NeedMergeBody(Body):
    """The other need of the same enterprise."""

    other_id: Identifier


class AlikeNeed(Answer):
    """A need that says the same; `likeness` from 0.62 to 1."""

    need_id: str
    title: str | None
    state: NeedState
    created_at: Moment
    likeness: float

    @classmethod
    def of(cls, one: Alike) -> Self:
        """From the service's pair."""
        same = {name: getattr(one.need, name) for name in ("need_id", "title", "state", "created_at")}
        return cls.model_validate(same | {"likeness": round(one.likeness, 3)})


class AlikeNeeds(Answer):
    """The likest first."""

    items: list[AlikeNeed]
