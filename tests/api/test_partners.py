"""Partners over HTTP: the known answer of the tower, stamped with its snapshot."""

from matcher.domain.access import Role
from tests.worlds import ASKER, CATERER_FAR, CATERER_IN_TOWER, CATERER_NEXT_DOOR, LUNCH, LUNCH_TEXT, PRINTER


def test_the_caterer_of_the_tower_comes_first_with_reasons_for_both_sides(tower) -> None:
    body = tower.client(Role.OFFICER).get(f"/v1/needs/{LUNCH}/partners?n=5").json
    assert [item["enterprise_id"] for item in body["items"]][:2] == [CATERER_IN_TOWER, CATERER_NEXT_DOOR]
    first = body["items"][0]
    assert first["rank"] == 1
    assert 0 < first["score"] <= 1
    for side in ("reasons_for_asker", "reasons_for_candidate"):
        assert first[side]["zh"]
        assert first[side]["en"]
    assert first["path"][0]["identifier"] in (ASKER, LUNCH, "")
    assert body["snapshot_id"]
    assert body["as_of"] == "2026-11-22T01:00:00Z"


def test_n_is_the_length_of_the_list(tower) -> None:
    client = tower.client(Role.OFFICER)
    assert len(client.get(f"/v1/needs/{LUNCH}/partners?n=1").json["items"]) == 1
    assert client.get(f"/v1/needs/{LUNCH}/partners?n=101").status_code == 422


def test_a_need_that_is_not_stored_finds_the_same_caterer(tower) -> None:
    question = {"text": LUNCH_TEXT, "enterprise_id": ASKER, "n": 3}
    body = tower.client(Role.OFFICER).post("/v1/partners/query", json=question).json
    assert body["items"][0]["enterprise_id"] == CATERER_IN_TOWER
    kept = tower.client(Role.OFFICER).get("/v1/enterprises?q=").json
    assert kept["items"]


def test_an_enterprises_partners_go_both_ways(tower) -> None:
    client = tower.client(Role.OFFICER)
    for direction in ("upstream", "downstream", "both"):
        answer = client.get(f"/v1/enterprises/{ASKER}/partners?direction={direction}")
        assert answer.status_code == 200
    assert client.get(f"/v1/enterprises/{ASKER}/partners?direction=sideways").status_code == 422


def test_why_says_it_in_both_languages(tower) -> None:
    client = tower.client(Role.OFFICER)
    for firm in (CATERER_FAR, PRINTER, CATERER_IN_TOWER):
        body = client.get(f"/v1/needs/{LUNCH}/partners/why?enterprise_id={firm}").json
        assert body["sentences"]["zh"], firm
        assert body["sentences"]["en"], firm


def test_why_says_what_would_lift_a_firm_and_that_is_enough(tower) -> None:
    """Of another station's firm as of an own one, and only by parts that may be told."""
    client = tower.client(Role.OFFICER)
    listed = client.get(f"/v1/needs/{LUNCH}/partners").json["items"]
    first, second = (one["enterprise_id"] for one in listed[:2])
    lifted = client.get(f"/v1/needs/{LUNCH}/partners/why?enterprise_id={second}").json["changes"]
    assert len(lifted["zh"]) == len(lifted["en"]) > 0
    top = client.get(f"/v1/needs/{LUNCH}/partners/why?enterprise_id={first}").json
    assert top["rank"] == 1
    assert top["changes"] == {"zh": [], "en": []}
    without = client.get(f"/v1/needs/{LUNCH}/partners/why?enterprise_id={PRINTER}").json["changes"]
    assert without["zh"][0].startswith("先要有依据")


def test_the_neighbourhood_is_nodes_and_edges(tower) -> None:
    body = tower.client(Role.OFFICER).get(f"/v1/graph/around/{CATERER_IN_TOWER}?depth=2").json
    keys = {node["key"] for node in body["nodes"]}
    assert {edge["source"] for edge in body["edges"]} | {edge["target"] for edge in body["edges"]} <= keys
    assert body["snapshot_id"]


def test_the_neighbourhood_as_a_file_is_the_one_that_is_drawn(tower) -> None:
    import networkx as nx

    client, path = tower.client(Role.OFFICER), f"/v1/graph/around/{CATERER_IN_TOWER}"
    drawn, answer = client.get(f"{path}?depth=2").json, client.get(f"{path}/export.graphml?depth=2")
    assert answer.status_code == 200
    graph = nx.parse_graphml(answer.text)
    assert dict(graph.nodes(data="label")) == {node["key"]: node["label"] for node in drawn["nodes"]}
    assert {frozenset(edge) for edge in graph.edges} == {
        frozenset((edge["source"], edge["target"])) for edge in drawn["edges"]
    }
    assert graph.graph["snapshot_id"] == drawn["snapshot_id"]


def test_before_the_first_snapshot_the_answer_is_come_back_later(service) -> None:
    from tests.factories import an_enterprise

    service.change(lambda session: an_enterprise(session, enterprise_id="ENT-1"))
    answer = service.client(Role.OFFICER).get("/v1/enterprises/ENT-1/partners")
    assert answer.status_code == 503
    assert answer.json["reason"] == "graph.no_snapshot"


def test_ready_once_database_and_snapshot_are_there(tower) -> None:
    body = tower.client().get("/v1/ready").json
    assert body["status"] == "ready"
    assert body["alarm"] is None


def test_who_was_shown_whom_is_written_down(tower) -> None:
    import sqlalchemy as sa

    from matcher.storage.journal import JournalLine

    tower.client(Role.OFFICER).get(f"/v1/needs/{LUNCH}/partners?n=1")
    with tower.wiring.store.reading.begin() as session:
        line = session.scalars(sa.select(JournalLine).where(JournalLine.action == "partners.read")).one()
    assert line.detail["listed"] == [CATERER_IN_TOWER]
