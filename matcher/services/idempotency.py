"""One key, one effect: the answer to a repeated request is the first one, and is stored with the effect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import Conflict, InvalidInput
from matcher.storage.accounts import IdempotencyKey

_RUNNING = 0


@dataclass(frozen=True)
class Attempt:
    """One try of a request: whose, on which route, under which key, with which body (a digest)."""

    account_id: str
    route: str
    key: str
    fingerprint: str


@dataclass(frozen=True)
class Answer:
    """What was answered the first time."""

    status: int
    body: str


def claim(session: Session, attempt: Attempt, now: datetime) -> Answer | None:
    """Take the key in this transaction (None), or give the first answer back.

    Raises InvalidInput where the key was used with another body, Conflict while another
    transaction holds it: on PostgreSQL the insert waits for that one, on SQLite the lock does.
    """
    row = session.get(IdempotencyKey, (attempt.account_id, attempt.route, attempt.key))
    if row is None:
        _take(session, attempt, now)
        return None
    if row.fingerprint != attempt.fingerprint:
        raise InvalidInput("api.idempotency_other_body")
    if row.status == _RUNNING:
        raise Conflict("api.idempotency_running")
    return Answer(row.status, row.body)


def keep(session: Session, attempt: Attempt, answer: Answer) -> None:
    """Store the answer beside its effect, to be committed with it."""
    row = session.get_one(IdempotencyKey, (attempt.account_id, attempt.route, attempt.key))
    row.status, row.body = answer.status, answer.body


def forget(session: Session, before: datetime) -> int:
    """Drop the keys older than `before`. Returns how many."""
    result = session.execute(sa.delete(IdempotencyKey).where(IdempotencyKey.created_at < before))
    return int(getattr(result, "rowcount", 0))


def _take(session: Session, attempt: Attempt, now: datetime) -> None:
    try:
        with session.begin_nested():
            session.add(
                IdempotencyKey(
                    account_id=attempt.account_id,
                    route=attempt.route,
                    key=attempt.key,
                    fingerprint=attempt.fingerprint,
                    status=_RUNNING,
                    body="",
                    created_at=now,
                )
            )
    except sa.exc.IntegrityError:
        raise Conflict("api.idempotency_running") from None
