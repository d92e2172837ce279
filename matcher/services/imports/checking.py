"""One line of a file -> the values of one row, or what is wrong with it. No database here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from matcher.domain.enterprise import HELD, REFUSED, clean_code, code_verdict, suggest_code
from matcher.domain.enterprise import CodeVerdict as Verdict
from matcher.services.imports.headings import Feed, Plan
from matcher.services.imports.money import read_money
from matcher.services.imports.problems import BadValueError, Problem, Severity
from matcher.services.imports.values import READERS, plain, read_choice


@dataclass
class Row:
    """A line that is becoming a row: `values` by field; None where the file says nothing."""

    line: int
    cells: Sequence[Any]
    values: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)

    @property
    def severity(self) -> Severity | None:
        """The worst of its problems, None for a good row."""
        found = {problem.severity for problem in self.problems}
        worst = (Severity.REFUSED, Severity.HELD)
        return next((severity for severity in worst if severity in found), None)


class LineReader:
    """Reads lines by a plan."""

    def __init__(self, plan: Plan, file: str) -> None:
        self.plan = plan
        self.file = file
        self._reads = [(feed, _reader(feed)) for feed in plan.feeds]
        self._width = len(plan.headings)

    def read(self, line: int, cells: Sequence[Any]) -> Row:
        """The row of a line, with every problem of its cells."""
        row = Row(line, cells, {feed.column.field: None for feed in self.plan.feeds})
        if any(not _is_empty(cell) for cell in cells[self._width :]):
            self.blame(row, self.plan.headings[-1], cells[-1], BadValueError("too_many_cells"))
        for feed, read in self._reads:
            self._read_cell(row, feed, read)
        return row

    def _read_cell(self, row: Row, feed: Feed, read: Callable[[Any], Any]) -> None:
        cell = joined(row.cells, feed.positions)
        if _is_empty(cell):
            if feed.column.required:
                self.blame(row, feed.heading, "", BadValueError("empty_cell"))
            return
        try:
            value = read(cell)
        except BadValueError as bad:
            if feed.lenient:
                bad = BadValueError(bad.reason, Severity.NOTED, **bad.params)
            self.blame(row, feed.heading, cell, bad)
            return
        if row.values[feed.column.field] is None:
            row.values[feed.column.field] = value

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
        groups = self.plan.kind.identity or ((self.plan.kind.key[0],),)
        for group in groups:
            feeds = [feed for feed in (self.plan.feed(name) for name in group) if feed is not None]
            parts = [joined(cells, feed.positions) for feed in feeds]
            if parts and not _is_empty(parts[0]):
                return "\x1f".join("" if part is None else plain(part) for part in parts)
        return None

    def as_given(self, row: Row) -> Iterator[tuple[str, str]]:
        """The line's cells under their headings, as text."""
        for heading, cell in zip(self.plan.headings, row.cells, strict=False):
            if not _is_empty(cell):
                yield heading, plain(cell)


def joined(cells: Sequence[Any], positions: tuple[int, ...]) -> Any:
    """The cell of one position, or the text of several one after the other; None beyond the line's end."""
    if len(positions) == 1:
        return cells[positions[0]] if positions[0] < len(cells) else None
    present = (cells[position] for position in positions if position < len(cells))
    return "".join(plain(cell) for cell in present if cell is not None)


def _is_empty(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and (not cell or cell.isspace()))


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


def read_code(cell: Any) -> str:
    """A unified social credit code. A numeric cell has lost digits, whatever it still shows."""
    verdict = code_verdict(cell if isinstance(cell, int | float) else plain(cell))
    if isinstance(cell, int | float) and verdict is not Verdict.OLD_15_DIGIT:
        verdict = Verdict.DIGITS_LOST
    if verdict in REFUSED:
        raise BadValueError(f"code_{verdict.value}")
    if verdict in HELD:
        suggestion = suggest_code(plain(cell))
        raise BadValueError(f"code_{verdict.value}", Severity.HELD, suggestion=suggestion or "—")
    return clean_code(plain(cell))
