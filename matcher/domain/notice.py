"""Notices: what is told to whom. And when a mail may leave: digests, quiet hours. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum
from typing import Final

LOCAL: Final = timezone(timedelta(hours=8))
MINUTES_A_DAY: Final = 24 * 60


class ToKind(StrEnum):
    """Whose inbox: one account, all officers of a station, all accounts of an enterprise, of a party."""

    ACCOUNT = "account"
    STATION = "station"
    ENTERPRISE = "enterprise"
    ORGANIZATION = "organization"  # a bank or an organizer


class AboutKind(StrEnum):
    """What a notice can be about; its page is where the reader goes from there."""

    ENTERPRISE = "enterprise"
    NEED = "need"
    INTRODUCTION = "introduction"
    CONSENT = "consent"
    PRODUCT = "product"
    EVENT = "event"
    BUILDING = "building"
    VISIT = "visit"
    WEBHOOK = "webhook"
    RUN = "run"


@dataclass(frozen=True)
class To:
    """Who is told. The id is an account's, or the scope of the accounts."""

    kind: ToKind
    key: str

    @classmethod
    def account(cls, account_id: str) -> To:
        """One person or program."""
        return cls(ToKind.ACCOUNT, account_id)

    @classmethod
    def station(cls, station_id: str) -> To:
        """Every officer of a station."""
        return cls(ToKind.STATION, station_id)

    @classmethod
    def enterprise(cls, enterprise_id: str) -> To:
        """Whoever speaks for an enterprise."""
        return cls(ToKind.ENTERPRISE, enterprise_id)

    @classmethod
    def organization(cls, scope: str) -> To:
        """Everybody of a bank or an organizer."""
        return cls(ToKind.ORGANIZATION, scope)


@dataclass(frozen=True)
class About:
    """What the notice is about: kind and id."""

    kind: AboutKind
    key: str


@dataclass(frozen=True)
class Firm:
    """A blank that names an enterprise. Its name is read when the notice is, with the reader's own sight."""

    enterprise_id: str


@dataclass(frozen=True)
class Word:
    """A blank that is a sentence of the catalogues, e.g. ``Word("introductions.state.signed")``."""

    key: str


Blank = str | int | float | date | datetime | Firm | Word


@dataclass(frozen=True)
class Notice:
    """One thing told to one recipient. `kind` is a key of messages/{zh,en}/notices.toml.

    `blanks` fill its sentence; put nothing there that the recipient may not read. `urgent` is mailed by
    itself as soon as quiet hours allow; all else waits for the digest.
    """

    kind: str
    to: To
    about: About
    blanks: Mapping[str, Blank] = field(default_factory=dict)
    urgent: bool = False


class MailWish(StrEnum):
    """Which notices an account wants by mail."""

    OFF = "off"
    URGENT = "urgent"  # those alone
    DIGEST = "digest"  # urgent ones at once, the rest once a day in one mail


@dataclass(frozen=True)
class Hours:
    """Minutes of the local day: no mail from `quiet_from` until `quiet_until`, the digest at `digest_at`.

    Equal ends of the quiet time mean that there is none.
    """

    quiet_from: int = 20 * 60
    quiet_until: int = 8 * 60
    digest_at: int = 8 * 60 + 30


def may_leave_at(moment: datetime, hours: Hours) -> datetime:
    """The first moment from `moment` on at which a mail may leave."""
    minute = _minute(moment)
    start, end = hours.quiet_from, hours.quiet_until
    quiet = start <= minute < end if start <= end else minute >= start or minute < end
    if not quiet:
        return moment
    day = moment.astimezone(LOCAL).date()
    if minute >= end:
        day += timedelta(days=1)
    return _at(day, end)


def last_digest_slot(moment: datetime, hours: Hours) -> datetime:
    """The latest moment at or before `moment` at which a digest was due; quiet hours put it off."""
    day = moment.astimezone(LOCAL).date()
    slots = (may_leave_at(_at(day - timedelta(days=back), hours.digest_at), hours) for back in range(3))
    return next(slot for slot in slots if slot <= moment)


def _minute(moment: datetime) -> int:
    local = moment.astimezone(LOCAL)
    return local.hour * 60 + local.minute


def _at(day: date, minute: int) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), LOCAL)
