"""A real scheduler and two workers, processes with folders of their own: the same snapshot, whoever dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from distributed import Client

from jobs.cluster import partition
from jobs.engine import engine
from matcher.build.compile import compile_snapshot
from matcher.build.words import count_all
from matcher.errors import Misconfigured, Unavailable
from matcher.settings import Settings
from tests import worlds
from tests.factories import NOW
from tests.faults.support import until

Start = Callable[..., subprocess.Popen[bytes]]
PARTS = [[[f"第{n}家：职工食堂承包；办公室装修{k}" for k in range(400)]] for n in range(30)]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started = []

    def one(name: str, *arguments: str) -> subprocess.Popen[bytes]:
        (tmp_path / name).mkdir()
        kind = "scheduler" if name == "scheduler" else "worker"
        told = ["--scheduler-file", str(tmp_path / "scheduler.json"), "--no-dashboard", *arguments]
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", "--host", "127.0.0.1", *told]
        path = {**os.environ, "PYTHONPATH": str(Path.cwd())}
        with (tmp_path / f"{name}.log").open("wb") as log:
            started.append(subprocess.Popen(command, cwd=tmp_path / name, env=path, stdout=log, stderr=log))
        return started[-1]

    yield one
    for process in started:
        process.kill()
        process.wait()


def address(folder: Path) -> str:
    file = folder / "scheduler.json"
    until(lambda: file.exists() and file.read_text().endswith("}"), "the scheduler")
    return str(json.loads(file.read_text())["address"]).removeprefix("tcp://")


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def counted(run: Any) -> list[bytes]:
    return [b"".join(array.tobytes() for array in part[0]) for part in run(count_all, PARTS)]


# The short form of test_scenario.py shows the same on an encrypted cluster.
@pytest.mark.release
def test_the_loss_of_a_worker_changes_nothing_and_of_the_scheduler_is_told(
    start: Start, tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.engine.FEW", 0)
    monkeypatch.setattr("jobs.cluster.PATIENCE_SECONDS", 5.0)
    scheduler = start("scheduler", "--port", "0")
    where = address(tmp_path)
    workers = {n: start(f"w{n}", "--no-nanny", "--nthreads", "1", "--name", f"w{n}") for n in (1, 2)}
    with Client(f"tcp://{where}", set_as_default=False) as looking, engine(f"dask://{where}") as run:
        looking.wait_for_workers(2, timeout=60)
        with worlds.rows(sqlite_template, tmp_path) as session:
            worlds.a_canteen_tower(session)
            session.commit()
            here = compile_snapshot(session, tmp_path / "a", NOW)
            there = compile_snapshot(session, tmp_path / "b", NOW, run=run)
        assert bytes_of(tmp_path / "a" / here) == bytes_of(tmp_path / "b" / there)
        with pytest.raises(Misconfigured):
            looking.submit(partition, "another", count_all, PARTS[0]).result()
        named = {one["name"]: at for at, one in looking.scheduler_info()["workers"].items()}
        found: list[list[bytes]] = []
        workers[1].send_signal(signal.SIGSTOP)  # so that it certainly dies with partitions in hand
        counting = threading.Thread(target=lambda: found.append(counted(run)))
        counting.start()
        until(lambda: bool(looking.processing().get(named["w1"])), "partitions on the worker")
        workers[1].kill()
        counting.join(120)
        assert found == [counted(map)]
    with engine(f"dask://{where}") as run:
        results = run(count_all, PARTS)
        next(results)
        scheduler.kill()
        with pytest.raises(Unavailable) as lost:
            list(results)
    assert (lost.value.reason, lost.value.params) == ("jobs.cluster_lost", {"address": where})


def test_a_killed_process_of_the_pool_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.engine.FEW", 0)
    with engine("processes:2") as run, pytest.raises(Unavailable) as told:
        list(run(os._exit, [9, 9, 9]))
    assert told.value.reason == "jobs.pool_broken"


@pytest.mark.parametrize("wrong", ["dask", "dask://", "dask://host", "processes:0", "ray://a:1", "localhost"])
def test_a_wrong_engine_is_refused_before_anything_starts(wrong: str) -> None:
    with pytest.raises(Misconfigured):
        Settings.from_env({"QIANXIAN_ENGINE": wrong})


def test_tls_is_given_whole_or_not_at_all() -> None:
    names = [f"QIANXIAN_ENGINE_TLS_{part}" for part in ("CA", "CERT", "KEY")]
    assert Settings.from_env(dict.fromkeys(names, "/x.pem")).engine_tls == (Path("/x.pem"),) * 3
    with pytest.raises(Misconfigured) as refused:
        Settings.from_env({names[0]: "/x.pem"})
    assert refused.value.params == {"missing": f"{names[1]}, {names[2]}"}


def test_a_missing_extra_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setattr("jobs.engine.FEW", 0)
    with engine("dask://127.0.0.1:1") as run, pytest.raises(Misconfigured) as refused:
        list(run(count_all, PARTS))
    assert refused.value.reason == "jobs.cluster_not_installed"
