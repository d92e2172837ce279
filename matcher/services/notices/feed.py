"""An account's calendar under a secret address, which calendar programs read by themselves."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role, require
from matcher.errors import NotFound
from matcher.services import calendars
from matcher.services.notices import preferences
from matcher.storage import accounts, notices
from matcher.storage.journal import record


def issue(session: Session, actor: Actor, now: datetime) -> str:
    """A new secret part of the address, shown this once; an earlier one ends."""
    require(actor, "notices.read")
    token = secrets.token_urlsafe(32)
    preferences.ensured(session, actor, now).calendar_digest = _digest(token)
    record(session, actor, "calendar.issue", ("account", actor.account_id, None), now)
    session.flush()
    return token


def end(session: Session, actor: Actor, now: datetime) -> None:
    """The address leads nowhere any more. Ending twice changes nothing."""
    require(actor, "notices.read")
    preferences.ensured(session, actor, now).calendar_digest = None
    record(session, actor, "calendar.end", ("account", actor.account_id, None), now)
    session.flush()


def read(session: Session, token: str, now: datetime) -> bytes:
    """The calendar file. Raises NotFound for any address that was not issued or has ended."""
    digest = _digest(token)
    row = notices.of_calendar(session, digest)
    account = None if row is None else accounts.by_id(session, row.account_id)
    if row is None or account is None or account.disabled:
        raise NotFound("notices.no_such_link")
    if not hmac.compare_digest(row.calendar_digest or b"", digest):
        raise NotFound("notices.no_such_link")
    actor = Actor(account.account_id, Role(account.role), account.scope, account.language or "zh")
    return calendars.written(calendars.entries(session, actor, now), now)


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
