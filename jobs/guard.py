"""What a job comes to, whatever it raises. This module and the API's 500 handler alone catch everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog

from matcher.errors import MatcherError

log = structlog.get_logger("jobs")


def guarded(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What `work` comes to, as its last report; whatever it raises becomes part of the record."""
    try:
        return {"outcome": work()}
    except MatcherError as error:
        params = {name: _plain(value) for name, value in error.params.items()}
        return {"failed": {"code": error.code, "reason": error.reason, "params": params}}
    except Exception as error:
        log.exception("job_failed")
        return {"failed": {"code": "internal", "reason": type(error).__name__, "params": {}}}


def _plain(value: object) -> object:
    """As it is where JSON knows it, for sentences format their numbers; else as text."""
    return value if isinstance(value, str | int | float | None) else str(value)
