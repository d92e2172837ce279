"""One line of a file -> the values of one row, or what is wrong with it. No database here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from matcher.domain.enterprise import HELD, REFUSED, clean_code, code_verdict, suggest_code
from matcher.domain.enterprise import CodeVerdict as Verdict
from matcher.services.imports.headings import Feed, Plan
from matcher.services.imports.money import read_money
from matcher.services.imports.problems import BadValueError, Problem, Severity
from matcher.services.imports.values import READERS, plain, read_choice


@dataclass
class Row:
    """A line that is becoming a row: `values` by field; None where the file says nothing.

    `digest` stands for the line as it was written, where the kind's rows keep one.
    """

    line: int
    cells: Sequence[Any]
    values: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    digest: int | None = None

    @property
    def severity(self) -> Severity | None:
        """The worst of its problems, None for a good row."""
        if not self.problems:
            return None
        found = {problem.severity for problem in self.problems}
        worst = (Severity.REFUSED, Severity.HELD)
        return next((severity for severity in worst if severity in found), None)


_CLEAN: Final = re.compile(r"[0-9A-Z]{18}")
# Columns in which few values stand again and again: a value is read once. Names and texts are not among them.
_REPEATING: Final = frozenset(
    {
        "money",
        "whole",
        "number",
        "day",
        "flag",
        "words",
        "industry",
        "region",
        "regions",
        "status",
        "grade",
        "choice",
    }
)
_REMEMBERED: Final = 20_000


@dataclass(frozen=True)
class _Reading:
    """How one column is read. `place` is its only position, None where several are joined."""

    feed: Feed
    place: int | None
    read: Callable[[Any], Any]
    remembered: dict[str, Any] | None


class LineReader:
    """Reads lines by a plan."""

    def __init__(self, plan: Plan, file: str) -> None:
        self.plan = plan
        self.file = file
        self._reads = [_reading(feed) for feed in plan.feeds]
        self._fields = [feed.column.field for feed in plan.feeds]
        self._width = len(plan.headings)
        groups = plan.kind.identity or ((plan.kind.key[0],),)
        naming = ([feed for name in group if (feed := plan.feed(name)) is not None] for group in groups)
        self._naming = [feeds for feeds in naming if feeds]

    def read(self, line: int, cells: Sequence[Any]) -> Row:
        """The row of a line, with every problem of its cells."""
        row = Row(line, cells, dict.fromkeys(self._fields))
        if len(cells) > self._width and any(not _is_empty(cell) for cell in cells[self._width :]):
            self.blame(row, self.plan.headings[-1], cells[-1], BadValueError("too_many_cells"))
        for one in self._reads:
            beyond = one.place is None or one.place >= len(cells)
            cell = joined(cells, one.feed.positions) if beyond else cells[one.place or 0]
            self._read_cell(row, one, cell)
        return row

    def _read_cell(self, row: Row, one: _Reading, cell: Any) -> None:
        remembered = one.remembered if type(cell) is str else None
        value = None if remembered is None else remembered.get(cell)
        if value is None:
            if _is_empty(cell):
                if one.feed.column.required:
                    self.blame(row, one.feed.heading, "", BadValueError("empty_cell"))
                return
            try:
                value = one.read(cell)
            except BadValueError as bad:
                self._blame_cell(row, one.feed, cell, bad)
                return
            if remembered is not None and len(remembered) < _REMEMBERED:
                remembered[cell] = value
        field_name = one.feed.column.field
        if row.values[field_name] is None:
            row.values[field_name] = value

    def _blame_cell(self, row: Row, feed: Feed, cell: Any, bad: BadValueError) -> None:
        if feed.lenient:
            bad = BadValueError(bad.reason, Severity.NOTED, **bad.params)
        self.blame(row, feed.heading, cell, bad)

    def blame(self, row: Row, column: str, cell: object, bad: BadValueError) -> None:
        """Write a problem down against the row."""
        text = plain(cell)[:200]
        problem = Problem(self.file, row.line, column, text, bad.reason, bad.severity, bad.params)
        row.problems.append(problem)

    def blame_field(self, row: Row, name: str, bad: BadValueError) -> None:
        """The same by the field of the row; the value is what stands in the file."""
        feed = next((feed for feed in self.plan.feeds if feed.column.field == name), None)
        cell = "" if feed is None else joined(row.cells, feed.positions)
        self.blame(row, name if feed is None else feed.heading, "" if cell is None else cell, bad)

    def identity(self, cells: Sequence[Any]) -> str | None:
        """By what two lines speak of one row; None where the line does not say."""
        named = self.named(cells)
        return None if named is None else named[1]

    def named(self, cells: Sequence[Any]) -> tuple[str, str] | None:
        """The same with the first column that says it: ("code", "9131...")."""
        for feeds in self._naming:
            parts = [joined(cells, feed.positions) for feed in feeds]
            if not _is_empty(parts[0]):
                texts = zip(feeds, parts, strict=True)
                told = ("" if part is None else _as_named(feed, part) for feed, part in texts)
                return feeds[0].column.name, "\x1f".join(told)
        return None

    def as_given(self, row: Row) -> Iterator[tuple[str, str]]:
        """The line's cells under their headings, as text."""
        for heading, cell in zip(self.plan.headings, row.cells, strict=False):
            if not _is_empty(cell):
                yield heading, plain(cell)


def _as_named(feed: Feed, cell: Any) -> str:
    """A cell as it names a row: two spellings of one code (small letters, blanks) name one."""
    text = plain(cell)
    if feed.column.reads != "code" or _CLEAN.fullmatch(text):
        return text
    return clean_code(text)


def joined(cells: Sequence[Any], positions: tuple[int, ...]) -> Any:
    """The cell of one position, or the text of several one after the other; None beyond the line's end."""
    if len(positions) == 1:
        return cells[positions[0]] if positions[0] < len(cells) else None
    present = (cells[position] for position in positions if position < len(cells))
    return "".join(plain(cell) for cell in present if cell is not None)


def _is_empty(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and (not cell or cell.isspace()))


def _reading(feed: Feed) -> _Reading:
    place = feed.positions[0] if len(feed.positions) == 1 else None
    return _Reading(feed, place, _reader(feed), {} if feed.column.reads in _REPEATING else None)


def _reader(feed: Feed) -> Callable[[Any], Any]:
    column, unit = feed.column, feed.unit
    if column.reads == "money" and unit is not None:
        return lambda cell: read_money(cell, unit)
    if column.reads == "code":
        return read_code
    choices = column.choices
    if choices is not None:
        return lambda cell: read_choice(cell, choices)
    return READERS[column.reads]


@lru_cache(maxsize=8_192)
def verdict_of(code: str) -> Verdict:
    """The verdict of a code, kept for the row's second look at it."""
    return code_verdict(code)


def read_code(cell: Any) -> str:
    """A unified social credit code. A numeric cell has lost digits, whatever it still shows."""
    text = plain(cell)
    clean = text if _CLEAN.fullmatch(text) else clean_code(text)
    numeric = isinstance(cell, int | float)
    verdict = code_verdict(cell) if numeric else verdict_of(clean)
    if numeric and verdict is not Verdict.OLD_15_DIGIT:
        verdict = Verdict.DIGITS_LOST
    if verdict in REFUSED:
        raise BadValueError(f"code_{verdict.value}")
    if verdict in HELD:
        suggestion = suggest_code(text)
        raise BadValueError(f"code_{verdict.value}", Severity.HELD, suggestion=suggestion or "—")
    return clean
