"""Mails: which are to be sent and when, what they say at the moment of sending, how they fared.

Urgent notices of one run make one mail, sent as soon as quiet hours allow; all others wait for the digest,
one mail a day. A mail whose notices have been read meanwhile is not sent.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role
from matcher.domain.notice import LOCAL, MailWish, last_digest_slot, may_leave_at
from matcher.messages import say
from matcher.services.notices import attachments, preferences
from matcher.services.notices.inbox import NoticeView, boxes, views
from matcher.storage import accounts, notices
from matcher.storage.notices import Mail, NoticeLine, NoticePreference
from matcher.text.masks import mask

SHOWN: Final = 50  # notices a mail; of more their number is told
LONGEST_FAULT: Final = 200
_PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 300, 600, 840, 1200, 1440))


@dataclass(frozen=True)
class Letter:
    """A mail in words. `calendar` is an attachment (.ics) where something in it has a time."""

    mail_id: str
    address: str
    language: str
    subject: str
    text: str
    way_out: str
    calendar: bytes | None


def prepare(session: Session, now: datetime) -> int:
    """Queue what is to be mailed. Returns the number of new mails. Some four queries an account."""
    return sum(_prepared(session, row, now) for row in notices.mailing(session))


def awaited(session: Session, now: datetime) -> bool:
    """Whether a mail is due, or one is to be queued. Two queries an account that wants mail."""
    if notices.mails_due(session, now, 1):
        return True
    return any(_awaits(session, row, now) for row in notices.mailing(session))


def due(session: Session, now: datetime, limit: int) -> Sequence[str]:
    """Ids of mails to send now."""
    return [mail.mail_id for mail in notices.mails_due(session, now, limit)]


def letter(session: Session, mail_id: str, master: str, now: datetime) -> Letter | None:
    """What a mail says now, in the account's language; None, and done with, where nothing is left to say."""
    mail = session.get(Mail, mail_id)
    if mail is None or mail.due_at is None:
        return None
    row = session.get(NoticePreference, mail.account_id)
    reader = _reader(session, mail.account_id)
    lines = [] if reader is None else notices.by_ids(session, mail.notice_ids)
    unread = [] if reader is None else [one for one in views(session, reader, lines) if not one.read]
    if reader is None or row is None or row.address is None or row.mail == MailWish.OFF.value or not unread:
        mail.due_at, mail.fault = None, "nothing_to_say"
        return None
    return Letter(
        mail_id=mail_id,
        address=row.address,
        language=reader.language,
        subject=_subject(unread, mail.urgent, reader.language),
        text=_text(unread, reader.language),
        way_out=preferences.way_out(master, mail.account_id),
        calendar=attachments.calendar_of(session, reader, unread, now),
    )


def sent(session: Session, mail_id: str, now: datetime) -> None:
    """The mail server has taken it."""
    mail = session.get_one(Mail, mail_id)
    mail.due_at, mail.sent_at, mail.fault = None, now, None
    mail.tries += 1


def failed(session: Session, mail_id: str, fault: str, lasting: bool, now: datetime) -> None:
    """The try failed; `lasting`: another would fail as well. After three days it is given up."""
    mail = session.get_one(Mail, mail_id)
    mail.tries += 1
    mail.fault = fault[:LONGEST_FAULT]
    over = lasting or mail.tries > len(_PAUSES)
    mail.due_at = None if over else now + _PAUSES[mail.tries - 1]


def _prepared(session: Session, row: NoticePreference, now: datetime) -> int:
    reader = _reader(session, row.account_id)
    if reader is None:
        return 0
    hours = preferences.hours_of(row)
    fresh = _of_interest(row, notices.after_in(session, boxes(reader), reader.account_id, row.mailed_through))
    row.mailed_through = max([row.mailed_through, *(line.notice_id for line in fresh)])
    urgent = [line for line in fresh if line.urgent]
    made = _queue(session, row, urgent, True, may_leave_at(now, hours), now)
    if row.mail != MailWish.DIGEST.value:
        return made
    slot, before = last_digest_slot(now, hours), row.digested_at
    if before is not None and before >= slot:
        return made
    row.digested_at = now
    waiting = _of_interest(row, notices.unread_in(session, boxes(reader), reader.account_id, None, None))
    late = [line for line in waiting if not line.urgent and (before is None or line.created_at > before)]
    return made + _queue(session, row, late, False, now, now)


def _awaits(session: Session, row: NoticePreference, now: datetime) -> bool:
    reader = _reader(session, row.account_id)
    if reader is None:
        return False
    if row.mail == MailWish.DIGEST.value:
        slot = last_digest_slot(now, preferences.hours_of(row))
        if row.digested_at is None or row.digested_at < slot:
            return True
    fresh = notices.after_in(session, boxes(reader), reader.account_id, row.mailed_through)
    return any(line.urgent for line in _of_interest(row, fresh))


def _of_interest(row: NoticePreference, lines: Sequence[NoticeLine]) -> list[NoticeLine]:
    return [line for line in lines if line.kind not in row.muted]


def _queue(
    session: Session,
    row: NoticePreference,
    lines: Sequence[NoticeLine],
    urgent: bool,
    due_at: datetime,
    now: datetime,
) -> int:
    if not lines:
        return 0
    numbers = sorted(line.notice_id for line in lines)
    mail = Mail(
        mail_id=secrets.token_hex(16),
        account_id=row.account_id,
        notice_ids=numbers,
        urgent=urgent,
        created_at=now,
        due_at=due_at,
    )
    session.add(mail)
    return 1


def _reader(session: Session, account_id: str) -> Actor | None:
    account = accounts.by_id(session, account_id)
    if account is None or account.disabled:
        return None
    return Actor(account.account_id, Role(account.role), account.scope, account.language or "zh")


def _subject(unread: Sequence[NoticeView], urgent: bool, language: str) -> str:
    if len(unread) == 1:
        return say("notices.mail.subject_one", language, title=unread[0].title(language))
    key = "subject_urgent" if urgent else "subject_digest"
    return say(f"notices.mail.{key}", language, count=len(unread))


def _text(unread: Sequence[NoticeView], language: str) -> str:
    """Newest first. Phones and the like are masked: a mail leaves the house."""
    newest = sorted(unread, key=lambda one: -one.notice_id)
    parts = [
        f"· {one.title(language)}（{one.created_at.astimezone(LOCAL):%m-%d %H:%M}）\n  {one.text(language)}"
        for one in newest[:SHOWN]
    ]
    if len(newest) > SHOWN:
        parts.append(say("notices.mail.more", language, count=len(newest) - SHOWN))
    return mask("\n\n".join(parts))
