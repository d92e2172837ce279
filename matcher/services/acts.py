"""Acts that concern an enterprise, as far as the asker may read them: the row `audit_lines` of the table."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role
from matcher.domain.field_access import Sight
from matcher.services import sight
from matcher.storage import journal
from matcher.storage.enterprises import Enterprise
from matcher.storage.journal import JournalLine


def about(session: Session, actor: Actor, row: Enterprise, limit: int) -> Sequence[JournalLine]:
    """Newest first. To the enterprise all that was done about it; to its station what the station did."""
    seen = sight.sees(actor, row, "audit_lines")
    if seen is Sight.FULL or (seen is Sight.OWN and actor.role is Role.ENTERPRISE):
        return journal.about(session, row.enterprise_id, limit)
    return journal.about(session, row.enterprise_id, limit, by=actor) if seen is Sight.OWN else ()
