"""Webhooks: where a party wants its notices sent, and each message on its way there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.storage.db import Base


class Webhook(Base):
    """An address of a party (`owner_kind`, `owner_id` as a notice's recipient).

    Its secret is not kept: it follows from the service's own and `generation`. Until `earlier_until` the
    secret of the generation before signs too.
    """

    __tablename__ = "webhooks"
    webhook_id: Mapped[str] = mapped_column(primary_key=True)
    owner_kind: Mapped[str]
    owner_id: Mapped[str] = mapped_column(index=True)
    url: Mapped[str]
    kinds: Mapped[list[str]] = mapped_column(default=list)  # empty: all
    generation: Mapped[int] = mapped_column(default=1)
    earlier_until: Mapped[datetime | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    disabled_for: Mapped[str | None]


class Delivery(Base):
    """One message to one webhook. `delivery_id` is the same at every try: the receiver's key."""

    __tablename__ = "webhook_deliveries"
    delivery_id: Mapped[str] = mapped_column(primary_key=True)
    webhook_id: Mapped[str] = mapped_column(sa.ForeignKey("webhooks.webhook_id"), index=True)
    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notices.notice_id"))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None] = mapped_column(index=True)  # None: delivered, or given up
    tries: Mapped[int] = mapped_column(default=0)
    delivered_at: Mapped[datetime | None]
    fault: Mapped[str | None]


# Queries. Each runs one statement.


def of_owner(session: Session, kind: str, key: str) -> Sequence[Webhook]:
    """A party's webhooks, oldest first, disabled ones too."""
    mine = (Webhook.owner_kind == kind, Webhook.owner_id == key)
    return session.scalars(
        sa.select(Webhook).where(*mine).order_by(Webhook.created_at, Webhook.webhook_id)
    ).all()


def listening(session: Session, kind: str, key: str) -> Sequence[Webhook]:
    """A party's webhooks that are on."""
    mine = (Webhook.owner_kind == kind, Webhook.owner_id == key, Webhook.disabled_at.is_(None))
    return session.scalars(sa.select(Webhook).where(*mine).order_by(Webhook.webhook_id)).all()


def due(session: Session, now: datetime, limit: int) -> Sequence[tuple[Delivery, Webhook]]:
    """Messages to be tried by `now` at webhooks that are on, the longest due first."""
    statement = (
        sa.select(Delivery, Webhook)
        .join(Webhook, Webhook.webhook_id == Delivery.webhook_id)
        .where(Delivery.due_at <= now, Webhook.disabled_at.is_(None))
        .order_by(Delivery.due_at, Delivery.delivery_id)
    )
    return [(line, hook) for line, hook in session.execute(statement.limit(limit))]


def deliveries(session: Session, webhook_id: str, limit: int) -> Sequence[Delivery]:
    """A webhook's messages, newest first."""
    statement = sa.select(Delivery).where(Delivery.webhook_id == webhook_id)
    return session.scalars(
        statement.order_by(Delivery.created_at.desc(), Delivery.delivery_id).limit(limit)
    ).all()


def all_deliveries(session: Session, webhook_id: str) -> Sequence[Delivery]:
    """All of a webhook's messages."""
    return session.scalars(sa.select(Delivery).where(Delivery.webhook_id == webhook_id)).all()


def waits(session: Session, now: datetime) -> bool:
    """Whether any message is due at a webhook that is on."""
    statement = (
        sa.select(Delivery.delivery_id)
        .join(Webhook, Webhook.webhook_id == Delivery.webhook_id)
        .where(Delivery.due_at <= now, Webhook.disabled_at.is_(None))
    )
    return session.scalar(statement.limit(1)) is not None
