"""Jobs that misbehave on purpose, run in a real child process by the real runner."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from jobs import recompute
from jobs.task import Task
from matcher.errors import InvalidInput

TICK = 0.02


def note(task: Task) -> dict[str, Any]:
    """Leave a line in the file named by `notes`: who ran."""
    with Path(os.environ["NOTES"]).open("a", encoding="utf-8") as file:
        file.write(json.dumps({"run": task.errand.run_id, "pid": os.getpid()}) + "\n")
    return {"noted": True}


def hang(task: Task) -> dict[str, Any]:
    """Never come back."""
    task.progress("hanging", 1, 2)
    while True:
        time.sleep(TICK)


def hang_once(task: Task) -> dict[str, Any]:
    """Hang while the file named by `GATE` is missing: the first try is killed, the second one works."""
    task.progress("hanging", 1, 2)
    wait_for_gate()
    return recompute.recompute(task)


def pause_once(task: Task) -> dict[str, Any]:
    """As hang_once, but the second try has nothing to do."""
    task.progress("hanging", 1, 2)
    wait_for_gate()
    return {}


def slow_publisher(task: Task) -> dict[str, Any]:
    """Compile, wait at the gate with the finished snapshot in hand, publish."""
    snapshot_id, _ = recompute.compiled(task)
    graph, _ = recompute.checked(task, snapshot_id)
    task.progress("compiled", 1, 2)
    wait_for_gate()
    return {"generation": recompute.publish(task.wiring, task.errand, graph)}


def careless_publisher(task: Task) -> dict[str, Any]:
    """As slow_publisher, but it looks at the fence only now: what a program without a fence does."""
    from matcher.storage.leases import Lease

    snapshot_id, _ = recompute.compiled(task)
    graph, _ = recompute.checked(task, snapshot_id)
    task.progress("compiled", 1, 2)
    wait_for_gate()
    with task.wiring.views() as session:
        fence = session.get_one(Lease, task.errand.lease).fence
    now_allowed = type(task.errand)(**{**task.errand.__dict__, "fence": fence})
    return {"generation": recompute.publish(task.wiring, now_allowed, graph)}


def spread(task: Task) -> dict[str, Any]:
    """The recomputation, with partitions that go to the cluster however few they are."""
    from jobs import engine

    engine.FEW = 0  # type: ignore[misc]
    return recompute.recompute(task)


def refuse(task: Task) -> dict[str, Any]:
    raise InvalidInput("jobs.no_such_job", value="x", known="y")


def collapse(task: Task) -> dict[str, Any]:
    raise ZeroDivisionError("on purpose")


def swell(task: Task) -> dict[str, Any]:
    """Ask for more memory than any limit of the tests allows."""
    return {"bytes": len(bytearray(8 * 1024**3))}


def wait_for_gate() -> None:
    while not Path(os.environ["GATE"]).exists():
        time.sleep(TICK)
