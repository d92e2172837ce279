"""The OpenAPI 3.1 document, finished from what the routes really do: policies, headers, limits, errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from apiflask import APIFlask
from werkzeug.routing import Rule

from api.auth import PUBLIC, policy_of
from api.errors import CODE_OF_STATUS, PROBLEM_TYPE, title_of
from api.idempotent import FORM, HEADER, REPLAYED
from api.schemas.problems import Problem
from matcher.errors import Misconfigured

Json = dict[str, Any]
COMPONENT: Final = "#/components/schemas/"
ETAG_FORM: Final = r'^"[0-9]{1,18}"$'


def finish(app: APIFlask, document: Json) -> Json:
    """Mend the generated document and add what only we know. Changes it in place and returns it."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    _lift(schemas)
    document["components"]["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "qianxian keys create"},
        "session": {"type": "apiKey", "in": "cookie", "name": "session"},
    }
    schemas["Problem"] = Problem.model_json_schema(ref_template=COMPONENT + "{model}")
    _lift_children(schemas, "Problem")
    for rule, method, operation in _operations(app, document):
        _complete(operation, rule, method, app.view_functions[rule.endpoint])
    return document


def _operations(app: APIFlask, document: Json) -> Iterator[tuple[Rule, str, Json]]:
    for rule in app.url_map.iter_rules():
        path = document["paths"].get(_path(rule), {})
        for method in sorted(rule.methods if rule.methods is not None else ()):
            if method.lower() in path:
                yield rule, method, path[method.lower()]


def _path(rule: Rule) -> str:
    """``/v1/needs/<need_id>`` as ``/v1/needs/{need_id}``."""
    return re.sub(r"<(?:[^<:>]+:)?([^<>]+)>", r"{\1}", rule.rule)


def _complete(operation: Json, rule: Rule, method: str, view: Callable[..., Any]) -> None:
    parameters = operation.setdefault("parameters", [])
    statuses = {400, 405, 422, 500, 503} if method != "GET" or parameters else {405, 500, 503}
    if rule.arguments:
        statuses.add(404)
    if policy_of(view) != PUBLIC:
        statuses |= {401, 403, 429}
        operation["security"] = [{"key": []}, {"session": []}]
        operation["x-policy"] = policy_of(view)
    if "requestBody" in operation:
        operation["requestBody"]["required"] = True
        statuses |= {404, 409, 413, 415}
    if getattr(view, "idempotent", False):
        statuses.add(409)
        _say_idempotent(operation)
    if getattr(view, "conditional", False):
        statuses |= {409, 412, 428}
        parameters.append(_header("If-Match", ETAG_FORM, "The ETag of the version that was read"))
    statuses |= getattr(view, "refuses", frozenset())
    for status in statuses:
        operation["responses"][str(status)] = _problem(status)


def _say_idempotent(operation: Json) -> None:
    note = "1 to 255 visible ASCII characters; the same key and body again give the first answer again"
    operation["parameters"].append(_header(HEADER, f"^{FORM}$", note))
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            replayed = {"schema": {"type": "string", "enum": ["true"]}, "description": "Set on a replay"}
            response.setdefault("headers", {})[REPLAYED] = replayed


def _header(name: str, pattern: str, note: str) -> Json:
    schema = {"type": "string", "pattern": pattern}
    return {"name": name, "in": "header", "required": True, "schema": schema, "description": note}


def _problem(status: int) -> Json:
    code = CODE_OF_STATUS[status]
    return {
        "description": title_of(code, "en"),
        "content": {PROBLEM_TYPE: {"schema": {"$ref": f"{COMPONENT}Problem"}}},
    }


def _lift(schemas: Json) -> None:
    """``Parent.Child`` becomes ``Child``: the same child has the same schema under every parent."""
    for name in [name for name in schemas if "." in name]:
        child = schemas.pop(name)
        short = name.rsplit(".", 1)[1]
        if schemas.setdefault(short, child) != child:
            raise Misconfigured("api.two_schemas", name=short)


def _lift_children(schemas: Json, parent: str) -> None:
    for name, child in schemas[parent].pop("$defs", {}).items():
        schemas.setdefault(name, child)
