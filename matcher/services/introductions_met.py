"""What a day of meetings says of introductions: two who were introduced and both came have met."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain.access import Actor
from matcher.domain.case import Outcome
from matcher.services.introductions import Step, as_json
from matcher.storage import journal
from matcher.storage.feedback import Introduction
from matcher.storage.needs import Need


def mark(
    session: Session, actor: Actor, pairs: Collection[tuple[str, str]], event_id: str, now: datetime
) -> int:
    """Write *met* with the event as evidence where the ladder stands at *introduced*; how many climbed.

    Whoever keeps the list of an event learns nothing of introductions: this answers a count to services.
    """
    if not pairs:
        return 0
    met = {frozenset(pair) for pair in pairs}
    firms = {firm for pair in pairs for firm in pair}
    query = (
        sa.select(Introduction, Need.enterprise_id)
        .join(Need, Need.need_id == Introduction.need_id)
        .where(
            Introduction.state == Outcome.INTRODUCED.value,
            Introduction.enterprise_id.in_(firms),
            Need.enterprise_id.in_(firms),
        )
        .order_by(Introduction.introduction_id)
    )
    climbed = 0
    for row, asker in session.execute(query).all():
        if frozenset((row.enterprise_id, asker)) in met:
            step = Step(Outcome.MET, evidence=f"event:{event_id}")
            row.state, row.updated_at = step.outcome.value, now
            row.steps = [*row.steps, as_json(step, actor, now)]
            for firm in (asker, row.enterprise_id):
                subject = ("introduction", row.introduction_id, firm)
                journal.record(session, actor, "introductions.advance", subject, now, state=row.state)
            climbed += 1
    return climbed
