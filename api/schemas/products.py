"""Shapes of products as their owner keeps them: criteria, stories, versions, drafts from a text."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final

from pydantic import Field

from api.schemas.base import (
    Answer,
    Body,
    Count,
    Identifier,
    Moment,
    Query,
    Shown,
    Yuan,
    fen,
    yuan,
)
from api.schemas.partners import Named, Tongues
from matcher.domain.product import ProductKind, to_json
from matcher.domain.product.draft import Audience, ProductDraft, Reading
from matcher.services.products import ProductForm
from matcher.storage.products import Product

MOST_A_PAGE: Final = 100
Text = Annotated[str, Field(min_length=1, max_length=4_000)]
Title = Annotated[str, Field(min_length=1, max_length=200)]
Months = Annotated[int, Field(ge=1, le=1_200)]
Rate = Annotated[float, Field(ge=0, le=1, description="Yearly, as a fraction: 0.0385 is 3.85 %")]
Area = Annotated[float, Field(gt=0, le=1e7, description="Square metres")]
Criteria = Annotated[
    list[dict[str, Any]],
    Field(
        max_length=100,
        description="All must hold. Each is {field, operator, value, valid_from?, valid_until?, source?} or "
        "one of {all_of}, {any_of}, {none_of}; money fields end in _yuan or _wan",
        examples=[[{"field": "revenue_wan", "operator": "at_least", "value": 300}]],
    ),
]

Documents = Annotated[list[Title], Field(max_length=50, description="Papers asked for")]
Repairs = Annotated[
    list[dict[str, Any]],
    Field(
        max_length=10,
        description="What it gives a firm: {field, value} adds to a fact, {field} alone stands in for it",
        examples=[[{"field": "certificates", "value": ["专精特新"]}, {"field": "assets"}]],
    ),
]
Quota = Annotated[int, Field(ge=0, le=1_000_000, description="Firms it can take")]
Minutes = Annotated[int, Field(ge=10, le=43_200, description="Time its owner has to take up a need")]
Days = Annotated[int, Field(ge=1, le=365, description="How long a space is held for a firm")]


class ProductsQuery(Query):
    """A page by product id."""

    kind: ProductKind | None = None
    n: Annotated[Count, Field(ge=1, le=MOST_A_PAGE)] = 50
    after: Annotated[str, Field(max_length=100)] = ""


class ProductBody(Body):
    """A product of one's own: a bank's loan, an office's policy or space."""

    title: Title
    owner_name: Annotated[Title, Field(description="As firms read it")]
    kind: ProductKind
    text: Text | None = None
    amount_yuan: Yuan | None = None
    term_months: Months | None = None
    rate: Rate | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    source: Title | None = None
    criteria: Criteria = []
    building_id: Identifier | None = None
    floor: Title | None = None
    area_m2: Area | None = None
    rent_yuan: Annotated[Yuan | None, Field(description="A square metre and month")] = None
    use: Title | None = None
    free_from: date | None = None
    hold_period: Title | None = None
    fit_out: Title | None = None
    documents: Documents = []
    repairs: Repairs = []
    stories: Text | None = None
    quota: Quota | None = None
    take_up_minutes: Minutes | None = None
    least_area_m2: Area | None = None
    joins: Annotated[list[Identifier], Field(max_length=20)] = []
    transitional: bool = False
    hold_days: Days | None = None

    def form(self) -> ProductForm:
        """As the service takes it."""
        values = _in_fen(dict(self))
        return ProductForm(**values)


class ProductChange(Body):
    """What to change; members left out stay, null takes a value away."""

    title: Title | None = None
    owner_name: Title | None = None
    text: Text | None = None
    amount_yuan: Yuan | None = None
    term_months: Months | None = None
    rate: Rate | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    source: Title | None = None
    criteria: Criteria | None = None
    building_id: Identifier | None = None
    floor: Title | None = None
    area_m2: Area | None = None
    rent_yuan: Yuan | None = None
    use: Title | None = None
    free_from: date | None = None
    hold_period: Title | None = None
    fit_out: Title | None = None
    documents: Documents | None = None
    repairs: Repairs | None = None
    stories: Text | None = None
    quota: Quota | None = None
    take_up_minutes: Minutes | None = None
    least_area_m2: Area | None = None
    joins: Annotated[list[Identifier], Field(max_length=20)] | None = None
    transitional: bool | None = None
    hold_days: Days | None = None

    def changes(self) -> dict[str, Any]:
        """Only what was sent, as the service takes it."""
        sent = _in_fen({name: getattr(self, name) for name in self.model_fields_set})
        # These cannot be taken away; null leaves them.
        return {name: value for name, value in sent.items() if value is not None or name not in _NEEDED}


_NEEDED: Final = frozenset(
    {"title", "owner_name", "criteria", "documents", "repairs", "joins", "transitional"}
)


def _in_fen(values: dict[str, Any]) -> dict[str, Any]:
    """Money members in fen, under the names of the rows."""
    for name in ("amount", "rent"):
        if f"{name}_yuan" in values:
            values[f"{name}_fen"] = fen(values.pop(f"{name}_yuan"))
    return values


class ProductOut(Answer):
    """A product as stored. `version` is also the ETag; `criteria` are in canonical fields and units."""

    product_id: str
    owner: str
    owner_name: str
    title: str
    kind: ProductKind
    text: str | None
    amount_yuan: str | None
    term_months: int | None
    rate: float | None
    valid_from: date | None
    valid_until: date | None
    source: str | None
    criteria: list[dict[str, Any]]
    building_id: str | None
    floor: str | None
    area_m2: float | None
    rent_yuan: str | None
    use: str | None
    free_from: date | None
    hold_period: str | None
    fit_out: str | None
    documents: list[str]
    repairs: list[dict[str, Any]]
    stories: str | None
    quota: int | None
    take_up_minutes: int | None
    least_area_m2: float | None
    joins: list[str]
    transitional: bool
    hold_days: int | None
    version: int

    @classmethod
    def of(cls, row: Product) -> ProductOut:
        """From its row."""
        money = {"amount_yuan": yuan(row.amount_fen), "rent_yuan": yuan(row.rent_fen)}
        same = {name: getattr(row, name) for name in cls.model_fields if name not in money}
        return cls.model_validate({**same, **money})


class ProductTextBody(Body):
    """The text of a loan, a policy or a space, as its handbook or page has it."""

    text: Text


class StoriesBody(Body):
    """Stories to play against criteria; nothing is stored."""

    criteria: Criteria
    stories: Text


class StoryOut(Shown):
    """A story played: what it told, what the criteria say."""

    title: str
    agrees: bool
    told: str
    found: str
    failing: list[str]
    missing: list[str]
    sentence: Named


class StoriesOut(Answer):
    """All stories, in their order."""

    agree: bool
    items: list[StoryOut]


class VersionOut(Shown):
    """What one edit changed: columns by name, criteria in words, and the whole content it left."""

    version: int
    at: Moment
    account_id: str
    changed: list[str]
    came: Tongues
    went: Tongues
    content: dict[str, Any]


class Versions(Answer):
    """Newest first."""

    product_id: str
    items: list[VersionOut]


class SentenceOut(Answer):
    """One sentence and what it was taken for; `unread` are its clauses that gave no criterion."""

    text: str
    reading: Reading
    criteria: list[dict[str, Any]]
    unread: list[str]


class ProductDraftOut(Answer):
    """A text read, to be confirmed: its sentences are the whole of it, every condition among them either a
    criterion (with its sentence as `source`) or under `not_understood`."""

    title: str
    kind: ProductKind
    audience: Annotated[Audience, Field(description="private: for private persons, better set aside")]
    amount_yuan: str | None
    term_months: int | None
    rate: float | None
    valid_until: date | None
    criteria: list[dict[str, Any]]
    not_understood: list[str]
    sentences: list[SentenceOut]

    @classmethod
    def of(cls, draft: ProductDraft) -> ProductDraftOut:
        """From the domain's draft."""
        terms = draft.terms
        sentences = [
            SentenceOut(
                text=one.text,
                reading=one.reading,
                criteria=to_json(one.criteria),
                unread=list(one.unread),
            )
            for one in draft.sentences
        ]
        return cls(
            title=draft.title,
            kind=draft.kind,
            audience=draft.audience,
            amount_yuan=yuan(None if terms.amount_yuan is None else round(terms.amount_yuan * 100)),
            term_months=terms.term_months,
            rate=terms.rate,
            valid_until=terms.valid_until,
            criteria=to_json(draft.criteria),
            not_understood=list(draft.not_understood),
            sentences=sentences,
        )


class ProductPage(Answer):
    """Products by id; `next` is the `after` of the following page."""

    items: list[ProductOut]
    next: str | None
