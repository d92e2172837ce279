"""Rows as facts: an enterprise for criteria and for the access table, a product for recommenders."""

from __future__ import annotations

from datetime import date
from typing import Any

from matcher.domain import enterprise, industry
from matcher.domain.codes import is_sole_trader
from matcher.domain.product import FIELDS, Product, ProductKind, Space, parse_criteria, parse_repairs
from matcher.domain.product.catalogue import months_between
from matcher.storage.enterprises import Enterprise
from matcher.storage.products import Product as ProductRow

_FEN = 100


def yuan(fen: int | None) -> float | None:
    """Fen as yuan; None stays unknown."""
    return None if fen is None else fen / _FEN


def sole_trader(row: Enterprise) -> bool:
    """Whether the row is a person's business (个体工商户), whose facts are personal data."""
    return row.code is not None and is_sole_trader(row.code)


def criteria_facts(row: Enterprise, today: date) -> dict[str, object]:
    """The facts of one enterprise by the catalogue's names, as of this moment's row; None is unknown."""
    code = None if row.industry_code is None else industry.normalize(row.industry_code)
    revenue, assets = yuan(row.revenue_fen), yuan(row.assets_fen)
    size = enterprise.size_class(code, row.employees, revenue, assets).certain
    age = None if row.founded_on is None else months_between(row.founded_on, today)
    return dict.fromkeys(FIELDS) | {
        "employees": row.employees,
        "revenue": revenue,
        "assets": assets,
        "capital": yuan(row.registered_capital_fen),
        "tax_paid": yuan(row.tax_paid_fen),
        "tax_grade": row.tax_grade,
        "tax_grade_year": row.tax_grade_year,
        "founded_on": row.founded_on,
        "age_months": age,
        "size_class": None if size is None else size.value,
        "industry": code,
        "region": row.region_code,
        "street": row.region_code,
        "building": row.building_id,
        "status": "active" if row.status == "active" else "inactive",
        "certificates": tuple(row.certificates) if row.certificates else None,
        "sole_trader": sole_trader(row),
    }


def shown_facts(row: Enterprise, today: date) -> dict[str, object]:
    """The row by the fields of the access table, before anything is taken out."""
    facts = criteria_facts(row, today)
    names = ("employees", "revenue", "assets", "capital", "tax_paid", "tax_grade", "tax_grade_year")
    more = ("founded_on", "size_class", "industry", "building", "certificates")
    shown: dict[str, object] = {name: facts[name] for name in (*names, *more)}
    own: dict[str, Any] = {"name": row.name, "code": row.code, "address": row.address, "status": row.status}
    contact = {"floor": row.floor, "contact_name": row.contact_name, "contact_phone": row.contact_phone}
    return shown | own | contact


def product_of(row: ProductRow) -> Product:
    """The row with its criteria read. Raises InvalidInput (``products.*``) where one cannot be."""
    space = None
    if row.kind == ProductKind.SPACE.value:
        space = _space(row)
    return Product(
        product_id=row.product_id,
        owner=row.owner,
        owner_name=row.owner_name,
        title=row.title,
        kind=ProductKind(row.kind),
        criteria=parse_criteria(row.criteria),
        amount_yuan=yuan(row.amount_fen),
        term_months=row.term_months,
        rate=row.rate,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        source=row.source,
        version=row.version,
        space=space,
        documents=tuple(row.documents),
        repairs=parse_repairs(row.repairs),
        quota=row.quota,
        take_up_minutes=row.take_up_minutes,
    )


def _space(row: ProductRow) -> Space:
    return Space(
        building_id=row.building_id,
        floor=row.floor,
        area_m2=row.area_m2,
        rent_yuan=yuan(row.rent_fen),
        use=row.use,
        free_from=row.free_from,
        hold_period=row.hold_period,
        fit_out=row.fit_out,
        least_area_m2=row.least_area_m2,
        joins=tuple(row.joins),
        transitional=row.transitional,
        hold_days=row.hold_days,
    )
