"""A case over HTTP: promised, kept or missed, closed on evidence, answered by the firm, counted honestly."""

import uuid
from datetime import timedelta

import pytest

from matcher.domain.access import Role
from tests.factories import FIRM, an_enterprise


@pytest.fixture
def officer(service):
    service.change(lambda session: an_enterprise(session, enterprise_id=FIRM, name="本企业"))
    return service.client(Role.OFFICER)


@pytest.fixture
def firm(service):
    return service.client(Role.ENTERPRISE)


@pytest.fixture
def told(officer, firm) -> str:
    """The address of a need that the firm sent itself."""
    return f"/v1/needs/{sent(firm)['need_id']}"


def sent(client, text: str = "办公楼要找一家做外墙清洗的公司，下个月完工") -> dict:
    body = {"enterprise_id": FIRM, "text": text}
    made = client.post("/v1/needs", json=body, headers={"Idempotency-Key": str(uuid.uuid4())})
    assert made.status_code == 201, made.json
    return made.json


def patch(client, address: str, **changes):
    return client.patch(address, json=changes, headers={"If-Match": client.get(address).headers["ETag"]})


def later(service, **time) -> None:
    service.clock.now += timedelta(**time)


def test_a_firm_that_wrote_is_called_within_the_hour_or_the_head_knows(service, officer, told) -> None:
    assert officer.get(f"{told}/case").json["contact"] == "running"
    later(service, minutes=50)
    assert officer.get(f"{told}/case").json["contact"] == "soon"
    later(service, minutes=11)
    late = officer.get(f"{told}/case").json
    assert (late["contact"], late["escalated"]) == ("overdue", True)
    called = officer.post(f"{told}/contact").json
    assert (called["contact"], called["escalated"]) == ("late", False)
    assert [step["act"] for step in called["steps"]] == ["opened", "contacted"]


def test_closing_needs_evidence_and_the_firm_has_the_last_word(service, officer, firm, told) -> None:
    refused = patch(officer, told, state="closed")
    assert (refused.status_code, refused.json["reason"]) == (422, "needs.evidence_needed")
    assert patch(officer, told, state="closed", evidence="合同 2026-117").json["state"] == "closed"
    assert officer.get(f"{told}/case").json["answer"] == "kept"
    assert officer.post(f"{told}/answer", json={"served": True, "satisfaction": 5}).status_code == 403
    disputed = firm.post(f"{told}/answer", json={"served": False, "satisfaction": 1, "reason": "没人来"}).json
    assert (disputed["state"], disputed["reopened"], disputed["answered_at"]) == ("open", 1, None)
    again = firm.post(f"{told}/answer", json={"served": False, "satisfaction": 1})
    assert (again.status_code, again.json["reason"]) == (409, "needs.nothing_to_answer")
    later(service, days=5)
    content = firm.post(f"{told}/answer", json={"served": True, "satisfaction": 4}).json
    assert (content["state"], content["answer"], content["confirmed"]) == ("closed", "late", True)
    acts = [line["action"] for line in officer.get(f"/v1/enterprises/{FIRM}/file").json["timeline"]]
    assert "needs.closed" in acts


def test_the_same_need_again_opens_its_case_as_the_answer_did_not_last(service, officer, firm, told) -> None:
    patch(officer, told, state="closed", evidence="合同 2026-117")
    assert officer.get("/v1/stations/figures").json["own"]["kept"] == 1
    later(service, days=1)
    assert told.endswith(sent(firm)["need_id"])
    first = officer.get(f"{told}/case").json
    assert (first["state"], first["reopened"], first["answered_at"]) == ("open", 1, None)
    own = officer.get("/v1/stations/figures").json["own"]
    assert (own["opened"], own["kept"], own["reopened"]) == (1, 0, 1)


def test_the_own_station_reads_its_figures_and_the_administrator_rounded_counts(
    service, officer, told
) -> None:
    later(service, days=5)
    view = officer.get("/v1/stations/figures?days=30").json
    assert view["own"]["overdue"] >= 1
    assert told.endswith(tuple(line["need_id"] for line in view["overdue"]))
    assert view["own"]["contact_owed"] == 1
    assert view["own"]["contact_kept"] == 0
    counts = service.client(Role.ADMINISTRATOR).get("/v1/stations/figures").json
    assert (counts["own"], counts["overdue"]) == (None, [])
    assert {line["opened"] for line in counts["stations"]} <= {None, 10, 15}  # fewer than ten are not told
    assert service.client(Role.BANK).get("/v1/stations/figures").status_code == 403
