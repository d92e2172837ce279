"""What bench.scaling lets processes and workers do, where they can import it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

LISTED = 20


def clocked(job: tuple[Callable[[Any], Any], Any]) -> tuple[float, Any]:
    """The result of one partition, and the CPU seconds it took where it ran."""
    begun = time.process_time()
    found = job[0](job[1])
    return time.process_time() - begun, found


@cache
def searcher(firms: int) -> Any:
    """A population made ready for the compiled search: once a worker."""
    from bench.partners import recipes
    from bench.province import province as population
    from matcher.recommend.kernels.lists import Searcher

    return Searcher.of(population(firms).population, recipes()["shipped"])


def listed(job: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """The best sellers of the firms at [first, last): one partition of the lists of all."""
    firms, first, last = job
    found: tuple[np.ndarray, np.ndarray] = searcher(firms).best(np.arange(first, last), LISTED)
    return found
