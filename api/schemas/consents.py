"""Shapes of consents: a grant, its state now, and who has seen what."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from api.schemas.base import Answer, Body, Count, Identifier, Moment, Query, Shown
from matcher.domain.consent import Purpose
from matcher.services.consents import ConsentForm

Reason = Annotated[str, Field(max_length=500)]


class ConsentBody(Body):
    """One grant to one named party for one purpose. Ninety days from now where nothing else is said."""

    enterprise_id: Identifier
    grantee: Annotated[Identifier, Field(description="One bank's, office's or organizer's id")]
    purpose: Purpose
    fields: Annotated[
        list[Identifier], Field(min_length=1, max_length=50, examples=[["revenue", "tax_grade"]])
    ]
    valid_from: AwareDatetime | None = None
    valid_to: Annotated[AwareDatetime | None, Field(description="At most a year after valid_from")] = None
    proof: Annotated[
        str | None, Field(max_length=500, description="Needed where an officer enters a paper grant")
    ] = None

    def form(self) -> ConsentForm:
        """As the service takes it."""
        values = dict(self) | {"purpose": self.purpose.value, "fields": tuple(self.fields)}
        return ConsentForm(**values)


class ConsentsQuery(Query):
    """Whose grants; a firm's are its own, a bank or organizer may leave it out: all made to it."""

    enterprise_id: Identifier | None = None


class WithdrawalQuery(Query):
    """Why, for the record."""

    reason: Reason | None = None


class ConsentOut(Shown):
    """A grant; `state` is that of this moment: draft, live, expired or revoked."""

    consent_id: str
    enterprise_id: str
    grantee: str
    purpose: Purpose
    fields: list[str]
    granted_by: str
    proof: str | None
    granted_at: Moment
    valid_from: Moment
    valid_to: Moment
    state: str
    revoked_at: Moment | None
    reason: str | None


class Consents(Answer):
    """Grants, newest first, ended ones too."""

    items: list[ConsentOut]


class DisclosuresQuery(Query):
    """How many lines."""

    n: Annotated[Count, Field(ge=1, le=1_000)] = 200


class DisclosureOut(Shown):
    """Who saw or changed what, for which purpose, on which consents."""

    at: Moment
    role: str
    party: str
    action: str
    fields: list[str]
    purpose: str | None
    consents: list[str]
    snapshot_id: str | None


class Disclosures(Answer):
    """Lines, newest first."""

    items: list[DisclosureOut]
