"""Lines -> files: CSV for Excel, JSON lines, workbooks. Nothing in them runs."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from matcher.errors import InvalidInput
from matcher.services.imports.cells import guarded_cell, safe_cell
from matcher.services.imports.values import LONGEST_CELL

Write = Callable[[Path, Sequence[str], Iterable[Sequence[Any]]], int]


def _as_text(value: Any) -> Any:
    """Lists and flags as text for tables: words between semicolons, criteria as JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    if isinstance(value, list):
        plain = all(isinstance(item, str) for item in value)
        return ";".join(value) if plain else json.dumps(value, ensure_ascii=False)
    return value


def _write_csv(path: Path, headings: Sequence[str], lines: Iterable[Sequence[Any]]) -> int:
    count = 0
    # With a BOM: without it Excel opens UTF-8 as GBK.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        for line in lines:
            writer.writerow([safe_cell(_as_text(value)) for value in line])
            count += 1
    return count


def _write_jsonl(path: Path, headings: Sequence[str], lines: Iterable[Sequence[Any]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for line in lines:
            item = {name: _json(value) for name, value in zip(headings, line, strict=True)}
            file.write(json.dumps({n: v for n, v in item.items() if v is not None}, ensure_ascii=False))
            file.write("\n")
            count += 1
    return count


def _json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    return guarded_cell(value)


def _write_xlsx(path: Path, headings: Sequence[str], lines: Iterable[Sequence[Any]]) -> int:
    import xlsxwriter  # late: only exports to Excel pay for it

    # Text stays text: "=1+1" is no formula and a code of digits no number.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, headings)
        count = 0
        for count, line in enumerate(lines, start=1):
            for position, value in enumerate(line):
                _write_cell(sheet, (count, position), _in_one_cell(path, headings[position], value))
    return count


def _in_one_cell(path: Path, heading: str, value: Any) -> Any:
    """The value as a cell. Excel cuts what is longer: that is refused rather than lost."""
    cell = guarded_cell(_as_text(value))
    if isinstance(cell, str) and len(cell) > LONGEST_CELL:
        kind = path.name.strip(".").partition(".")[0]
        raise InvalidInput("imports.too_long_for_workbook", kind=kind, column=heading, most=LONGEST_CELL)
    return cell


def _write_cell(sheet: Any, place: tuple[int, int], value: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(*place, value)
    elif value is not None:
        sheet.write_number(*place, value)


WRITERS: Final[Mapping[str, Write]] = {"csv": _write_csv, "xlsx": _write_xlsx, "jsonl": _write_jsonl}
