"""Keys and accounts: who enters, with what, until when. Nothing secret is kept in the clear."""

from __future__ import annotations

import hmac
import secrets
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role, require
from matcher.errors import Conflict, InvalidInput, NotFound, Unauthenticated
from matcher.storage import accounts
from matcher.storage.accounts import Account, ApiKey
from matcher.storage.journal import record

if TYPE_CHECKING:
    from argon2 import PasswordHasher

LEAST_PASSWORD: Final = 10
LONGEST_PASSWORD: Final = 200
_MARK: Final = "qx"
_NOBODY: Final = "a password that no account has"


@dataclass(frozen=True)
class NewKey:
    """A fresh key. `token` is shown once and cannot be read again."""

    prefix: str
    token: str


@dataclass(frozen=True)
class NewAccount:
    """What an account is made of. `password` None: it enters with keys only. `language` "": not chosen."""

    name: str
    role: Role
    scope: str = ""
    language: str = ""
    password: str | None = None


def create_account(session: Session, actor: Actor, account: NewAccount, now: datetime) -> Account:
    """Add an account. Raises Conflict where the name is taken, InvalidInput for a short password."""
    require(actor, "keys.write")
    if session.scalar(sa.select(Account.account_id).where(Account.name == account.name)) is not None:
        raise Conflict("console.account_name_taken", name=account.name)
    row = Account(
        account_id=secrets.token_hex(8),
        name=account.name,
        role=Role(account.role).value,
        scope=account.scope,
        language=account.language,
        password_hash=None if account.password is None else _hashed(account.password),
        created_at=now,
    )
    session.add(row)
    session.flush()
    record(session, actor, "accounts.create", ("account", row.account_id, None), now, role=row.role)
    return row


def set_password(session: Session, actor: Actor, name: str, password: str, now: datetime) -> None:
    """Give an account the password it enters the console with; whoever is in by an older one is out.

    Raises NotFound for a name that no account has, InvalidInput for a short password.
    """
    require(actor, "keys.write")
    row = accounts.by_name(session, name)
    if row is None:
        raise NotFound("api.no_such_account", value=name)
    row.password_hash = _hashed(password)
    session.flush()
    record(session, actor, "accounts.password", ("account", row.account_id, None), now)


def create_key(
    session: Session, actor: Actor, account_id: str, now: datetime, expires_at: datetime | None = None
) -> NewKey:
    """Give an account one more key; earlier ones stay valid, so that keys can be changed without a gap."""
    require(actor, "keys.write")
    if session.get(Account, account_id) is None:
        raise NotFound("api.no_such_account", value=account_id)
    key = _new_key()
    session.add(
        ApiKey(
            prefix=key.prefix,
            account_id=account_id,
            digest=_digest(key.token),
            created_at=now,
            expires_at=expires_at,
        )
    )
    session.flush()
    record(session, actor, "keys.create", ("key", key.prefix, None), now, account_id=account_id)
    return key


def revoke_key(session: Session, actor: Actor, prefix: str, now: datetime) -> None:
    """End a key at once. Revoking twice changes nothing."""
    require(actor, "keys.write")
    row = session.get(ApiKey, prefix)
    if row is None:
        raise NotFound("api.no_such_key", value=prefix)
    if row.revoked_at is None:
        row.revoked_at = now
        record(session, actor, "keys.revoke", ("key", prefix, None), now)


def list_keys(session: Session, actor: Actor) -> Sequence[tuple[ApiKey, Account]]:
    """All keys with their accounts, oldest first. The secrets themselves are not there to be listed."""
    require(actor, "keys.write")
    query = sa.select(ApiKey, Account).join(Account, Account.account_id == ApiKey.account_id)
    return [(key, account) for key, account in session.execute(query.order_by(ApiKey.created_at))]


def check_key(session: Session, token: str, now: datetime) -> Actor:
    """Who holds this key. Raises Unauthenticated for any other text, an ended key, a disabled account."""
    prefix = _prefix_of(token)
    row = None if prefix is None else session.get(ApiKey, prefix)
    # A key that does not exist is compared too, so that both answers take the same path.
    expected = bytes(32) if row is None else row.digest
    if not hmac.compare_digest(_digest(token), expected) or row is None or not _lives(row, now):
        raise Unauthenticated("api.key_refused")
    return actor_of(session, row.account_id)


def check_password(session: Session, name: str, password: str) -> Account:
    """The account that enters so. Raises the same Unauthenticated for a wrong name and a wrong password.

    Costs about 50 ms of CPU and 64 MiB (argon2id); callers limit the tries.
    """
    row = session.scalar(sa.select(Account).where(Account.name == name))
    known = None if row is None or row.disabled else row.password_hash
    fits = _fits(_nobodys_hash() if known is None else known, password)
    if row is None or known is None or not fits:
        raise Unauthenticated("console.login_refused")
    if _hasher().check_needs_rehash(known):
        row.password_hash = _hasher().hash(password)
    return row


def actor_of(session: Session, account_id: str) -> Actor:
    """The actor of an account that may enter. Raises Unauthenticated for a gone or disabled one."""
    row = session.get(Account, account_id)
    if row is None or row.disabled:
        raise Unauthenticated("api.key_refused")
    return Actor(row.account_id, Role(row.role), row.scope, row.language)


def session_mark(session: Session, account_id: str) -> str | None:
    """A short mark that changes with the password: a session that carries another one has ended."""
    row = session.get(Account, account_id)
    if row is None or row.disabled or row.password_hash is None:
        return None
    return sha256(row.password_hash.encode()).hexdigest()[:16]


def set_language(session: Session, account_id: str, language: str) -> None:
    """Remember the language that a person chose."""
    session.execute(sa.update(Account).where(Account.account_id == account_id).values(language=language))


def _new_key() -> NewKey:
    prefix = secrets.token_hex(4)
    body = f"{_MARK}_{prefix}_{secrets.token_hex(32)}"
    return NewKey(prefix, body + _checksum(body))


def _checksum(body: str) -> str:
    return f"{zlib.crc32(body.encode()):08x}"


def _prefix_of(token: str) -> str | None:
    """The public part of a well-formed key, or None: a slip of the pen never reaches the database."""
    body, check = token[:-8], token[-8:]
    parts = body.split("_")
    if not token.isascii() or len(parts) != 3 or parts[0] != _MARK or _checksum(body) != check:
        return None
    return parts[1]


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


def _lives(row: ApiKey, now: datetime) -> bool:
    return row.revoked_at is None and (row.expires_at is None or now < row.expires_at)


def _hashed(password: str) -> str:
    if len(password) < LEAST_PASSWORD:
        raise InvalidInput("console.password_short", least=LEAST_PASSWORD)
    return _hasher().hash(password)


def _fits(known: str, password: str) -> bool:
    from argon2.exceptions import VerificationError

    if len(password) > LONGEST_PASSWORD:
        return False
    try:
        return _hasher().verify(known, password.encode("utf-8", "surrogatepass"))
    except VerificationError:
        return False


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobodys_hash() -> str:
    return _hasher().hash(_NOBODY)
