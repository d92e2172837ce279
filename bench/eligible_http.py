"""The first page of a product's eligible firms over HTTP, at the size of a province.

Run: python -m bench.eligible_http [--firms 1000000] [--consents 100000] [--asks 300] [--home FOLDER]

A server process of its own answers over TCP; a page of 20 firms is judged, read again from the rows, and
each firm shown is written down before the answer. Prints milliseconds: the first time a product is asked for
after a snapshot, then the median, p95 and p99 of all asks; beside them `/v1/health`, what HTTP alone costs.
`--home` keeps the province between runs.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from bench.generate import Province, Size
from bench.rows import MOMENT, STATIONS, Rows, firm_row, tower_rows
from matcher.build.compile import compile_snapshot
from matcher.domain.access import Actor, Role
from matcher.domain.product import parse_criteria, to_json
from matcher.graph.snapshot import publish
from matcher.services.access import NewAccount, create_account, create_key
from matcher.storage.db import connect, sessions
from matcher.storage.products import Product

BANK, PRODUCTS, PORT = "BANK-01", 10, 8791


def made(home: Path, firms: int, consents: int) -> str:
    """The province, its consents, a bank's products and key; the rows compiled and published. The key."""
    path = home / "qianxian.db"
    if not path.exists():
        province = Province(Size.of(firms), 1)
        with Rows(path) as write:
            write("stations", ((f"ST{n:05}", f"服务站{n}", None) for n in range(STATIONS)))
            write("buildings", tower_rows(province))
            write("enterprises", map(firm_row, province.enterprises()))
        _consents(path, consents)
        with sessions(connect(f"sqlite:///{path}")).begin() as session:
            session.add_all(_product(number) for number in range(PRODUCTS))
    with sessions(connect(f"sqlite:///{path}")).begin() as session:
        now, operator = datetime.now(UTC), Actor("local", Role.ADMINISTRATOR, "")
        account = create_account(session, operator, NewAccount(f"bank{os.getpid()}", Role.BANK, BANK), now)
        key = create_key(session, operator, account.account_id, now).token
        if not (home / "snapshots").exists():
            snapshot_id = compile_snapshot(session, home / "snapshots", now)
            publish(home / "snapshots", snapshot_id, 1)
    return key


def _consents(path: Path, count: int) -> None:
    now = datetime.now(UTC)
    start, end = ((now + timedelta(days=days)).strftime("%Y-%m-%d %H:%M:%S.%f") for days in (-1, 300))
    fields = json.dumps(["name", "revenue", "tax_grade", "founded_on", "employees"])
    database = sqlite3.connect(path)
    firms = database.execute("SELECT enterprise_id FROM enterprises LIMIT ?", (count,)).fetchall()
    values = (
        (f"C{n:08}", firm, BANK, "financing", fields, "firm", MOMENT, start, end)
        for n, (firm,) in enumerate(firms)
    )
    columns = "consent_id,enterprise_id,grantee,purpose,fields,granted_by,granted_at,valid_from,valid_to"
    database.executemany(f"INSERT INTO consents ({columns}) VALUES (?,?,?,?,?,?,?,?,?)", values)
    database.commit()
    database.close()


def _product(number: int) -> Product:
    criteria = [
        {"field": "age_months", "operator": "at_least", "value": 12 + number},
        {"field": "revenue_wan", "operator": "at_least", "value": 100 + 50 * number},
        {"any_of": [
            {"field": "tax_grade", "operator": "at_least", "value": "B"},
            {"field": "employees", "operator": "at_least", "value": 20},
        ]},
    ]  # fmt: skip
    return Product(
        product_id=f"P{number}",
        owner=BANK,
        owner_name="湖心银行",
        title=f"贷款{number}",
        kind="loan",
        criteria=to_json(parse_criteria(criteria)),
        updated_at=datetime.now(UTC),
    )


def asked(path: str, key: str, connection: http.client.HTTPConnection) -> tuple[float, bytes]:
    """One request on a kept connection: milliseconds and the body."""
    start = time.perf_counter()
    connection.request("GET", path, headers={"Authorization": f"Bearer {key}"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status} {body[:300]!r}")
    return (time.perf_counter() - start) * 1e3, body


def _serving(home: Path) -> subprocess.Popen[bytes]:
    env = {**os.environ, "QIANXIAN_HOME": str(home), "QIANXIAN_SECRET_KEY": "s" * 32}
    command = [sys.executable, "-m", "jobs", "serve", "--bind", f"127.0.0.1:{PORT}", "--workers", "1"]
    return subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _ready(seconds: float = 120.0) -> http.client.HTTPConnection:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)
            connection.request("GET", "/v1/ready")
            answer = connection.getresponse()
            answer.read()
            if answer.status == 200:
                return connection
        except OSError:
            pass
        time.sleep(0.2)
    raise SystemExit("the server did not get ready")


def _line(name: str, taken: Sequence[float]) -> str:
    middle, most, worst = np.percentile(taken, [50, 95, 99])
    return f"{name:24} median {middle:7.2f}   p95 {most:7.2f}   p99 {worst:7.2f}   ms of {len(taken)}"


def main() -> None:
    """Make the province where it is not there, ask, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--firms", type=int, default=1_000_000)
    options.add_argument("--consents", type=int, default=100_000)
    options.add_argument("--asks", type=int, default=300)
    options.add_argument("--home", type=Path)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = given.home or Path(folder)
        home.mkdir(parents=True, exist_ok=True)
        key = made(home, given.firms, given.consents)
        server = _serving(home)
        try:
            _ask(key, given.asks, given.firms, given.consents)
        finally:
            server.terminate()
            server.wait(30)


def _ask(key: str, asks: int, firms: int, consents: int) -> None:
    connection = _ready()
    paths = [f"/v1/products/P{number}/eligible-firms?n=20" for number in range(PRODUCTS)]
    first = [asked(path, key, connection) for path in paths]
    shown = len(json.loads(first[0][1])["items"])
    print(f"{firms:,} firms, {consents:,} consents, {shown} firms a page")
    print(_line("first ask of a product", [taken for taken, _ in first]))
    taken = [asked(paths[number % PRODUCTS], key, connection)[0] for number in range(asks)]
    print(_line("first page", taken))
    print(_line("/v1/health", [asked("/v1/health", key, connection)[0] for _ in range(asks)]))


if __name__ == "__main__":
    main()
