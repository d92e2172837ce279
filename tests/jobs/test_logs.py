"""Log lines go where standard error points when they are written."""

from __future__ import annotations

import io
import json
import logging
import sys

import pytest

import api.logs
import jobs.logs


@pytest.mark.parametrize("place", [jobs.logs.Stderr, api.logs.Stderr])
def test_standard_error_is_looked_up_at_each_line(place: type, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", first)
    stream = place()
    stream.write("before\n")
    monkeypatch.setattr(sys, "stderr", second)
    first.close()
    stream.write("after\n")
    stream.flush()
    assert second.getvalue() == "after\n"


def test_the_apis_log_outlives_the_stream_it_began_on(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", first)
    log = api.logs.make_log("INFO")
    log.info("begun")
    first.close()
    monkeypatch.setattr(sys, "stderr", second)
    log.info("goes_on", password="hidden")
    line = json.loads(second.getvalue())
    assert (line["event"], line["password"]) == ("goes_on", "***")


def test_a_handler_of_the_jobs_log_outlives_its_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    handler = logging.StreamHandler(jobs.logs.Stderr())  # type: ignore[type-var]
    record = logging.LogRecord("apscheduler", logging.WARNING, __file__, 1, "a missed slot", (), None)
    for _ in range(2):
        stream = io.StringIO()
        monkeypatch.setattr(sys, "stderr", stream)
        handler.emit(record)
        assert stream.getvalue() == "a missed slot\n"
        stream.close()
