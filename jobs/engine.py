"""Where partitions run: here, in processes of this machine, or on a cluster (QIANXIAN_ENGINE)."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

from matcher.errors import Misconfigured, Unavailable
from matcher.settings import CLUSTER, ENGINES

if TYPE_CHECKING:
    from jobs.cluster import TLS, Cluster

Part = TypeVar("Part")
Result = TypeVar("Result")
Run = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]

LOCAL: Final = "local"
FEW: Final = 12  # partitions that are done sooner here than processes start
AHEAD: Final = 3  # partitions a process that wait for it: enough to keep it busy, few enough for memory


class Engine:
    """Maps a pure function over partitions, in order. Processes start when there is enough to do."""

    def __init__(self, processes: int, cluster: Callable[[], Cluster] | None = None) -> None:
        self._processes = processes
        self._cluster = cluster
        self._pool: ProcessPoolExecutor | Cluster | None = None

    def run(self, function: Callable[[Part], Result], parts: Iterable[Part]) -> Iterator[Result]:
        """`function` of each partition. Partitions are taken as they are needed."""
        coming = iter(parts)
        spreads = self._processes > 1 or self._cluster is not None
        few = list(islice(coming, FEW + 1)) if spreads else []
        if spreads and len(few) > FEW:
            yield from self._spread(function, chain(few, coming))
        else:
            yield from map(function, chain(few, coming))

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _spread(self, function: Callable[[Part], Result], parts: Iterator[Part]) -> Iterator[Result]:
        pool, width = self._started()
        waiting: deque[Any] = deque()
        try:
            for part in parts:
                waiting.append(pool.submit(function, part))
                if len(waiting) >= AHEAD * width:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool:  # one of them was killed; what it held is lost, and the pool with it
            raise Unavailable("jobs.pool_broken") from None

    def _started(self) -> tuple[ProcessPoolExecutor | Cluster, int]:
        if self._pool is None and self._cluster is not None:
            self._pool = self._cluster()
        if self._pool is None:
            # Why spawn: a fork would take along connections and locks that other threads hold.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._processes, mp_context=context)
        return self._pool, getattr(self._pool, "width", self._processes)


@contextmanager
def engine(name: str, tls: TLS | None = None) -> Iterator[Run]:
    """The function that maps over partitions, for `local` (all cores), `processes:N` or `dask://HOST:PORT`.

    Raises Misconfigured for another name; Unavailable, while mapping, where the cluster is lost.
    """
    made = _on_cluster(name, tls) if name.startswith(CLUSTER) else Engine(processes(name))
    try:
        yield made.run
    finally:
        made.close()


def _on_cluster(name: str, tls: TLS | None) -> Engine:
    def cluster() -> Cluster:
        from jobs.cluster import Cluster

        return Cluster(name.removeprefix(CLUSTER), tls)

    return Engine(1, cluster)


def processes(name: str) -> int:
    """How many processes an engine's name asks for."""
    if name == LOCAL:
        return os.cpu_count() or 1
    kind, _, number = name.partition(":")
    if kind != "processes" or not number.isdecimal() or int(number) < 1:
        raise Misconfigured("settings.not_allowed", name="QIANXIAN_ENGINE", value=name, allowed=ENGINES)
    return int(number)
