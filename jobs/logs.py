"""Log lines of the jobs: one JSON object an event on standard error, moments in UTC."""

from __future__ import annotations

import logging
import sys

import structlog


def to_stderr(level: str) -> None:
    """Set the process's logging up, once. An unknown level counts as INFO."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    logging.basicConfig(level=number, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("apscheduler").setLevel(max(number, logging.WARNING))
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
