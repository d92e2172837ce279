"""The contract's table of routes against the document: nothing promised is missing."""

import pytest

TABLE = """
POST /v1/needs
GET /v1/needs
PATCH /v1/needs/{}
POST /v1/needs/draft
GET /v1/needs/{}/partners
GET /v1/enterprises/{}/partners
POST /v1/partners/query
POST /v1/introductions
PATCH /v1/introductions/{}
GET /v1/enterprises/{}/file
GET /v1/products/{}/eligible-firms
GET /v1/products/{}/counts
GET /v1/enterprises/{}/loans
GET /v1/enterprises/{}/next-questions
POST /v1/consents
DELETE /v1/consents/{}
GET /v1/enterprises/{}/disclosures
GET /v1/fairs/{}/invitees
GET /v1/enterprises/{}/fairs
POST /v1/fairs/{}/plan
POST /v1/salons/plans
GET /v1/salons/plans/{}
POST /v1/salons/plans/{}/replan
GET /v1/salons/plans/{}/export.xlsx
GET /v1/salons/plans/{}/export.ics
POST /v1/meetings/plans
GET /v1/meetings/plans/{}
POST /v1/meetings/plans/{}/replan
GET /v1/meetings/plans/{}/export.xlsx
GET /v1/meetings/plans/{}/export.ics
GET /v1/needs/{}/partners/why
GET /v1/groups
GET /v1/chain-gaps
GET /v1/enterprises/{}/policies
GET /v1/enterprises/{}/spaces
GET /v1/graph/around/{}
POST /v1/imports
GET /v1/imports/{}
GET /v1/enterprises/{}/identity
POST /v1/enterprises/{}/merges
POST /v1/enterprises/{}/splits
DELETE /v1/identity-changes/{}
DELETE /v1/imports/{}
GET /v1/health
GET /v1/ready
GET /v1/snapshots
GET /v1/jobs
POST /v1/jobs/{}/runs
GET /v1/runs/{}
""".strip().splitlines()
# Not in the table, but without them its routes could not be used.
BESIDE = """
GET /v1/products
POST /v1/products
PATCH /v1/products/{}
GET /v1/consents
GET /v1/fairs
GET /v1/needs/{}/parties
GET /v1/needs/{}/classes
GET /v1/introductions/{}
""".strip().splitlines()
CREATING = ("/v1/introductions", "/v1/consents", "/v1/products", "/v1/salons/plans", "/v1/meetings/plans")


@pytest.fixture
def operations(service):
    import re

    paths = service.client().get("/v1/openapi.json").json["paths"]
    return {
        f"{method.upper()} {re.sub(r'{[^}]+}', '{}', path)}": operation
        for path, found in paths.items()
        for method, operation in found.items()
    }


def test_every_route_of_the_contract_is_in_the_document(operations) -> None:
    assert [line for line in (*TABLE, *BESIDE) if line not in operations] == []


def test_posts_that_create_take_an_idempotency_key(operations) -> None:
    for path in CREATING:
        headers = {one["name"] for one in operations[f"POST {path}"]["parameters"]}
        assert "Idempotency-Key" in headers, path


def test_answers_from_the_graph_carry_its_stamp(operations, service) -> None:
    schemas = service.client().get("/v1/openapi.json").json["components"]["schemas"]
    for route in ("GET /v1/products/{}/eligible-firms", "GET /v1/enterprises/{}/loans", "GET /v1/groups"):
        answer = operations[route]["responses"]["200"]["content"]["application/json"]["schema"]
        shape = schemas[answer["$ref"].rsplit("/", 1)[1]]
        assert {"snapshot_id", "as_of"} <= set(shape["required"]), route


def test_bodies_of_plans_bring_an_example(operations, service) -> None:
    schemas = service.client().get("/v1/openapi.json").json["components"]["schemas"]
    assert schemas["SalonBody"]["examples"]
    assert schemas["MeetingsBody"]["examples"]
