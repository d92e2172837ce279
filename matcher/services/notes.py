"""Notes and documents by reference in an enterprise's file. The station's own: nobody else reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, require
from matcher.errors import NotFound
from matcher.services.partners import own_enterprise
from matcher.storage import needs
from matcher.storage.case_notes import CaseNote
from matcher.storage.journal import record
from matcher.text.normalize import check

LONGEST: Final = 2_000
LONGEST_REFERENCE: Final = 300


@dataclass(frozen=True)
class NewNote:
    """A note; with a `reference` (archive number, folder, address) it is a document of which `text` is the
    title. `need_id` says which need it belongs to."""

    text: str
    reference: str | None = None
    need_id: str | None = None


def write(session: Session, actor: Actor, enterprise_id: str, new: NewNote, now: datetime) -> CaseNote:
    """Add it to a file in scope. Raises NotFound, InvalidInput."""
    require(actor, "notes.write")
    own_enterprise(session, actor, enterprise_id)
    check(new.text, LONGEST)
    if new.reference is not None:
        check(new.reference, LONGEST_REFERENCE)
    if new.need_id is not None:
        need = needs.need_by_id(session, new.need_id)
        if need is None or need.enterprise_id != enterprise_id:
            raise NotFound("needs.no_such_need", value=new.need_id)
    row = CaseNote(
        enterprise_id=enterprise_id,
        need_id=new.need_id,
        text=new.text,
        reference=new.reference,
        at=now,
        account_id=actor.account_id,
        station_id=actor.scope,
    )
    session.add(row)
    session.flush()
    action = "notes.write" if new.reference is None else "notes.document"
    record(session, actor, action, ("note", str(row.note_id), enterprise_id), now)
    return row
