"""How an account wants its notices: where to, which, when not. And how it gets out of them from a mail."""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.domain.notice import MINUTES_A_DAY, Hours, MailWish
from matcher.errors import InvalidInput, NotFound
from matcher.services.notices.hooks import kinds
from matcher.storage import accounts, notices
from matcher.storage.journal import record
from matcher.storage.notices import NoticePreference

_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+"
)
LONGEST_ADDRESS: Final = 254


@dataclass(frozen=True)
class Preference:
    """An account's wishes. `muted` are kinds that are not mailed; the inbox holds them all the same."""

    address: str | None = None
    mail: MailWish = MailWish.OFF
    hours: Hours = field(default_factory=Hours)
    muted: tuple[str, ...] = ()
    calendar: bool = False  # whether there is an address of its calendar


def read(session: Session, actor: Actor) -> Preference:
    """The account's wishes; without any, no mail."""
    require(actor, "notices.read")
    row = session.get(NoticePreference, actor.account_id)
    return Preference() if row is None else _view(row)


def write(session: Session, actor: Actor, wish: Preference, now: datetime) -> Preference:
    """Set the wishes, but for `calendar`. Raises InvalidInput. Only what comes from now on is mailed."""
    require(actor, "notices.read")
    _check(wish)
    row = ensured(session, actor, now)
    if row.mail == MailWish.OFF.value or row.address is None:
        row.mailed_through, row.digested_at = notices.newest(session), now
    row.address, row.mail = wish.address, wish.mail.value
    row.quiet_from, row.quiet_until = wish.hours.quiet_from, wish.hours.quiet_until
    row.digest_at, row.muted = wish.hours.digest_at, sorted(set(wish.muted))
    row.updated_at = now
    _record(session, actor, row, now)
    session.flush()
    return _view(row)


def leave(session: Session, token: str, master: str, now: datetime) -> None:
    """End all mail to an account, on the word of a link in one of its mails. Raises NotFound otherwise."""
    account_id, _, mark = token.partition(".")
    if not hmac.compare_digest(mark.encode("utf-8", "surrogatepass"), _mark(master, account_id).encode()):
        raise NotFound("notices.no_such_link")
    row = session.get(NoticePreference, account_id)
    account = accounts.by_id(session, account_id)
    if row is None or account is None:
        raise NotFound("notices.no_such_link")
    row.mail, row.updated_at = MailWish.OFF.value, now
    session.flush()


def way_out(master: str, account_id: str) -> str:
    """The token of the link that ends all mail to an account."""
    return f"{account_id}.{_mark(master, account_id)}"


def ensured(session: Session, actor: Actor, now: datetime) -> NoticePreference:
    """The account's row, made where there is none."""
    row = session.get(NoticePreference, actor.account_id)
    if row is None:
        usual = Hours()
        row = NoticePreference(
            account_id=actor.account_id,
            address=None,
            mail=MailWish.OFF.value,
            quiet_from=usual.quiet_from,
            quiet_until=usual.quiet_until,
            digest_at=usual.digest_at,
            muted=[],
            mailed_through=0,
            updated_at=now,
        )
        session.add(row)
        session.flush()
    return row


def hours_of(row: NoticePreference) -> Hours:
    """The row's hours."""
    return Hours(row.quiet_from, row.quiet_until, row.digest_at)


def _view(row: NoticePreference) -> Preference:
    return Preference(
        address=row.address,
        mail=MailWish(row.mail),
        hours=hours_of(row),
        muted=tuple(row.muted),
        calendar=row.calendar_digest is not None,
    )


def _check(wish: Preference) -> None:
    address = wish.address
    if address is not None and (len(address) > LONGEST_ADDRESS or _ADDRESS.fullmatch(address) is None):
        raise InvalidInput("notices.bad_address", value=address[:80])
    if address is None and wish.mail is not MailWish.OFF:
        raise InvalidInput("notices.no_address")
    hours = (wish.hours.quiet_from, wish.hours.quiet_until, wish.hours.digest_at)
    if not all(0 <= minute < MINUTES_A_DAY for minute in hours):
        raise InvalidInput("notices.bad_minute", value=", ".join(map(str, hours)))
    strange = sorted(set(wish.muted) - kinds())
    if strange:
        raise InvalidInput("notices.no_such_kind", value=strange[0])


def _mark(master: str, account_id: str) -> str:
    key = master.encode("utf-8", "surrogatepass")
    digest = hmac.new(key, f"mail off\n{account_id}".encode("utf-8", "surrogatepass"), sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _record(session: Session, actor: Actor, row: NoticePreference, now: datetime) -> None:
    record(session, actor, "notices.settings", ("account", row.account_id, None), now, mail=row.mail)
