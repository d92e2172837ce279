"""What is written down of every request: a log line, a figure, its id in the answer."""

from __future__ import annotations

import time

from flask import Flask, Response, g, request

from api.logs import request_id
from api.wiring import wired


def install(app: Flask) -> None:
    """Write a line and count a figure for every answer."""
    app.before_request(_start)
    app.after_request(_finish)


def _start() -> None:
    g.started = time.perf_counter()


def _finish(response: Response) -> Response:
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    # The rule, not the path: ids of enterprises do not belong into a log that everybody reads.
    route = "unmatched" if request.url_rule is None else request.url_rule.rule
    wired().metrics.count(request.method, route, response.status_code, seconds)
    actor = g.get("actor")
    wired().log.info(
        "request",
        request_id=request_id(),
        method=request.method,
        route=route,
        status=response.status_code,
        milliseconds=round(seconds * 1000, 1),
        account=None if actor is None else actor.account_id,
    )
    response.headers["X-Request-ID"] = request_id()
    return response
