"""What an import did: counts a file, and every problem up to a limit; as an object and as a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
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


def write_report(report: Report, path: Path, language: str) -> None:
    """The problems as CSV that Excel opens rightly (with a BOM) and that runs nothing."""
    write_problems((_line(problem, language) for problem in report.problems), report.more, path, language)


def write_problems(problems: Iterable[Mapping[str, Any]], more: int, path: Path, language: str) -> None:
    """The same from the problems of a kept report (`Report.as_dict`)."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([say(f"imports.report.{name}", language) for name in REPORT_COLUMNS])
        for problem in problems:
            line = {**problem, "severity": say(f"imports.severity.{problem['severity']}", language)}
            writer.writerow([safe_cell(line[name]) for name in REPORT_COLUMNS])
        if more:
            writer.writerow(["", "", "", "", "", say("imports.report.more", language, n=more), ""])
