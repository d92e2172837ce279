"""The Idempotency-Key header: a creating request may be sent again without a second effect."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Final, ParamSpec

from flask import Response, request

from api.asking import asking
from api.errors import Malformed
from matcher.services import idempotency
from matcher.services.idempotency import Answer, Attempt

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"
FORM: Final = r"[\x21-\x7e]{1,255}"

P = ParamSpec("P")


def idempotent(view: Callable[P, Response]) -> Callable[P, Response]:
    """Answer a repeated key with the first answer. Stands below the route's inputs: faults are not kept."""

    @wraps(view)
    def once(*args: P.args, **kwargs: P.kwargs) -> Response:
        here, attempt = asking(), _attempt()
        first = idempotency.claim(here.session, attempt, here.now)
        if first is not None:
            return _replay(first)
        response = view(*args, **kwargs)
        idempotency.keep(here.session, attempt, Answer(response.status_code, response.get_data(as_text=True)))
        return response

    once.idempotent = True  # type: ignore[attr-defined]
    return once


def _attempt() -> Attempt:
    key = request.headers.get(HEADER)
    if key is None:
        raise Malformed("api.idempotency_key_missing")
    if re.fullmatch(FORM, key) is None:
        raise Malformed("api.idempotency_key_form")
    return Attempt(asking().actor.account_id, f"{request.method} {request.path}", key, _fingerprint())


def _fingerprint() -> str:
    """Digest of the body; of the parts of a form, whose boundary changes with every try."""
    digest = sha256()
    if request.mimetype != "multipart/form-data":
        digest.update(request.get_data())
        return digest.hexdigest()
    for name, value in sorted(request.form.items(multi=True)):
        digest.update(f"{name}={value}\n".encode())
    for name, upload in sorted(request.files.items(multi=True), key=lambda pair: pair[0]):
        digest.update(f"{name}:{upload.filename}\n".encode())
        while chunk := upload.stream.read(1 << 20):
            digest.update(chunk)
        upload.stream.seek(0)
    return digest.hexdigest()


def _replay(first: Answer) -> Response:
    response = Response(first.body, first.status, mimetype="application/json")
    response.headers[REPLAYED] = "true"
    return response
