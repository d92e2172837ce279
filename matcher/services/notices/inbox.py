"""The inbox of whoever is logged in: own notices and those of the own station, enterprise or party."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role, require
from matcher.domain.notice import AboutKind, ToKind
from matcher.errors import NotFound
from matcher.messages import LANGUAGES
from matcher.services.notices import wording
from matcher.storage import notices
from matcher.storage.db import upsert
from matcher.storage.notices import Mailbox, NoticeLine, NoticeRead

COUNTED: Final = 100  # beyond, "99+" is told
LONGEST: Final = 200
_SHARED: Final = {
    Role.OFFICER: ToKind.STATION,
    Role.ENTERPRISE: ToKind.ENTERPRISE,
    Role.BANK: ToKind.ORGANIZATION,
    Role.ORGANIZER: ToKind.ORGANIZATION,
}


@dataclass(frozen=True)
class NoticeView:
    """A notice as its reader reads it, in both languages."""

    notice_id: int
    kind: str
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    about_kind: AboutKind
    about_id: str
    urgent: bool
    read: bool
    created_at: datetime

    def title(self, language: str) -> str:
        """A few words."""
        return self.title_zh if language == "zh" else self.title_en

    def text(self, language: str) -> str:
        """The sentence."""
        return self.text_zh if language == "zh" else self.text_en


@dataclass(frozen=True)
class Inbox:
    """Newest first; `unread` stops counting at COUNTED; `next` is for older ones."""

    items: Sequence[NoticeView]
    unread: int
    next: int | None


def boxes(actor: Actor) -> tuple[Mailbox, ...]:
    """The mailboxes that an account reads."""
    own = (ToKind.ACCOUNT.value, actor.account_id)
    shared = _SHARED.get(actor.role)
    return (own,) if shared is None or not actor.scope else (own, (shared.value, actor.scope))


def inbox(
    session: Session, actor: Actor, limit: int = 50, before: int | None = None, only_unread: bool = False
) -> Inbox:
    """Some five queries."""
    require(actor, "notices.read")
    mine = boxes(actor)
    if only_unread:
        lines = list(notices.unread_in(session, mine, actor.account_id, before, limit + 1))
    else:
        lines = list(notices.in_boxes(session, mine, before, limit + 1))
    shown = lines[:limit]
    return Inbox(
        items=views(session, actor, shown),
        unread=unread(session, actor),
        next=shown[-1].notice_id if len(lines) > limit else None,
    )


def unread(session: Session, actor: Actor) -> int:
    """How many wait, up to COUNTED. One query over an index."""
    require(actor, "notices.read")
    return notices.count_unread(session, boxes(actor), actor.account_id, COUNTED)


def read(session: Session, actor: Actor, notice_id: int, now: datetime) -> NoticeView:
    """Mark one as read and give it. Raises NotFound for one of another's inbox and for none, alike."""
    require(actor, "notices.read")
    line = session.get(NoticeLine, notice_id)
    if line is None or (line.to_kind, line.to_id) not in boxes(actor):
        raise NotFound("notices.no_such_notice", value=notice_id)
    _mark(session, actor, [notice_id], now)
    return views(session, actor, [line])[0]


def read_all(session: Session, actor: Actor, through: int, now: datetime) -> int:
    """Mark all up to number `through` as read, those that came since stay unread. Returns how many."""
    require(actor, "notices.read")
    lines = notices.unread_in(session, boxes(actor), actor.account_id, through + 1, None)
    _mark(session, actor, [line.notice_id for line in lines], now)
    return len(lines)


def views(session: Session, reader: Actor, lines: Sequence[NoticeLine]) -> list[NoticeView]:
    """Lines as this reader may read them."""
    known = wording.names(session, reader, lines)
    seen = notices.read_by(session, reader.account_id, [line.notice_id for line in lines])
    found = []
    for line in lines:
        said = {tongue: wording.worded(line, known, tongue) for tongue in LANGUAGES}
        found.append(
            NoticeView(
                notice_id=line.notice_id,
                kind=line.kind,
                title_zh=said["zh"][0],
                title_en=said["en"][0],
                text_zh=said["zh"][1],
                text_en=said["en"][1],
                about_kind=AboutKind(line.about_kind),
                about_id=line.about_id,
                urgent=line.urgent,
                read=line.notice_id in seen,
                created_at=line.created_at,
            )
        )
    return found


def _mark(session: Session, actor: Actor, notice_ids: Sequence[int], now: datetime) -> None:
    if notice_ids:
        rows = [{"account_id": actor.account_id, "notice_id": key, "read_at": now} for key in notice_ids]
        session.execute(upsert(session, NoticeRead).on_conflict_do_nothing(), rows)
