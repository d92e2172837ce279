"""The job that lets notices leave the house: mails are queued and sent, webhooks called."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from jobs.sending import hooks, post
from jobs.sending.door import Door
from jobs.task import Task
from matcher.services.notices import mails
from matcher.settings import Settings
from matcher.storage import webhooks


def deliver(task: Task) -> dict[str, Any]:
    """Queue, send, call. Returns the counts."""
    wiring, settings = task.wiring, task.wiring.settings
    task.progress("deliver", 0, 3)
    queued = 0
    if settings.smtp is not None:
        with wiring.transactions.begin() as session:
            queued = mails.prepare(session, wiring.clock())
    task.progress("deliver", 1, 3)
    called = hooks.send_due(wiring.transactions, Door(), settings.require_secret(), wiring.clock)
    task.progress("deliver", 2, 3)
    mailed = post.send_due(wiring.transactions, settings, wiring.clock)
    task.progress("deliver", 3, 3)
    return {"queued": queued, **called, **mailed}


def awaited(session: Session, settings: Settings, now: datetime) -> bool:
    """Whether there is anything for the job to do: a quiet hour leaves no runs."""
    if webhooks.waits(session, now):
        return True
    return settings.smtp is not None and mails.awaited(session, now)
