"""How far long work has come: a one-line bar on a terminal, plain lines at a measured pace elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol, TextIO

from jobs.spoken import language
from matcher.messages import catalogue, say

WIDTH: Final = 24
# A terminal is redrawn at most ten times a second; a log gets a line every ten seconds and at a stage's end.
REDRAW_SECONDS: Final = 0.1
LINE_SECONDS: Final = 10.0
SHORTEST: Final = 0.5


class Progress(Protocol):
    """Told after each piece: the stage's name, pieces done, pieces in all (0: unknown)."""

    def __call__(self, stage: str, done: int, total: int, /) -> None:
        """Take note."""


@dataclass(frozen=True)
class Pace:
    """How far a run is, as it is written down. `rate` is pieces of this stage a second, None if unknown."""

    stage: str = ""
    done: int = 0
    total: int = 0
    rate: float | None = None
    begun: float = 0.0

    def after(self, stage: str, done: int, total: int, now: float) -> Pace:
        """The pace after one more report, at `now` seconds of any clock that only goes on."""
        begun = now if stage != self.stage else self.begun
        seconds = now - begun
        return Pace(stage, done, total, round(done / seconds, 1) if seconds >= SHORTEST else None, begun)


def silent(_stage: str, _done: int, _total: int, /) -> None:
    """A progress nobody looks at."""


class Shown:
    """A progress that a person reads. Use as a context, so that the terminal's line is closed."""

    def __init__(self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._clock = clock
        self._stage = ""
        self._begun = self._told = clock()
        self._open = False

    def __call__(self, stage: str, done: int, total: int, /) -> None:
        """Show it if the stage is new, finished, or enough time has passed."""
        now = self._clock()
        fresh = stage != self._stage
        if fresh:
            self._stage, self._begun = stage, now
        drawn = self._stream.isatty()
        pause = REDRAW_SECONDS if drawn else LINE_SECONDS
        if (fresh and drawn) or now - self._told >= pause or (total > 0 and done >= total):
            self._told = now
            self._show(self._sentence(done, total, now - self._begun), fresh)

    def __enter__(self) -> Shown:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._open:
            self._stream.write("\n")
            self._open = False
            self._stream.flush()

    def _sentence(self, done: int, total: int, seconds: float) -> str:
        name = stage_name(self._stage)
        rate = done / seconds if seconds > 0 else 0.0
        if total <= 0:
            return say("cli.progress.open", language(), stage=name, done=done, rate=f"{rate:,.0f}")
        bar = _bar(done / total) if self._stream.isatty() else f"{done / total:.0%}"
        counted = {"stage": name, "bar": bar, "done": f"{done:,}", "total": f"{total:,}"}
        if seconds < SHORTEST:  # what is over in a blink has no pace worth a number
            return say("cli.progress.brief", language(), **counted)
        left = _clocked((total - done) / rate if rate > 0 else 0.0)
        return say("cli.progress.line", language(), **counted, rate=f"{rate:,.0f}", left=left)

    def _show(self, sentence: str, fresh: bool) -> None:
        if self._stream.isatty():
            self._stream.write(("\n" if fresh and self._open else "") + f"\r{sentence}\x1b[K")
            self._open = True
        else:
            self._stream.write(sentence + "\n")
        self._stream.flush()


def stage_name(stage: str) -> str:
    """The stage in words; an unknown one as it is."""
    return catalogue(language()).get(f"jobs.stage.{stage}", stage)


def _bar(part: float) -> str:
    full = round(min(part, 1.0) * WIDTH)
    return "[" + "#" * full + "." * (WIDTH - full) + "]"


def _clocked(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
