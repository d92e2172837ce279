"""Products as recommenders read them: what is offered, by whom, on which terms, under which criteria."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from matcher.domain.product.criteria import Node
from matcher.domain.product.repairs import Gift


class ProductKind(StrEnum):
    """A bank's loan, a public policy, a space to let."""

    LOAN = "loan"
    POLICY = "policy"
    SPACE = "space"


@dataclass(frozen=True)
class Space:
    """Rooms to let. Rent is yuan a square metre and month.

    They may be split down to `least_area_m2` and joined with the adjoining units `joins`. A transitional
    space takes newcomers for a start.
    """

    building_id: str | None = None
    floor: str | None = None
    area_m2: float | None = None
    rent_yuan: float | None = None
    use: str | None = None
    free_from: date | None = None
    hold_period: str | None = None
    fit_out: str | None = None
    least_area_m2: float | None = None
    joins: tuple[str, ...] = ()
    transitional: bool = False
    hold_days: int | None = None


@dataclass(frozen=True)
class Product:
    """One product. `amount_yuan` is the limit of a loan or a grant, `rate` a yearly fraction; `documents`
    are the papers asked for, `repairs` the facts it gives, `quota` how many firms it can take."""

    product_id: str
    owner: str
    owner_name: str
    title: str
    kind: ProductKind
    criteria: tuple[Node, ...]
    amount_yuan: float | None = None
    term_months: int | None = None
    rate: float | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    source: str | None = None
    version: int = 1
    space: Space | None = None
    documents: tuple[str, ...] = ()
    repairs: tuple[Gift, ...] = ()
    quota: int | None = None
    take_up_minutes: int | None = None
