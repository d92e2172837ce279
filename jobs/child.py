"""A job's own process: started as a group, read line by line, ended whole.

The pipe to its standard input is its lifeline: when this process dies, even by kill -9, the pipe
closes and the child ends itself (see inside.py). So no job outlives the one that answers for it.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from types import TracebackType
from typing import IO, Any, Final, cast

from jobs.task import Errand
from matcher.settings import Settings

Report = dict[str, Any]
GRACE_SECONDS: Final = 5.0
_CHUNK: Final = 65_536


class Child:
    """One running job. As a context it ends the whole process group on leaving."""

    def __init__(self, errand: Errand, settings: Settings) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "jobs.inside"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **settings.to_env()},
            start_new_session=True,
        )
        self._lifeline = cast(IO[bytes], self._process.stdin)
        self._report = cast(IO[bytes], self._process.stdout)
        self._rest = b""
        self._ended = False
        self._hand_over(errand.line())

    def __enter__(self) -> Child:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.end()

    @property
    def pid(self) -> int:
        """The process and its group."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether it has closed its report, which it does by ending."""
        return self._ended

    def reports(self, seconds: float) -> list[Report]:
        """What it has said, waiting at most `seconds` for something."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._report, selectors.EVENT_READ)
            if self._ended or not selector.select(seconds):
                return []
        piece = os.read(self._report.fileno(), _CHUNK)
        self._ended = piece == b""
        *lines, self._rest = (self._rest + piece).split(b"\n")
        return [json.loads(line) for line in lines]

    def wait(self) -> int:
        """Its exit code, negative for a signal. It has closed its report, so this is short."""
        try:
            return self._process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            return self._process.wait()

    def end(self) -> None:
        """SIGTERM to the group, a grace, then SIGKILL: also to what the job itself has started."""
        if self._process.poll() is None:
            self._signal(signal.SIGTERM)
            self._signal(signal.SIGCONT)
            deadline = time.monotonic() + GRACE_SECONDS
            while self._process.poll() is None and time.monotonic() < deadline:
                self.reports(0.1)
        self._signal(signal.SIGKILL)
        self._process.wait()
        self._report.close()
        with contextlib.suppress(BrokenPipeError):
            self._lifeline.close()

    def _hand_over(self, line: bytes) -> None:
        try:
            self._lifeline.write(line)
            self._lifeline.flush()
        except BrokenPipeError:
            self._ended = True

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)
