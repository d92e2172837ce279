"""One JSON line an event on stderr: UTC time, request id, never a secret, a text or a telephone number."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from typing import Any, Final, TextIO, cast
from uuid import uuid4

import structlog
from flask import g, request
from structlog.typing import EventDict, FilteringBoundLogger

_OURS: Final = re.compile(r"[A-Za-z0-9-]{8,64}")
_SECRET: Final = frozenset({"authorization", "cookie", "password", "token", "secret_key", "database_url"})


class Stderr:
    """Standard error as it is at each line: whoever replaces or closes it (a test, a daemon) is followed."""

    def write(self, text: str) -> int:
        """To where standard error points now."""
        return sys.stderr.write(text)

    def flush(self) -> None:
        """Likewise."""
        sys.stderr.flush()


def make_log(level: str) -> FilteringBoundLogger:
    """A logger of its own, so that a host program's logging stays untouched."""
    lowest = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    log = structlog.wrap_logger(
        structlog.WriteLogger(cast(TextIO, Stderr())),
        processors=[
            _without_secrets,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(lowest),
    )
    return cast(FilteringBoundLogger, log)


def request_id() -> str:
    """The id of the present request: the caller's own where it has a harmless form, else a new one."""
    if "request_id" not in g:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if _OURS.fullmatch(given) else uuid4().hex
    return cast(str, g.request_id)


def where(error: BaseException) -> list[str]:
    """Kind and places of an error, without its words: a driver's words repeat the row's values."""
    frames = traceback.extract_tb(error.__traceback__)
    return [type(error).__name__, *(f"{f.filename}:{f.lineno} {f.name}" for f in frames[-8:])]


def _without_secrets(_log: Any, _method: str, event: EventDict) -> EventDict:
    return {name: "***" if name.lower() in _SECRET else value for name, value in event.items()}
