"""The document is what the server does."""

import re

from openapi_spec_validator import OpenAPIV31SpecValidator

from api.auth import PUBLIC, policy_of


def test_the_document_is_valid_openapi(service) -> None:
    document = service.client().get("/v1/openapi.json").json
    assert document["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(document).validate()


def test_every_route_under_v1_is_in_it(service) -> None:
    document = service.client().get("/v1/openapi.json").json
    hidden = {"/v1/openapi.json", "/v1/docs", "/v1/metrics"}
    for rule in service.app.url_map.iter_rules():
        path = re.sub(r"<([^>]+)>", r"{\1}", rule.rule)
        if not path.startswith("/v1") or path in hidden:
            continue
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            operation = document["paths"][path][method.lower()]
            guarded = policy_of(service.app.view_functions[rule.endpoint]) != PUBLIC
            assert ("security" in operation) == guarded, path
            assert operation["summary"], path
            if guarded:
                assert {"401", "403", "429"} <= operation["responses"].keys()


def test_errors_are_problems_and_bodies_are_required(service) -> None:
    document = service.client().get("/v1/openapi.json").json
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method in ("post", "patch") and "requestBody" in operation:
                assert operation["requestBody"]["required"] is True, path
            for status, response in operation["responses"].items():
                if status >= "4":
                    assert list(response["content"]) == ["application/problem+json"], (path, status)


def test_no_shape_is_written_twice(service) -> None:
    names = service.client().get("/v1/openapi.json").json["components"]["schemas"]
    assert not [name for name in names if not re.fullmatch(r"[A-Za-z]+", name)]


def test_the_page_for_people_loads_nothing_from_elsewhere(service) -> None:
    page = service.client().get("/v1/docs")
    assert page.status_code == 200
    assert "http" not in re.sub(r"http-equiv", "", page.text)
