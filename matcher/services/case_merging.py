"""The same need again: found, offered for merging, told again to its case, or joined to the earlier one.

Whatever is merged goes on under the earlier need with the earlier deadline, and only what says the same can
be: so nothing overdue is merged away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.domain.need import NeedState
from matcher.domain.promise import CaseAct
from matcher.errors import Conflict, InvalidInput
from matcher.services import case_notices, case_steps, intake, needs
from matcher.services.partners import own_enterprise
from matcher.storage import feedback
from matcher.storage import needs as need_rows
from matcher.storage.needs import Need
from matcher.text.duplicates import SAME
from matcher.text.normalize import check


@dataclass(frozen=True)
class Alike:
    """A need that says the same, and how surely (0.62 to 1)."""

    need: Need
    likeness: float


def alike_to(session: Session, actor: Actor, need_id: str, now: datetime) -> Sequence[Alike]:
    """Other needs of the same enterprise that say the same, likest first. Raises NotFound."""
    need = needs.get(session, actor, need_id)
    found = alike_text(session, actor, need.enterprise_id, need.text, now)
    return [one for one in found if one.need.need_id != need_id]


def alike_text(
    session: Session, actor: Actor, enterprise_id: str, text: str, now: datetime
) -> Sequence[Alike]:
    """Needs of an own enterprise, waiting or answered of late, that say what `text` says; likest first."""
    require(actor, "needs.read")
    own_enterprise(session, actor, enterprise_id)
    earlier = need_rows.needs_of(session, enterprise_id)
    found = [Alike(need, score) for need, score in intake.alike(text, earlier, now)]
    return sorted(found, key=lambda one: (-one.likeness, one.need.need_id))


def tell_again(session: Session, actor: Actor, need_id: str, text: str, now: datetime) -> Need:
    """Add what was said to a need: one that waits keeps it, one that was answered is opened again.

    Raises NotFound, InvalidInput for a text that cannot be kept.
    """
    require(actor, "needs.edit")
    need = needs.get(session, actor, need_id)
    check(text)
    case_steps.again(session, actor, need, text, now)
    session.flush()
    case_notices.told_again(session, need, now)
    return need


def merge(session: Session, actor: Actor, need_id: str, other_id: str, now: datetime) -> Need:
    """Join two needs of one enterprise; returns the earlier, under which both go on.

    Raises NotFound, Conflict where the later does not wait, InvalidInput where they do not say the same.
    """
    require(actor, "needs.edit")
    pair = [needs.get(session, actor, need_id), needs.get(session, actor, other_id)]
    kept, gone = sorted(pair, key=lambda need: (need.created_at, need.need_id))
    if kept.enterprise_id != gone.enterprise_id or kept is gone:
        raise InvalidInput("needs.not_one_firm", value=other_id)
    if gone.state not in intake.WAITING:
        raise Conflict("needs.not_waiting", value=gone.need_id, state=gone.state)
    if intake.likeness(gone.text, kept.text) < SAME:
        raise InvalidInput("needs.not_alike", value=gone.need_id, other=kept.need_id)
    for row in feedback.of_need(session, gone.need_id):
        row.need_id = kept.need_id
    gone.state, gone.updated_at = NeedState.WITHDRAWN.value, now
    case_steps.noted(session, actor, gone, CaseAct.MERGED, now, kept.need_id)
    case_steps.again(session, actor, kept, gone.text, now)
    session.flush()
    return kept
