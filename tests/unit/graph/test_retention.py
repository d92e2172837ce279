"""Which snapshots stay: the newest, hours of a day, days of ninety, and what somebody reads."""

from __future__ import annotations

from datetime import datetime, timedelta

from matcher.graph.retention import kept, moment_of, still_read
from tests.factories import NOW


def named(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}-0123456789abcdef"


def every(minutes: int, days: int) -> list[str]:
    """Ids of a snapshot each so many minutes, the newest first."""
    return [named(NOW - timedelta(minutes=at)) for at in range(0, days * 1440, minutes)]


def test_the_newest_one_an_hour_and_one_a_day_stay() -> None:
    published = every(minutes=20, days=120)
    stay = kept(published, 3, NOW)
    assert set(published[:3]) <= stay
    moments = sorted(moment for name in stay if (moment := moment_of(name)) is not None)
    hours = {(one.date(), one.hour) for one in moments if one > NOW - timedelta(days=1)}
    assert len(hours) == 25  # the present one has just begun
    assert len({one.date() for one in moments}) == 91
    assert len(stay) <= 3 + 24 + 91


def test_an_hour_keeps_its_newest() -> None:
    published = every(minutes=10, days=1)
    stay = kept(published, 3, NOW)
    old = [name for name in stay if name not in published[:3]]
    assert {moment.minute for name in old if (moment := moment_of(name)) is not None} == {50}


def test_what_was_served_a_moment_ago_may_still_be_read() -> None:
    ages = (1, 5, 14, 40, 60)
    published = [(f"S{age}", NOW - timedelta(minutes=age)) for age in ages]
    assert still_read(published, NOW) == {"S1", "S5", "S14", "S40"}
