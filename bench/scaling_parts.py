"""What bench.scaling lets processes and workers do, where they can import it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any


def clocked(job: tuple[Callable[[Any], Any], Any]) -> tuple[float, Any]:
    """The result of one partition, and the CPU seconds it took where it ran."""
    begun = time.process_time()
    found = job[0](job[1])
    return time.process_time() - begun, found
