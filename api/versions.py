"""Edits with If-Match: the version that was read, and the answer's ETag."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Response, request

from api.errors import Malformed, PreconditionRequired

P = ParamSpec("P")


def conditional(view: Callable[P, Response]) -> Callable[P, Response]:
    """Mark an edit that takes If-Match, for the document."""

    @wraps(view)
    def editing(*args: P.args, **kwargs: P.kwargs) -> Response:
        version_read()
        return view(*args, **kwargs)

    editing.conditional = True  # type: ignore[attr-defined]
    return editing


def version_read() -> int:
    """The version in If-Match. Raises PreconditionRequired without one, Malformed for another form."""
    given = request.headers.get("If-Match")
    if given is None:
        raise PreconditionRequired("api.precondition_required")
    found = re.fullmatch(r'"([0-9]{1,18})"', given.strip())
    if found is None or not found[1].isascii():
        raise Malformed("api.if_match_form")
    return int(found[1])
