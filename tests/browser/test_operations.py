"""The page of runs: what runs and how far it is, why another failed, and asking one to end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from matcher.storage.db import connect, sessions
from matcher.storage.leases import Run
from tests.browser.conftest import served
from tests.browser.looking import enter, look_everywhere
from tests.browser.world import ADMINISTRATOR
from tests.conftest import fresh_database
from tests.factories import NOW

pytestmark = pytest.mark.browser
RUNS = (
    {
        "job": "recompute",
        "state": "running",
        "stage": "lists",
        "done": 12_000,
        "total": 48_000,
        "rate": 2_400.0,
    },
    {"job": "rollback", "state": "failed", "error": "jobs.no_earlier_snapshot"},
    {"job": "refresh", "state": "failed", "error": "graph.check.crowded"},
    {"job": "refresh", "state": "succeeded"},
)
REASONS = {
    "jobs.no_earlier_snapshot": {"value": "20261126T120830Z-aa195414d4a7d795"},
    "graph.check.crowded": {"enterprise": "ENT-CATERER-TOWER", "share": 0.5},
}


@pytest.fixture
def page(
    browser: Browser, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Page]:
    home = tmp_path_factory.mktemp("operations")
    with fresh_database(request, "sqlite", home) as url, served(url, home) as address:
        engine = connect(url)
        with sessions(engine).begin() as session:
            for number, run in enumerate(RUNS):
                moment = NOW - timedelta(minutes=number)
                about = {"run_id": f"run-{number}", "requested_by": "timetable", "requested_at": moment}
                reason = {"params": REASONS.get(str(run.get("error")), {})}
                session.add(Run(**about, outcome=reason, **run))
        engine.dispose()
        context = browser.new_context(base_url=address, locale="zh-CN", timezone_id="Asia/Shanghai")
        yield context.new_page()
        context.close()


def test_runs_tell_how_far_they_are_and_why_they_failed_and_one_is_asked_to_end(
    page: Page, complaints: list[str]
) -> None:
    enter(page, ADMINISTRATOR)
    page.goto("/operations")
    runs = page.locator("#run-list")
    expect(runs).to_contain_text("12,000 / 48,000 · 每秒 2,400")
    expect(runs).to_contain_text("没有可退回的快照 · 再发布一次以后才能退回")
    look_everywhere(page, "operations-1-runs")
    runs.locator("form[action$='/run-0/cancel'] button").click()
    expect(runs.locator("form[action$='/run-0/cancel'] button")).to_be_disabled()
    assert complaints == []
