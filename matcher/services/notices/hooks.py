"""Webhooks of a party: registered, listed, given a new secret, switched on again, taken away."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from matcher.domain import webhook
from matcher.domain.access import Actor, require
from matcher.domain.notice import About, AboutKind, Blank, Notice, To, ToKind
from matcher.errors import Conflict, InvalidInput, NotFound
from matcher.messages import catalogue
from matcher.services.notices.inbox import boxes
from matcher.services.notices.telling import notify
from matcher.storage import webhooks
from matcher.storage.journal import record
from matcher.storage.notices import NoticeLine
from matcher.storage.webhooks import Delivery, Webhook

MOST: Final = 10  # webhooks a party
SHOWN: Final = 50
LONGEST_FAULT: Final = 200


@dataclass(frozen=True)
class NewWebhook:
    """A webhook and its secret, which is shown this once."""

    row: Webhook
    secret: str


@dataclass(frozen=True)
class Message:
    """What is sent to one webhook: where, under which id, with which secrets, what."""

    delivery_id: str
    webhook_id: str
    url: str
    keys: Sequence[bytes]
    body: bytes


def kinds() -> frozenset[str]:
    """All kinds of notices there are."""
    marks = [key.split(".") for key in catalogue("zh") if key.startswith("notices.kind.")]
    return frozenset(parts[2] for parts in marks)


def create(
    session: Session, actor: Actor, url: str, wanted: Collection[str], master: str, now: datetime
) -> NewWebhook:
    """Register an address for the actor's party. Raises InvalidInput for one that is not public https."""
    require(actor, "webhooks.write")
    webhook.target(url)
    strange = sorted(set(wanted) - kinds())
    if strange:
        raise InvalidInput("notices.no_such_kind", value=strange[0])
    kind, key = _owner(actor)
    there = webhooks.of_owner(session, kind, key)
    if any(row.url == url for row in there):
        raise Conflict("webhooks.already_there", value=url)
    if len(there) >= MOST:
        raise Conflict("webhooks.too_many", most=MOST)
    row = Webhook(
        webhook_id=f"wh_{secrets.token_hex(12)}",
        owner_kind=kind,
        owner_id=key,
        url=url,
        kinds=sorted(set(wanted)),
        generation=1,
        created_by=actor.account_id,
        created_at=now,
    )
    session.add(row)
    session.flush()
    _record(session, actor, "webhooks.create", row, now)
    return NewWebhook(row, webhook.written(webhook.secret(master, row.webhook_id, 1)))


def listed(session: Session, actor: Actor) -> Sequence[Webhook]:
    """The party's webhooks, oldest first."""
    require(actor, "webhooks.write")
    return webhooks.of_owner(session, *_owner(actor))


def rotate(session: Session, actor: Actor, webhook_id: str, master: str, now: datetime) -> NewWebhook:
    """Give it a new secret; for a day the one before signs as well."""
    row = _own(session, actor, webhook_id)
    row.generation += 1
    row.earlier_until = now + webhook.ROTATION
    _record(session, actor, "webhooks.rotate", row, now)
    session.flush()
    return NewWebhook(row, webhook.written(webhook.secret(master, webhook_id, row.generation)))


def enable(session: Session, actor: Actor, webhook_id: str, now: datetime) -> Webhook:
    """Switch it on again: what waited is sent, what was given up in vain stays given up."""
    row = _own(session, actor, webhook_id)
    row.disabled_at = row.disabled_for = None
    _record(session, actor, "webhooks.enable", row, now)
    session.flush()
    return row


def remove(session: Session, actor: Actor, webhook_id: str, now: datetime) -> Webhook:
    """Take it away, with what waited for it."""
    row = _own(session, actor, webhook_id)
    for line in webhooks.all_deliveries(session, webhook_id):
        session.delete(line)
    session.flush()
    session.delete(row)
    _record(session, actor, "webhooks.remove", row, now)
    session.flush()
    return row


def sent(session: Session, actor: Actor, webhook_id: str) -> Sequence[Delivery]:
    """Its newest messages and how they fared."""
    return webhooks.deliveries(session, _own(session, actor, webhook_id).webhook_id, SHOWN)


def due(session: Session, master: str, now: datetime, limit: int) -> Sequence[Message]:
    """Messages to try now, the longest due first."""
    found = webhooks.due(session, now, limit)
    return [_message(session, line, hook, master, now) for line, hook in found]


def delivered(session: Session, delivery_id: str, now: datetime) -> None:
    """The receiver has taken it."""
    line = session.get(Delivery, delivery_id)
    if line is not None:
        line.due_at, line.delivered_at, line.fault = None, now, None
        line.tries += 1


def failed(session: Session, delivery_id: str, fault: str, now: datetime) -> None:
    """The try failed: another is due later; after the last the webhook is switched off and its owner told."""
    line = session.get(Delivery, delivery_id)
    hook = None if line is None else session.get(Webhook, line.webhook_id)
    if line is None or hook is None:
        return
    line.tries += 1
    line.fault = fault[:LONGEST_FAULT]
    line.due_at = webhook.next_try(line.tries, now)
    if line.due_at is None and hook.disabled_at is None:
        hook.disabled_at, hook.disabled_for = now, line.fault
        told: dict[str, Blank] = {"url": hook.url, "at": now, "tries": line.tries}
        about = About(AboutKind.WEBHOOK, hook.webhook_id)
        owner = To(ToKind(hook.owner_kind), hook.owner_id)
        notify(session, Notice("webhook_disabled", owner, about, told, urgent=True), now)


def _message(session: Session, line: Delivery, hook: Webhook, master: str, now: datetime) -> Message:
    notice = session.get_one(NoticeLine, line.notice_id)
    body = {
        "type": f"notice.{notice.kind}",
        "timestamp": line.created_at.isoformat(),
        "data": {
            "notice_id": notice.notice_id,
            "about": {"kind": notice.about_kind, "id": notice.about_id},
        },
    }
    generations = [hook.generation]
    if hook.earlier_until is not None and now < hook.earlier_until:
        generations.append(hook.generation - 1)
    keys = [webhook.secret(master, hook.webhook_id, generation) for generation in generations]
    return Message(line.delivery_id, hook.webhook_id, hook.url, keys, json.dumps(body).encode())


def _owner(actor: Actor) -> tuple[str, str]:
    """The party's mailbox; an operator without a scope has its own."""
    kind, key = boxes(actor)[-1]
    return kind, key


def _own(session: Session, actor: Actor, webhook_id: str) -> Webhook:
    require(actor, "webhooks.write")
    row = session.get(Webhook, webhook_id)
    if row is None or (row.owner_kind, row.owner_id) != _owner(actor):
        raise NotFound("webhooks.no_such_webhook", value=webhook_id)
    return row


def _record(session: Session, actor: Actor, action: str, row: Webhook, now: datetime) -> None:
    record(session, actor, action, ("webhook", row.webhook_id, None), now, url=row.url)
