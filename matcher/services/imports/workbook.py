"""Excel workbooks (.xlsx): one sheet, read row by row, after a look at what the zip would unpack to."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from matcher.services.imports.problems import BadValueError

MOST_BYTES: Final = 1 << 30
MOST_RATIO: Final = 100
RATIO_COUNTS_FROM: Final = 10 << 20
MOST_PARTS: Final = 1_000
MOST_COLUMNS: Final = 256

_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")

Line = tuple[int, Sequence[Any]]
_NOTHING: Line = (1, ())


def read_workbook(path: Path) -> tuple[tuple[str, ...], Callable[[], Iterator[Line]]]:
    """The headings of the first sheet and a function that begins its rows. Raises BadValueError."""
    _refuse_bombs(path)
    lines = _lines(path)
    _, first = next(lines, _NOTHING)
    lines.close()

    def rows() -> Iterator[Line]:
        again = _lines(path)
        next(again, None)
        return again

    headings = ["" if cell is None else str(cell) for cell in first]
    while headings and not headings[-1].strip():
        headings.pop()
    return tuple(headings), rows


def _refuse_bombs(path: Path) -> None:
    """Refuse before anything is unpacked: too big, too dense, macros, odd paths."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError):
        raise BadValueError("broken_workbook") from None
    unpacked, packed = sum(p.file_size for p in parts), sum(p.compress_size for p in parts)
    dense = unpacked > RATIO_COUNTS_FROM and unpacked > MOST_RATIO * max(packed, 1)
    if unpacked > MOST_BYTES or dense or len(parts) > MOST_PARTS:
        raise BadValueError("workbook_too_big")
    names = [part.filename for part in parts]
    if any("vbaProject" in name or name.endswith((".zip", ".bin")) for name in names):
        raise BadValueError("workbook_with_macros")
    if any(name.startswith("/") or ".." in name.split("/") for name in names):
        raise BadValueError("broken_workbook")


def _lines(path: Path) -> Generator[Line, None, None]:
    # Late: only workbooks pay for it. It parses with defusedxml where that is installed, as it is here.
    import openpyxl
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles it does not know are no concern of ours
            book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except Exception as error:
        raise BadValueError("broken_workbook") from error
    try:
        sheet = book.worksheets[0]
        if isinstance(sheet, ReadOnlyWorksheet):
            sheet.reset_dimensions()  # a file may claim a million empty rows
        for line, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            if len(cells) > MOST_COLUMNS and any(cell is not None for cell in cells[MOST_COLUMNS:]):
                raise BadValueError("too_many_columns", most=MOST_COLUMNS)
            if any(cell is not None and cell != "" for cell in cells):
                yield line, _trimmed(cells)
    except (BadValueError, GeneratorExit):
        raise
    except Exception as error:  # whatever the parser says of a sheet that is none: entities, cut XML
        raise BadValueError("broken_workbook") from error
    finally:
        book.close()


def _trimmed(cells: Sequence[Any]) -> Sequence[Any]:
    """Without the empty cells at the end, which a sheet has as many of as somebody once clicked on."""
    width = max((at for at, cell in enumerate(cells, start=1) if cell is not None), default=0)
    return tuple(_unescaped(cell) for cell in cells[:width])


def _unescaped(cell: Any) -> Any:
    """Characters that XML cannot hold stand as ``_x000D_`` in a workbook; openpyxl leaves them so."""
    if not isinstance(cell, str) or "_x" not in cell:
        return cell
    return _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), cell)
