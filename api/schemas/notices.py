"""Shapes of the inbox."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field

from api.schemas.base import Answer, Body, Count, Moment, Query
from matcher.domain.notice import AboutKind
from matcher.services.notices import Inbox, NoticeView
from matcher.services.notices.inbox import LONGEST


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
