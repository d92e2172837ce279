"""Log lines of the jobs: one JSON object an event on standard error, moments in UTC."""

from __future__ import annotations

import logging
import sys
from typing import TextIO, cast

import structlog


class Stderr:
    """Standard error as it is at each line: whoever replaces or closes it (a test, a daemon) is followed."""

    def write(self, text: str) -> int:
        """To where standard error points now."""
        return sys.stderr.write(text)

    def flush(self) -> None:
        """Likewise."""
        sys.stderr.flush()


def to_stderr(level: str) -> None:
    """Set the process's logging up, once. An unknown level counts as INFO."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    stream = cast(TextIO, Stderr())
    logging.basicConfig(level=number, stream=stream, format="%(name)s %(levelname)s %(message)s")
    logging.getLogger("apscheduler").setLevel(max(number, logging.WARNING))
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(stream),
    )
