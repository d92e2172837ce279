"""Messages to webhooks: each webhook's one after another, several webhooks at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session, sessionmaker

from jobs.sending.door import Door, NotDelivered
from matcher.domain.webhook import signatures
from matcher.services.notices import hooks
from matcher.services.notices.hooks import Message

AT_ONCE: Final = 1_000
THREADS: Final = 8
PATIENCE_SECONDS: Final = 60.0  # for one webhook in one run; the rest waits for the next


def send_due(
    transactions: sessionmaker[Session], door: Door, master: str, clock: Callable[[], datetime]
) -> dict[str, int]:
    """Try every message that is due. Returns how many were delivered and how many failed.

    The try is outside any transaction: killed between the receiver's answer and our note of it, the message
    goes out again under the same id.
    """
    with transactions.begin() as session:
        found = hooks.due(session, master, clock(), AT_ONCE)
    queues: dict[str, list[Message]] = {}
    for message in found:
        queues.setdefault(message.webhook_id, []).append(message)

    def work(queue: Sequence[Message]) -> tuple[int, int]:
        return _send_queue(transactions, door, queue, clock)

    with ThreadPoolExecutor(THREADS) as pool:
        done = list(pool.map(work, queues.values()))
    return {"delivered": sum(good for good, _ in done), "failed": sum(bad for _, bad in done)}


def _send_queue(
    transactions: sessionmaker[Session], door: Door, queue: Sequence[Message], clock: Callable[[], datetime]
) -> tuple[int, int]:
    """One webhook's messages. Where one fails the rest is left for the next run: the receiver is away."""
    delivered, until = 0, time.monotonic() + PATIENCE_SECONDS
    for message in queue:
        fault = _try(door, message, clock())
        with transactions.begin() as session:
            if fault is not None:
                hooks.failed(session, message.delivery_id, fault, clock())
                return delivered, 1
            hooks.delivered(session, message.delivery_id, clock())
        delivered += 1
        if time.monotonic() > until:
            break
    return delivered, 0


def _try(door: Door, message: Message, now: datetime) -> str | None:
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "qianxian-webhooks/1",
        "webhook-id": message.delivery_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signatures(message.keys, message.delivery_id, now, message.body),
    }
    try:
        status = door.post(message.url, message.body, headers)
    except NotDelivered as fault:
        return str(fault)
    return None if 200 <= status < 300 else f"status_{status}"
