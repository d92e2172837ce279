"""Mail through a real SMTP server: digests, quiet hours, never one mail a suggestion, a way out of it."""

from __future__ import annotations

import dataclasses
import email
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from icalendar import Calendar

from jobs.sending import post
from jobs.wiring import Wiring
from matcher.domain.access import Actor, Role
from matcher.domain.notice import Hours, MailWish, last_digest_slot, may_leave_at
from matcher.errors import InvalidInput, Misconfigured, NotFound
from matcher.services.notices import About, AboutKind, Notice, To, inbox, mails, notify, preferences, read_all
from matcher.services.notices.preferences import Preference
from matcher.storage.notices import Mail
from tests.factories import NOW, STATION, a_need, an_account, an_enterprise, an_event

NINE = NOW  # nine in the morning in Shanghai
SOON = NOW + timedelta(minutes=1)
NIGHT = datetime(2026, 11, 22, 13, 30, tzinfo=UTC)  # half past nine in the evening there
MORNING = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # eight


class Box:
    """What the mail server took. `refuse` answers instead of taking."""

    def __init__(self) -> None:
        self.taken: list[email.message.EmailMessage] = []
        self.refuse: str | None = None

    async def handle_DATA(self, server: object, session: object, envelope: Envelope) -> str:  # noqa: N802
        if self.refuse is not None:
            return self.refuse
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content).encode()
        self.taken.append(email.message_from_bytes(raw, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"


@pytest.fixture
def box() -> Iterator[tuple[Box, str]]:
    """A mail server on this machine and its address."""
    found = Box()
    with socket.create_server(("127.0.0.1", 0)) as free:  # the server wants to be told
        port = free.getsockname()[1]
    controller = Controller(found, hostname="127.0.0.1", port=port)
    controller.start()
    yield found, f"smtp://127.0.0.1:{port}"
    controller.stop()


@pytest.fixture
def reader(wiring: Wiring) -> Actor:
    """An officer who wants a digest."""
    with wiring.transactions.begin() as session:
        actor = Actor(an_account(session).account_id, Role.OFFICER, STATION)
        preferences.write(session, actor, Preference("li@huxin.example", MailWish.DIGEST), NOW)
    return actor


def tell(
    wiring: Wiring, count: int, *, urgent: bool = False, at: datetime = SOON, kind: str = "case_overdue"
) -> None:
    with wiring.transactions.begin() as session:
        firm = an_enterprise(session).enterprise_id
        for number in range(count):
            need = a_need(session, enterprise_id=firm).need_id
            blanks = {"firm": "湖心百货有限公司", "title": f"午餐{number} 电话13805561234", "by": at}
            notice = Notice(kind, To.station(STATION), About(AboutKind.NEED, need), blanks, urgent)
            notify(session, notice, at)


def deliver(wiring: Wiring, smtp: str, at: datetime) -> dict[str, int]:
    """As the job does it, at a moment."""
    settings = dataclasses.replace(
        wiring.settings,
        smtp=smtp,
        mail_from="牵线 <qx@street.example>",
        public_url="https://qx.street.example/",
    )
    with wiring.transactions.begin() as session:
        mails.prepare(session, at)
    return post.send_due(wiring.transactions, settings, lambda: at)


def test_a_hundred_suggestions_make_one_mail_a_day(wiring, reader, box) -> None:
    taken, smtp = box
    tell(wiring, 100)
    for hours in range(25):
        deliver(wiring, smtp, NINE + timedelta(hours=hours))
    (mail,) = taken.taken
    assert mail["Subject"] == "牵线：今天 100 条消息"
    assert mail["To"] == "li@huxin.example"
    text = mail.get_body().get_content()
    assert "还有 50 条" in text
    assert "13805561234" not in text  # it leaves the house
    assert "https://qx.street.example/inbox" in text


def test_urgent_ones_of_one_moment_are_one_mail_and_do_not_wait_for_the_digest(wiring, reader, box) -> None:
    taken, smtp = box
    tell(wiring, 2, urgent=True, at=NINE + timedelta(hours=2))
    tell(wiring, 3, at=NINE + timedelta(hours=2))
    deliver(wiring, smtp, NINE + timedelta(hours=2, minutes=1))
    assert [mail["Subject"] for mail in taken.taken] == ["牵线：2 件急事"]
    deliver(wiring, smtp, NINE + timedelta(days=1))
    assert [mail["Subject"] for mail in taken.taken][1:] == ["牵线：今天 3 条消息"]


def test_nothing_is_mailed_in_quiet_hours(wiring, reader, box) -> None:
    taken, smtp = box
    tell(wiring, 1, urgent=True, at=NIGHT)
    for hours in range(10):
        deliver(wiring, smtp, NIGHT + timedelta(hours=hours))
    assert taken.taken == []
    deliver(wiring, smtp, MORNING)
    assert [mail["Subject"] for mail in taken.taken] == ["牵线：诉求已超时"]


def test_what_was_read_meanwhile_is_not_mailed(wiring, reader, box) -> None:
    taken, smtp = box
    tell(wiring, 1, urgent=True, at=NIGHT)
    deliver(wiring, smtp, NIGHT)
    with wiring.transactions.begin() as session:
        read_all(session, reader, 10**6, NIGHT)
    deliver(wiring, smtp, MORNING)
    assert taken.taken == []


def test_one_click_ends_all_mail(wiring, reader, box) -> None:
    taken, smtp = box
    tell(wiring, 1, urgent=True)
    deliver(wiring, smtp, NINE)
    link = taken.taken[0]["List-Unsubscribe"].strip("<>")
    assert taken.taken[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    token = link.rsplit("/", 1)[1]
    with wiring.transactions.begin() as session:
        with pytest.raises(NotFound):
            preferences.leave(session, token[:-1] + ("A" if token[-1] != "A" else "B"), "s" * 32, NOW)
        preferences.leave(session, token, wiring.settings.secret_key, NOW)
    tell(wiring, 5, urgent=True, at=NINE + timedelta(hours=1))
    deliver(wiring, smtp, NINE + timedelta(days=2))
    assert len(taken.taken) == 1


def test_kinds_that_are_muted_are_in_the_inbox_and_not_in_a_mail(wiring, reader, box) -> None:
    taken, smtp = box
    with wiring.transactions.begin() as session:
        wish = Preference("li@huxin.example", MailWish.DIGEST, muted=("case_overdue",))
        preferences.write(session, reader, wish, NOW)
    tell(wiring, 1, urgent=True)
    deliver(wiring, smtp, NINE + timedelta(days=1))
    assert taken.taken == []
    with wiring.views() as session:
        assert inbox(session, reader).unread == 1


def test_a_server_that_is_away_or_busy_gets_the_same_mail_later(wiring, reader, box) -> None:
    taken, smtp = box
    tell(wiring, 1, urgent=True)
    assert deliver(wiring, "smtp://127.0.0.1:1", NINE) == {"mailed": 0, "unmailed": 1}
    taken.refuse = "451 later"
    assert deliver(wiring, smtp, NINE + timedelta(minutes=1))["unmailed"] == 1
    taken.refuse = None
    assert deliver(wiring, smtp, NINE + timedelta(minutes=2)) == {"mailed": 0, "unmailed": 0}
    assert deliver(wiring, smtp, NINE + timedelta(minutes=6))["mailed"] == 1
    with wiring.views() as session:
        (row,) = session.query(Mail).all()
    assert taken.taken[0]["Message-ID"] == f"<{row.mail_id}@street.example>"
    assert row.tries == 3


def test_a_mail_refused_for_good_is_not_tried_again(wiring, reader, box) -> None:
    taken, smtp = box
    taken.refuse = "550 no such person"
    tell(wiring, 1, urgent=True)
    deliver(wiring, smtp, NINE)
    taken.refuse = None
    deliver(wiring, smtp, NINE + timedelta(days=3))
    assert taken.taken == []


def test_a_process_killed_before_it_noted_the_answer_sends_it_under_the_same_id(
    wiring, reader, box, monkeypatch
) -> None:
    taken, smtp = box
    tell(wiring, 1, urgent=True)
    with monkeypatch.context() as killed:
        killed.setattr(mails, "sent", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            deliver(wiring, smtp, NINE)
    deliver(wiring, smtp, NINE)
    assert len(taken.taken) == 2
    assert taken.taken[0]["Message-ID"] == taken.taken[1]["Message-ID"]


def test_what_has_a_time_comes_with_a_calendar(wiring, reader, box) -> None:
    taken, smtp = box
    with wiring.transactions.begin() as session:
        event = an_event(session)
        blanks = {"firm": "湖心街道", "title": event.title, "by": NOW}
        about = About(AboutKind.EVENT, event.event_id)
        notify(session, Notice("case_due_soon", To.station(STATION), about, blanks, urgent=True), NOW)
    deliver(wiring, smtp, NINE)
    (part,) = taken.taken[0].iter_attachments()
    (entry,) = Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")
    assert entry["SUMMARY"] == "湖心街道餐饮供应链对接沙龙"


def test_wishes_that_cannot_be_kept_are_refused(wiring, reader) -> None:
    with wiring.transactions.begin() as session:
        for wish in (
            Preference(None, MailWish.DIGEST),
            Preference("li@huxin.example\r\nBcc: all@huxin.example", MailWish.DIGEST),
            Preference("li@huxin.example", MailWish.DIGEST, Hours(2000, 0, 0)),
            Preference("li@huxin.example", MailWish.DIGEST, muted=("weather",)),
        ):
            with pytest.raises(InvalidInput):
                preferences.write(session, reader, wish, NOW)


@pytest.mark.parametrize("url", ["http://mail", "smtp://", "smtp://h:port", "mail.example.cn"])
def test_a_mail_server_s_address_is_read_or_refused(url: str) -> None:
    with pytest.raises(Misconfigured):
        post.Server.read(url)


def test_a_mail_server_s_password_may_hold_anything() -> None:
    found = post.Server.read("smtp+starttls://qx%40street:p%2Fw%40rd@mail.street.example")
    assert (found.user, found.password, found.port) == ("qx@street", "p/w@rd", 587)


@pytest.mark.parametrize("start", range(0, 24 * 60, 97))
@pytest.mark.parametrize("hours", [Hours(), Hours(600, 720, 700), Hours(0, 0, 0), Hours(1300, 30, 1400)])
def test_a_mail_leaves_after_quiet_hours_and_a_digest_comes_once_a_day(start: int, hours: Hours) -> None:
    at = NOW + timedelta(minutes=start)
    leaves = may_leave_at(at, hours)
    assert at <= leaves < at + timedelta(days=1)
    assert may_leave_at(leaves, hours) == leaves
    slot = last_digest_slot(at, hours)
    assert slot <= at < slot + timedelta(days=1, hours=14)
    assert may_leave_at(slot, hours) == slot
