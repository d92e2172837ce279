"""Every refusal has the same form, in the asker's language, and says what to do."""

import pytest

from api.errors import STATUS
from matcher import errors
from matcher.domain.access import Role
from matcher.messages import LANGUAGES, catalogue


def all_errors(kind: type[errors.MatcherError] = errors.MatcherError) -> set[type[errors.MatcherError]]:
    return {kind}.union(*(all_errors(child) for child in kind.__subclasses__()))


def test_every_error_has_a_status_and_words_in_both_languages() -> None:
    for kind in all_errors():
        assert kind.code in STATUS, kind
    for code in STATUS:
        for language in LANGUAGES:
            assert f"errors.{code}.what" in catalogue(language), (code, language)


def test_both_catalogues_have_the_same_sentences_with_the_same_blanks() -> None:
    from string import Formatter

    def blanks(text: str) -> set[str | None]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    zh, en = catalogue("zh"), catalogue("en")
    for key in [key for key in zh.keys() | en.keys() if key.split(".")[0] in ("api", "console")]:
        assert blanks(zh[key]) == blanks(en[key]), key


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/nothing", 404),
        ("GET", "/v1", 404),
        ("DELETE", "/v1/health", 405),
        ("GET", "/v1/needs/none", 404),
        ("GET", "/v1/enterprises?n=0", 422),
        ("GET", "/v1/enterprises?n=1_0", 422),
        ("GET", "/v1/enterprises?n=１０", 422),
        ("GET", "/v1/enterprises?n=99999999999999999999", 422),
        ("GET", "/v1/enterprises?n=1&n=2", 422),
        ("GET", "/v1/enterprises?unknown=1", 422),
        ("GET", "/v1/enterprises?q=%00", 422),
        ("GET", "/v1/enterprises/%00", 404),
        ("GET", "/v1/enterprises/%ed%a0%80", 404),
        ("GET", "/v1/enterprises?q=%ff%fe", 200),
        ("GET", "/v1/ready", 503),
    ],
)
def test_every_answer_that_refuses_is_a_problem(officer_client, method: str, path: str, status: int) -> None:
    answer = officer_client.open(path, method=method)
    assert answer.status_code == status
    if status == 200:
        return
    assert answer.content_type == "application/problem+json"
    body = answer.json
    assert body["status"] == status
    assert body["type"] == f"/v1/problems/{body['code']}"
    assert body["request_id"] == answer.headers["X-Request-ID"]
    assert body["titles"].keys() == {"zh", "en"}
    assert body["detail"]
    assert body["remedy"]


def test_405_names_the_methods_and_503_says_when_to_come_back(officer_client) -> None:
    assert "GET" in officer_client.delete("/v1/health").headers["Allow"]
    assert officer_client.get("/v1/ready").headers["Retry-After"]


def test_the_language_is_the_one_asked_for_else_the_accounts(officer_client) -> None:
    def title(**headers: str) -> str:
        return str(officer_client.get("/v1/nothing", headers=headers).json["title"])

    assert title(**{"Accept-Language": "en-GB,en;q=0.9"}) == "Not found"
    assert title(**{"Accept-Language": "zh-CN"}) == "没有找到"
    assert title(**{"Accept-Language": "fr"}) == title() == "没有找到"


def test_a_wrong_field_is_named_by_its_pointer(officer_client) -> None:
    body = officer_client.get("/v1/enterprises?n=0&extra=1", headers={"Accept-Language": "en"}).json
    assert {(error["pointer"], error["code"]) for error in body["errors"]} == {
        ("/n", "greater_than_equal"),
        ("/extra", "extra_forbidden"),
    }
    assert all(error["location"] == "query" for error in body["errors"])


def test_a_failure_tells_no_inside(own_service, capsys) -> None:
    from api.auth import PUBLIC, policy

    @policy(PUBLIC)
    def fails() -> str:
        raise RuntimeError("SELECT phone FROM enterprises WHERE phone='13900000000'")

    own_service.app.add_url_rule("/v1/fails", view_func=fails)
    answer = own_service.client().get("/v1/fails")
    assert answer.status_code == 500
    assert b"139" not in answer.data
    assert b"SELECT" not in answer.data
    assert "139" not in capsys.readouterr().err


def test_every_problem_type_explains_itself(officer_client) -> None:
    for code, status in STATUS.items():
        body = officer_client.get(f"/v1/problems/{code}", headers={"Accept-Language": "en"}).json
        assert body["status"] == status
        assert body["remedy"]


def test_a_page_gets_a_page(service) -> None:
    answer = service.client().get("/nothing", headers={"Accept-Language": "en"})
    assert answer.status_code == 404
    assert answer.content_type.startswith("text/html")
    assert "Not found" in answer.text


def test_not_yours_and_not_there_are_the_same_to_the_byte(service) -> None:
    from tests.factories import an_enterprise

    service.change(lambda session: an_enterprise(session, enterprise_id="ENT-A", station_id="ST-02"))
    client = service.client(Role.OFFICER)
    headers = {"X-Request-ID": "the-same-id"}
    theirs = client.get("/v1/enterprises/ENT-A", headers=headers)
    none = client.get("/v1/enterprises/ENT-B", headers=headers)
    assert theirs.data.replace(b"ENT-A", b"ENT-B") == none.data
    assert theirs.status_code == none.status_code == 404
