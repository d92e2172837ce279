"""A real browser against a real server: threads, a database, a compiled snapshot of a small district."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from api.application import build
from api.wiring import Wiring
from matcher.build.compile import compile_snapshot
from matcher.graph.snapshot import publish
from matcher.settings import Settings
from tests.browser.world import a_district
from tests.conftest import fresh_database
from tests.factories import NOW

expect.set_options(timeout=30_000)  # a busy machine is no fault of the page

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session", autouse=True)
def chromium() -> Path:
    """The browser. Without it these tests are skipped; in CI they fail."""
    if CHROMIUM.exists():
        return CHROMIUM
    reason = f"no browser: {CHROMIUM} is not installed (apt-get install chromium fonts-noto-cjk)"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], chromium: Path) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": str(chromium), "args": list(FLAGS)}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest.fixture(scope="session")
def base_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server whose world is the canteen tower with its bank, fair and common needs."""
    home = tmp_path_factory.mktemp("console")
    with fresh_database(request, "sqlite", home) as url, served(url, home) as address:
        yield address


@contextmanager
def served(url: str, home: Path) -> Iterator[str]:
    """The district in an empty database, compiled, published and served; its address."""
    settings = Settings(home=home, database_url=url, secret_key="b" * 32, log_level="CRITICAL")
    wiring = replace(Wiring.of(settings), clock=lambda: NOW)
    with wiring.store.writing.begin() as session:
        a_district(session)
    with wiring.store.reading.begin() as session:
        snapshot_id = compile_snapshot(session, settings.snapshots, NOW)
    publish(settings.snapshots, snapshot_id, 1)
    server = make_server("127.0.0.1", 0, build(settings, wiring), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    wiring.store.close()


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser complains about: errors of scripts, breaches of the content policy, failed loads."""
    heard: list[str] = []
    page.on("console", lambda line: heard.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("requestfailed", lambda request: _note(heard, f"{request.url}: {request.failure}"))
    return heard


def _note(heard: list[str], failure: str) -> None:
    """A load that the browser itself broke off because the person went on to another page is no fault."""
    if not failure.endswith("net::ERR_ABORTED"):
        heard.append(failure)
