"""Writing a notice down, and its messages to the recipient's webhooks, in the caller's transaction."""

from __future__ import annotations

import json
import secrets
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain.notice import Blank, Firm, Notice, Word
from matcher.errors import InvalidInput
from matcher.messages import catalogue
from matcher.storage import webhooks
from matcher.storage.db import upsert
from matcher.storage.notices import NoticeLine
from matcher.storage.webhooks import Delivery


def notify(session: Session, notice: Notice, now: datetime) -> int | None:
    """Tell one recipient. Returns the notice's number, None where the very same was told before.

    Raises InvalidInput for a kind that the catalogues do not have or a blank of its sentence not given.
    """
    check(notice)
    blanks = {name: as_json(value) for name, value in notice.blanks.items()}
    values = {
        "kind": notice.kind,
        "to_kind": notice.to.kind.value,
        "to_id": notice.to.key,
        "about_kind": notice.about.kind.value,
        "about_id": notice.about.key,
        "blanks": blanks,
    }
    told = {**values, "urgent": notice.urgent, "fingerprint": _fingerprint(values), "created_at": now}
    statement = upsert(session, NoticeLine).values(**told).on_conflict_do_nothing()
    number = session.scalar(statement.returning(NoticeLine.notice_id))
    if number is not None:
        _queue(session, notice, number, now)
    return number


def check(notice: Notice) -> None:
    """Raise InvalidInput where the notice could not be put into words."""
    sentences = catalogue("zh")
    keys = [f"notices.kind.{notice.kind}.{part}" for part in ("title", "text")]
    if any(key not in sentences for key in keys):
        raise InvalidInput("notices.no_such_kind", value=notice.kind)
    given = dict.fromkeys(notice.blanks, "")
    try:
        for key in keys:
            sentences[key].format_map(given)
    except KeyError as missing:
        raise InvalidInput("notices.blank_missing", value=notice.kind, name=missing.args[0]) from None


def as_json(value: Blank) -> Any:
    """A blank as it is kept."""
    if isinstance(value, Firm):
        return {"firm": value.enterprise_id}
    if isinstance(value, Word):
        return {"word": value.key}
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _queue(session: Session, notice: Notice, number: int, now: datetime) -> None:
    for hook in webhooks.listening(session, notice.to.kind.value, notice.to.key):
        if hook.kinds and notice.kind not in hook.kinds:
            continue
        line = {
            "delivery_id": f"msg_{secrets.token_hex(16)}",
            "webhook_id": hook.webhook_id,
            "notice_id": number,
            "created_at": now,
            "due_at": now,
            "tries": 0,
        }
        session.execute(sa.insert(Delivery).values(**line))


def _fingerprint(values: dict[str, Any]) -> str:
    return sha256(json.dumps(values, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
