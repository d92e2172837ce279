"""Who may enter: accounts, their keys, and the idempotency keys they have used."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.storage.db import Base


class Account(Base):
    """A person or a program with one role and one scope. `password_hash` is argon2; None: keys only."""

    __tablename__ = "accounts"
    account_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    scope: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")  # as the person chose; "" nobody has chosen
    password_hash: Mapped[str | None]
    disabled: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class ApiKey(Base):
    """A bearer key: only the SHA-256 of its 256 random bits is kept, with a public prefix."""

    __tablename__ = "api_keys"
    prefix: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("accounts.account_id"), index=True)
    digest: Mapped[bytes]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class IdempotencyKey(Base):
    """One effect a key: the answer is replayed when the same account sends the same body again."""

    __tablename__ = "idempotency_keys"
    account_id: Mapped[str] = mapped_column(primary_key=True)
    route: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    status: Mapped[int]
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)


# Queries. Each runs one statement.


def by_id(session: Session, account_id: str) -> Account | None:
    """The account with this id."""
    return session.get(Account, account_id)


def by_name(session: Session, name: str) -> Account | None:
    """The account that logs in under `name`, also when it is disabled."""
    return session.scalar(sa.select(Account).where(Account.name == name))
