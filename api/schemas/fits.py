"""Shapes of what fits: the firms of a product, the products of a firm, repairs and questions."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from api.schemas.base import Count, Query, Shown, Stamped, StampedShown
from api.schemas.partners import Named, Tongues
from api.schemas.products import MOST_A_PAGE
from matcher.domain.product import ProductKind
from matcher.services.eligible_lines import RoundedCounts


class EligibleQuery(Query):
    """A page of firms; `cursor` is the `next` of the page before, of the same snapshot."""

    n: Annotated[Count, Field(ge=1, le=MOST_A_PAGE)] = 20
    cursor: Annotated[str | None, Field(max_length=1_000)] = None
    order: Annotated[
        Literal["fit", "own_history"], Field(description="own_history: by the bank's own past decisions")
    ] = "fit"


class FindingOut(Shown):
    """A criterion that stands in the way, or whose fact is missing. Amounts are in `unit`."""

    field: str
    operator: str
    value: Any
    truth: str
    seen: Any
    distance: float | None
    unit: str
    source: str
    sentence: Named


class RiskReasonOut(Shown):
    """A figure and how it moves the risk, on the scale of log odds."""

    figure: str
    weight: float
    sentence: Named


class RiskOut(Shown):
    """By the bank's own past decisions alone: probability of a bad end, and why."""

    probability: float
    reasons: list[RiskReasonOut]


class EligibleFirm(Shown):
    """A consenting firm: its facts as it lets this bank read them (money in yuan, bands as text)."""

    enterprise_id: str
    name: str
    standing: Annotated[str, Field(description="eligible, open (facts missing) or near_miss")]
    score: float
    fields: dict[str, Any]
    failing: list[FindingOut]
    missing: list[FindingOut]
    consents: list[str]
    risk: RiskOut | None


class EligibleFirms(StampedShown):
    """One page, best first. `next` is the cursor of the following one; there are no totals."""

    product_id: str
    product_version: int
    items: list[EligibleFirm]
    next: str | None


class CountsOut(Stamped):
    """How many active firms fit, to the nearest five; null below ten. One count a version and day."""

    product_id: str
    product_version: int
    eligible: int | None
    open: int | None
    near_miss: int | None
    criteria: Annotated[list[dict[str, Any]], Field(description="As counted, on the published grid")]

    @classmethod
    def of(cls, counts: RoundedCounts) -> CountsOut:
        """From the service's counts."""
        return cls(**vars(counts))


class RepairOut(Shown):
    """The cheapest way from no to yes: what waiting heals by when, what to work on, what cannot change."""

    day: Annotated[date, Field(description="The earliest day, as far as waiting decides")]
    waiting_suffices: bool
    changes: Annotated[list[str], Field(description="Fields the firm has to work on")]
    blocked: Annotated[list[str], Field(description="Fields it cannot change")]
    instead: Annotated[str | None, Field(description="The best product that can be had now")]
    sentences: Tongues


class FitOut(Shown):
    """One product for the firm. Amounts are in yuan, `rent_yuan` a square metre and month."""

    rank: int
    product_id: str
    title: str
    owner: str
    owner_name: str
    kind: ProductKind
    amount_yuan: float | None
    term_months: int | None
    rate: float | None
    valid_until: date | None
    building_id: str | None
    floor: str | None
    area_m2: float | None
    rent_yuan: float | None
    free_from: date | None
    fit_out: str | None
    hold_days: int | None
    transitional: bool
    offered_m2: Annotated[float | None, Field(description="Of a space: split or joined as is nearest")]
    units: Annotated[list[str], Field(description="The units that make up what is offered")]
    held_until: Annotated[date | None, Field(description="Held for another firm up to this day")]
    documents: Annotated[list[str], Field(description="Papers asked for")]
    truth: Annotated[str, Field(description="yes, no or unknown (facts missing)")]
    near_miss: bool
    score: float
    cost_yuan: Annotated[float | None, Field(description="Interest over the term, where known")]
    pros: Tongues
    cons: Tongues
    failing: list[FindingOut]
    missing: list[FindingOut]
    repair: RepairOut | None


class StepShown(Shown):
    """A node on the way from the firm to the product."""

    kind: str
    identifier: str
    label: str
    edge: str | None


class WayOut(Shown):
    """One way out: a contract, a grant or a guarantee; `truth` is the product's answer after it."""

    kind: str
    field: str
    adds: Any
    truth: str
    first: Annotated[str, Field(description="yes: to be had at once; unknown: it lacks facts yet")]
    product_id: str | None
    enterprise_id: str | None
    path: list[StepShown]
    sentence: Named


class RepairWaysOut(StampedShown):
    """A firm refused by a product: the cheapest repair and the ways that the graph knows."""

    enterprise_id: str
    product_id: str
    title: str
    truth: str
    repair: RepairOut | None
    ways: list[WayOut]


class QuestionOut(Shown):
    """A missing fact: how many products it alone would settle, how many it helps, the yuan behind."""

    field: str
    names: Named
    settles: int
    helps: int
    amount_yuan: float
    sentence: Named


class FirmProductsOut(StampedShown):
    """A firm's products of one kind, best first, and what was known of its wish."""

    enterprise_id: str
    kind: ProductKind
    wish_amount_yuan: float | None
    wish_area_m2: float | None
    items: list[FitOut]
    questions: list[QuestionOut]


class Questions(Stamped):
    """What to ask the firm next, over its loans, policies and spaces; what settles most first."""

    enterprise_id: str
    items: list[QuestionOut]
