"""Partners of a need and of an enterprise through the service, rows re-read, at the size of a province.

    python -m bench.partner_service [--firms 1000000] [--asks 1000] [--keep FOLDER] [--profile]

Each ask is one transaction as a request has it: the graph is asked, the enterprises listed are read again
from the rows, impression and journal are written and committed. No lists are made beforehand, so that every
direction is computed at the moment it is asked. Then the same needs over the HTTP route of the application in
this process, each with its owner's key. Prints milliseconds of the wall and of this process's CPU;
`--keep` keeps the province between runs, `--profile` tells where the time of the service goes.
"""

from __future__ import annotations

import argparse
import gc
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from bench.rows import province
from matcher.build.compile import compile_snapshot
from matcher.domain.access import Actor, Role
from matcher.domain.need import Direction
from matcher.graph import snapshot
from matcher.graph.graph import Graph
from matcher.services import partners
from matcher.services.access import NewAccount, create_account, create_key
from matcher.settings import Settings
from matcher.storage.db import connect, sessions
from matcher.storage.needs import Need

N = 20
WARM = 50  # asks before any is timed: they read columns from the disk and sum up divisions
WAYS = (Direction.UPSTREAM, Direction.DOWNSTREAM, Direction.BOTH)
# Stages by name: the functions that they are, as places in modules. What is in none is the rest.
STAGES = {
    "own need and question": ("services.partners:own_need", "services.partners:question_of"),
    "candidates": ("recommend.partners:narrowed", "recommend.partners:ask"),
    "features and score": ("recommend.partners:score",),
    "order": ("recommend.pipeline:rank",),
    "rows re-read": ("services.partners:_allowed",),
    "reasons": ("recommend.pipeline:tell",),
    "impression and journal": ("services.partners:_record",),
}
Taken = list[tuple[float, float]]  # milliseconds of the wall and of the CPU


def made(home: Path, firms: int) -> tuple[sessionmaker[Session], Graph]:
    """The province's rows and the snapshot compiled of them, published."""
    path, folder = home / "qianxian.db", home / "snapshots"
    if not path.exists():
        province(path, firms)
    factory = sessions(connect(f"sqlite:///{path}"))
    if not folder.exists():
        with factory() as session:
            compile_snapshot(session, folder, datetime.now(UTC))
    name = max(entry.name for entry in folder.iterdir() if (entry / "manifest.json").exists())
    if not (folder / "CURRENT").exists():
        snapshot.publish(folder, name, 1)
    return factory, snapshot.open_snapshot(folder / name)


def timed(asks: Sequence[Callable[[], object]]) -> Taken:
    """Of each without the first WARM."""
    taken = []
    for ask in asks:
        start, used = time.perf_counter(), time.process_time()
        ask()
        taken.append(((time.perf_counter() - start) * 1e3, (time.process_time() - used) * 1e3))
    return taken[WARM:]


def needs_asked(
    factory: sessionmaker[Session], graph: Graph, chosen: Sequence[tuple[str, str]]
) -> list[Callable[[], object]]:
    """One question a need, each in its enterprise's own name."""

    def ask(need: str, firm: str) -> None:
        with factory.begin() as session:
            actor = Actor(firm, Role.ENTERPRISE, firm)
            partners.for_need(session, graph, actor, need, N, datetime.now(UTC))

    return [partial(ask, need, firm) for need, firm in chosen]


def firms_asked(
    factory: sessionmaker[Session], graph: Graph, chosen: Sequence[str], way: Direction
) -> list[Callable[[], object]]:
    """One question an enterprise, in its own name."""

    def ask(firm: str) -> None:
        with factory.begin() as session:
            actor = Actor(firm, Role.ENTERPRISE, firm)
            partners.for_enterprise(session, graph, actor, firm, way, N, datetime.now(UTC))

    return [partial(ask, firm) for firm in chosen]


def over_http(
    factory: sessionmaker[Session], home: Path, chosen: Sequence[tuple[str, str]]
) -> list[Callable[[], object]]:
    """The route of each need, asked with a key of its enterprise; the application answers in this process."""
    from api import create_app

    keys, now = {}, datetime.now(UTC)
    operator = Actor("local", Role.ADMINISTRATOR, "")
    with factory.begin() as session:
        for firm in {firm for _, firm in chosen}:
            account = NewAccount(f"{firm} {now.isoformat()}", Role.ENTERPRISE, firm)
            made = create_account(session, operator, account, now)
            keys[firm] = create_key(session, operator, made.account_id, now).token
    app = create_app(Settings.from_env({"QIANXIAN_HOME": str(home), "QIANXIAN_SECRET_KEY": "s" * 32}))
    client = app.test_client()

    def ask(need: str, firm: str) -> None:
        headers = {"Authorization": f"Bearer {keys[firm]}"}
        answer = client.get(f"/v1/needs/{need}/partners?n={N}", headers=headers)
        if answer.status_code != 200:
            raise SystemExit(f"{need}: {answer.status_code} {answer.get_data(as_text=True)[:300]}")

    return [partial(ask, need, firm) for need, firm in chosen]


@contextmanager
def watched(stages: dict[str, float]) -> Iterator[None]:
    """Adds up the CPU seconds of each stage. Stages hold no other."""
    real: list[tuple[Any, str, Any]] = []
    for stage, places in STAGES.items():
        for place in places:
            module, _, name = place.partition(":")
            owner = import_module(f"matcher.{module}")
            real.append((owner, name, getattr(owner, name)))
            setattr(owner, name, _clocked(stages, stage, getattr(owner, name)))
    try:
        yield
    finally:
        for owner, name, function in real:
            setattr(owner, name, function)


def _clocked(stages: dict[str, float], stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def clocked(*given: Any, **named: Any) -> Any:
        start = time.process_time()
        try:
            return function(*given, **named)
        finally:
            stages[stage] = stages.get(stage, 0.0) + time.process_time() - start

    return clocked


def _line(name: str, taken: Taken) -> str:
    wall, used = (np.percentile([one[at] for one in taken], [50, 95, 99]) for at in (0, 1))
    told = "   ".join(f"{name} {value:7.2f}" for name, value in zip(("p50", "p95", "p99"), wall, strict=True))
    return f"{name:20} {told}   CPU {used[0]:7.2f} {used[1]:7.2f} {used[2]:7.2f}   ms of {len(taken):,}"


def main() -> None:
    """Make the province where it is not there, ask, print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--firms", type=int, default=1_000_000)
    options.add_argument("--asks", type=int, default=1_000)
    options.add_argument("--keep", type=Path)
    options.add_argument("--only", choices=["needs", "http", *WAYS], help="one kind of ask")
    options.add_argument("--profile", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = (given.keep or Path(folder)).absolute()
        home.mkdir(parents=True, exist_ok=True)
        _all(home, given)


def _all(home: Path, given: argparse.Namespace) -> None:
    factory, graph = made(home, given.firms)
    gc.collect()
    gc.freeze()  # as a worker of the server does before it answers
    rng, asks = np.random.default_rng(5), given.asks + WARM
    with factory() as session:
        rows = session.execute(sa.select(Need.need_id, Need.enterprise_id).order_by(Need.need_id)).all()
    chosen = [tuple(rows[at]) for at in rng.choice(len(rows), min(asks, len(rows)), replace=False)]
    firms = [graph.firms.ids[int(row)] for row in rng.choice(len(graph.firms), asks, replace=False)]
    print(f"{len(graph.firms):,} firms, {len(rows):,} needs", flush=True)
    kinds: dict[str, Callable[[], list[Callable[[], object]]]] = {
        "needs": lambda: needs_asked(factory, graph, chosen),
        "http": lambda: over_http(factory, home, chosen),
        **{way.value: partial(firms_asked, factory, graph, firms, way) for way in WAYS},
    }
    for kind, asked in kinds.items():
        if given.only in (None, kind):
            stages: dict[str, float] = {}
            if given.profile:
                with watched(stages):
                    taken = timed(asked())
            else:
                taken = timed(asked())
            print(_line(kind, taken), flush=True)
            for stage, seconds in stages.items():
                print(f"  {stage:30} {seconds / (len(taken) + WARM) * 1e3:7.3f} ms of CPU on average")


if __name__ == "__main__":
    main()
