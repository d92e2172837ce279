"""Files as they come: encodings, separators, workbooks, and what must not be opened at all."""

import codecs
import json
import zipfile
from datetime import datetime

import pytest
import xlsxwriter

from matcher.services.imports.encoding import possible_encodings
from matcher.services.imports.headings import kind_of_headings, kind_of_name
from matcher.services.imports.problems import BadValueError
from matcher.services.imports.reading import read_table

TEXT = "企业名称,经营范围\n湖心百货有限公司,日用百货；服装\n䶮记餐饮有限公司,餐饮服务\n"


def knows(heading):
    return heading in ("企业名称", "name")


def table_of(path):
    table = read_table(path, knows)
    return table.headings, list(table.rows())


def reason_of(path):
    with pytest.raises(BadValueError) as caught:
        table_of(path)
    return caught.value.reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_same_text_is_read_in_every_encoding_offices_use(tmp_path, encoding):
    path = tmp_path / "企业.csv"
    path.write_bytes(TEXT.encode(encoding))
    headings, rows = table_of(path)
    assert headings == ("企业名称", "经营范围")
    assert rows == [(2, ["湖心百货有限公司", "日用百货；服装"]), (3, ["䶮记餐饮有限公司", "餐饮服务"])]


def test_two_encodings_in_one_file_are_refused_with_the_line(tmp_path):
    path = tmp_path / "企业.csv"
    path.write_bytes(TEXT.encode("utf-8") + "江岸".encode("gb18030") + b"\xff\xff\n")
    with pytest.raises(BadValueError) as caught:
        possible_encodings(path)
    assert (caught.value.reason, caught.value.params["line"]) == ("unknown_encoding", 4)


def test_a_cut_utf8_file_with_a_mark_is_refused_with_the_line(tmp_path):
    path = tmp_path / "企业.csv"
    path.write_bytes(codecs.BOM_UTF8 + TEXT.encode("utf-8")[:-2])
    with pytest.raises(BadValueError) as caught:
        possible_encodings(path)
    assert (caught.value.reason, caught.value.params["line"]) == ("broken_encoding", 3)


def test_bytes_that_are_both_utf8_and_gb18030_are_read_as_the_one_whose_headings_are_known(tmp_path):
    both = "鐧".encode("gb18030")  # two bytes that are no whole UTF-8 character
    assert both.decode("gb18030") == "鐧"
    path = tmp_path / "企业.csv"
    path.write_bytes("企业名称\n".encode("gb18030") + both + b"\n")
    assert table_of(path)[0] == ("企业名称",)


def test_cells_over_several_lines_keep_the_number_of_their_first_line(tmp_path):
    path = tmp_path / "企业.csv"
    path.write_text('企业名称,地址\n甲,"一\n二"\n\n乙,三\n', encoding="utf-8")
    assert table_of(path)[1] == [(2, ["甲", "一\n二"]), (5, ["乙", "三"])]


def test_tabs_separate_where_they_are_more_than_commas(tmp_path):
    path = tmp_path / "企业.txt"
    path.write_text("企业名称\t地址\n甲\t一,二\n", encoding="utf-8")
    assert table_of(path)[1] == [(2, ["甲", "一,二"])]


def test_an_open_quote_is_refused_with_the_line(tmp_path):
    path = tmp_path / "企业.csv"
    path.write_text('企业名称\n甲\n"乙\n', encoding="utf-8")
    with pytest.raises(BadValueError) as caught:
        table_of(path)
    assert (caught.value.reason, caught.value.params["line"]) == ("broken_csv", 3)


def test_a_table_can_be_read_twice(tmp_path):
    path = tmp_path / "企业.csv"
    path.write_text(TEXT, encoding="utf-8")
    table = read_table(path, knows)
    assert list(table.rows()) == list(table.rows())


def test_json_lines_and_yaml_give_objects_with_all_their_keys(tmp_path):
    lines = tmp_path / "offers.jsonl"
    lines.write_text('{"a": 1}\n\n{"b": [2]}\n', encoding="utf-8")
    assert table_of(lines) == (("a", "b"), [(1, [1, None]), (3, [None, [2]])])
    listed = tmp_path / "products.yaml"
    listed.write_text("- {product_id: P1, title: 信用贷}\n", encoding="utf-8")
    assert table_of(listed) == (("product_id", "title"), [(1, ["P1", "信用贷"])])
    single = tmp_path / "products.json"
    single.write_text(json.dumps({"product_id": "P1"}), encoding="utf-8")
    assert table_of(single)[1] == [(1, ["P1"])]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.jsonl", b"{", "broken_json"),
        ("a.jsonl", b"[1]\n", "broken_json"),
        ("a.jsonl", '{"a": "湖"}'.encode("gb18030"), "not_utf8"),
        ("a.yaml", b"a: [", "broken_yaml"),
        ("a.yaml", b"- 1\n- 2\n", "not_objects"),
        ("a.xlsx", b"no zip", "broken_workbook"),
        ("a.xls", b"", "unknown_format"),
        ("a.csv", b"", "empty_file"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(tmp_path, name, content, reason):
    path = tmp_path / name
    path.write_bytes(content)
    assert reason_of(path) == reason


def test_a_workbook_gives_numbers_days_and_text(tmp_path):
    path = tmp_path / "企业.xlsx"
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["企业名称", "员工人数", "成立日期"])
    sheet.write_row(2, 0, ["湖心百货有限公司", 32])
    sheet.write_datetime(2, 2, datetime(2015, 3, 1))
    book.close()
    headings, rows = table_of(path)
    assert headings == ("企业名称", "员工人数", "成立日期")
    assert rows == [(3, ("湖心百货有限公司", 32, datetime(2015, 3, 1)))]


def test_a_workbook_that_unpacks_to_far_more_than_it_weighs_is_refused_unopened(tmp_path):
    path = tmp_path / "企业.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (20 << 20))
    assert reason_of(path) == "workbook_too_big"


@pytest.mark.parametrize(
    ("part", "reason"),
    [("xl/vbaProject.bin", "workbook_with_macros"), ("../../etc/passwd", "broken_workbook")],
)
def test_macros_and_paths_that_climb_are_refused(tmp_path, part, reason):
    path = tmp_path / "企业.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part, b"x")
    assert reason_of(path) == reason


def test_a_workbook_with_an_entity_bomb_is_refused(tmp_path):
    path, bomb = tmp_path / "企业.xlsx", tmp_path / "bomb.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet().write(0, 0, "企业名称")
    book.close()
    evil = '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><workbook>&c;</workbook>'
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(bomb, "w") as target:
        for part in source.namelist():
            target.writestr(part, evil if part == "xl/workbook.xml" else source.read(part))
    assert reason_of(bomb) == "broken_workbook"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("enterprises.csv", "enterprises"),
        ("enterprises-2026.xlsx", "enterprises"),
        ("企业名单.csv", "enterprises"),
        ("需求 11月.xlsx", "needs"),
        ("招聘会.csv", "fairs"),
        ("名单.csv", None),
    ],
)
def test_the_kind_is_known_by_the_files_name(name, kind):
    found = kind_of_name(name)
    assert (None if found is None else found.name) == kind


def test_the_kind_is_known_by_the_headings():
    assert kind_of_headings(["企业名称", "统一社会信用代码", "注册资本（万元）"]).name == "enterprises"
    assert kind_of_headings(["需求编号", "企业编号", "需求内容"]).name == "needs"
    assert kind_of_headings(["天气"]) is None
