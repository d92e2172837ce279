"""Shapes of the inbox."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field

from api.schemas.base import Answer, Body, Count, Moment, Query
from matcher.domain.notice import MINUTES_A_DAY, AboutKind, Hours, MailWish
from matcher.domain.webhook import LONGEST_URL
from matcher.services.notices import Inbox, NoticeView
from matcher.services.notices.hooks import NewWebhook
from matcher.services.notices.inbox import LONGEST
from matcher.services.notices.preferences import LONGEST_ADDRESS, Preference
from matcher.storage.webhooks import Delivery, Webhook


class NoticesQuery(Query):
    """Which part of the inbox."""

    n: Annotated[Count, Field(ge=1, le=LONGEST)] = 50
    before: Annotated[Count | None, Field(ge=1, description="`next` of an earlier answer")] = None
    unread: Annotated[Literal["0", "1"], Field(description="1: only what was not read yet")] = "0"


class AboutOut(Answer):
    """What a notice is about."""

    kind: AboutKind
    id: str


class NoticeOut(Answer):
    """A notice in both languages, as its reader may read it now."""

    notice_id: int
    kind: str
    title: dict[Literal["zh", "en"], str]
    text: dict[Literal["zh", "en"], str]
    about: AboutOut
    urgent: bool
    read: bool
    created_at: Moment

    @classmethod
    def of(cls, view: NoticeView) -> Self:
        """From the service's view."""
        return cls(
            notice_id=view.notice_id,
            kind=view.kind,
            title={"zh": view.title_zh, "en": view.title_en},
            text={"zh": view.text_zh, "en": view.text_en},
            about=AboutOut(kind=view.about_kind, id=view.about_id),
            urgent=view.urgent,
            read=view.read,
            created_at=view.created_at,
        )


class NoticesOut(Answer):
    """Newest first. `unread` stops counting at 100; `next` is null at the end."""

    items: list[NoticeOut]
    unread: int
    next: int | None

    @classmethod
    def of(cls, found: Inbox) -> Self:
        """From the service's inbox."""
        return cls(items=[NoticeOut.of(one) for one in found.items], unread=found.unread, next=found.next)


class ReadBody(Body):
    """Up to which notice all are read: the first of the list that was shown."""

    through: Annotated[int, Field(ge=1, le=2**53)]


class ReadOut(Answer):
    """How many were marked, and how many are left."""

    marked: int
    unread: int


Minute = Annotated[int, Field(ge=0, lt=MINUTES_A_DAY, description="Minute of the day in +08:00; 510 is 8:30")]
Kind = Annotated[str, Field(pattern=r"^[a-z_]{1,60}$")]


class PreferenceBody(Body):
    """How the account wants its notices by mail. Equal ends of the quiet time: there is none."""

    address: Annotated[str, Field(min_length=3, max_length=LONGEST_ADDRESS)] | None = None
    # What is told by its name in JSON.
    mail: Annotated[MailWish, Field(strict=False)] = MailWish.OFF
    quiet_from: Minute = Hours.quiet_from
    quiet_until: Minute = Hours.quiet_until
    digest_at: Minute = Hours.digest_at
    muted: Annotated[list[Kind], Field(max_length=100)] = []

    def wish(self) -> Preference:
        """As the service takes it."""
        hours = Hours(self.quiet_from, self.quiet_until, self.digest_at)
        return Preference(self.address, self.mail, hours, tuple(self.muted))


class PreferenceOut(Answer):
    """The account's wishes. `calendar`: whether its calendar has an address."""

    address: str | None
    mail: MailWish
    quiet_from: int
    quiet_until: int
    digest_at: int
    muted: list[str]
    calendar: bool

    @classmethod
    def of(cls, view: Preference) -> Self:
        """From the service's value."""
        return cls(
            address=view.address,
            mail=view.mail,
            **vars(view.hours),
            muted=list(view.muted),
            calendar=view.calendar,
        )


class CalendarOut(Answer):
    """The path of the account's calendar, shown this once: whoever has it reads the calendar."""

    path: str


class WebhookBody(Body):
    """Where messages go, and which kinds of notices; none named: all."""

    url: Annotated[
        str, Field(min_length=10, max_length=LONGEST_URL, examples=["https://hooks.example.cn/qx"])
    ]
    kinds: Annotated[list[Kind], Field(max_length=100)] = []


class WebhookOut(Answer):
    """A webhook. `disabled_for` is the last fault of the message that was given up."""

    webhook_id: str
    url: str
    kinds: list[str]
    created_at: Moment
    disabled_at: Moment | None
    disabled_for: str | None

    @classmethod
    def of(cls, row: Webhook) -> Self:
        """From its row."""
        return cls(
            webhook_id=row.webhook_id,
            url=row.url,
            kinds=list(row.kinds),
            created_at=row.created_at,
            disabled_at=row.disabled_at,
            disabled_for=row.disabled_for,
        )


class NewWebhookOut(WebhookOut):
    """With its secret, which is shown this once."""

    secret: str

    @classmethod
    def fresh(cls, made: NewWebhook) -> Self:
        """From the service's value."""
        return cls(**WebhookOut.of(made.row).model_dump(), secret=made.secret)


class Webhooks(Answer):
    """The party's webhooks, oldest first."""

    items: list[WebhookOut]


class DeliveryOut(Answer):
    """A message and how it fared; `due_at` null: delivered or given up."""

    delivery_id: str
    notice_id: int
    created_at: Moment
    tries: int
    due_at: Moment | None
    delivered_at: Moment | None
    fault: str | None

    @classmethod
    def of(cls, row: Delivery) -> Self:
        """From its row."""
        return cls(
            delivery_id=row.delivery_id,
            notice_id=row.notice_id,
            created_at=row.created_at,
            tries=row.tries,
            due_at=row.due_at,
            delivered_at=row.delivered_at,
            fault=row.fault,
        )


class Deliveries(Answer):
    """The newest messages to a webhook."""

    items: list[DeliveryOut]
