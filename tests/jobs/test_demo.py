"""The demonstration: what is missing is made, what is there is kept, and it stops when told to."""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from matcher.graph import snapshot
from tests.faults.support import until
from tests.sockets import a_free_port

DEADLINE = 120.0


def _environ(home: Path) -> dict[str, str]:
    return {
        **os.environ,
        "QIANXIAN_HOME": str(home),
        "QIANXIAN_LANGUAGE": "en",
        "QIANXIAN_LOG_LEVEL": "ERROR",
    }


def _demo(home: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "jobs", "demo", *options]
    return subprocess.run(command, env=_environ(home), capture_output=True, text=True, timeout=DEADLINE)


def _passwords(text: str) -> list[str]:
    return re.findall(r"password (\S+)", text)


@contextmanager
def _serving(home: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The demonstration once it has said its address, and what it has said."""
    port = a_free_port()
    command = [sys.executable, "-m", "jobs", "demo", "--port", str(port)]
    process = subprocess.Popen(command, env=_environ(home), stdout=subprocess.PIPE, text=True)
    lines: queue.Queue[str] = queue.Queue()
    assert process.stdout is not None
    stdout = process.stdout
    reader = threading.Thread(target=lambda: [lines.put(line) for line in stdout], daemon=True)
    reader.start()
    said = ""
    try:
        while f"http://127.0.0.1:{port}" not in said:
            said += lines.get(timeout=DEADLINE)
        yield process, said
    finally:
        process.kill()
        process.wait()
        reader.join()
        stdout.close()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that one demonstration has prepared."""
    home = tmp_path_factory.mktemp("demo") / "home"
    done = _demo(home, "--no-serve")
    assert done.returncode == 0, done.stderr
    (home.parent / "said").write_text(done.stdout)
    return home


def test_the_first_start_prepares_a_snapshot_and_a_login_for_every_role(home: Path) -> None:
    said = (home.parent / "said").read_text()
    for role in ("officer", "enterprise", "bank", "organizer", "administrator", "auditor"):
        assert role in said
    assert snapshot.read_pointer(home / "snapshots") is not None


def test_a_fair_is_planned_with_its_floor_and_its_interviews(home: Path) -> None:
    (database,) = home.glob("*.db")
    with sqlite3.connect(database) as rows:
        (told,) = rows.execute("SELECT plan FROM events WHERE event_id = 'EV-F2'").fetchone()
    plan = json.loads(told)
    assert len(plan["booths"]) >= 10
    assert len(plan["interviews"]) >= 10
    assert plan["violations"] == []


def test_rows_wait_to_be_asked_about_and_a_merge_can_be_undone(home: Path) -> None:
    (database,) = home.glob("*.db")
    with sqlite3.connect(database) as rows:
        waiting = rows.execute("SELECT reason FROM held_rows WHERE resolved_at IS NULL").fetchall()
        merges = rows.execute("SELECT kind, undone_at FROM identity_changes").fetchall()
    assert len({reason for (reason,) in waiting}) == 5
    assert merges == [("merge", None)]


def test_the_secret_and_the_logins_are_private(home: Path) -> None:
    assert {(home / name).stat().st_mode & 0o777 for name in ("secret", "logins.json")} == {0o600}


def test_a_second_start_keeps_everything_and_prints_the_same_logins(home: Path) -> None:
    before = snapshot.read_pointer(home / "snapshots")
    again = _demo(home, "--no-serve")
    assert _passwords(again.stdout) == _passwords((home.parent / "said").read_text())
    assert snapshot.read_pointer(home / "snapshots") == before


def test_it_serves_and_leaves_nobody_when_told_to_stop(home: Path) -> None:
    with _serving(home) as (process, said):
        address = said.split()[-1]
        with urllib.request.urlopen(f"{address}v1/ready", timeout=DEADLINE) as answer:
            assert answer.status == 200
        family = psutil.Process(process.pid).children(recursive=True)
        assert len(family) >= 2
        process.send_signal(signal.SIGTERM)
        assert process.wait(DEADLINE) == 0
    assert not [child for child in family if child.is_running()]


def test_killed_it_leaves_nobody_on_the_port(home: Path) -> None:
    with _serving(home) as (process, _said):
        family = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.wait()
        _, alive = psutil.wait_procs(family, timeout=DEADLINE)
        assert not alive


def test_a_timetable_that_dies_is_started_anew(home: Path) -> None:
    with _serving(home) as (process, _said):
        (timetable,) = _timetables(process.pid)
        timetable.kill()
        timetable.wait(DEADLINE)
        until(lambda: bool(_timetables(process.pid)), "a new timetable")
        process.send_signal(signal.SIGTERM)
        assert process.wait(DEADLINE) == 0


def _timetables(pid: int) -> list[psutil.Process]:
    children = psutil.Process(pid).children()
    return [child for child in children if "schedule" in child.cmdline()]


def test_a_port_in_use_is_said_before_any_work(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        done = _demo(tmp_path / "home", "--port", str(server.getsockname()[1]))
    assert done.returncode == 1
    assert "in use" in done.stderr
    assert not (tmp_path / "home").exists()


def test_reset_starts_anew(home: Path) -> None:
    again = _demo(home, "--no-serve", "--reset")
    assert again.returncode == 0, again.stderr
    assert _passwords(again.stdout) != _passwords((home.parent / "said").read_text())


def test_reset_does_not_touch_a_database_that_is_not_the_demonstrations(tmp_path: Path) -> None:
    foreign = tmp_path / "ours.db"
    foreign.write_bytes(b"")
    environ = _environ(tmp_path / "home") | {"QIANXIAN_DATABASE_URL": f"sqlite:///{foreign}"}
    command = [sys.executable, "-m", "jobs", "demo", "--no-serve", "--reset"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=DEADLINE)
    assert done.returncode == 1
    assert foreign.exists()
