"""What the server has acknowledged survives kill -9 of all its processes, once and whole."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobs.wiring import Wiring
from matcher.domain.access import Actor, Role
from matcher.services.access import NewAccount, create_account, create_key
from matcher.storage.needs import Need
from tests.factories import NOW, STATION, an_enterprise
from tests.faults.support import DEADLINE, until
from tests.sockets import a_free_port

OPERATOR = Actor("local", Role.ADMINISTRATOR, "")


def a_key(wiring: Wiring) -> str:
    with wiring.transactions.begin() as session:
        an_enterprise(session, enterprise_id="E1")
        account = create_account(session, OPERATOR, NewAccount("officer", Role.OFFICER, STATION), NOW)
        return create_key(session, OPERATOR, account.account_id, NOW).token


class Server:
    """`python -m api` in a process group of its own."""

    def __init__(self, wiring: Wiring) -> None:
        self.place = f"127.0.0.1:{a_free_port()}"
        environment = {**os.environ, **wiring.settings.to_env(), "QIANXIAN_BIND": self.place}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "api"],
            env=environment,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until(self.answers, "the server to answer")

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://{self.place}/v1/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def write_on(server: Server, key: str, name: str, acknowledged: list[str], tried: list[str]) -> None:
    """Needs one after another until the server is gone; what was answered with 201 is noted."""
    number = 0
    while True:
        number += 1
        text = f"{name}第{number}条：想找做工作餐的食堂"
        said = {"enterprise_id": "E1", "text": text, "confirm_duplicate": True}
        body = json.dumps(said).encode()
        headers = {
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"k-{name}-{number}",
        }
        request = urllib.request.Request(f"http://{server.place}/v1/needs", body, headers)
        tried.append(text)
        try:
            with urllib.request.urlopen(request, timeout=DEADLINE) as answer:
                if answer.status == 201:
                    acknowledged.append(json.load(answer)["need_id"])
        except (OSError, ValueError, http.client.HTTPException):  # also an answer cut in the middle
            return


@pytest.mark.parametrize(
    ("database_url", "kills"),
    [
        ("sqlite", 1),
        pytest.param("sqlite", 100, marks=pytest.mark.release),
        pytest.param("postgresql", 50, marks=[pytest.mark.release, pytest.mark.postgresql]),
    ],
    indirect=["database_url"],
)
def test_what_was_acknowledged_is_there_once_after_every_process_was_killed(
    wiring: Wiring, tmp_path: Path, kills: int
) -> None:
    key, chance = a_key(wiring), random.Random(20261122)
    acknowledged: list[str] = []
    tried: list[str] = []
    for kill in range(kills):
        server = Server(wiring)
        writers = [
            threading.Thread(target=write_on, args=(server, key, f"{kill}-{n}", acknowledged, tried))
            for n in range(3)
        ]
        before = len(acknowledged)
        for writer in writers:
            writer.start()
        wanted = before + chance.randint(1, 12)
        until(lambda wanted=wanted: len(acknowledged) >= wanted, "acknowledged writes")  # type: ignore[misc]
        server.kill()
        for writer in writers:
            writer.join(DEADLINE)
    with wiring.views() as view:
        rows = view.execute(sa.select(Need.need_id, Need.text)).all()
        sound = (
            wiring.engine.dialect.name != "sqlite" or view.scalar(sa.text("PRAGMA integrity_check")) == "ok"
        )
    there = [row.need_id for row in rows]
    assert set(acknowledged) <= set(there)
    assert len(there) == len(set(there)) == len({row.text for row in rows})
    assert {row.text for row in rows} <= set(tried)  # each whole, none half
    assert sound
