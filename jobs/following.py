"""A host's follower: looks at the shared CURRENT every two seconds and fetches and verifies what it names.

A process of its own beside the server: no request waits for a download, and one copy serves all workers.
"""

from __future__ import annotations

import fcntl
import os
import time
from dataclasses import dataclass, field
from typing import Final

import structlog

from jobs.bell import Bell
from jobs.wiring import Clock, utc_now
from matcher.errors import MatcherError, SnapshotDamaged, Unavailable
from matcher.graph import mirror, snapshot, trust
from matcher.graph.remote import Remote, remote
from matcher.settings import Settings

log = structlog.get_logger("jobs")

LOCK: Final = ".follower"
# A torn snapshot would be fetched again and again; a new one is looked for no less often.
FIRST_PAUSE: Final = 10.0
LONGEST_PAUSE: Final = 300.0


@dataclass
class Follower:
    """Follows until told to stop. `alarm` beside CURRENT tells the workers why it does not."""

    settings: Settings
    clock: Clock = utc_now
    _place: Remote | None = None
    _torn: str | None = None
    _again_at: float = 0.0
    _pause: float = field(default=FIRST_PAUSE)

    def follow(self, bell: Bell) -> None:
        """Look until the bell says stop. Waits while another follower of this host is alive."""
        folder = self.settings.snapshots
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / LOCK, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            alone = False
            while not bell.stopping:
                alone = alone or _locked(handle)
                if alone:
                    self.look()
                bell.wait(self.settings.follow_seconds)
        finally:
            os.close(handle)

    def look(self) -> None:
        """One look; what goes wrong is an alarm, and the next look tries again."""
        folder = self.settings.snapshots
        try:
            if not self._is_waiting():
                self.step()
                self._look_over()
        except SnapshotDamaged as damage:
            self._wait_for_another()
            self._alarm(damage)
        except Unavailable as away:
            self._alarm(away)
        else:
            if self._torn is None:
                mirror.raise_alarm(folder, None)

    def step(self) -> None:
        """Take what is new and make room. Raises SnapshotDamaged, Unavailable."""
        folder, place = self.settings.snapshots, self._reach()
        began = time.monotonic()
        if mirror.follow(folder, place):
            removed = mirror.prune_cache(folder, self.settings.keep_snapshots, self.clock())
            log.info("followed", seconds=round(time.monotonic() - began, 3), removed=removed)
        self._torn, self._pause = None, FIRST_PAUSE

    def _look_over(self) -> None:
        """Once a day every byte is read again; what has rotted is out of service at once and fetched anew."""
        folder = self.settings.snapshots
        pointer = snapshot.read_pointer(folder)
        served = None if pointer is None else folder / pointer.snapshot_id
        if served is None or not trust.is_due(served, self.clock()):
            return
        try:
            trust.verify_once(served) if trust.is_condemned(served) else trust.verify_again(served)
        except SnapshotDamaged as damage:
            snapshot.condemn(folder, damage)
            log.error("snapshot_damaged", reason=str(damage))
            mirror.fetch(folder, self._reach(), served.name)
            snapshot.look_again(folder)

    def _reach(self) -> Remote:
        if self._place is None:
            self._place = remote(str(self.settings.snapshots_url))
        return self._place

    def _is_waiting(self) -> bool:
        """Whether the shared CURRENT still names what was torn a moment ago."""
        if self._torn is None or time.monotonic() >= self._again_at:
            return False
        pointer, _ = self._reach().pointer()
        return pointer is not None and pointer.snapshot_id == self._torn

    def _wait_for_another(self) -> None:
        pointer, _ = self._reach().pointer()
        named = None if pointer is None else pointer.snapshot_id
        self._pause = FIRST_PAUSE if named != self._torn else min(self._pause * 2, LONGEST_PAUSE)
        self._torn, self._again_at = named, time.monotonic() + self._pause

    def _alarm(self, error: MatcherError) -> None:
        log.error("not_followed", reason=str(error))
        mirror.raise_alarm(self.settings.snapshots, str(error))


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
