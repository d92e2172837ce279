"""Offers, needs, and the deals that came of them."""

from __future__ import annotations

from datetime import date, datetime
from datetime import date as date_type
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from matcher.storage.db import Base


class Offer(Base):
    """What an enterprise can supply. `serves` are region codes; empty means everywhere."""

    __tablename__ = "offers"
    offer_id: Mapped[str] = mapped_column(primary_key=True)
    enterprise_id: Mapped[str] = mapped_column(sa.ForeignKey("enterprises.enterprise_id"), index=True)
    title: Mapped[str]
    text: Mapped[str | None]
    industry_code: Mapped[str | None]
    capacity: Mapped[float | None]
    serves: Mapped[list[str]] = mapped_column(default=list)
    updated_at: Mapped[datetime]


class Need(Base):
    """What an enterprise is short of, in the officer's words and as understood.

    `kind` and `state` are values of domain.need; `understood` is the confirmed draft
    (topics, industries, parties, slots) as JSON; `published` lets other firms read the text.
    """

    __tablename__ = "needs"
    need_id: Mapped[str] = mapped_column(primary_key=True)
    enterprise_id: Mapped[str] = mapped_column(sa.ForeignKey("enterprises.enterprise_id"), index=True)
    text: Mapped[str]
    title: Mapped[str | None]
    kind: Mapped[str | None]
    industry_code: Mapped[str | None]
    amount_fen: Mapped[int | None]
    quantity: Mapped[float | None]
    deadline: Mapped[date | None]
    published: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default="open", index=True)
    understood: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_by: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Deal(Base):
    """A step that buyer and seller took together: introduced, met, quoted, signed, paid, declined."""

    __tablename__ = "deals"
    deal_id: Mapped[str] = mapped_column(primary_key=True)
    buyer_id: Mapped[str] = mapped_column(sa.ForeignKey("enterprises.enterprise_id"), index=True)
    seller_id: Mapped[str] = mapped_column(sa.ForeignKey("enterprises.enterprise_id"), index=True)
    date: Mapped[date_type | None]
    amount_fen: Mapped[int | None]
    need_id: Mapped[str | None] = mapped_column(sa.ForeignKey("needs.need_id"), index=True)
    stage: Mapped[str] = mapped_column(default="signed")
    reason: Mapped[str | None]
    updated_at: Mapped[datetime]
