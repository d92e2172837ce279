"""Consents that are about to end: the firm is told once, a week before."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.services.notices import About, AboutKind, Notice, To, notify
from matcher.storage.consents import Consent, in_force

BEFORE: Final = timedelta(days=7)


def remind(session: Session, now: datetime) -> int:
    """Tell the firms. Returns how many were told; who was told before is not told again."""
    ending = sa.select(Consent).where(in_force(now), Consent.valid_to <= now + BEFORE)
    told = [notify(session, notice(row), now) for row in session.scalars(ending.order_by(Consent.consent_id))]
    return sum(number is not None for number in told)


def notice(row: Consent) -> Notice:
    """What a firm is told of one of its consents."""
    about = About(AboutKind.CONSENT, row.consent_id)
    return Notice("consent_ending", To.enterprise(row.enterprise_id), about, {"until": row.valid_to})
