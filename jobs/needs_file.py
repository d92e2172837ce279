"""The needs of a file, read as the import would read them and stored nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from matcher.errors import InvalidInput
from matcher.services.imports import ColumnMap, Problem
from matcher.services.imports.checking import LineReader, Row
from matcher.services.imports.headings import knows, make_plan
from matcher.services.imports.kinds import KINDS
from matcher.services.imports.problems import BadValueError
from matcher.services.imports.reading import read_table
from matcher.storage.needs import Need

KIND: Final = KINDS["needs"]


def read_needs(path: Path, language: str) -> list[Need]:
    """One transient row a line. Raises InvalidInput telling the first thing that is wrong."""
    if not path.is_file():
        raise InvalidInput("imports.no_such_file", file=str(path))
    try:
        table = read_table(path, lambda heading: knows(heading, KIND, ColumnMap()))
    except BadValueError as bad:
        raise _refusal([Problem(path.name, 0, "", "", bad.reason, params=bad.params)], language) from None
    plan, problems = make_plan(KIND, table.headings, ColumnMap(), path.name)
    if problems:
        raise _refusal(problems, language)
    reader = LineReader(plan, path.name)
    return [_need(reader.read(line, cells), language) for line, cells in table.rows()]


def _need(row: Row, language: str) -> Need:
    if row.problems:
        raise _refusal(row.problems, language)
    values: dict[str, Any] = {name: value for name, value in row.values.items() if value is not None}
    return Need(**{"understood": {}, "title": None, "kind": None, "industry_code": None, **values})


def _refusal(problems: Iterable[Problem], language: str) -> InvalidInput:
    first = next(iter(problems))
    place = {"file": first.file, "line": first.line, "column": first.column}
    told = {"problem": first.what(language), "advice": first.remedy(language)}
    return InvalidInput("cli.needs_file", **place, **told)
