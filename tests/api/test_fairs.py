"""Classes of graduates for a need for people, over HTTP."""

from __future__ import annotations

from matcher.domain.access import Role
from tests import factories as make


def test_a_firm_short_of_engineers_is_led_to_the_class_that_fits(district) -> None:
    need = {"need_id": "N-PEOPLE", "enterprise_id": make.FIRM, "kind": "recruitment"}
    text = "缺三个自动化工程师，最好是学机械的硕士"
    district.change(lambda session: make.a_need(session, text=text, **need))
    answer = district.client(Role.OFFICER).get("/v1/needs/N-PEOPLE/classes").json
    assert [one["talent_id"] for one in answer["items"]] == ["TAL-MECH"]
    assert answer["items"][0]["school"] == "湖心理工大学"
    assert answer["items"][0]["reasons"]["zh"]
    assert answer["snapshot_id"]


def test_a_need_of_another_station_has_no_classes_to_show(district) -> None:
    answer = district.client(Role.OFFICER).get("/v1/needs/NOT-HERE/classes")
    assert answer.status_code == 404
