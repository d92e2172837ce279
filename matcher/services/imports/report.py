"""What an import did: counts a file, and every problem up to a limit; as an object and as a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from matcher.messages import say
from matcher.services.imports.cells import safe_cell
from matcher.services.imports.problems import Problem, Severity


@dataclass
class FileReport:
    """Counts of rows of one file. `new` to `refused` add up to `rows`."""

    file: str
    kind: str | None
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    held: int = 0
    refused: int = 0


@dataclass
class Report:
    """The whole import. `applied`: the rows are taken, or on their way. `more` problems were not kept."""

    limit: int
    dry_run: bool = False
    applied: bool = False
    cancelled: bool = False
    files: list[FileReport] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    more: int = 0
    refusals: int = 0

    def add(self, problems: Iterable[Problem]) -> None:
        """Keep problems up to the limit, count the rest."""
        for problem in problems:
            self.refusals += problem.severity is Severity.REFUSED
            if len(self.problems) < self.limit:
                self.problems.append(problem)
            else:
                self.more += 1

    def total(self, name: str) -> int:
        """One count over all files."""
        return sum(getattr(file, name) for file in self.files)

    def as_dict(self, language: str, most: int = 1_000) -> dict[str, Any]:
        """The report as plain values for JSON, its sentences in one language, `most` problems at most."""
        names = ("rows", "new", "changed", "unchanged", "held", "refused")
        return {
            "applied": self.applied,
            "dry_run": self.dry_run,
            **{name: self.total(name) for name in names},
            "files": [vars(file).copy() for file in self.files],
            "problems": [_line(problem, language) for problem in self.problems[:most]],
            "more_problems": self.more + max(len(self.problems) - most, 0),
        }


def _line(problem: Problem, language: str) -> dict[str, Any]:
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "value": problem.value,
        "severity": problem.severity.value,
        "reason": f"imports.{problem.reason}",
        "what": problem.what(language),
        "remedy": problem.remedy(language),
    }


REPORT_COLUMNS = ("file", "line", "column", "value", "severity", "what", "remedy")
WIDTHS = (24, 8, 16, 28, 10, 48, 48)
MOST_LINES = 1_048_576


def write_report(report: Report, path: Path, language: str) -> None:
    """The problems as a workbook (``.xlsx``), or as CSV that Excel opens rightly (with a BOM); neither runs
    anything. In a workbook the values stay text: a code of 18 digits keeps them all.
    """
    write_problems((_line(problem, language) for problem in report.problems), report.more, path, language)


def write_problems(problems: Iterable[Mapping[str, Any]], more: int, path: Path, language: str) -> None:
    """The same from the problems of a kept report (`Report.as_dict`)."""
    lines = _lines(problems, more, language)
    if path.suffix.lower() == ".xlsx":
        _write_workbook(path, lines)
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([safe_cell(cell) for cell in line] for line in lines)


def _lines(problems: Iterable[Mapping[str, Any]], more: int, language: str) -> Iterator[list[Any]]:
    yield [say(f"imports.report.{name}", language) for name in REPORT_COLUMNS]
    for problem in problems:
        line = {**problem, "severity": say(f"imports.severity.{problem['severity']}", language)}
        yield [line[name] for name in REPORT_COLUMNS]
    if more:
        yield ["", "", "", "", "", say("imports.report.more", language, n=more), ""]


def _write_workbook(path: Path, lines: Iterable[Sequence[Any]]) -> None:
    import xlsxwriter  # late: only who asks for a workbook pays for it

    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        for width, column in zip(WIDTHS, range(len(REPORT_COLUMNS)), strict=True):
            sheet.set_column(column, column, width)
        for row, line in zip(range(MOST_LINES), lines, strict=False):
            for place, cell in enumerate(line):
                write = sheet.write_string if isinstance(cell, str) else sheet.write_number
                write(row, place, cell)
