"""How often each enterprise was shown in a list, counted from impressions before they are removed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from matcher.storage.db import Base, chunks
from matcher.storage.impressions import Impression

_IDS: Final = 500  # of a statement


class Shown(Base):
    """One enterprise that was shown, and how often."""

    __tablename__ = "shown"
    enterprise_id: Mapped[str] = mapped_column(primary_key=True)
    times: Mapped[int]


def uncounted(session: Session, most: int) -> Mapping[int, Sequence[str]]:
    """At most so many impressions that were not counted yet: id -> who was listed. One statement."""
    found = sa.select(Impression.impression_id, Impression.listed).where(Impression.counted.is_(False))
    return {row[0]: row[1] for row in session.execute(found.order_by(Impression.impression_id).limit(most))}


def add(session: Session, counts: Counter[str], impression_ids: Sequence[int]) -> None:
    """Add to the counts and mark the impressions as counted; both or neither, as one transaction."""
    for some in chunks(sorted(counts)):
        known = {row.enterprise_id: row for row in session.scalars(_of(some))}
        for name in some:
            if name in known:
                known[name].times += counts[name]
            else:
                session.add(Shown(enterprise_id=name, times=counts[name]))
    for start in range(0, len(impression_ids), _IDS):
        these = Impression.impression_id.in_(impression_ids[start : start + _IDS])
        session.execute(sa.update(Impression).where(these).values(counted=True))
    session.flush()


def _of(names: Sequence[str]) -> sa.Select[Any]:
    return sa.select(Shown).where(Shown.enterprise_id.in_(names))
