"""Who supplies whom, as an installation knows it: links of industries or products, beside the built-in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.storage.db import Base


class ChainLink(Base):
    """One link: of industries (GB/T 4754 codes) or of products (words), by `kind`; `weight` in [0, 1]."""

    __tablename__ = "chain_links"
    upstream: Mapped[str] = mapped_column(primary_key=True)
    downstream: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    weight: Mapped[float] = mapped_column(default=0.5)
    updated_at: Mapped[datetime]


# Queries. Each runs one statement.


def every(session: Session) -> Sequence[ChainLink]:
    """All links, in the order of their ends."""
    return session.scalars(sa.select(ChainLink).order_by(ChainLink.upstream, ChainLink.downstream)).all()
