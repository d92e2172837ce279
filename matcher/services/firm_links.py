"""One-time links for firms: an officer issues one, the firm opens its own pages with it, once.

The link holds 256 random bits, of which only the SHA-256 is kept. Looking at it uses nothing up (chat and
mail programs look at links by themselves); entering does. What it opened ends after SESSION, or when it is
revoked.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role, require
from matcher.errors import Conflict, NotFound, TooManyRequests
from matcher.services.notices import About, AboutKind, Blank, Firm, Notice, To, notify
from matcher.services.partners import own_enterprise
from matcher.storage import firm_links
from matcher.storage.accounts import Account
from matcher.storage.firm_links import FirmLink
from matcher.storage.journal import record

LIFE: Final = timedelta(days=3)
SESSION: Final = timedelta(hours=12)
MOST_A_DAY: Final = 200  # one officer's


@dataclass(frozen=True)
class NewLink:
    """A link; `token` is shown once."""

    row: FirmLink
    token: str


def issue(session: Session, actor: Actor, enterprise_id: str, now: datetime) -> NewLink:
    """A link to the firm's own pages. Raises NotFound out of scope, TooManyRequests past MOST_A_DAY."""
    require(actor, "links.write")
    own_enterprise(session, actor, enterprise_id)
    if firm_links.issued_since(session, actor.account_id, now - timedelta(days=1)) >= MOST_A_DAY:
        raise TooManyRequests("links.too_many", most=MOST_A_DAY)
    link_id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    row = FirmLink(
        link_id=link_id,
        enterprise_id=enterprise_id,
        account_id=_account(session, enterprise_id, now),
        digest=_digest(secret),
        issued_by=actor.account_id,
        issued_at=now,
        expires_at=now + LIFE,
    )
    session.add(row)
    session.flush()
    _record(session, actor, "links.issue", row, now)
    return NewLink(row, f"{link_id}.{secret}")


def look(session: Session, token: str, now: datetime) -> FirmLink:
    """The link, while it can be used. Raises NotFound, the same for every reason."""
    link_id, _, secret = token.partition(".")
    row = session.get(FirmLink, link_id)
    expected = bytes(32) if row is None else row.digest
    fits = hmac.compare_digest(_digest(secret), expected)
    if row is None or not fits or row.used_at or row.revoked_at or now >= row.expires_at:
        raise NotFound("links.refused")
    return row


def enter(session: Session, token: str, now: datetime) -> FirmLink:
    """Use the link up; it opens the firm's pages until `ends_at`. Of two at once one enters."""
    row = look(session, token, now)
    once = sa.update(FirmLink).where(FirmLink.link_id == row.link_id, FirmLink.used_at.is_(None))
    used = session.execute(once.values(used_at=now, ends_at=now + SESSION).returning(FirmLink.link_id))
    if used.one_or_none() is None:
        raise NotFound("links.refused")
    session.refresh(row)
    actor = Actor(row.account_id, Role.ENTERPRISE, row.enterprise_id)
    _record(session, actor, "links.enter", row, now)
    told: dict[str, Blank] = {"firm": Firm(row.enterprise_id), "at": now}
    about = About(AboutKind.ENTERPRISE, row.enterprise_id)
    notify(session, Notice("link_used", To.account(row.issued_by), about, told), now)
    return row


def holder(session: Session, link_id: str, now: datetime) -> Actor | None:
    """Whom an opened link stands for at this moment; None once it has ended or was revoked."""
    row = session.get(FirmLink, link_id)
    if row is None or row.ends_at is None or row.revoked_at is not None or now >= row.ends_at:
        return None
    account = session.get(Account, row.account_id)
    if account is None or account.disabled:
        return None
    return Actor(account.account_id, Role.ENTERPRISE, account.scope, account.language)


def revoke(session: Session, actor: Actor, link_id: str, now: datetime) -> FirmLink:
    """End a link, and what it opened, at once. Raises NotFound out of scope, Conflict where it has ended."""
    require(actor, "links.write")
    row = session.get(FirmLink, link_id)
    if row is None:
        raise NotFound("links.no_such_link", value=link_id)
    try:
        own_enterprise(session, actor, row.enterprise_id)
    except NotFound:
        raise NotFound("links.no_such_link", value=link_id) from None
    if row.revoked_at is not None:
        raise Conflict("links.ended_already", value=link_id)
    row.revoked_at, row.revoked_by = now, actor.account_id
    _record(session, actor, "links.revoke", row, now)
    session.flush()
    return row


def of_enterprise(session: Session, actor: Actor, enterprise_id: str) -> Sequence[FirmLink]:
    """An own enterprise's links, newest first. Raises NotFound."""
    require(actor, "links.write")
    own_enterprise(session, actor, enterprise_id)
    return firm_links.of_enterprise(session, enterprise_id)


def _account(session: Session, enterprise_id: str, now: datetime) -> str:
    """The account behind all of a firm's links: no password, no key; made with the first link."""
    name = f"link:{enterprise_id}"
    found = session.scalar(sa.select(Account).where(Account.name == name))
    if found is None:
        found = Account(
            account_id=secrets.token_hex(8),
            name=name,
            role=Role.ENTERPRISE.value,
            scope=enterprise_id,
            password_hash=None,
            created_at=now,
        )
        session.add(found)
        session.flush()
    return found.account_id


def _digest(secret: str) -> bytes:
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _record(session: Session, actor: Actor, action: str, row: FirmLink, now: datetime) -> None:
    record(session, actor, action, ("link", row.link_id, row.enterprise_id), now)
