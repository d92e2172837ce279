"""What a refusal looks like from outside: one table of codes, RFC 9457 bodies, a page for people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import Flask, Response, g, make_response, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from api.language import is_page, language
from api.logs import request_id, where
from api.wiring import wired
from matcher.errors import InvalidInput, MatcherError, Unauthenticated
from matcher.messages import LANGUAGES, catalogue, explain
from matcher.storage.transactions import is_away

PROBLEM_TYPE: Final = "application/problem+json"
PROBLEMS: Final = "/v1/problems"
AFTER_SECONDS: Final = "5"

# One line a code; a test walks all children of MatcherError.
STATUS: Final[Mapping[str, int]] = {
    "invalid_input": 422,
    "unauthenticated": 401,
    "forbidden": 403,
    "not_found": 404,
    "conflict": 409,
    "version_mismatch": 412,
    "too_many_requests": 429,
    "unavailable": 503,
    "snapshot_damaged": 503,
    "check_failed": 500,
    "lease_lost": 503,
    "misconfigured": 500,
    "internal": 500,
    "malformed": 400,
    "method_not_allowed": 405,
    "body_too_large": 413,
    "unsupported_media_type": 415,
    "precondition_required": 428,
}
# What werkzeug and Flask raise by themselves.
CODE_OF_STATUS: Final[Mapping[int, str]] = {
    400: "malformed",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    412: "version_mismatch",
    413: "body_too_large",
    415: "unsupported_media_type",
    422: "invalid_input",
    428: "precondition_required",
    429: "too_many_requests",
    500: "internal",
    503: "unavailable",
}


class Malformed(InvalidInput):
    """The bytes are not what they claim to be: broken JSON, bad UTF-8, a key twice, too deep."""

    code = "malformed"


class PreconditionRequired(InvalidInput):
    """An edit without If-Match would overwrite unseen work."""

    code = "precondition_required"


Fault = tuple[str, str, str, Mapping[str, object]]


class FieldsInvalid(InvalidInput):
    """Single fields are wrong; each of `fields` is (pointer, code, catalogue key, blanks)."""

    fields: tuple[Fault, ...] = ()
    location = "json"

    @classmethod
    def at(cls, location: str, fields: Sequence[Fault]) -> FieldsInvalid:
        """The faults of a body, a query or a form."""
        error = cls("api.fields")
        error.fields, error.location = tuple(fields), location
        return error


def install(app: Flask) -> None:
    """Answer every error in the same form."""
    app.register_error_handler(MatcherError, _on_known)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(Exception, _on_unknown)


def title_of(code: str, tongue: str) -> str:
    """The general sentence of a code, for a problem's title and for its page."""
    return catalogue(tongue)[f"errors.{code}.what"]


def remedy_of(code: str, tongue: str) -> str:
    """What to do about a code in general."""
    return catalogue(tongue)[f"errors.{code}.remedy"]


def _on_known(error: MatcherError) -> Response:
    if STATUS[error.code] >= 500 and error.code not in ("unavailable", "lease_lost"):
        wired().log.error("failed", request_id=request_id(), reason=error.reason, at=where(error))
    if isinstance(error, Unauthenticated) and is_page():
        return _to_login()
    tongue = language()
    what, remedy = explain(error, tongue)
    return _answer(error.code, what, remedy, error)


def _on_http(error: HTTPException) -> Response:
    if error.response is not None or error.code is None or error.code < 400:
        return make_response(error.get_response())  # a redirect of the router
    code = CODE_OF_STATUS.get(error.code, "malformed" if error.code < 500 else "internal")
    answer = _answer(code, title_of(code, language()), remedy_of(code, language()), None)
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            answer.headers[name] = value
    return answer


def _on_unknown(error: Exception) -> Response:
    code = "unavailable" if is_away(error) else "internal"
    wired().log.error("failed", request_id=request_id(), code=code, at=where(error))
    return _answer(code, title_of(code, language()), remedy_of(code, language()), None)


def _answer(code: str, detail: str, remedy: str, error: MatcherError | None) -> Response:
    status = STATUS[code]
    if is_page():
        answer = _page(code, detail, remedy, error)
    else:
        body = _problem(code, detail, remedy, error)
        answer = Response(json.dumps(body, ensure_ascii=False), status, mimetype=PROBLEM_TYPE)
        answer.headers["Content-Language"] = language()
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="qianxian"'
    if status in (429, 503):
        answer.headers["Retry-After"] = "60" if status == 429 else AFTER_SECONDS
    return answer


def _problem(code: str, detail: str, remedy: str, error: MatcherError | None) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": f"{PROBLEMS}/{code}",
        "title": title_of(code, language()),
        "titles": {tongue: title_of(code, tongue) for tongue in LANGUAGES},
        "status": STATUS[code],
        "code": code,
        "reason": code if error is None else error.reason,
        "detail": detail,
        "remedy": remedy,
        "request_id": request_id(),
    }
    if isinstance(error, FieldsInvalid):
        body["errors"] = [_field(error.location, *entry) for entry in error.fields]
    return body


def _field(location: str, pointer: str, code: str, key: str, blanks: Mapping[str, object]) -> dict[str, str]:
    sentence = catalogue(language())[key].format_map(blanks)
    return {"location": location, "pointer": pointer, "code": code, "detail": sentence}


def _page(code: str, detail: str, remedy: str, error: MatcherError | None) -> Response:
    g.setdefault("actor", None)
    status = STATUS[code]
    fragment = "HX-Request" in request.headers
    template = "fragments/problem.html" if fragment else "problem.html"
    words = {"detail": detail, "remedy": remedy, "request_id": request_id(), "fields": _fields(error)}
    html = render_template(template, status=status, **words)
    return Response(html, status, mimetype="text/html")


def _fields(error: MatcherError | None) -> list[tuple[str, str]]:
    """Name and fault of each wrong field, for a person."""
    if not isinstance(error, FieldsInvalid):
        return []
    known, found = catalogue(language()), []
    for pointer, _, key, blanks in error.fields:
        name = pointer.strip("/")
        sentence = known.get(f"console.wrong.{name}", known[key].format_map(blanks))
        found.append((known.get(f"console.field.{name}", name), sentence))
    return found


def _to_login() -> Response:
    """To the log-in page; htmx is told by a header, as it would follow a redirect into a fragment."""
    target = url_for("console.login", next=request.full_path if request.method == "GET" else None)
    if "HX-Request" in request.headers:
        return Response(status=401, headers={"HX-Redirect": url_for("console.login")})
    return Response(status=303, headers={"Location": target})
