"""Consent: what an enterprise lets one party read, for one purpose, until when. Pure; the clock is `now`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from matcher.domain.field_access import consentable
from matcher.errors import InvalidInput

DEFAULT_TERM: Final = timedelta(days=90)
LONGEST_TERM: Final = timedelta(days=366)

# One grant names one legal person: a grant to everybody is no separate consent.
_EVERYBODY: Final = frozenset(
    {"", "*", "all", "any", "bank", "banks", "所有", "全部", "所有银行", "全部银行"}
)


class Purpose(StrEnum):
    """The closed list of purposes."""

    FINANCING = "financing"
    POLICY = "policy"
    SPACE = "space"
    INTRODUCTION = "introduction"
    EVENT = "event"
    RECRUITMENT = "recruitment"


class ConsentState(StrEnum):
    """Where a grant stands at a moment."""

    DRAFT = "draft"
    LIVE = "live"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True)
class Grant:
    """One grant of one enterprise to one party, from `valid_from` up to, not including, `valid_to`."""

    consent_id: str
    enterprise_id: str
    grantee: str
    purpose: Purpose
    fields: frozenset[str]
    valid_from: datetime
    valid_to: datetime
    revoked_at: datetime | None = None

    def state(self, now: datetime) -> ConsentState:
        """Where the grant stands at `now`. A withdrawal counts from its own moment on."""
        if self.revoked_at is not None and self.revoked_at <= now:
            return ConsentState.REVOKED
        if now < self.valid_from:
            return ConsentState.DRAFT
        return ConsentState.LIVE if now < self.valid_to else ConsentState.EXPIRED


@dataclass(frozen=True)
class Asked:
    """Who wants to read, and what for."""

    grantee: str
    purpose: Purpose


def live(grants: Iterable[Grant], enterprise_id: str, asked: Asked, now: datetime) -> list[Grant]:
    """The grants of this enterprise that let this party read something for this purpose now."""
    return [
        grant
        for grant in grants
        if grant.enterprise_id == enterprise_id
        and grant.grantee == asked.grantee
        and grant.purpose is asked.purpose
        and grant.state(now) is ConsentState.LIVE
    ]


def covers(grants: Iterable[Grant], enterprise_id: str, asked: Asked, field: str, now: datetime) -> bool:
    """Whether this one field may be read now."""
    return any(field in grant.fields for grant in live(grants, enterprise_id, asked, now))


def checked_purpose(written: str) -> Purpose:
    """The purpose of that name. Raises InvalidInput with the closed list."""
    try:
        return Purpose(written)
    except ValueError:
        known = ", ".join(purpose.value for purpose in Purpose)
        raise InvalidInput("consents.unknown_purpose", value=written, known=known) from None


def checked_fields(written: Iterable[str]) -> frozenset[str]:
    """The fields of a grant. Raises InvalidInput for none and for one outside the closed list."""
    wanted = frozenset(written)
    strange = sorted(wanted - consentable())
    if strange or not wanted:
        known = ", ".join(sorted(consentable()))
        raise InvalidInput("consents.unknown_fields", value=", ".join(strange), known=known)
    return wanted


def checked_grantee(written: str) -> str:
    """One named party. Raises InvalidInput for anything that means everybody."""
    name = written.strip()
    if name.casefold() in _EVERYBODY:
        raise InvalidInput("consents.no_grant_to_all", value=written)
    return name


def checked_term(
    valid_from: datetime | None, valid_to: datetime | None, now: datetime
) -> tuple[datetime, datetime]:
    """Start and end: from now for 90 days where nothing is said, never longer than a year.

    Raises InvalidInput for an end that is not after the start or already past.
    """
    start = now if valid_from is None else valid_from
    end = start + DEFAULT_TERM if valid_to is None else valid_to
    if end <= start or end <= now:
        raise InvalidInput("consents.ends_before_start", start=start, end=end)
    if end - start > LONGEST_TERM:
        raise InvalidInput("consents.too_long", days=(end - start).days, most=LONGEST_TERM.days)
    return start, end
