"""A bell that wakes the main thread: a byte in a pipe, safe to ring from a signal and from any thread.

threading.Event is neither: a signal that arrives while its own lock is held would wait for ever.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
from types import FrameType

ENDING = (signal.SIGTERM, signal.SIGINT)


class Bell:
    """Woken by `ring`; `stopping` is True once SIGTERM or SIGINT has come (after `heed_signals`)."""

    def __init__(self) -> None:
        self.stopping = False
        self._read, self._write = os.pipe()
        for end in (self._read, self._write):
            os.set_blocking(end, False)

    def ring(self) -> None:
        """Wake whoever waits, or the next who would."""
        with contextlib.suppress(BlockingIOError):  # full: it rings already
            os.write(self._write, b"!")

    def stop(self) -> None:
        """Ask for the end, and wake whoever waits."""
        self.stopping = True
        self.ring()

    def wait(self, seconds: float) -> None:
        """Until rung, at most `seconds`."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._read, selectors.EVENT_READ)
            if not self.stopping and selector.select(seconds):
                os.read(self._read, 4096)

    def heed_signals(self) -> None:
        """SIGTERM and SIGINT ask for the end. Main thread only."""
        for number in ENDING:
            signal.signal(number, self._on_signal)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.stop()
