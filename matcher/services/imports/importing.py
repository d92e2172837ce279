"""One import: files in the order of what refers to what, chunk by chunk, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role
from matcher.services.imports import loading, rules
from matcher.services.imports.checking import LineReader, Row
from matcher.services.imports.headings import kind_of_headings, kind_of_name, knows, make_plan
from matcher.services.imports.holding import hold
from matcher.services.imports.kinds import KINDS, Kind
from matcher.services.imports.mapping import ColumnMap
from matcher.services.imports.problems import BadValueError, Problem, Severity
from matcher.services.imports.reading import Line, Table, read_table
from matcher.services.imports.references import References
from matcher.services.imports.report import FileReport, Report
from matcher.services.imports.survey import Survey, survey

CHUNK = 2_000


@dataclass(frozen=True)
class Source:
    """A file to import. `name` is what the report calls it (an upload's own name)."""

    path: Path
    name: str
    kind: str | None = None


@dataclass(frozen=True)
class Options:
    """How to import. `partial` takes the good rows of a file that has refused ones.

    `limit` is how many problems the report keeps. `progress` is told file, rows done, rows in all.
    """

    kind: str | None = None
    column_map: ColumnMap = field(default_factory=ColumnMap)
    dry_run: bool = False
    partial: bool = False
    limit: int = 1_000
    progress: Callable[[str, int, int], None] | None = None


@dataclass(frozen=True)
class Opened:
    """A source whose kind is known."""

    source: Source
    kind: Kind
    table: Table


class Importing:
    """The state of one import: what it writes to and what it has learnt on the way."""

    def __init__(
        self, session: Session, actor: Actor, now: datetime, options: Options, report: Report
    ) -> None:
        self.session = session
        self.actor = actor
        self.now = now
        self.options = options
        self.report = report
        self.references = References(session, actor, now)

    def run(self, sources: Sequence[Source]) -> None:
        """Open all, then load them in the order of the kinds."""
        opened = [found for source in sources if (found := self._opened(source)) is not None]
        order = list(KINDS)
        for each in sorted(opened, key=lambda found: order.index(found.kind.name)):
            counts = FileReport(each.source.name, each.kind.name)
            self.report.files.append(counts)
            try:
                self._load_file(each, counts)
            except BadValueError as bad:
                self._refuse(each.source.name, bad)

    def _opened(self, source: Source) -> Opened | None:
        named = source.kind or self.options.kind or self.options.column_map.kind
        try:
            if named is not None and named not in KINDS:
                raise BadValueError("unknown_kind", kind=named, allowed=", ".join(KINDS))
            kind = kind_of_name(source.name) if named is None else KINDS[named]
            column_map = self.options.column_map
            table = read_table(source.path, lambda heading: knows(heading, kind, column_map))
            kind = kind_of_headings(table.headings) if kind is None else kind
            if kind is None:
                raise BadValueError("kind_not_recognised", allowed=", ".join(KINDS))
        except BadValueError as bad:
            self.report.files.append(FileReport(source.name, named))
            self._refuse(source.name, bad)
            return None
        return Opened(source, kind, table)

    def _refuse(self, file: str, bad: BadValueError) -> None:
        line = bad.params.get("line")
        problem = Problem(file, line if isinstance(line, int) else 0, "", "", bad.reason, params=bad.params)
        self.report.add([problem])

    def _load_file(self, opened: Opened, counts: FileReport) -> None:
        name, headings = opened.source.name, opened.table.headings
        plan, problems = make_plan(opened.kind, headings, self.options.column_map, name)
        self.report.add(problems)
        if any(problem.severity is Severity.REFUSED for problem in problems):
            return
        reader = LineReader(plan, name)
        found = survey(reader, opened.table)
        lines = opened.table.rows()
        while chunk := list(islice(lines, CHUNK)):
            self._load_chunk(reader, chunk, found, counts)
            if self.options.progress is not None:
                self.options.progress(name, counts.rows, found.total)
        self.references.forget_stations()

    def _load_chunk(
        self, reader: LineReader, chunk: Sequence[Line], found: Survey, counts: FileReport
    ) -> None:
        rows = [reader.read(line, cells) for line, cells in chunk if line not in found.copies]
        counts.rows += len(chunk)
        counts.unchanged += len(chunk) - len(rows)
        for row in rows:
            found.blame(reader, row)
            rules.complete(reader, row)
        good, stored = self._checked(reader, list(_good(rows)))
        self._settle(reader, rows, counts)
        done = loading.load(self.session, reader.plan.kind, good, stored, (self.actor, self.now))
        counts.new += done.new
        counts.changed += done.changed
        counts.unchanged += done.unchanged

    def _checked(self, reader: LineReader, rows: list[Row]) -> tuple[list[Row], loading.Stored]:
        """Those of the rows that also stand up to what is in the database, and what it has of them."""
        kind = reader.plan.kind
        if kind.name == "enterprises":
            loading.identify_enterprises(self.session, reader, rows)
        rows = list(_good(rows))
        if rows:
            self.references.resolve(reader, rows)
            rows = list(_good(rows))
        for row in rows:
            rules.after_references(kind.name, row.values)
        stored = loading.stored_rows(self.session, kind, rows) if rows else {}
        self._blame_foreign(reader, rows, stored)
        # Only of rows that are the actor's: the sentence names the amount that is known.
        loading.blame_slips(reader, list(_good(rows)), stored)
        return list(_good(rows)), stored

    def _blame_foreign(self, reader: LineReader, rows: Sequence[Row], stored: loading.Stored) -> None:
        """A row that another station already has is asked for, never overwritten.

        What names two enterprises needs one of the own station; what belongs to one, that one.
        """
        if self.actor.role is not Role.OFFICER:
            return
        kind = reader.plan.kind
        sides = [column.field for column in kind.columns if column.reads == "enterprise"]
        sides = sides if kind.owner is None else [kind.owner]
        known = [stored.get(tuple(row.values[name] for name in kind.key)) for row in rows]
        told = [row.values for row in rows] + [one for one in known if one is not None]
        own = self.references.own({one[side] for one in told for side in sides})
        for row, there in zip(rows, known, strict=True):
            if there is not None and not self._is_own(there, sides, own):
                reader.blame_field(row, kind.key[0], BadValueError("held_by_other_station"))
            elif sides and not any(row.values[side] in own for side in sides):
                reader.blame_field(row, sides[0], BadValueError("no_such_enterprise"))

    def _is_own(self, there: Mapping[Any, Any], sides: Sequence[str], own: set[str]) -> bool:
        if there.get("station_id", self.actor.scope) != self.actor.scope:
            return False
        return not sides or any(there[side] in own for side in sides)

    def _settle(self, reader: LineReader, rows: Sequence[Row], counts: FileReport) -> None:
        held = [row for row in rows if row.severity is Severity.HELD]
        counts.held += len(held)
        counts.refused += sum(row.severity is Severity.REFUSED for row in rows)
        for row in rows:
            self.report.add(row.problems)
        station = self.actor.scope if self.actor.role is Role.OFFICER else None
        identifiers = hold(self.session, reader, held, station, self.now)
        if reader.plan.kind.name == "enterprises":
            self.references.held |= identifiers


def _good(rows: Sequence[Row]) -> Iterator[Row]:
    return (row for row in rows if row.severity is None)
