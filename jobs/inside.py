"""The inside of a job's process: `python -m jobs.inside`, started by child.py and by nobody else."""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import threading
from importlib import import_module
from typing import Any

from jobs.guard import guarded
from jobs.logs import to_stderr
from jobs.task import Errand, Task
from jobs.wiring import wire
from matcher.settings import Settings

MIB = 1024 * 1024


def main() -> None:
    """Read the errand, do the work, report. Standard output is the report; prints go to the log."""
    report = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    errand = Errand.read(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, args=(sys.stdin.fileno(),), daemon=True).start()
    settings = Settings.from_env()
    to_stderr(settings.log_level)
    _limit_memory(settings.job_memory_mib)

    def tell(**said: Any) -> None:
        report.write(json.dumps(said, ensure_ascii=False, default=str) + "\n")

    def progress(stage: str, done: int, total: int, /) -> None:
        tell(stage=stage, done=int(done), total=int(total))

    task = Task(wire(settings), errand, progress)
    tell(**guarded(lambda: work_of(errand.work)(task)))


def work_of(place: str) -> Any:
    """The function that ``module:function`` names."""
    module, _, function = place.partition(":")
    return getattr(import_module(module), function)


def _end_with_parent(lifeline: int) -> None:
    # Nothing is ever sent: the read ends when the other end is closed, that is when the parent is gone.
    while os.read(lifeline, 1):
        pass
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)


def _limit_memory(mib: int | None) -> None:
    if mib is not None:
        resource.setrlimit(resource.RLIMIT_AS, (mib * MIB, mib * MIB))


if __name__ == "__main__":
    main()
