"""Cron lines: slots in UTC, weekdays as in crontab, the last slot found whatever the line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.timetable import last_slot, next_slot
from matcher.errors import Misconfigured

SUNDAY = datetime(2026, 11, 22, 1, 0, 3, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))
LINES = st.sampled_from(
    ["0 19 * * *", "*/5 * * * *", "30 2 1 * *", "0 0 29 2 *", "15 6 * * 1-5", "0 3 * * 0", "*/10 * * * * *"]
)


@pytest.mark.parametrize(
    ("line", "last", "following"),
    [
        ("0 19 * * *", datetime(2026, 11, 21, 19, tzinfo=UTC), datetime(2026, 11, 22, 19, tzinfo=UTC)),
        ("0 0 29 2 *", datetime(2024, 2, 29, tzinfo=UTC), datetime(2028, 2, 29, tzinfo=UTC)),
        ("0 3 * * 0", datetime(2026, 11, 15, 3, tzinfo=UTC), datetime(2026, 11, 22, 3, tzinfo=UTC)),
        ("0 3 * * 7", datetime(2026, 11, 15, 3, tzinfo=UTC), datetime(2026, 11, 22, 3, tzinfo=UTC)),
        ("0 3 * * 1-5", datetime(2026, 11, 20, 3, tzinfo=UTC), datetime(2026, 11, 23, 3, tzinfo=UTC)),
        ("* * * * * *", SUNDAY, SUNDAY + timedelta(seconds=1)),
    ],
)
def test_the_slots_around_a_moment_are_known(line: str, last: datetime, following: datetime) -> None:
    assert (last_slot(line, SUNDAY), next_slot(line, SUNDAY)) == (last, following)


@pytest.mark.parametrize("line", ["", "often", "61 * * * *", "* * * *", "0 3 * * 9", "* * * * * * *"])
def test_a_line_that_is_not_understood_is_refused(line: str) -> None:
    with pytest.raises(Misconfigured):
        last_slot(line, SUNDAY)


@given(line=LINES, now=MOMENTS)
def test_no_slot_lies_between_the_last_and_the_next(line: str, now: datetime) -> None:
    last, following = last_slot(line, now), next_slot(line, now)
    assert last is not None
    assert following is not None
    assert last <= now < following
    assert next_slot(line, last) == following


@given(line=LINES, start=MOMENTS, hours=st.lists(st.floats(-48, 48), max_size=8))
def test_a_clock_that_jumps_never_invents_a_slot(line: str, start: datetime, hours: list[float]) -> None:
    now = start
    for jump in hours:
        now += timedelta(hours=jump)
        slot = last_slot(line, now)
        assert slot is not None
        assert last_slot(line, slot) == slot
