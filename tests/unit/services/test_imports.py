"""Import as a whole: wholly or not at all, the same file twice changes nothing, every problem named."""

import csv
import json
from datetime import date

import pytest
import sqlalchemy as sa
import xlsxwriter
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role
from matcher.errors import Forbidden, InvalidInput
from matcher.services.imports import Options, find_sources, import_files, parse_map, write_report
from matcher.storage import enterprises, needs
from matcher.storage.enterprises import Building, Enterprise, Relation
from matcher.storage.events import Event
from matcher.storage.held import HeldRow
from matcher.storage.journal import JournalLine
from matcher.storage.needs import Deal, Need, Offer
from matcher.storage.products import Product
from tests.factories import REGION, STATION, a_building, a_code, a_station, an_enterprise

HEADINGS = "企业名称,统一社会信用代码,经营范围,注册资本（万元）,成立日期,行业,行政区划代码,楼宇"
ONE, OTHER = a_code(1), a_code(2)
GOOD = (
    HEADINGS,
    f"湖心百货有限公司,{ONE},日用百货销售,500,2015年3月1日,百货零售,{REGION},湖心大厦",
    f"湖心餐饮有限公司,{OTHER},餐饮服务,１００．５,2019/5/6,6210,{REGION},湖心大厦",
)


@pytest.fixture
def folder(tmp_path):
    """A folder for the files of one import."""
    path = tmp_path / "files"
    path.mkdir()
    return path


def write(folder, name, *lines):
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def bring(session, officer, now, folder):
    """Import the folder as the station's officer."""
    a_station(session)

    def run(actor=officer, **options):
        return import_files(session, actor, now, find_sources([folder]), Options(**options))

    return run


def counts(report):
    names = ("rows", "new", "changed", "unchanged", "held", "refused")
    return {name: report.total(name) for name in names if report.total(name)}


def reasons(report):
    return [(problem.line, problem.column, problem.reason) for problem in report.problems]


def how_many(session, mapped):
    return session.scalar(sa.select(sa.func.count()).select_from(mapped))


def test_a_list_with_chinese_headings_becomes_enterprises(session, folder, bring):
    write(folder, "企业.csv", *GOOD)
    report = bring()
    assert report.problems == []
    assert counts(report) == {"rows": 2, "new": 2}
    firm = enterprises.by_code(session, OTHER)
    assert firm.enterprise_id == OTHER
    assert (firm.registered_capital_fen, firm.founded_on) == (100_500_000, date(2019, 5, 6))
    assert (firm.industry_code, firm.region_code, firm.station_id) == ("6210", REGION, STATION)
    assert (firm.code_verdict, firm.listed, firm.version) == ("ok", True, 1)


def test_firms_of_one_tower_stand_in_one_building_made_for_them(session, folder, bring):
    write(folder, "企业.csv", *GOOD)
    bring()
    assert len({enterprises.by_code(session, code).building_id for code in (ONE, OTHER)}) == 1
    assert how_many(session, Building) == 1


def test_a_building_that_is_known_is_found_by_its_name(session, folder, bring):
    known = a_building(session, name="湖心大厦")
    write(folder, "企业.csv", *GOOD)
    bring()
    assert enterprises.by_code(session, ONE).building_id == known.building_id


def test_the_same_file_twice_changes_nothing(session, folder, bring):
    write(folder, "企业.csv", *GOOD)
    bring()
    report = bring()
    assert counts(report) == {"rows": 2, "unchanged": 2}
    assert enterprises.by_code(session, ONE).version == 1


def test_a_later_file_changes_what_it_says_and_erases_nothing(session, folder, bring):
    path = write(folder, "企业.csv", *GOOD)
    bring()
    path.unlink()
    write(folder, "企业.csv", "统一社会信用代码,企业名称,员工人数,经营范围", f"{ONE},湖心百货有限公司,45,")
    assert counts(bring()) == {"rows": 1, "changed": 1}
    session.expire_all()
    firm = enterprises.by_code(session, ONE)
    assert (firm.employees, firm.scope, firm.version) == (45, "日用百货销售", 2)


def test_one_wrong_cell_stops_the_whole_file_and_every_wrong_cell_is_named(session, folder, bring):
    bad = f"江岸商贸有限公司,{a_code(3)},批发,三百,2019-13-01,卖东西的,{REGION},"
    write(folder, "企业.csv", *GOOD, bad)
    report = bring()
    assert not report.applied
    assert how_many(session, Enterprise) == 0
    assert reasons(report) == [
        (4, "注册资本（万元）", "not_money"),
        (4, "成立日期", "no_such_day"),
        (4, "行业", "unknown_industry_nothing_near"),
    ]


def test_taking_the_good_rows_leaves_only_the_wrong_one_out(session, folder, bring):
    write(folder, "企业.csv", *GOOD, f",{a_code(3)},批发,3,,,,")
    report = bring(partial=True)
    assert report.applied
    assert counts(report) == {"rows": 3, "new": 2, "refused": 1}
    assert reasons(report) == [(4, "企业名称", "empty_cell")]


def test_one_wrong_file_stops_all_files_of_the_call(session, folder, bring):
    write(folder, "企业.csv", *GOOD)
    write(folder, "需求.csv", "需求编号,企业编号,需求内容", "N1,没有这家,想找供应商")
    report = bring()
    assert not report.applied
    assert how_many(session, Enterprise) == how_many(session, Need) == 0
    assert reasons(report) == [(2, "企业编号", "no_such_enterprise")]


def test_a_rehearsal_reports_the_same_and_writes_nothing(session, folder, bring):
    write(folder, "企业.csv", *GOOD)
    report = bring(dry_run=True)
    assert (report.applied, report.dry_run, counts(report)) == (False, True, {"rows": 2, "new": 2})
    assert how_many(session, Enterprise) == how_many(session, JournalLine) == 0


def test_a_code_whose_check_fails_is_held_and_does_not_stop_the_file(session, folder, bring):
    wrong = "91340802MA2NQ1A2X5"
    write(folder, "企业.csv", *GOOD, f"江岸商贸有限公司,{wrong},批发,3,,,,")
    for _ in range(2):
        report = bring()
        assert report.applied
        assert (report.total("held"), report.refusals) == (1, 0)
    held = session.scalars(sa.select(HeldRow)).one()
    assert (held.line, held.reason, held.station_id) == (4, "imports.code_check_failed", STATION)
    assert held.cells["企业名称"] == "江岸商贸有限公司"


def test_what_belongs_to_a_held_enterprise_waits_with_it(session, folder, bring):
    wrong = "91340802MA2NQ1A2X5"
    write(folder, "企业.csv", *GOOD, f"江岸商贸有限公司,{wrong},批发,3,,,,")
    write(folder, "供给.csv", "供给编号,企业编号,标题", f"O1,{wrong},五金", f"O2,{ONE},百货")
    report = bring()
    assert report.applied
    assert [offer.offer_id for offer in session.scalars(sa.select(Offer))] == ["O2"]
    assert (4 - 2, "企业编号", "enterprise_held") in reasons(report)


def test_one_code_under_two_names_holds_both_lines(session, folder, bring):
    write(folder, "企业.csv", *GOOD, f"江岸商贸有限公司,{ONE},批发,3,,,,")
    report = bring()
    assert counts(report) == {"rows": 3, "new": 1, "held": 2}
    assert [(problem.line, problem.params["lines"]) for problem in report.problems] == [(2, "4"), (4, "2")]


def test_two_spellings_of_one_code_are_one_code(session, folder, bring):
    letters = next(code for code in map(a_code, range(1, 200)) if not code.isdecimal())
    firms = (f"湖心商行,{letters},零售,3,,,,", f"江岸商行, {letters.lower()},批发,3,,,,")
    write(folder, "企业.csv", HEADINGS, *firms)
    assert counts(bring()) == {"rows": 2, "held": 2}


def test_one_row_named_in_two_ways_in_one_file_is_changed_once_more(session, folder, bring):
    write(
        folder,
        "企业.csv",
        "企业编号,统一社会信用代码,企业名称,员工人数",
        f"E1,{ONE},湖心商行,5",
        f",{ONE},湖心商行,6",
    )
    report = bring()
    assert (report.applied, report.total("held"), report.total("refused")) == (True, 0, 0)
    assert enterprises.by_id(session, "E1").employees == 6


def test_a_line_that_stands_there_twice_counts_once(folder, bring):
    write(folder, "企业.csv", *GOOD, GOOD[1])
    assert counts(bring()) == {"rows": 3, "new": 2, "unchanged": 1}


def test_an_amount_ten_thousand_times_the_last_one_is_held(session, folder, bring):
    path = write(folder, "企业.csv", *GOOD)
    bring()
    path.unlink()
    write(folder, "企业.csv", "统一社会信用代码,企业名称,注册资本_万元", f"{ONE},湖心百货有限公司,5000000")
    report = bring()
    assert [problem.reason for problem in report.problems] == ["money_slip"]
    assert enterprises.by_code(session, ONE).registered_capital_fen == 500_000_000


def test_a_money_column_without_a_unit_refuses_the_file_with_the_remedy(folder, bring):
    write(folder, "企业.csv", "企业名称,统一社会信用代码,注册资本", f"湖心百货有限公司,{ONE},500")
    (problem,) = bring().problems
    assert (problem.line, problem.reason) == (1, "money_without_unit")
    assert "注册资本（万元）" in problem.remedy("zh")


def test_a_missing_required_column_and_a_heading_written_wrongly_are_named(folder, bring):
    write(folder, "offers.csv", "offer_id,enterprise_id,titel", f"O1,{ONE},百货")
    report = bring()
    assert reasons(report) == [(1, "titel", "ignored_column_near"), (1, "title", "column_missing")]
    assert not report.applied


def test_a_whole_folder_is_loaded_in_the_order_of_what_refers_to_what(session, folder, bring, now):
    write(folder, "企业.csv", *GOOD)
    write(folder, "b-offers.csv", "offer_id,enterprise_id,title,serves", f"O1,{OTHER},工作餐,{REGION}")
    write(
        folder, "a-needs.csv", "need_id,enterprise_id,text,kind,amount_yuan", f"N1,{ONE},找工作餐,采购,3000"
    )
    write(
        folder,
        "deals.csv",
        "买方,卖方,日期,金额（元）,需求编号,阶段",
        f"{ONE},{OTHER},2026-09-10,2500,N1,签约",
    )
    write(folder, "relations.csv", "a,b,kind,until", f"{OTHER},{ONE},竞争,2027-01-01")
    report = bring()
    assert report.problems == []
    assert [file.kind for file in report.files] == ["enterprises", "offers", "needs", "deals", "relations"]
    need = needs.need_by_id(session, "N1")
    assert (need.kind, need.amount_fen, need.created_at, need.state) == ("supply", 300_000, now, "open")
    deal = session.scalars(sa.select(Deal)).one()
    assert (deal.buyer_id, deal.seller_id, deal.stage, deal.need_id) == (ONE, OTHER, "signed", "N1")
    relation = session.scalars(sa.select(Relation)).one()
    assert [relation.a, relation.b] == sorted([ONE, OTHER])
    assert counts(bring()) == {"rows": 6, "unchanged": 6}


def test_the_other_kinds_come_in_too(session, folder, bring):
    an_enterprise(session, enterprise_id="E1")
    product = {
        "product_id": "P1",
        "owner": "BANK-01",
        "title": "小微信用贷",
        "kind": "loan",
        "amount_wan": 300,
        "rate": 0.0385,
        "criteria": [{"field": "years_in_business", "operator": ">=", "value": 2}],
    }
    write(folder, "products.json", json.dumps([product], ensure_ascii=False))
    write(folder, "consents.csv", "enterprise_id,grantee,purpose,fields,valid_from,valid_to",
          "E1,BANK-01,loan,name;revenue,2026-01-01,2027-01-01")  # fmt: skip
    write(
        folder, "openings.csv", "opening_id,enterprise_id,title,headcount,wage_min_yuan", "J1,E1,店长,3,5000"
    )
    write(folder, "talents.csv", "talent_id,school,skills,headcount", "T1,湖心职业技术学院,餐饮;门店,42")
    write(folder, "fairs.csv", "event_id,title,starts_at", "F1,春季招聘会,2027-03-01 09:00")
    write(folder, "events.csv", "event_id,title,kind", "S1,供应链沙龙,沙龙")
    write(folder, "buildings.csv", "building_id,name,region_code", f"B1,湖心大厦,{REGION}")
    write(folder, "stations.csv", "station_id,name", f"{STATION},湖心街道企业服务站")
    report = bring()
    assert report.problems == []
    assert counts(report) == {"rows": 8, "new": 7, "unchanged": 1}
    assert session.get(Product, "P1").amount_fen == 300_000_000
    kinds = sa.select(Event.event_id, Event.kind).order_by(Event.event_id)
    assert session.execute(kinds).all() == [("F1", "fair"), ("S1", "salon")]
    assert counts(bring()) == {"rows": 8, "unchanged": 8}


def test_a_workbook_comes_in_like_a_text_file_but_a_numeric_code_does_not(session, folder, bring):
    book = xlsxwriter.Workbook(str(folder / "企业.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["企业名称", "统一社会信用代码", "注册资本（万元）"])
    sheet.write_row(1, 0, ["湖心百货有限公司", ONE, 500])
    sheet.write_row(2, 0, ["湖心餐饮有限公司", 914403001922038216, 100])
    book.close()
    report = bring(partial=True)
    assert reasons(report) == [(3, "统一社会信用代码", "code_digits_lost")]
    assert enterprises.by_code(session, ONE).registered_capital_fen == 500_000_000


def test_an_officer_touches_no_other_station(session, folder, bring):
    a_station(session, station_id="ST-02", name="江岸街道企业服务站")
    foreign = an_enterprise(session, code=ONE, station_id="ST-02", enterprise_id="E-02", name="原名")
    write(folder, "企业.csv", *GOOD)
    write(folder, "offers.csv", "offer_id,enterprise_id,title", "O1,E-02,百货")
    report = bring()
    assert not report.applied
    assert [problem.reason for problem in report.problems] == ["held_by_other_station", "no_such_enterprise"]
    session.refresh(foreign)
    assert foreign.name == "原名"
    (folder / "offers.csv").unlink()
    write(folder, "企业.csv", "统一社会信用代码,企业名称,服务站", f"{a_code(9)},江岸商贸有限公司,ST-02")
    assert [problem.reason for problem in bring().problems] == ["other_station"]


def test_a_code_that_another_enterprise_has_is_refused_with_its_owner(session, folder, bring):
    an_enterprise(session, enterprise_id="E1", code=ONE)
    write(folder, "企业.csv", "enterprise_id,code,name", f"E2,{ONE},湖心百货有限公司")
    (problem,) = bring().problems
    assert (problem.reason, problem.params["owner"]) == ("code_taken", "E1")


def test_roles_that_may_not_import_are_refused(folder, bring, bank):
    write(folder, "企业.csv", *GOOD)
    with pytest.raises(Forbidden):
        bring(actor=bank)


def test_the_act_is_journalled_with_its_counts(session, folder, bring):
    write(folder, "企业.csv", *GOOD)
    bring()
    line = session.scalars(sa.select(JournalLine)).one()
    assert (line.action, line.object_id, line.detail["new"]) == ("imports.write", "企业.csv", 2)


def test_problems_beyond_the_limit_are_counted(folder, bring):
    lines = [f"企业{number},,,,,,," for number in range(10)]
    write(folder, "企业.csv", HEADINGS, *lines)
    report = bring(limit=3)
    assert (len(report.problems), report.more, report.refusals) == (3, 7, 10)


def test_progress_is_told_after_every_chunk(folder, bring, monkeypatch):
    monkeypatch.setattr("matcher.services.imports.importing.CHUNK", 1)
    write(folder, "企业.csv", *GOOD)
    told = []
    bring(progress=lambda *step: told.append(step))
    assert told == [("企业.csv", 1, 2), ("企业.csv", 2, 2)]


def test_a_foreign_register_comes_in_by_a_map(session, folder, now, administrator):
    write(folder, "registry.csv", "name,code,reg_date,capital,scope,province,city,address",
          f'湖心百货有限公司,{ONE},2015-03-01,"3,000(万元)",百货,安徽,安庆,迎江区湖心中路1号',
          f"湖心外贸有限公司,{OTHER},不详,100万美元,外贸,安徽,安庆,大观区江岸路2号")  # fmt: skip
    column_map = parse_map(
        {
            "kind": "enterprises",
            "ignored": ["province", "city"],
            "columns": {
                "reg_date": {"to": "founded_on", "lenient": True},
                "capital": {"to": "registered_capital", "unit": "in_value", "lenient": True},
            },
            "joined": {"region_code": {"from": ["province", "city", "address"]}},
        }
    )
    sources = find_sources([folder / "registry.csv"])
    report = import_files(session, administrator, now, sources, Options(column_map=column_map))
    assert counts(report) == {"rows": 2, "new": 2}
    assert {problem.reason for problem in report.problems} == {"not_a_day", "foreign_currency"}
    firm = enterprises.by_code(session, ONE)
    assert (firm.registered_capital_fen, firm.region_code) == (3_000_000_000, REGION)
    assert enterprises.by_code(session, OTHER).registered_capital_fen is None


@pytest.mark.parametrize(
    "content",
    [
        {"columns": 3},
        {"columns": {"a": {"to": "name", "colour": 1}}},
        {"columns": {"a": {"to": "x", "unit": "斤"}}},
        {"columns": {"a": {"to": "x", "unit": ["元"]}}},
        {"columns": {"a": {"to": "x", "lenient": "yes"}}},
        {"columns": {"a": 5}},
        {"colums": {"a": "name"}},
        {"joined": {"region_code": "city"}},
        {"joined": {"region_code": {"from": []}}},
        {"joined": {"region_code": {"from": ["city", 3]}}},
        {"kind": 3},
        {"ignored": "city"},
        {"partial": "yes"},
        ["name"],
    ],
)
def test_a_map_that_says_what_nobody_understands_is_refused(content):
    with pytest.raises(InvalidInput):
        parse_map(content)


def test_a_map_must_name_columns_that_are_there(folder, bring):
    write(folder, "企业.csv", *GOOD)
    report = bring(column_map=parse_map({"columns": {"没有": "name", "楼宇": "nowhere"}}))
    assert {problem.reason for problem in report.problems} >= {"map_column_absent", "map_names_no_column"}


def test_the_report_is_a_file_that_excel_opens_and_that_runs_nothing(folder, bring, tmp_path):
    write(folder, "企业.csv", *GOOD, f"=HYPERLINK(1),{ONE[:-1]},批发,=1+1,,,,")
    report = bring()
    path = tmp_path / "report.csv"
    write_report(report, path, "zh")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert lines[0] == ["文件", "行", "列", "原值", "处理", "问题", "怎么办"]
    assert ["企业.csv", "4", "注册资本（万元）", "'=1+1", "拒绝"] in [line[:5] for line in lines]
    assert json.dumps(report.as_dict("en"), ensure_ascii=False)


def test_a_missing_file_and_an_unknown_kind_are_told(folder, bring, tmp_path):
    with pytest.raises(InvalidInput):
        find_sources([tmp_path / "nowhere"])
    write(folder, "天气.csv", "天气", "晴")
    assert [problem.reason for problem in bring().problems] == ["kind_not_recognised"]
    assert [problem.reason for problem in bring(kind="weather").problems] == ["unknown_kind"]


def test_an_administrator_brings_in_several_stations(engine, folder, now):
    write(folder, "stations.csv", "station_id,name", "ST-02,江岸街道企业服务站")
    write(folder, "enterprises.csv", "code,name,station", f"{ONE},湖心百货有限公司,ST-02")
    administrator = Actor("account-administrator", Role.ADMINISTRATOR, "")
    with Session(engine) as session:
        assert import_files(session, administrator, now, find_sources([folder]), Options()).applied
        session.commit()
    with Session(engine) as session:
        assert enterprises.by_code(session, ONE).station_id == "ST-02"
