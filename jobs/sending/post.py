"""Mails through the configured SMTP server: one connection a run, the same Message-ID at every try."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final
from urllib.parse import unquote, urlsplit

from sqlalchemy.orm import Session, sessionmaker

from matcher.errors import Misconfigured
from matcher.messages import say
from matcher.services.notices import mails
from matcher.services.notices.mails import Letter
from matcher.settings import Settings

SECONDS: Final = 30.0
AT_ONCE: Final = 500
_PORTS: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True)
class Server:
    """The mail server: ``smtp+starttls://user:password@host:587``, ``smtps://...`` or plain ``smtp://...``."""

    scheme: str
    host: str
    port: int
    user: str | None
    password: str | None

    @classmethod
    def read(cls, url: str) -> Server:
        """Raises Misconfigured."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise Misconfigured("notices.bad_smtp") from None
        if parts.scheme not in _PORTS or not parts.hostname:
            raise Misconfigured("notices.bad_smtp")
        user = None if parts.username is None else unquote(parts.username)
        password = None if parts.password is None else unquote(parts.password)
        return cls(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], user, password)


def send_due(
    transactions: sessionmaker[Session], settings: Settings, clock: Callable[[], datetime]
) -> dict[str, int]:
    """Send every mail that is due. Returns how many were sent and how many failed.

    Killed between the server's answer and our note of it, a mail goes out again under the same Message-ID.
    """
    with transactions.begin() as session:
        due = mails.due(session, clock(), AT_ONCE)
    if not due or settings.smtp is None:
        return {"mailed": 0, "unmailed": 0}
    sent = failed = 0
    try:
        with _connection(Server.read(settings.smtp)) as server:
            for mail_id in due:
                good = _send(transactions, server, settings, mail_id, clock)
                sent, failed = sent + good, failed + (not good)
    except (OSError, smtplib.SMTPException) as fault:
        _put_off(transactions, type(fault).__name__, clock())
        failed = len(due) - sent
    return {"mailed": sent, "unmailed": failed}


def message(letter: Letter, settings: Settings, now: datetime) -> EmailMessage:
    """The mail as it goes out: plain text, the way out of all mail, a calendar where there is one."""
    found = EmailMessage(policy=SMTP)
    sender = settings.mail_from or "qianxian@localhost"
    found["From"] = sender
    found["To"] = letter.address
    found["Subject"] = letter.subject
    found["Date"] = format_datetime(now)
    found["Message-ID"] = f"<{letter.mail_id}@{sender.rpartition('@')[2].rstrip('>') or 'qianxian'}>"
    found["Auto-Submitted"] = "auto-generated"
    found["Content-Language"] = letter.language
    text = letter.text
    if settings.public_url is not None:
        home = settings.public_url.rstrip("/")
        out = f"{home}/mail-off/{letter.way_out}"
        found["List-Unsubscribe"] = f"<{out}>"
        found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        told = {"inbox": f"{home}/inbox", "way_out": out}
        lines = [say(f"notices.mail.{key}", letter.language, url=url) for key, url in told.items()]
        text += "\n\n--\n" + "\n".join(lines)
    found.set_content(text + "\n")
    if letter.calendar is not None:
        found.add_attachment(letter.calendar, maintype="text", subtype="calendar", filename="qianxian.ics")
    return found


@contextmanager
def _connection(to: Server) -> Iterator[smtplib.SMTP]:
    trust = ssl.create_default_context()
    if to.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(to.host, to.port, timeout=SECONDS, context=trust)
    else:
        server = smtplib.SMTP(to.host, to.port, timeout=SECONDS)
    with server:
        if to.scheme == "smtp+starttls":
            server.starttls(context=trust)
        if to.user is not None:
            server.login(to.user, to.password or "")
        yield server


def _send(
    transactions: sessionmaker[Session],
    server: smtplib.SMTP,
    settings: Settings,
    mail_id: str,
    clock: Callable[[], datetime],
) -> bool:
    """One mail. A refused recipient or message is that mail's own fault; a lost connection is raised."""
    with transactions.begin() as session:
        letter = mails.letter(session, mail_id, settings.require_secret(), clock())
    if letter is None:
        return True
    fault: smtplib.SMTPException | None = None
    try:
        server.send_message(message(letter, settings, clock()))
    except smtplib.SMTPServerDisconnected:
        raise
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as refused:
        fault = refused
    with transactions.begin() as session:
        if fault is None:
            mails.sent(session, mail_id, clock())
        else:
            mails.failed(session, mail_id, type(fault).__name__, _is_lasting(fault), clock())
    return fault is None


def _is_lasting(fault: smtplib.SMTPException) -> bool:
    """Codes from 500 on are meant for good (RFC 5321)."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in fault.recipients.values())
    return isinstance(fault, smtplib.SMTPResponseException) and fault.smtp_code >= 500


def _put_off(transactions: sessionmaker[Session], fault: str, now: datetime) -> None:
    """The server is away: what is still due is tried again later."""
    with transactions.begin() as session:
        for mail_id in mails.due(session, now, AT_ONCE):
            mails.failed(session, mail_id, fault, False, now)
