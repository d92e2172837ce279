"""What is not yours looks like what is not there, for every address that names something and every verb.

Somebody with the same role in another scope asks for each of the target's things: the answer is the one for
a thing that does not exist, byte for byte but for the id, and nothing has changed. Taking one rule of
scope away makes the same questions find something: the test can fail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from matcher.domain.access import Role
from matcher.services import enterprises, partners
from matcher.storage import Base
from tests import canaries as house
from tests.api.glass import words_of
from tests.api.test_fields import Glass, served
from tests.canaries import FULL, VARIANTS
from tests.conftest import ENGINES, fresh_database

# Who stands outside, by whose things are asked for. They hold the same role in another scope.
OUTSIDERS = ("other_firm", "other_station", "bank", "organizer")
# The target's things that each outsider has no part in, by the name of the place in an address.
THINGS = {
    "enterprise_id": house.TARGET,
    "need_id": house.NEED,
    "consent_id": house.CONSENT,
    "introduction_id": house.INTRODUCTION,
}
OF_OUTSIDER = {
    "bank": {"product_id": house.LOAN},
    "organizer": {"event_id": house.OTHERS_SALON},
    "other_station": {"event_id": house.OTHERS_SALON},
}
# Bodies that are well formed, so that it is the scope which answers.
BODIES: dict[str, dict[str, Any]] = {
    "/v1/needs/<need_id>": {"title": "改动"},
    "/v1/needs/<need_id>/answer": {"served": True, "satisfaction": 5},
    "/v1/needs/<need_id>/again": {"text": "还是午餐"},
    "/v1/needs/<need_id>/merge": {"other_id": house.SECRET_NEED},
    "/v1/introductions/<introduction_id>/answer": {"accepted": False, "reason": "不合适", "proof": "电话"},
    "/v1/introductions/<introduction_id>/messages": {"text": "您好"},
    "/v1/enterprises/<enterprise_id>/notes": {"text": "看过门店"},
    "/v1/enterprises/<enterprise_id>/handovers": {"to_station": house.OTHER_STATION, "ground": "搬家"},
    "/v1/enterprises/<enterprise_id>/relations": {
        "other_id": house.NEIGHBOUR,
        "kind": "rival",
        "source": "企业自述",
        "until": "2027-01-01",
    },
    "/v1/enterprises/<enterprise_id>/relations/contests": {
        "other_id": house.NEIGHBOUR,
        "kind": "rival",
        "reason": "不是",
    },
    "/v1/introductions/<introduction_id>": {"state": "met", "evidence": "通话记录"},
    "/v1/products/<product_id>": {"title": "改动"},
    "/v1/products/<product_id>/holds": {"enterprise_id": house.TARGET},
    "/v1/needs/<need_id>/take-ups": {},
    "/v1/enterprises/<enterprise_id>/merges": {
        "other_id": house.NEIGHBOUR,
        "evidence_kind": "licence",
        "evidence": "营业执照",
    },
    "/v1/enterprises/<enterprise_id>/splits": {
        "name": "另一家企业",
        "evidence_kind": "licence",
        "evidence": "营业执照",
    },
    "/v1/fairs/<event_id>/plan": {},
    "/v1/fairs/<event_id>/plan/replan": {"no_shows": [house.TARGET]},
    "/v1/fairs/<event_id>/plan/attendance": {"attended": [house.TARGET]},
    "/v1/salons/plans/<event_id>/replan": {"no_shows": [house.TARGET]},
    "/v1/meetings/plans/<event_id>/replan": {"no_shows": [house.TARGET]},
    "/v1/salons/plans/<event_id>/attendance": {"attended": [house.TARGET]},
    "/v1/meetings/plans/<event_id>/attendance": {"attended": [house.TARGET]},
}
QUERIES = {"/v1/needs/<need_id>/partners/why": f"?enterprise_id={house.TARGET}"}
# Answers to a question about somebody, not addresses of a thing: an empty list either way.
NOBODY = "X-NOBODY-0000"


@pytest.fixture(scope="module", params=ENGINES)
def glass(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Glass]:
    home = tmp_path_factory.mktemp("scope")
    with fresh_database(request, request.param, home) as url:
        yield from served(VARIANTS[0], url, home)


def asked_of(app: Any, outsider: str) -> Iterator[tuple[str, str, str]]:
    """(verb, rule, name of its one place) of JSON routes that name a thing the outsider has no part in."""
    things = THINGS | OF_OUTSIDER.get(outsider, {})
    for rule in app.url_map.iter_rules():
        names = re.findall(r"<(?:[^<>:]+:)?(\w+)>", rule.rule)
        if rule.rule.startswith("/v1") and len(names) == 1 and names[0] in things:
            for verb in sorted(rule.methods & {"GET", "POST", "PATCH", "DELETE"}):
                yield verb, rule.rule, names[0]


def ask(client: Any, verb: str, rule: str, thing: str) -> tuple[int, str]:
    """Status and body without the id and what differs from request to request."""
    address = re.sub(r"<[^<>]+>", thing, rule) + QUERIES.get(rule, "")
    headers = {"If-Match": '"1"', "Idempotency-Key": f"k-{thing}", "X-Request-ID": "scope-00000001"}
    body = BODIES.get(rule) if verb in ("POST", "PATCH") else None
    answer = client.open(address, method=verb, json=body, headers=headers)
    return answer.status_code, answer.get_data(as_text=True).replace(thing, "<id>")


def client_of(glass: Glass, audience: str) -> Any:
    client = glass.app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {glass.keys[audience]}"
    return client


def fingerprint(glass: Glass) -> dict[str, list[Any]]:
    """Every row but the journal's: who asked may be written down."""
    with glass.store.reading.begin() as session:
        tables = [table for table in Base.metadata.sorted_tables if table.name != "journal"]
        return {
            table.name: session.execute(sa.select(table).order_by(*table.primary_key)).all()
            for table in tables
        }


@pytest.mark.parametrize("outsider", OUTSIDERS)
def test_not_yours_and_not_there_are_told_alike_and_change_nothing(glass: Glass, outsider: str) -> None:
    things, client = THINGS | OF_OUTSIDER.get(outsider, {}), client_of(glass, outsider)
    before, seen = fingerprint(glass), 0
    for verb, rule, place in asked_of(glass.app, outsider):
        theirs, nobodys = ask(client, verb, rule, things[place]), ask(client, verb, rule, NOBODY)
        assert theirs == nobodys, (outsider, verb, rule)
        assert theirs[0] in (403, 404), (outsider, verb, rule, theirs)
        assert words_of(theirs[1], FULL) == set(), (outsider, verb, rule)
        seen += theirs[0] == 404
    assert seen >= 2
    assert fingerprint(glass) == before


@pytest.mark.parametrize(
    ("module", "name", "outsider"),
    [
        (enterprises, "require_enterprise", "other_station"),
        (enterprises, "require_enterprise", "other_firm"),
        (partners, "require_enterprise", "other_station"),
        (partners, "_may_speak", "other_firm"),
    ],
)
def test_a_rule_of_scope_taken_away_is_found_out(
    glass: Glass, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, outsider: str
) -> None:
    monkeypatch.setattr(module, name, lambda *_: True)
    client = client_of(glass, outsider)
    found = [
        rule
        for verb, rule, place in asked_of(glass.app, outsider)
        if verb == "GET" and place in ("enterprise_id", "need_id")
        if ask(client, verb, rule, THINGS[place])[0] == 200
    ]
    assert found


FORBIDDEN_MEMBERS = ("status", "score", "verified", "consent", "station", "station_id", "created_by", "owner")


@pytest.mark.parametrize("member", FORBIDDEN_MEMBERS)
def test_no_body_sets_what_only_the_house_sets(glass: Glass, member: str) -> None:
    client = client_of(glass, "own_station")
    need = f"NEED-{house.NEIGHBOUR}"
    before = fingerprint(glass)
    for verb, address, body in (
        ("PATCH", f"/v1/needs/{need}", {}),
        ("POST", "/v1/needs", {"enterprise_id": house.NEIGHBOUR, "text": "想买一批桌椅"}),
        ("POST", "/v1/introductions", {"need_id": need, "enterprise_id": house.TARGET}),
        (
            "POST",
            "/v1/consents",
            {
                "enterprise_id": house.TARGET,
                "grantee": "BANK-04",
                "purpose": "financing",
                "fields": ["revenue"],
                "proof": "纸质授权",
            },
        ),
        ("PATCH", f"/v1/introductions/{house.INTRODUCTION}", {"state": "met"}),
    ):
        headers = {"If-Match": '"1"', "Idempotency-Key": f"m-{member}"}
        answer = client.open(address, method=verb, json={**body, member: "1"}, headers=headers)
        assert answer.status_code == 422, (verb, address, member)
    assert fingerprint(glass) == before


def test_there_is_an_outsider_of_every_role_that_owns_things(glass: Glass) -> None:
    roles = {house.SCOPES[name][0] for name in OUTSIDERS}
    assert roles == {role.value for role in Role} - {"administrator", "auditor"}
