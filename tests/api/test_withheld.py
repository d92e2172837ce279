"""A firm that closes between two snapshots is gone from every list, page, drawing and export at once.

Every address is asked and everything that can be sent is sent, by each audience, before and after: whatever
named the firm names it no more, but for the records of what has been. Nothing is recomputed in between.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import pytest
import sqlalchemy as sa

from matcher.services import event_gone, partners
from matcher.storage.consents import Consent
from matcher.storage.enterprises import Enterprise
from tests import canaries as house
from tests.api.glass import TABLES, Heard, all_heard, whole
from tests.api.test_fields import REGISTERED, Glass, served
from tests.conftest import fresh_database
from tests.factories import FIRM, NOW

NAME: Final = "晴岚"
# Addresses that still name it, by the audience, and why: records of what was, none is a list to choose
# from. Its own station keeps its file, its register and its cases; elsewhere only what was introduced stays.
FILES: Final = rf"(GET|POST) (/v1)?/enterprises/({FIRM}|{house.STRANGER})/(file|case-file|introductions)$"
INTRODUCED: Final = (FILES, r"GET /v1/introductions", r"GET /needs/NEED-ENT-\w+$", r"GET /own$")
WHY: Final = (r"\w+ (/v1)?/needs/NEED-ENT-\w+/partners/why",)  # asked about by its id: why it is not listed
OWN: Final = (
    r"\w+ (/v1)?/(enterprises|needs|graph/around|cases|introductions|visits|notes|consents)\S*TARGET",
    r"GET (/v1)?/(cases|notices|inbox|needs|visits|take/\w+\.\w+|enterprises/find\?q=湖|enterprises\?q=)$",
    r"GET /v1/consents",
    r"POST /v1/(needs|visits)$",
)
RECORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "bank_with_consent": (r"GET /v1/consents",),  # the paper it was given
    "organizer": (),
    "other_firm": (*INTRODUCED, *WHY),
    "other_station": (*INTRODUCED, *WHY),
    "own_station": (*OWN, *INTRODUCED, *WHY),
}
# Where it must have stood before, or the test would see nothing go.
SHOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "own_station": (
        f"/v1/needs/NEED-{FIRM}/partners",
        f"/v1/needs/NEED-{FIRM}/parties",
        f"/v1/graph/around/{house.NEIGHBOUR}?depth=3",
        f"/v1/graph/around/{house.NEIGHBOUR}/export.graphml?depth=3",
        "/v1/chain-gaps",
        "/shared",
        "/events/guests?q=湖",
    ),
    "other_station": (f"/v1/needs/NEED-{house.STRANGER}/partners", "/events/guests?q=湖"),
    "other_firm": (f"/v1/enterprises/{FIRM}/partners", f"/enterprises/{FIRM}/partners/both"),
    "organizer": (
        f"/v1/fairs/{house.FAIR}/invitees",
        f"/v1/fairs/{house.FAIR}/plan",
        f"/v1/fairs/{house.FAIR}/plan/export.svg",
        f"/v1/fairs/{house.FAIR}/plan/export.xlsx",
        f"/v1/salons/plans/{house.SALON}",
        f"/v1/salons/plans/{house.SALON}/export.xlsx",
        f"/events/{house.SALON}",
        f"/events/{house.SALON}/company",
        f"/events/{house.SALON}/print",
        f"/events/{house.FAIR}/floor.svg",
    ),
    "bank_with_consent": (
        f"/v1/products/{house.LOAN}/eligible-firms",
        f"/products/{house.LOAN}/firms",
        f"/products/{house.LOAN}/firms.xlsx",
        f"/products/{house.LOAN}/firms.csv",
        "/v1/take-ups",
        "/take-ups",
    ),
}


@pytest.fixture(scope="module")
def glass(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Glass]:
    home = tmp_path_factory.mktemp("withheld")
    with fresh_database(request, "sqlite", home) as url:
        yield from served(REGISTERED, url, home)


@pytest.fixture(autouse=True)
def open_again(glass: Glass) -> None:
    """It trades, its events are planned, and its station has put its loan need to the bank."""
    turn(glass, status="active", listed=True)
    organizer, station = client_of(glass, "organizer"), client_of(glass, "own_station")
    for client, address, body in (
        (organizer, "/v1/salons/plans", {**TABLES, "event_id": house.SALON, "guests": [house.TARGET, FIRM]}),
        (organizer, f"/v1/fairs/{house.FAIR}/plan", {}),
        (station, f"/v1/needs/{house.LOAN_NEED}/take-ups", {}),
    ):
        answer = client.post(address, json=body, headers={"Idempotency-Key": secrets.token_hex(8)})
        assert answer.status_code in (200, 201, 409)  # the line may be running already


def client_of(glass: Glass, audience: str) -> Any:
    client = glass.app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {glass.keys[audience]}"
    return client


def turn(glass: Glass, **values: object) -> None:
    """What the firm's row says from now on."""
    firm = sa.update(Enterprise).where(Enterprise.enterprise_id == house.TARGET)
    with glass.store.writing.begin() as session:
        session.execute(firm.values(**values))


def named(heard: list[Heard]) -> set[str]:
    """Where the firm was told of; an error that repeats the id which was asked for tells nothing."""
    found = set()
    for one in heard:
        text = one.text.replace(one.where.split()[1], "")
        if one.status < 400 and (NAME in text or house.TARGET in text):
            found.add(re.sub(r" \d+$", "", one.where).replace("GET again", "GET"))
    return found


@pytest.mark.parametrize("audience", RECORDS)
def test_a_firm_that_closed_is_gone_from_all_that_each_audience_can_ask(glass: Glass, audience: str) -> None:
    client, live = client_of(glass, audience), SHOWN[audience]
    assert named([ask(client, address) for address in live]) == {f"GET {address}" for address in live}
    turn(glass, status="closed")
    # What was planned and put to banks before it closed is looked at first: the rest plans anew.
    after = named([*(ask(client, address) for address in live), *all_heard(glass.app, client)])
    kept = [re.compile(pattern) for pattern in RECORDS[audience]]
    assert {where for where in after if not any(one.search(where) for one in kept)} == set()


@pytest.mark.parametrize("audience", ["other_firm", "other_station"])
def test_a_firm_that_hides_is_gone_from_what_others_choose_from(glass: Glass, audience: str) -> None:
    client = client_of(glass, audience)
    turn(glass, listed=False)
    for address in SHOWN[audience]:
        assert named([ask(client, address)]) == set(), address


def test_a_consent_withdrawn_ends_what_the_bank_can_ask(glass: Glass) -> None:
    client = client_of(glass, "bank_with_consent")
    consent = sa.update(Consent).where(Consent.consent_id == house.CONSENT)
    try:
        with glass.store.writing.begin() as session:
            session.execute(consent.values(revoked_at=NOW))
        for address in SHOWN["bank_with_consent"]:
            assert named([ask(client, address)]) == set(), address
    finally:
        with glass.store.writing.begin() as session:
            session.execute(consent.values(revoked_at=None))


def ask(client: Any, address: str) -> Heard:
    answer = client.get(address)
    return Heard(f"GET {address}", answer.status_code, whole(answer))


def test_why_a_closed_firm_is_not_listed_is_that_it_is_not_recommended(glass: Glass) -> None:
    client = client_of(glass, "other_firm")
    address = f"/v1/needs/NEED-{FIRM}/partners/why?enterprise_id={house.TARGET}"
    assert client.get(address).json["rank"] == 1
    turn(glass, status="closed")
    answer = client.get(address).json
    assert (answer["rank"], answer["failed"]) == (None, ["active"])


def test_the_day_planned_again_leaves_a_closed_guest_out_without_being_told(glass: Glass) -> None:
    client, address = client_of(glass, "organizer"), f"/v1/salons/plans/{house.SALON}"
    turn(glass, status="closed")
    again = client.post(
        f"{address}/replan", json={"lost_tables": [2]}, headers={"Idempotency-Key": secrets.token_hex(8)}
    )
    assert again.status_code == 200
    assert again.json["plan"]["guests"] == [FIRM]
    assert named([Heard(f"POST {address}", 200, again.text)]) == set()


def test_a_plan_without_its_closed_guest_keeps_every_other_in_place() -> None:
    plan = {
        "guests": ["A", "B", "C"],
        "hosts": ["A", "B"],
        "apart": [["A", "B", "rival"]],
        "before": [["B", "C"]],
        "pins": [["A", 1, 1], ["C", 1, 2]],
        "rounds": [[["A", "C"], ["B"]]],
        "violations": [{"label": "met_before", "who": ["B", "C"], "turn": 1, "table": 2}],
        "least": {"A": 1, "C": 2},
    }
    assert event_gone.without(plan, {"A"}) == {
        "guests": ["B", "C"],
        "hosts": [None, "B"],
        "apart": [],
        "before": [["B", "C"]],
        "pins": [["C", 1, 2]],
        "rounds": [[["C"], ["B"]]],
        "violations": [{"label": "met_before", "who": ["B", "C"], "turn": 1, "table": 2}],
        "least": {"C": 2},
    }


def test_a_list_that_trusts_its_snapshot_would_still_name_it(
    glass: Glass, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What each path would say without a look at the rows of this moment."""
    turn(glass, status="closed")

    def trusting(_session: Any, _actor: Any, identifiers: Sequence[str], *_rest: Any) -> frozenset[str]:
        return frozenset(identifiers)

    monkeypatch.setattr(partners, "_allowed", trusting)
    monkeypatch.setattr(event_gone, "closed_guests", lambda *_: frozenset())
    firms, organizers = client_of(glass, "other_firm"), client_of(glass, "organizer")
    assert named([ask(firms, f"/v1/enterprises/{FIRM}/partners")])
    assert named([ask(organizers, f"/v1/salons/plans/{house.SALON}")])
