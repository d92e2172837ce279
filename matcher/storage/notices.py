"""Notices in the rows: what was told to whom, who has read it, how each account wants it, mails to come."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.storage.db import Base

Mailbox = tuple[str, str]  # kind and id of a recipient


class NoticeLine(Base):
    """One notice to one recipient. `fingerprint` is that of all it says: the same again is no second one."""

    __tablename__ = "notices"
    __table_args__ = (sa.Index("ix_notices_mailbox", "to_kind", "to_id", "notice_id"),)
    notice_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kind: Mapped[str]
    to_kind: Mapped[str]
    to_id: Mapped[str]
    about_kind: Mapped[str]
    about_id: Mapped[str]
    blanks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    urgent: Mapped[bool] = mapped_column(default=False)
    fingerprint: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(index=True)


class NoticeRead(Base):
    """That an account has read a notice: a station's officers each have read their own."""

    __tablename__ = "notice_reads"
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("accounts.account_id"), primary_key=True)
    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notices.notice_id"), primary_key=True)
    read_at: Mapped[datetime]


class NoticePreference(Base):
    """How an account wants its notices. `mail` is off, urgent or digest; minutes are of the local day.

    `mailed_through` is the last notice that a digest has looked at; `calendar_digest` the SHA-256 of the
    secret part of its calendar's address.
    """

    __tablename__ = "notice_preferences"
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("accounts.account_id"), primary_key=True)
    address: Mapped[str | None]
    mail: Mapped[str] = mapped_column(default="off")
    quiet_from: Mapped[int]
    quiet_until: Mapped[int]
    digest_at: Mapped[int]
    muted: Mapped[list[str]] = mapped_column(default=list)
    mailed_through: Mapped[int] = mapped_column(default=0)
    digested_at: Mapped[datetime | None]
    calendar_digest: Mapped[bytes | None] = mapped_column(unique=True)
    updated_at: Mapped[datetime]


class Mail(Base):
    """A mail on its way. What it says is written when it is sent; `mail_id` is its id at every try."""

    __tablename__ = "mails"
    mail_id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("accounts.account_id"), index=True)
    notice_ids: Mapped[list[int]] = mapped_column(sa.JSON(), default=list)
    urgent: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None] = mapped_column(index=True)  # None: sent, or given up
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    fault: Mapped[str | None]


# Queries. Each runs one statement.


def _in(boxes: Collection[Mailbox]) -> sa.ColumnElement[bool]:
    return sa.or_(
        sa.false(), *(sa.and_(NoticeLine.to_kind == kind, NoticeLine.to_id == key) for kind, key in boxes)
    )


def _unread(account_id: str) -> sa.ColumnElement[bool]:
    mine = sa.select(NoticeRead.notice_id).where(
        NoticeRead.account_id == account_id, NoticeRead.notice_id == NoticeLine.notice_id
    )
    return ~mine.exists()


def in_boxes(
    session: Session, boxes: Collection[Mailbox], before: int | None = None, limit: int = 50
) -> Sequence[NoticeLine]:
    """Notices of these mailboxes, newest first, older than `before`."""
    statement = sa.select(NoticeLine).where(_in(boxes))
    if before is not None:
        statement = statement.where(NoticeLine.notice_id < before)
    return session.scalars(statement.order_by(NoticeLine.notice_id.desc()).limit(limit)).all()


def unread_in(
    session: Session,
    boxes: Collection[Mailbox],
    account_id: str,
    before: int | None = None,
    limit: int | None = 50,
) -> Sequence[NoticeLine]:
    """Those that the account has not read, newest first."""
    statement = sa.select(NoticeLine).where(_in(boxes), _unread(account_id))
    if before is not None:
        statement = statement.where(NoticeLine.notice_id < before)
    return session.scalars(statement.order_by(NoticeLine.notice_id.desc()).limit(limit)).all()


def count_unread(session: Session, boxes: Collection[Mailbox], account_id: str, most: int) -> int:
    """How many the account has not read; counting stops at `most`."""
    found = sa.select(NoticeLine.notice_id).where(_in(boxes), _unread(account_id)).limit(most).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(found)) or 0


def after_in(
    session: Session, boxes: Collection[Mailbox], account_id: str, after: int
) -> Sequence[NoticeLine]:
    """Unread ones newer than `after`, oldest first."""
    statement = sa.select(NoticeLine).where(_in(boxes), NoticeLine.notice_id > after, _unread(account_id))
    return session.scalars(statement.order_by(NoticeLine.notice_id)).all()


def newest(session: Session) -> int:
    """The number of the newest notice, 0 before the first."""
    return session.scalar(sa.select(sa.func.max(NoticeLine.notice_id))) or 0


def by_ids(session: Session, notice_ids: Collection[int]) -> Sequence[NoticeLine]:
    """Those of these that there are, oldest first."""
    statement = sa.select(NoticeLine).where(NoticeLine.notice_id.in_(notice_ids))
    return session.scalars(statement.order_by(NoticeLine.notice_id)).all()


def read_by(session: Session, account_id: str, notice_ids: Collection[int]) -> frozenset[int]:
    """Which of these the account has read."""
    mine = (NoticeRead.account_id == account_id, NoticeRead.notice_id.in_(notice_ids))
    return frozenset(session.scalars(sa.select(NoticeRead.notice_id).where(*mine)))


def mailing(session: Session) -> Sequence[NoticePreference]:
    """The accounts that want mail and have said where to."""
    wanted = (NoticePreference.mail != "off", NoticePreference.address.is_not(None))
    return session.scalars(
        sa.select(NoticePreference).where(*wanted).order_by(NoticePreference.account_id)
    ).all()


def mails_due(session: Session, now: datetime, limit: int) -> Sequence[Mail]:
    """Mails to be sent by `now`, the longest due first."""
    statement = sa.select(Mail).where(Mail.due_at <= now)
    return session.scalars(statement.order_by(Mail.due_at, Mail.mail_id).limit(limit)).all()


def of_calendar(session: Session, digest: bytes) -> NoticePreference | None:
    """Whose calendar's address has this digest."""
    return session.scalar(sa.select(NoticePreference).where(NoticePreference.calendar_digest == digest))
