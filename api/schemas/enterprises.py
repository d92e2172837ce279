"""Shapes of enterprises: cards, the own station's list, one file."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from api.schemas.base import Answer, Body, Count, Identifier, Query, yuan
from matcher.services.enterprises import Card, File
from matcher.services.industries import Candidate, View


class EnterpriseQuery(Query):
    """A part of the name, or its pinyin initials; `after` continues an earlier page."""

    q: Annotated[str, Field(max_length=100)] = ""
    n: Annotated[Count, Field(ge=1, le=100)] = 20
    after: Identifier | None = None


class EnterpriseCard(Answer):
    """Name, trade and place."""

    enterprise_id: str
    name: str
    industry_code: str | None
    industry_name: str | None
    industry_inferred: bool
    industry_confidence: float | None
    building: str | None
    floor: str | None
    address: str | None

    @classmethod
    def of(cls, card: Card) -> EnterpriseCard:
        """From the service's card."""
        return cls(
            enterprise_id=card.enterprise_id,
            name=card.name,
            industry_code=card.industry_code,
            industry_name=card.industry_name(),
            industry_inferred=card.industry_inferred,
            industry_confidence=card.industry_confidence,
            building=card.building,
            floor=card.floor,
            address=card.address,
        )


class EnterprisePage(Answer):
    """One page in the order of names; `next` is the `after` of the following one."""

    items: list[EnterpriseCard]
    next: str | None


class EnterpriseOut(EnterpriseCard):
    """The master data of one enterprise of the own station. Unknown is null, never zero."""

    code: str | None
    status: str | None
    scope: str | None
    founded_on: date | None
    registered_capital_yuan: str | None
    employees: int | None
    revenue_yuan: str | None
    assets_yuan: str | None
    tax_paid_yuan: str | None
    tax_grade: str | None
    tax_grade_year: int | None
    contact_name: str | None
    contact_phone: str | None
    certificates: list[str]
    listed: bool
    allows_invitations: bool
    version: int

    @classmethod
    def whole(cls, row: File, card: Card) -> EnterpriseOut:
        """From file and card."""
        return cls(
            **EnterpriseCard.of(card).model_dump(),
            code=row.code,
            status=row.status,
            scope=row.scope,
            founded_on=row.founded_on,
            registered_capital_yuan=yuan(row.registered_capital_fen),
            employees=row.employees,
            revenue_yuan=yuan(row.revenue_fen),
            assets_yuan=yuan(row.assets_fen),
            tax_paid_yuan=yuan(row.tax_paid_fen),
            tax_grade=row.tax_grade,
            tax_grade_year=row.tax_grade_year,
            contact_name=row.contact_name,
            contact_phone=row.contact_phone,
            certificates=list(row.certificates),
            listed=row.listed,
            allows_invitations=row.allows_invitations,
            version=row.version,
        )


class IndustryQuery(Query):
    """A name or a code of GB/T 4754-2017."""

    q: Annotated[str, Field(min_length=1, max_length=100)]


class IndustryBody(Body):
    """The industry as the station knows it."""

    code: Annotated[str, Field(min_length=1, max_length=10, examples=["6513"])]


class IndustryFound(Answer):
    """An industry that may be meant, and how sure, in [0, 1]."""

    code: str
    name: str
    confidence: float

    @classmethod
    def of(cls, found: Candidate) -> IndustryFound:
        """From the service's candidate."""
        return cls(code=found.code, name=found.name, confidence=found.confidence)


class IndustriesFound(Answer):
    """Best first."""

    items: list[IndustryFound]


class IndustryOut(Answer):
    """The industry of one enterprise; `inferred` tells that nobody gave it."""

    code: str | None
    inferred: bool
    confidence: float | None
    candidates: list[IndustryFound]

    @classmethod
    def of(cls, view: View) -> IndustryOut:
        """From the service's view."""
        candidates = [IndustryFound.of(one) for one in view.candidates]
        return cls(code=view.code, inferred=view.inferred, confidence=view.confidence, candidates=candidates)
