"""Vacancies over HTTP and on a firm's file: the occupation read from the title, confirmed, corrected."""

from __future__ import annotations

import pytest

from matcher.domain.access import Role
from matcher.services import occupations
from tests.factories import FIRM, an_enterprise, an_opening


@pytest.fixture
def station(service):
    def read(session):
        an_enterprise(session, enterprise_id=FIRM)
        an_opening(session, opening_id="OPN-1", enterprise_id=FIRM, title="电焊工（包住）", occupation=None)
        recogniser, _ = occupations.learned_from_rows(session)
        occupations.read(session, recogniser, occupations.unread(session))

    service.change(read)
    return service


def test_an_occupation_that_was_read_is_shown_as_such_and_given_once_confirmed(station) -> None:
    client = station.client(Role.OFFICER)
    (one,) = client.get(f"/v1/enterprises/{FIRM}/openings").json["items"]
    assert (one["occupation"]["name"], one["occupation"]["inferred"]) == ("焊工", True)
    assert one["candidates"][0]["code"] == "6-18-02-04"
    done = client.put("/v1/openings/OPN-1/occupation", json={"occupation": "铆工"}).json
    assert done["occupation"] == {"code": "6-18-01-11", "name": "铆工", "inferred": False, "confidence": None}
    assert done["candidates"] == []
    wrong = client.put("/v1/openings/OPN-1/occupation", json={"occupation": "打铁的"})
    assert wrong.status_code == 422
    assert "打铁的" in wrong.json["detail"]


def test_the_classification_is_searched_by_a_usual_title(station) -> None:
    found = station.client(Role.OFFICER).get("/v1/occupations?q=骑手").json["items"]
    assert found[0]["name"] == "网约配送员"


def test_the_file_shows_vacancies_and_takes_a_confirmation(station) -> None:
    client = station.client(Role.OFFICER)
    page = client.get(f"/enterprises/{FIRM}/openings").text
    assert "焊工（由岗位名称推断" in page
    told = client.post("/openings/OPN-1/occupation", data={"occupation": "焊工"})
    assert told.status_code == 200
    assert "由岗位名称推断" not in told.text
    assert "已按此记录" in told.text
