"""Links of the chain: industries by code or name, products by their words, what they do to the graph."""

import pytest

from matcher.build.chain import supply_array
from matcher.domain import chain
from matcher.graph import industries
from matcher.services.imports import Options, find_sources, import_files
from matcher.storage.chain import ChainLink, every
from tests.factories import a_link


@pytest.fixture
def imported(session, administrator, now, tmp_path):
    def act(lines, actor=administrator):
        path = tmp_path / "chain.csv"
        path.write_text("上游,下游,权重,类型\n" + lines, encoding="utf-8")
        return import_files(session, actor, now, find_sources([path]), Options(partial=True))

    return act


def links(session):
    return [(link.upstream, link.downstream, link.kind, link.weight) for link in every(session)]


def test_industries_are_named_by_code_or_name_and_products_by_words(session, imported):
    report = imported("纺织业,18,0.8,\n 锂电池 ,电动车,,\nＣ１７,2919,0.3,行业\n")
    assert report.problems == []
    assert links(session) == [
        ("17", "18", "industry", 0.8),
        ("17", "2919", "industry", 0.3),
        ("锂电池", "电动车", "product", 0.5),
    ]


def test_the_same_file_changes_nothing_and_another_weight_does(session, imported):
    imported("17,18,0.8,\n")
    assert imported("17,18,0.8,\n").total("unchanged") == 1
    assert imported("纺织业,18,0.2,\n").total("changed") == 1
    assert links(session) == [("17", "18", "industry", 0.2)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("C,18,0.5,行业", "industry_too_broad"),
        ("钢板,18,0.5,行业", "unknown_industry_nothing_near"),
        ("17,17,0.5,", "same_link_ends"),
        ("17,18,1.5,", "weight_out_of_range"),
        ("17,18,0.5,亲戚", "not_a_choice"),
    ],
)
def test_what_is_no_link_is_refused_with_its_reason(session, imported, line, reason):
    report = imported(line)
    assert [problem.reason for problem in report.problems] == [reason]
    assert links(session) == []


def test_a_product_that_nobody_is_known_to_make_is_kept_and_told(session, imported):
    report = imported("咕噜,电动车,0.5,\n")
    assert [(p.reason, p.value) for p in report.problems] == [("product_not_placed", "咕噜")]
    assert len(links(session)) == 1


def test_one_station_cannot_change_everybodys_chain(session, imported, officer):
    report = imported("17,18,0.8,\n", officer)
    assert [problem.reason for problem in report.problems] == ["chain_is_everybodys"]
    assert links(session) == []


def test_a_link_of_divisions_replaces_the_built_in_one_and_others_only_strengthen(session):
    built_in = industries.supply_array()
    assert chain.supply("17", "18").strength > 0
    a_link(session, "17", "18", weight=0.0)
    a_link(session, "3841", "3612", weight=0.9)
    a_link(session, "01", "1311", weight=0.0)
    a_link(session, "锂电池", "汽车零部件", kind="product", weight=0.95)
    a_link(session, "咕噜", "汽车零部件", kind="product", weight=1.0)
    found = supply_array(session)
    assert found[17, 18] == 0
    assert found[38, 36] == pytest.approx(0.95)
    assert found[1, 13] == built_in[1, 13]
    changed = {(17, 18), (38, 36)}
    assert {tuple(map(int, at)) for at in zip(*(found != built_in).nonzero(), strict=True)} == changed


def test_without_links_the_built_in_chain_stands(session):
    assert (supply_array(session) == industries.supply_array()).all()
    assert session.query(ChainLink).count() == 0
