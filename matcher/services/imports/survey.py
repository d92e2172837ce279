"""A first reading of a file: how long it is, and which lines speak of the same row."""

from __future__ import annotations

from dataclasses import dataclass

from matcher.services.imports.checking import LineReader, Row
from matcher.services.imports.problems import BadValueError, Severity
from matcher.services.imports.reading import Table


@dataclass(frozen=True)
class Survey:
    """`copies` are lines that repeat an earlier one word for word; `conflicts` lines by identity."""

    total: int
    copies: frozenset[int]
    conflicts: dict[str, list[int]]

    def blame(self, reader: LineReader, row: Row) -> None:
        """Blame a row of which another line says something else. Of enterprises both are held."""
        identity = reader.identity(row.cells) if self.conflicts else None
        lines = self.conflicts.get(identity, []) if identity is not None else []
        if not lines:
            return
        severity = Severity.HELD if reader.plan.kind.name == "enterprises" else Severity.REFUSED
        others = ", ".join(str(line) for line in lines if line != row.line)
        first = reader.plan.kind.key[0]
        reader.blame_field(row, first, BadValueError("said_twice", severity, lines=others))


def survey(reader: LineReader, table: Table) -> Survey:
    """Read the file once. Keeps one number and one short text a line."""
    seen: dict[str, tuple[int, int]] = {}
    copies: set[int] = set()
    conflicts: dict[str, list[int]] = {}
    total = 0
    for line, cells in table.rows():
        total += 1
        identity = reader.identity(cells)
        if identity is None:
            continue
        content = hash(tuple(str(cell) for cell in cells))
        first = seen.setdefault(identity, (line, content))
        if first[0] == line:
            continue
        if first[1] == content:
            copies.add(line)
        else:
            conflicts.setdefault(identity, [first[0]]).append(line)
    return Survey(total, frozenset(copies), conflicts)
