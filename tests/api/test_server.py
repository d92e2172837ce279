"""The production server as a process: ready, two workers, figures summed, gone on SIGTERM."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from matcher.settings import Settings
from tests.sockets import a_free_port

PATIENCE = 60


def environment(settings: Settings, **over: str) -> dict[str, str]:
    return {
        **os.environ,
        "QIANXIAN_HOME": str(settings.home),
        "QIANXIAN_DATABASE_URL": settings.database_url,
        "QIANXIAN_SECRET_KEY": settings.secret_key,
        "QIANXIAN_LOG_LEVEL": "INFO",
        **over,
    }


@pytest.fixture
def server(settings: Settings) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`python -m api`, once it listens."""
    bind = f"127.0.0.1:{a_free_port()}"
    process = subprocess.Popen(
        [sys.executable, "-m", "api"],
        env=environment(settings, QIANXIAN_BIND=bind),
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "Booting worker" in line:
            break
    yield process, f"http://{bind}"
    if process.poll() is None:
        process.kill()
    process.communicate()


def get(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read().decode()


def test_it_serves_counts_over_its_workers_and_ends_on_sigterm(server) -> None:
    process, address = server
    for _ in range(6):
        status, body = get(f"{address}/v1/health")
        assert (status, json.loads(body)) == (200, {"status": "ok"})
    assert get(f"{address}/v1/ready")[0] == 503
    figures = get(f"{address}/v1/metrics")[1]
    line = next(line for line in figures.splitlines() if 'route="/v1/health"' in line and "_total" in line)
    assert float(line.rsplit(" ", 1)[1]) == 6
    process.send_signal(signal.SIGTERM)
    _, rest = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    requests = [json.loads(line) for line in rest.splitlines() if line.startswith("{")]
    assert all(line["request_id"] and line["timestamp"].endswith("Z") for line in requests)


def test_without_a_secret_it_says_so_and_does_not_start(settings: Settings) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "api"],
        env=environment(settings, QIANXIAN_SECRET_KEY=""),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 2
    assert "QIANXIAN_SECRET_KEY" in done.stderr
