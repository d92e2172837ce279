"""Tables for people as a workbook."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_WIDEST: Final = 40


@dataclass(frozen=True)
class Sheet:
    """One table for people: a title, headings, rows of plain values."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def xlsx(found: Sequence[Sheet]) -> bytes:
    """The sheets as a workbook. A cell that begins like a formula stays text."""
    import xlsxwriter

    buffer = io.BytesIO()
    safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, safe) as book:
        bold = book.add_format({"bold": True})
        for sheet in found:
            page = book.add_worksheet(sheet.title)
            page.write_row(0, 0, sheet.headings, bold)
            for number, row in enumerate(sheet.rows, 1):
                page.write_row(number, 0, row)
            for column, heading in enumerate(sheet.headings):
                widths = [len(str(row[column])) for row in sheet.rows]
                page.set_column(column, column, min(_WIDEST, 2 * max([len(heading), *widths]) + 2))
            page.freeze_panes(1, 0)
    return buffer.getvalue()
