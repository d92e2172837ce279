"""The glass house behind the HTTP service, and every way to ask about the target."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.auth import PUBLIC, policy_of
from tests import canaries as house
from tests.factories import FIRM

# What a part of an address may be filled with: the target's things, and those that lead to it.
PLACES: Final[dict[str, tuple[str, ...]]] = {
    "enterprise_id": (house.TARGET, FIRM, house.STRANGER),
    "need_id": (
        house.NEED,
        house.SECRET_NEED,
        house.LOAN_NEED,
        f"NEED-{FIRM}",
        f"NEED-{house.NEIGHBOUR}",
        f"NEED-{house.STRANGER}",
    ),
    "product_id": (house.LOAN, house.OTHER_LOAN),
    "event_id": (house.FAIR, house.SALON, house.OTHERS_SALON),
    "consent_id": (house.CONSENT,),
    "introduction_id": (house.INTRODUCTION,),
    "import_id": ("none",),
    "run_id": ("none",),
    "name": ("none",),
    "code": ("not_found",),
}
QUERIES: Final[dict[str, str]] = {
    "/v1/enterprises": "q=",
    "/enterprises/find": "q=湖",
    "/enterprises": "q=湖",
    "/events/guests": "q=湖",
    "/v1/graph/around/<enterprise_id>": "depth=3",
    "/v1/graph/around/<enterprise_id>/export.graphml": "depth=3",
    "/v1/needs/<need_id>/partners/why": f"enterprise_id={house.TARGET}",
    "/v1/consents": f"enterprise_id={house.TARGET}",
    "/v1/introductions": f"need_id=NEED-{FIRM}",
}
TABLES: Final = {"tables": 2, "seats": 3, "rounds": 1, "title": "餐饮沙龙", "theme": "团膳"}
# Questions that are asked by POST, and plans that are made.
POSTS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("/v1/partners/query", {"text": house.ASKED}),
    ("/v1/partners/query", {"text": house.ASKED, "enterprise_id": house.TARGET}),
    ("/v1/partners/query", {"text": "青瓷餐具与铁锅批发，找客户", "kind": "customers"}),
    ("/v1/salons/plans", {**TABLES, "event_id": house.SALON}),
    ("/v1/salons/plans", {**TABLES, "event_id": house.SALON, "guests": [house.TARGET, FIRM]}),
    (
        "/v1/meetings/plans",
        {"title": "一对一", "buyers": [FIRM], "sellers": [house.TARGET], "slots": 2, "tables": 1},
    ),
    (f"/v1/fairs/{house.FAIR}/plan", {}),
    ("/v1/salons/plans", TABLES),
    (
        "/v1/consents",
        {"enterprise_id": house.TARGET, "grantee": "BANK-03", "purpose": "financing", "fields": ["revenue"]},
    ),
    ("/v1/introductions", {"need_id": f"NEED-{FIRM}", "enterprise_id": house.TARGET}),
    ("/v1/needs", {"enterprise_id": house.TARGET, "text": "想买一批瓷器"}),
)


@dataclass(frozen=True)
class Heard:
    """One answer: where it came from and all of it as text."""

    where: str
    status: int
    text: str


def addresses(app: Any) -> Iterator[str]:
    """Every address of a guarded or public GET route, with the target's things in its places."""
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or "static" in rule.endpoint or policy_of_rule(app, rule) is None:
            continue
        query = QUERIES.get(rule.rule)
        for path in filled(rule.rule):
            yield path if query is None else f"{path}?{query}"


def filled(rule: str) -> Iterator[str]:
    """The rule with every combination of what its places can hold."""
    places = re.findall(r"<(?:([^<>:]+):)?(\w+)>", rule)
    choices = [_choices(kind) if kind.startswith("any(") else PLACES[name] for kind, name in places]
    for values in itertools.product(*choices):
        path = rule
        for value in values:
            path = re.sub(r"<[^<>]+>", value, path, count=1)
        yield path


def _choices(kind: str) -> tuple[str, ...]:
    return tuple(kind.removeprefix("any(").removesuffix(")").split(","))


def policy_of_rule(app: Any, rule: Any) -> str | None:
    """The action of a rule; PUBLIC ones count as well."""
    found = policy_of(app.view_functions[rule.endpoint])
    return None if found is None else str(found) or PUBLIC


def all_heard(app: Any, client: FlaskClient) -> list[Heard]:
    """Whatever this client can get to hear by asking everything."""
    asked = [(client.get(address), f"GET {address}") for address in addresses(app)]
    for number, (address, body) in enumerate(POSTS):
        headers = {"Idempotency-Key": f"glass-{number}"}
        asked.append((client.post(address, json=body, headers=headers), f"POST {address} {number}"))
    # What was planned can be read again and taken along.
    asked += [
        (client.get(address), f"GET again {address}") for address in addresses(app) if "plan" in address
    ]
    return [Heard(where, answer.status_code, _whole(answer)) for answer, where in asked]


def _whole(answer: TestResponse) -> str:
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers)
    if answer.data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
            return head + "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    # Folded lines of a calendar are one line again.
    return head + answer.data.decode("utf-8", "replace").replace("\r\n ", "")


def words_of(text: str, words: Mapping[str, tuple[str, ...]]) -> set[str]:
    """The fields of which a word stands in a text; digits count as whole numbers, not inside longer ones."""
    return {field for field, tokens in words.items() if any(_stands(token, text) for token in tokens)}


def _stands(token: str, text: str) -> bool:
    if not token.isdigit():
        return token in text
    return re.search(rf"(?<![\d.]){token}(?!\d)", text) is not None
