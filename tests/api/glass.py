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
    "hold_id": ("none",),
    "take_up_id": ("none",),
    "event_id": (house.FAIR, house.SALON, house.OTHERS_SALON),
    "consent_id": (house.CONSENT,),
    "introduction_id": (house.INTRODUCTION,),
    "import_id": ("none",),
    "run_id": ("none",),
    "notice_id": ("1",),
    "webhook_id": ("none",),
    "building_id": ("BLD-CUIWEI",),
    "visit_id": (house.VISIT,),
    "link_id": ("none",),
    "token": ("none",),
    "station_id": (house.OTHER_STATION,),
    "handover_id": ("none",),
    "contest_id": ("none",),
    "name": ("none",),
    "code": ("not_found",),
}
QUERIES: Final[dict[str, str]] = {
    "/v1/enterprises": "q=",
    "/enterprises/find": "q=湖",
    "/industries": "industry=软件",
    "/v1/industries": "q=软件",
    "/v1/occupations": "q=焊工",
    "/occupations": "occupation=焊工",
    "/enterprises": "q=湖",
    "/events/guests": "q=湖",
    "/v1/graph/around/<enterprise_id>": "depth=3",
    "/v1/graph/around/<enterprise_id>/export.graphml": "depth=3",
    "/v1/needs/<need_id>/partners/why": f"enterprise_id={house.TARGET}",
    "/v1/consents": f"enterprise_id={house.TARGET}",
    "/v1/introductions": f"need_id=NEED-{FIRM}",
}
TABLES: Final = {"tables": 2, "seats": 3, "rounds": 1, "title": "餐饮沙龙", "theme": "团膳"}
CONSENT = {"enterprise_id": house.TARGET, "grantee": "BANK-03", "purpose": "financing", "fields": ["revenue"]}
PRODUCT = {"title": "试探贷", "kind": "loan"}
SHOWN_BY = {"evidence_kind": "visit", "evidence": "2026-11-20 走访"}
# Whatever is asked by sending something: verb, address, body.
SENT: Final[tuple[tuple[str, str, dict[str, Any]], ...]] = (
    ("POST", "/v1/needs/draft", {"text": "办公室想找一家保洁公司"}),  # the canteen's words name its industry
    ("POST", "/v1/partners/query", {"text": house.ASKED}),
    ("POST", "/v1/partners/query", {"text": house.ASKED, "enterprise_id": house.TARGET}),
    ("POST", "/v1/partners/query", {"text": "青瓷餐具与铁锅批发，找客户", "kind": "customers"}),
    ("POST", "/v1/salons/plans", {**TABLES, "event_id": house.SALON}),
    ("POST", "/v1/salons/plans", {**TABLES, "event_id": house.SALON, "guests": [house.TARGET, FIRM]}),
    ("POST", f"/v1/salons/plans/{house.SALON}/replan", {"no_shows": [FIRM]}),
    (
        "POST",
        "/v1/meetings/plans",
        {"title": "一对一", "buyers": [FIRM], "sellers": [house.TARGET], "slots": 2, "tables": 1},
    ),
    ("POST", f"/v1/meetings/plans/{house.SALON}/replan", {"no_shows": [FIRM]}),
    ("POST", f"/v1/fairs/{house.FAIR}/plan", {}),
    ("POST", f"/v1/fairs/{house.FAIR}/plan/replan", {"no_shows": [FIRM]}),
    ("POST", "/v1/salons/plans", TABLES),
    ("POST", "/v1/consents", CONSENT),
    ("POST", "/v1/introductions", {"need_id": f"NEED-{FIRM}", "enterprise_id": house.TARGET}),
    ("PATCH", f"/v1/introductions/{house.INTRODUCTION}", {"state": "met"}),
    ("POST", "/v1/needs", {"enterprise_id": house.TARGET, "text": "想买一批瓷器"}),
    ("PATCH", f"/v1/needs/{house.NEED}", {"published": True}),
    ("POST", f"/v1/needs/{house.NEED}/contact", {}),
    ("POST", f"/v1/needs/{house.NEED}/answer", {"served": True, "satisfaction": 5}),
    ("POST", f"/v1/enterprises/{house.TARGET}/notes", {"text": "看过门店"}),
    ("PUT", "/v1/stations/ST-NONE/terms", {"contact_hours": 1, "question_days": 2, "other_days": 4}),
    ("POST", f"/v1/needs/{house.NEED}/again", {"text": house.ASKED}),
    ("POST", f"/v1/needs/{house.NEED}/merge", {"other_id": house.SECRET_NEED}),
    ("POST", f"/v1/introductions/{house.INTRODUCTION}/messages", {"text": "您好"}),
    ("POST", f"/v1/introductions/{house.INTRODUCTION}/answer", {"accepted": True, "side": "asker"}),
    ("POST", f"/v1/enterprises/{house.TARGET}/handovers", {"to_station": "ST-NONE", "ground": "搬家"}),
    ("PATCH", "/v1/handovers/none", {"accepted": True}),
    ("DELETE", "/v1/handovers/none", {}),
    (
        "POST",
        f"/v1/enterprises/{house.TARGET}/relations",
        {"other_id": "ENT-NONE", "kind": "rival", "source": "企业自述", "until": "2027-01-01"},
    ),
    (
        "POST",
        f"/v1/enterprises/{house.TARGET}/relations/contests",
        {"other_id": "ENT-NONE", "kind": "rival", "reason": "不是"},
    ),
    ("PATCH", "/v1/relation-contests/none", {"upheld": True, "said": "登记无误"}),
    ("POST", "/v1/products", {**PRODUCT, "criteria": []}),
    ("PATCH", f"/v1/products/{house.LOAN}", {"title": "试探贷"}),
    ("POST", "/v1/jobs/check/runs", {}),
    ("PUT", f"/v1/enterprises/{house.TARGET}/industry", {"code": "9999"}),  # known to nobody: nothing changes
    ("PUT", "/v1/openings/OPN-NONE/occupation", {"occupation": "焊工"}),
    ("POST", "/v1/buildings/merges", {"kept": "B-NONE", "gone": "B-NONE"}),
    ("DELETE", "/v1/buildings/merges/M-NONE", {}),
    ("PATCH", "/v1/held-rows/H-NONE", {"cells": {"code": "1"}}),
    ("DELETE", "/v1/held-rows/H-NONE", {}),
    # Joined to nobody, parted from nothing: the answers are heard and the files stay as they are.
    ("POST", f"/v1/enterprises/{house.TARGET}/merges", {"other_id": "ENT-NONE", **SHOWN_BY}),
    ("POST", f"/v1/enterprises/{house.TARGET}/splits", {"name": "另一家", "needs": ["N-NONE"], **SHOWN_BY}),
    ("DELETE", "/v1/identity-changes/C-NONE", {}),
    ("POST", "/v1/products/draft", {"text": "成立满两年，年纳税额不低于20万元"}),
    ("POST", "/v1/products/stories", {"criteria": [], "stories": "- {企业: {}, 结论: 可办}"}),
    ("POST", f"/v1/products/{house.LOAN}/holds", {"enterprise_id": house.TARGET}),
    ("DELETE", "/v1/holds/none", {}),
    ("PUT", "/v1/risk", {"on": True}),
    ("POST", "/v1/risk/decisions", {"items": [{"decision_id": "D", "figures": {}, "bad": False}]}),
    ("DELETE", "/v1/risk/decisions", {}),
    ("POST", f"/v1/needs/{house.LOAN_NEED}/take-ups", {}),
    ("DELETE", f"/v1/needs/{house.LOAN_NEED}/take-ups", {}),
    ("PATCH", "/v1/take-ups/none", {"state": "taken"}),
    ("POST", "/v1/portfolio/start", {}),
    ("DELETE", "/v1/runs/none", {}),
    ("POST", f"/v1/salons/plans/{house.SALON}/attendance", {"attended": []}),
    ("POST", f"/v1/meetings/plans/{house.SALON}/attendance", {"attended": []}),
    ("POST", f"/v1/fairs/{house.FAIR}/plan/attendance", {"attended": []}),
    ("POST", "/v1/notices/1/read", {}),
    ("POST", "/v1/notices/read", {"through": 1}),
    ("PUT", "/v1/notices/settings", {"address": "li@example.com", "mail": "digest"}),
    ("POST", "/v1/calendar", {}),
    ("POST", "/v1/webhooks", {"url": "https://hooks.example.com/qianxian"}),
    ("POST", "/v1/webhooks/none/secret", {}),
    ("POST", "/v1/webhooks/none/enable", {}),
    ("DELETE", "/v1/webhooks/none", {}),
    ("DELETE", "/v1/calendar", {}),
    ("PUT", "/v1/towers/BLD-CUIWEI/officer", {}),
    ("POST", "/v1/visits", {"enterprise_id": house.TARGET, "day": "2026-11-25"}),
    ("PATCH", f"/v1/visits/{house.VISIT}", {"made": True}),
    ("POST", f"/v1/enterprises/{house.TARGET}/links", {}),
    ("DELETE", "/v1/links/none", {}),
)
# The console's forms: address, fields.
FORMS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("/needs/draft", {"text": house.ASKED}),
    ("/needs/preview", {"text": house.ASKED}),
    ("/needs/preview", {"text": house.ASKED, "enterprise_id": house.TARGET}),
    ("/needs", {"text": "想买一批瓷碗", "enterprise_id": house.TARGET}),
    (f"/needs/NEED-{house.STRANGER}/introductions/{house.TARGET}", {}),
    (f"/needs/NEED-{FIRM}/introductions/{house.TARGET}", {}),
    (f"/needs/NEED-{house.STRANGER}/partners/why/{house.TARGET}", {}),
    (f"/needs/NEED-{FIRM}/partners/why/{house.TARGET}", {}),
    (f"/needs/{house.NEED}/contacted", {}),
    (f"/needs/{house.NEED}/again", {"text": house.ASKED}),
    (f"/needs/{house.NEED}/merge", {"other_id": house.SECRET_NEED}),
    (f"/introductions/{house.INTRODUCTION}/answer", {"accepted": True}),
    (f"/introductions/{house.INTRODUCTION}/outcome", {"state": "met", "version": 99}),
    (f"/introductions/{house.INTRODUCTION}/messages", {"text": "您好"}),
    (f"/enterprises/{house.TARGET}/handovers", {"to_station": "ST-NONE", "ground": "搬家"}),
    ("/handovers/none", {"decision": "accept", "version": 1}),
    (
        f"/enterprises/{house.TARGET}/relations",
        {"other": "ENT-NONE", "kind": "rival", "source": "企业自述", "until": "2027-01-01"},
    ),
    (
        f"/enterprises/{house.TARGET}/relations/contests",
        {"other_id": "ENT-NONE", "kind": "rival", "reason": "不是"},
    ),
    ("/relation-contests/none", {"enterprise_id": house.TARGET, "upheld": True, "said": "登记无误"}),
    (f"/needs/{house.NEED}/state", {"state": "matching", "version": 1}),
    (f"/needs/{house.NEED}/answer", {"served": True, "satisfaction": 5}),
    (f"/enterprises/{house.TARGET}/notes", {"text": "看过门店"}),
    ("/stations/ST-NONE/terms", {"version": 0, "contact_hours": 1, "question_days": 2, "other_days": 4}),
    ("/products", PRODUCT),
    (f"/products/{house.LOAN}", {**PRODUCT, "version": 1}),
    (f"/enterprises/{house.TARGET}/consents", {"grantee": "BANK-03", "purpose": "financing"}),
    ("/events/salon", {**TABLES, "must": house.TARGET}),
    (
        "/events/meetings",
        {"title": "一对一", "buyer": FIRM, "seller": house.TARGET, "slots": 2, "tables": 1},
    ),
    (f"/events/{house.FAIR}/fair", {}),
    (f"/events/{house.SALON}/replan", {"absent": FIRM}),
    (f"/enterprises/{house.TARGET}/industry", {"industry": "9999", "version": 1}),
    (f"/enterprises/{house.TARGET}/merges", {"other_id": "ENT-NONE", **SHOWN_BY}),
    (f"/enterprises/{house.TARGET}/splits", {"name": "另一家", "needs": "N-NONE", **SHOWN_BY}),
    ("/identity-changes/C-NONE/undo", {}),
    (f"/events/{house.SALON}/attendance", {}),
    ("/openings/OPN-NONE/occupation", {"occupation": "焊工"}),
    ("/buildings/merges", {"kept": "B-NONE", "gone": "B-NONE"}),
    ("/buildings/merges/M-NONE/undo", {}),
    ("/imports", {"kind": "needs"}),
    ("/imports/I-NONE/cancel", {}),
    ("/held/H-NONE", {"cell:code": "1"}),
    ("/held/H-NONE/drop", {}),
    ("/operations/runs/none/cancel", {}),
    ("/operations/jobs/none", {}),
    ("/products/read", {"text": "成立满两年，年纳税额不低于20万元"}),
    ("/products/stories", PRODUCT),
    (f"/spaces/{house.LOAN}/holds", {"enterprise_id": house.TARGET}),
    ("/holds/none/release", {}),
    ("/risk", {"on": "true"}),
    (f"/needs/{house.LOAN_NEED}/take-ups", {}),
    (f"/needs/{house.LOAN_NEED}/take-ups/stop", {}),
    ("/take-ups/none", {"state": "taken"}),
    ("/portfolio", {}),
    ("/inbox/1", {}),
    ("/inbox/read", {"through": 1}),
    ("/inbox/settings", {"mail": "off", "quiet_from": "20:00", "quiet_until": "08:00", "digest_at": "08:30"}),
    ("/inbox/calendar", {}),
    ("/inbox/calendar/end", {}),
    ("/inbox/webhooks", {"url": "https://hooks.example.com/other"}),
    ("/inbox/webhooks/none/rotate", {}),
    ("/mail-off/none", {}),
    ("/visits", {"enterprise_id": house.TARGET}),
    (f"/visits/{house.VISIT}", {"made": "true"}),
    ("/towers/BLD-CUIWEI", {}),
    (f"/enterprises/{house.TARGET}/links", {}),
    ("/links/none/revoke", {}),
    ("/own/needs", {"text": "会议室想找人装投影"}),
    (f"/own/needs/{house.NEED}/served", {"served": "false", "satisfaction": 1}),
    (f"/own/introductions/{house.INTRODUCTION}", {"accepted": "true"}),
    ("/f/none", {}),
    ("/language", {"language": "en"}),
)
# Rules that are not sent anything, and why.
NOT_SENT: Final[Mapping[str, str]] = {
    "/v1/imports/<import_id>": "ends a file's way and answers with what the file says",
    "/v1/imports": "takes a file and answers with what the file says",
    "/v1/consents/<consent_id>": "would end the consent that the others are asked with",
    "/consents/<consent_id>/withdraw": "would end the consent that the others are asked with",
    "/login": "opens the door and answers with nothing else",
    "/logout": "shuts the door and answers with nothing else",
}


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


def all_heard(app: Any, client: FlaskClient, turn: str = "glass") -> list[Heard]:
    """Whatever this client can get to hear by asking everything; a new `turn` asks it all anew."""
    asked = [(client.get(address), f"GET {address}") for address in addresses(app)]
    for number, (verb, address, body) in enumerate(SENT):
        headers = {"Idempotency-Key": f"{turn}-{number}", "If-Match": '"1"'}
        answer = client.open(address, method=verb, json=body, headers=headers)
        asked.append((answer, f"{verb} {address} {number}"))
    for address, fields in FORMS:
        answer = client.post(address, data=fields)
        asked.append((answer, f"POST {address}"))
        if (onward := answer.headers.get("Location", "")).startswith("/events/"):
            asked += [(client.get(page), f"GET {page}") for page in (onward, f"{onward}/company")]
    # What was planned can be read again and taken along.
    asked += [
        (client.get(address), f"GET again {address}") for address in addresses(app) if "plan" in address
    ]
    return [Heard(where, answer.status_code, whole(answer)) for answer, where in asked]


def unsent(app: Any) -> set[str]:
    """Guarded rules that take something and are sent nothing here."""
    adapter = app.url_map.bind("localhost")
    sent = [(verb, address) for verb, address, _ in SENT] + [("POST", address) for address, _ in FORMS]
    reached = {adapter.match(address, verb, return_rule=True)[0].rule for verb, address in sent}
    writing = {
        rule.rule for rule in app.url_map.iter_rules() if rule.methods & {"POST", "PUT", "PATCH", "DELETE"}
    }
    return writing - reached - NOT_SENT.keys()


def whole(answer: TestResponse) -> str:
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
    # Keys and the numbers of requests are random letters and digits: a word inside one was not told.
    return re.search(rf"(?<![0-9A-Za-z_.]){token}(?![0-9A-Za-z_])", text) is not None
