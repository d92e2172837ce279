"""API, timetable and follower side by side, as children started by name; all end when this process does.

The timetable's process ends itself when its thread has died, and is started anew here. If the API
ends, everything ends: whoever started us should know.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog

from jobs.bell import Bell
from matcher.errors import Conflict
from matcher.settings import Settings

log = structlog.get_logger("jobs")

API: Final = ("-m", "api")
SCHEDULER: Final = ("-m", "jobs", "schedule")
FOLLOWER: Final = ("-m", "jobs", "follow")
GRACE_SECONDS: Final = 20.0
# A timetable that dies at once, say without a database, is tried again ever more slowly.
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
STEADY_SECONDS: Final = 60.0
PR_SET_PDEATHSIG: Final = 1


@dataclass
class Member:
    """One child and the thread that waits for it. `pause` is how long to wait before it is started anew."""

    name: str
    arguments: Sequence[str]
    bell: Bell
    environ: dict[str, str]
    pause: float = FIRST_PAUSE
    started: float = 0.0
    restart_at: float | None = None
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        """In a group of its own, so that it can be ended with everything it has started."""
        self.started = time.monotonic()
        self.restart_at = None
        self.process = subprocess.Popen(  # noqa: S603 our own modules by name
            [sys.executable, *self.arguments],
            env=self.environ,
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )
        log.info("child_started", name=self.name, pid=self.process.pid)
        threading.Thread(target=self._wait, args=(self.process,), daemon=True).start()

    def ended(self) -> int | None:
        """Its exit code; None while it runs."""
        return None if self.process is None else self.process.poll()

    def end(self, number: signal.Signals) -> None:
        """Send `number` to its group."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    def restart_when_due(self) -> float:
        """Start it anew after its pause. Returns the seconds until something is due."""
        now = time.monotonic()
        if self.ended() is None:
            return LONGEST_PAUSE
        if self.restart_at is None:
            steady = now - self.started > STEADY_SECONDS
            self.pause = FIRST_PAUSE if steady else min(self.pause * 2, LONGEST_PAUSE)
            self.restart_at = now + self.pause
            log.error("child_ended", name=self.name, exit=self.ended(), again_in=self.pause)
        if now >= self.restart_at:
            self.start()
            return LONGEST_PAUSE
        return self.restart_at - now

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        self.bell.ring()


def supervise(
    settings: Settings,
    bell: Bell | None = None,
    ready: Callable[[], None] | None = None,
    *,
    timetable: bool = True,
) -> int:
    """Run all until told to stop (0), or until the API ends (its code, at least 1).

    `ready` is called once, when the API accepts connections. Where hosts share snapshots a follower runs too.
    """
    ring = Bell() if bell is None else bell
    ring.heed_signals()
    environ = {**os.environ, **settings.to_env()}
    api = Member("api", API, ring, environ)
    others = [Member("schedule", SCHEDULER, ring, environ)] if timetable else []
    if settings.snapshots_url is not None:
        others.append(Member("follow", FOLLOWER, ring, environ))
    try:
        for member in (api, *others):
            member.start()
        if ready is not None:
            threading.Thread(target=_when_ready, args=(settings.bind, api, ready), daemon=True).start()
        return _attend(ring, api, others)
    finally:
        end_all([*others, api])


def _attend(bell: Bell, api: Member, others: Sequence[Member]) -> int:
    while not bell.stopping:
        code = api.ended()
        if code is not None:
            log.error("api_ended", exit=code)
            return max(code, 1)
        bell.wait(min((one.restart_when_due() for one in others), default=LONGEST_PAUSE))
    return 0


def end_all(members: Sequence[Member]) -> None:
    """SIGTERM to every group, a grace, then SIGKILL for what is left of them."""
    for member in members:
        if member.ended() is None:
            member.end(signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    for member in members:
        if member.process is not None:
            try:
                member.process.wait(max(deadline - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                log.error("child_killed", name=member.name)
            member.end(signal.SIGKILL)
            member.process.wait()


def _end_with_parent() -> None:
    # Even kill -9 of the supervisor leaves nobody behind on the port.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _when_ready(bind: str, api: Member, ready: Callable[[], None]) -> None:
    while api.ended() is None:
        if _accepts(bind):
            return ready()
        time.sleep(0.1)
    return None


def ensure_free(bind: str) -> None:
    """Raise Conflict if something listens there already, before any work is done for nothing."""
    if _accepts(bind):
        raise Conflict("jobs.address_in_use", bind=bind)


def _accepts(bind: str) -> bool:
    host, _, port = bind.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=1).close()
    except OSError:
        return False
    return True
