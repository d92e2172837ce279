"""The report of an import as people open it."""

from pathlib import Path

import openpyxl

from matcher.services.imports import Problem, Report, write_report


def test_a_report_as_a_workbook_keeps_codes_as_text_and_runs_nothing(tmp_path: Path) -> None:
    report = Report(10)
    cells = ("914403001922038216", "=HYPERLINK(1)", "+8613800000000")
    report.add(Problem("企业.csv", 7, "code", cell, "code_bad_shape") for cell in cells)
    write_report(report, tmp_path / "report.xlsx", "zh")
    rows = list(openpyxl.load_workbook(tmp_path / "report.xlsx").active.iter_rows())
    assert [cell.value for cell in rows[0]] == ["文件", "行", "列", "原值", "处理", "问题", "怎么办"]
    assert [(row[1].value, row[3].value, row[3].data_type) for row in rows[1:]] == [
        (7, c, "s") for c in cells
    ]


def test_a_workbook_says_how_many_problems_are_not_in_it(tmp_path: Path) -> None:
    report = Report(1)
    report.add(Problem("企业.csv", line, "code", "1", "code_bad_shape") for line in (2, 3, 4))
    write_report(report, tmp_path / "report.xlsx", "zh")
    last = list(openpyxl.load_workbook(tmp_path / "report.xlsx").active.values)[-1]
    assert last[5] == "另有 2 个问题未列出"
