"""Where partitions run: here, or in processes of this machine (QIANXIAN_ENGINE)."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any, Final, TypeVar

from matcher.errors import Misconfigured

Part = TypeVar("Part")
Result = TypeVar("Result")
Run = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]

LOCAL: Final = "local"
FEW: Final = 12  # partitions that are done sooner here than processes start
AHEAD: Final = 3  # partitions a process that wait for it: enough to keep it busy, few enough for memory


class Engine:
    """Maps a pure function over partitions, in order. Processes start when there is enough to do."""

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None

    def run(self, function: Callable[[Part], Result], parts: Iterable[Part]) -> Iterator[Result]:
        """`function` of each partition. Partitions are taken as they are needed."""
        coming = iter(parts)
        few = list(islice(coming, FEW + 1)) if self._processes > 1 else []
        if self._processes > 1 and len(few) > FEW:
            yield from self._spread(function, chain(few, coming))
        else:
            yield from map(function, chain(few, coming))

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _spread(self, function: Callable[[Part], Result], parts: Iterator[Part]) -> Iterator[Result]:
        if self._pool is None:
            # Why spawn: a fork would take along connections and locks that other threads hold.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._processes, mp_context=context)
        waiting: deque[Future[Result]] = deque()
        for part in parts:
            waiting.append(self._pool.submit(function, part))
            if len(waiting) >= AHEAD * self._processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@contextmanager
def engine(name: str) -> Iterator[Run]:
    """The function that maps over partitions, for `local` (all cores) or `processes:N`.

    Raises Misconfigured for another name.
    """
    made = Engine(processes(name))
    try:
        yield made.run
    finally:
        made.close()


def processes(name: str) -> int:
    """How many processes an engine's name asks for."""
    if name == LOCAL:
        return os.cpu_count() or 1
    kind, _, number = name.partition(":")
    if kind != "processes" or not number.isdecimal() or int(number) < 1:
        raise Misconfigured(
            "settings.not_allowed", name="QIANXIAN_ENGINE", value=name, allowed="local, processes:N"
        )
    return int(number)
