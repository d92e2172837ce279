"""Progress: a bar that is redrawn on a terminal, few plain lines in a log."""

from __future__ import annotations

import io

import pytest

from jobs.progress import Pace, Shown


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIANXIAN_LANGUAGE", "en")


def _told(stream: io.StringIO, steps: int) -> str:
    seconds = iter(range(1000))
    with Shown(stream, lambda: float(next(seconds))) as progress:
        for step in range(steps + 1):
            progress("firms", step, steps)
    return stream.getvalue()


def test_a_log_gets_a_line_every_ten_seconds_and_one_at_the_end() -> None:
    lines = _told(io.StringIO(), 35).splitlines()
    assert len(lines) == 4
    assert "35/35" in lines[-1]
    assert not any("\r" in line for line in lines)


def test_a_terminal_gets_one_line_with_rate_and_time_left() -> None:
    said = _told(Terminal(), 4)
    assert said.count("\n") == 1
    assert said.count("\r") == 5
    assert "1/s" in said
    assert "0:02 left" in said


def test_what_is_over_in_a_blink_is_told_without_a_pace() -> None:
    stream = io.StringIO()
    with Shown(stream, iter([0.0, 0.0, 0.000001]).__next__) as progress:
        progress("firms", 0, 345)
        progress("firms", 345, 345)
    assert stream.getvalue().splitlines() == ["reading enterprises 100% 345/345"]


def test_a_stage_of_unknown_size_tells_what_is_done() -> None:
    stream = Terminal()
    with Shown(stream, iter([0.0, 0.0, 2.0]).__next__) as progress:
        progress("firms", 0, 0)
        progress("firms", 10, 0)
    assert "10" in stream.getvalue()


def test_a_pace_is_counted_from_the_beginning_of_its_stage() -> None:
    pace = Pace().after("firms", 0, 900, 10.0)
    assert pace.rate is None
    pace = pace.after("firms", 300, 900, 12.0)
    assert (pace.stage, pace.done, pace.total, pace.rate) == ("firms", 300, 900, 150.0)
    assert pace.after("offers", 5, 9, 12.1).rate is None
