"""Figures for Prometheus. Under several workers they are summed through PROMETHEUS_MULTIPROC_DIR."""

from __future__ import annotations

import os
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess

BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
KNOWN_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})


class Metrics:
    """The figures of one application, in a registry of its own (tests make many applications)."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "qianxian_requests", "Answers", ["method", "route", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "qianxian_request_seconds", "Time to answer", ["route"], buckets=BUCKETS, registry=self.registry
        )

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer. Unknown methods share one label: labels must not grow with the input."""
        known = method if method in KNOWN_METHODS else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        """The exposition format, over all workers where they share a folder."""
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self.registry)
        together = CollectorRegistry()
        multiprocess.MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)
