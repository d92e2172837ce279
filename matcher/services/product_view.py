"""Products, verdicts and lists of firms as they are shown: the one shape of HTTP, pages and command line.

Money in facts and criteria is yuan as a number, with its unit beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from matcher.domain.product import Criterion, Finding, Product, field
from matcher.messages import LANGUAGES, catalogue, say
from matcher.recommend.explain import industry_name, sentences
from matcher.recommend.loans import OpenQuestion, ProductFit
from matcher.services.eligible_lines import EligiblePage, FindingLine, FirmLine, Risk, Standing
from matcher.services.finance import FirmProducts
from matcher.services.repair_view import RepairView, best_now, repair
from matcher.storage import enterprises

Told = Mapping[str, Sequence[str]]  # language -> sentences
Names = Mapping[str, str]  # language -> one name or sentence

_COMMA: Final = {"zh": "、", "en": ", "}


@dataclass(frozen=True)
class FindingView:
    """One criterion that stands in the way, or whose fact is missing, with its sentence."""

    field: str
    operator: str
    value: object
    truth: str
    seen: object
    distance: float | None
    unit: str
    source: str
    sentence: Names


@dataclass(frozen=True)
class FirmView:
    """A consenting firm under a product: `fields` are those that the bank may read."""

    enterprise_id: str
    name: str
    standing: str
    score: float
    fields: Mapping[str, object]
    failing: Sequence[FindingView]
    missing: Sequence[FindingView]
    consents: Sequence[str]
    risk: Risk | None


@dataclass(frozen=True)
class EligibleView:
    """One page of firms, best first; `next` is the cursor of the following one."""

    product_id: str
    product_version: int
    items: Sequence[FirmView]
    next: str | None
    snapshot_id: str
    as_of: datetime


@dataclass(frozen=True)
class FitView:
    """One product for one firm: its terms, whether the firm can have it, what speaks for and against it."""

    rank: int
    product_id: str
    title: str
    owner: str
    owner_name: str
    kind: str
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
    offered_m2: float | None
    units: Sequence[str]
    held_until: date | None
    documents: Sequence[str]
    truth: str
    near_miss: bool
    score: float
    cost_yuan: float | None
    pros: Told
    cons: Told
    failing: Sequence[FindingView]
    missing: Sequence[FindingView]
    repair: RepairView | None


@dataclass(frozen=True)
class QuestionView:
    """A missing fact worth asking for."""

    field: str
    names: Names
    settles: int
    helps: int
    amount_yuan: float
    sentence: Names


@dataclass(frozen=True)
class ProductsView:
    """A firm's products of one kind, best first, and the questions that would settle most."""

    enterprise_id: str
    kind: str
    wish_amount_yuan: float | None
    wish_area_m2: float | None
    items: Sequence[FitView]
    questions: Sequence[QuestionView]
    snapshot_id: str
    as_of: datetime


def eligible(session: Session, page: EligiblePage) -> EligibleView:
    """A page as the bank reads it."""
    rows = enterprises.by_ids(session, [line.enterprise_id for line in page.firms])
    # The service lists a firm only where its name is among what this bank may read.
    items = tuple(
        _firm(line, row.name) for line in page.firms if (row := rows.get(line.enterprise_id)) is not None
    )
    return EligibleView(
        page.product_id, page.product_version, items, page.next_cursor, page.snapshot_id, page.as_of
    )


def products(found: FirmProducts) -> ProductsView:
    """A firm's products as it and its station read them."""
    now = best_now(found.fits)
    items = tuple(_fit(rank, fit, now) for rank, fit in enumerate(found.fits, start=1))
    return ProductsView(
        enterprise_id=found.enterprise_id,
        kind=found.kind,
        wish_amount_yuan=found.wish.amount_yuan,
        wish_area_m2=found.wish.area_m2,
        items=items,
        questions=questions(found.questions),
        snapshot_id=found.snapshot_id,
        as_of=found.as_of,
    )


def questions(found: Sequence[OpenQuestion]) -> tuple[QuestionView, ...]:
    """Missing facts with their names."""
    return tuple(_question(one) for one in found)


def _firm(line: FirmLine, name: str) -> FirmView:
    near = line.standing == Standing.NEAR_MISS.value
    return FirmView(
        enterprise_id=line.enterprise_id,
        name=name,
        standing=line.standing,
        score=line.score,
        fields=line.fields,
        failing=tuple(_shown(one, near) for one in line.failing),
        missing=tuple(_shown(one, near) for one in line.missing),
        consents=line.consents,
        risk=line.risk,
    )


def _fit(rank: int, fit: ProductFit, now: ProductFit | None) -> FitView:
    product, near = fit.product, fit.verdict.near_miss
    return FitView(
        rank=rank,
        **_terms(product),
        **_room(fit),
        truth=fit.verdict.truth.value,
        near_miss=near,
        score=fit.score,
        cost_yuan=fit.cost_yuan,
        pros={language: sentences(fit.pros, language) for language in LANGUAGES},
        cons={language: sentences(fit.cons, language) for language in LANGUAGES},
        failing=tuple(_shown(_line(one), near) for one in fit.verdict.failing),
        missing=tuple(_shown(_line(one), near) for one in fit.verdict.missing),
        repair=repair(fit, now),
    )


def _terms(product: Product) -> dict[str, Any]:
    space = product.space
    return {
        "product_id": product.product_id,
        "title": product.title,
        "owner": product.owner,
        "owner_name": product.owner_name,
        "kind": product.kind.value,
        "amount_yuan": product.amount_yuan,
        "term_months": product.term_months,
        "rate": product.rate,
        "valid_until": product.valid_until,
        "building_id": None if space is None else space.building_id,
        "floor": None if space is None else space.floor,
        "area_m2": None if space is None else space.area_m2,
        "rent_yuan": None if space is None else space.rent_yuan,
        "free_from": None if space is None else space.free_from,
        "fit_out": None if space is None else space.fit_out,
        "hold_days": None if space is None else space.hold_days,
        "transitional": space is not None and space.transitional,
        "documents": product.documents,
    }


def _room(fit: ProductFit) -> dict[str, Any]:
    room = fit.room
    return {
        "offered_m2": None if room is None else room.area_m2,
        "units": () if room is None else room.units,
        "held_until": None if room is None else room.held_until,
    }


def _line(one: Finding) -> FindingLine:
    criterion: Criterion = one.criterion
    wanted = criterion.value
    return FindingLine(
        field=criterion.field,
        operator=criterion.operator.value,
        value=sorted(wanted) if isinstance(wanted, frozenset) else wanted,
        truth=one.truth.value,
        seen=one.seen,
        distance=one.distance,
        unit=one.unit,
        source=criterion.source,
    )


def _shown(one: FindingLine, near: bool) -> FindingView:
    return FindingView(
        field=one.field,
        operator=one.operator,
        value=one.value,
        truth=one.truth,
        seen=one.seen,
        distance=one.distance,
        unit=one.unit,
        source=one.source,
        sentence={language: _sentence(one, near, language) for language in LANGUAGES},
    )


def _sentence(one: FindingLine, near: bool, language: str) -> str:
    named = say(f"products.field.{one.field}", language)
    if one.truth == "unknown":
        return say("products.missing", language, field=named)
    unit = _unit(one, language)
    told = {
        "field": named,
        "operator": say(f"products.operator.{one.operator}", language),
        "wanted": _value(one, one.value, language),
        "seen": _value(one, one.seen, language),
    }
    if near and one.distance is not None:
        return say("products.near_miss", language, **told, distance=_number(one.distance), unit=unit)
    return say("products.failing", language, **told)


def _value(one: FindingLine, value: object, language: str) -> str:
    if isinstance(value, list | tuple):
        return _COMMA[language].join(_value(one, item, language) for item in value)
    if isinstance(value, bool) or value is None:
        return say(f"api.value.{str(value).lower()}", language)
    if isinstance(value, int | float):
        return f"{_number(value)} {_unit(one, language)}".strip()
    if one.field == "industry":
        return industry_name(str(value), language)
    return str(value)


def _number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def _unit(one: FindingLine, language: str) -> str:
    # A year is a name, not an amount: "2025", not "2025 years".
    if one.field == "tax_grade_year":
        return ""
    key = f"products.unit.{one.unit}"
    return say(key, language) if key in catalogue(language) else ""


def _question(one: OpenQuestion) -> QuestionView:
    names = {language: say(f"products.field.{field(one.field).name}", language) for language in LANGUAGES}
    told = {
        language: say("products.question", language, field=names[language], count=one.settles)
        for language in LANGUAGES
    }
    return QuestionView(one.field, names, one.settles, one.helps, one.amount_yuan, told)
