"""One import's check: files in the order of what refers to what, chunk by chunk, into the staging area."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role
from matcher.services.imports import comparing, rules
from matcher.services.imports.checking import LineReader, Row
from matcher.services.imports.chunks import Chunk, key_of
from matcher.services.imports.comparing import Known
from matcher.services.imports.headings import kind_of_headings, kind_of_name, knows, make_plan
from matcher.services.imports.holding import entry_of, is_kept
from matcher.services.imports.kinds import CHAIN, KINDS, Kind
from matcher.services.imports.mapping import ColumnMap, as_plain
from matcher.services.imports.namesakes import Namesakes
from matcher.services.imports.problems import BadValueError, Problem, Severity
from matcher.services.imports.reading import Line, Table, read_table
from matcher.services.imports.recognising import Recogniser
from matcher.services.imports.references import References
from matcher.services.imports.report import FileReport, Report
from matcher.services.imports.slips import blame_slips
from matcher.services.imports.staging import Staging
from matcher.services.imports.store import Store
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
    """How to import. `partial` takes the good rows of a file that has refused ones. `sure`: amounts that
    look like a slip of the unit have been looked at and are right.

    `limit` is how many problems the report keeps. `progress` is told file, rows done, rows in all.
    """

    kind: str | None = None
    column_map: ColumnMap = field(default_factory=ColumnMap)
    dry_run: bool = False
    partial: bool = False
    limit: int = 1_000
    sure: bool = False
    progress: Callable[[str, int, int], None] | None = None

    @property
    def takes_good_rows(self) -> bool:
        """Whether refused rows leave the others alone: so asked for, or so said by the map."""
        return self.partial or self.column_map.partial


@dataclass(frozen=True)
class Opened:
    """A source whose kind is known."""

    source: Source
    kind: Kind
    table: Table


@dataclass
class Filling:
    """A file on its way: how to read it, its counts, and the problems and counts of the chunk at hand."""

    reader: LineReader
    found: Survey
    counts: FileReport
    recogniser: Recogniser


class Importing:
    """The state of one import: where it stages rows and what it has learnt on the way."""

    def __init__(
        self, store: Store, actor: Actor, options: Options, report: Report, staging: Staging
    ) -> None:
        self.store = store
        self.actor = actor
        self.options = options
        self.report = report
        self.staging = staging
        self.references = References(actor, staging)
        self.namesakes = Namesakes(actor)
        self._total = 0

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
            if kind.name == CHAIN.name and self.actor.role is not Role.ADMINISTRATOR:
                raise BadValueError("chain_is_everybodys")
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
        filling = Filling(reader, survey(reader, opened.table), counts, Recogniser(self.actor, plan))
        self._total += filling.found.total
        lines = opened.table.rows()
        while chunk := list(islice(lines, CHUNK)):
            self._stage_chunk(filling, chunk)
            if self.options.progress is not None:
                self.options.progress(name, counts.rows, filling.found.total)

    def _stage_chunk(self, filling: Filling, lines: Sequence[Line]) -> None:
        reader, counts = filling.reader, filling.counts
        chunk = Chunk(reader.plan.kind.name, reader.file, len(lines))
        with self.store.reading() as session:
            rows = self._read(session, filling, [one for one in lines if one[0] not in filling.found.copies])
            good, known = self._checked(session, reader, list(_good(rows)), chunk) if rows else ([], {})
        counts.rows += len(lines)
        counts.unchanged += len(lines) - len(rows)
        comparing.compare(reader, good, known, chunk, counts)
        self._settle(reader, rows, chunk, counts)
        self.references.learn(reader.plan.kind, good)
        self.staging.put(chunk, self._total)

    def _read(self, session: Session, filling: Filling, lines: Sequence[Line]) -> list[Row]:
        """The lines as rows, but for those that a file has told before."""
        reader, found = filling.reader, filling.found
        digests = filling.recogniser.digests(lines)
        old = filling.recogniser.no_news(session, self.staging, (reader, found, lines), digests)
        rows = [reader.read(line, cells) for line, cells in lines if line not in old]
        for row in rows:
            row.digest = digests.get(row.line)
            found.blame(reader, row)
            rules.complete(reader, row)
        return rows

    def _checked(
        self, session: Session, reader: LineReader, rows: list[Row], chunk: Chunk
    ) -> tuple[list[Row], Known]:
        """Those of the rows that also stand up to what is known, and what is known of them."""
        kind = reader.plan.kind
        if kind.name == "enterprises":
            comparing.identify_enterprises(session, self.staging, reader, rows)
        rows = list(_good(rows))
        if rows:
            chunk.buildings = self.references.resolve(session, reader, rows)
            rows = list(_good(rows))
        for row in rows:
            rules.after_references(kind.name, row.values)
        known = comparing.known_rows(session, self.staging, kind, rows) if rows else {}
        self._blame_foreign(session, reader, rows, known)
        # Only of rows that are the actor's: the sentence names the amount that is known.
        comparing.blame_merged(reader, list(_good(rows)), known)
        if not self.options.sure:
            blame_slips(reader, list(_good(rows)), known)
        if kind.name == "enterprises":
            self.namesakes.note(session, reader, list(_good(rows)))
        if self.actor.role is not Role.ADMINISTRATOR:
            comparing.drop_guarded(kind, list(_good(rows)), known)
        return list(_good(rows)), known

    def _blame_foreign(self, session: Session, reader: LineReader, rows: Sequence[Row], known: Known) -> None:
        """A row that another station already has is asked for, never overwritten.

        What names two enterprises needs one of the own station; what belongs to one, that one.
        """
        if self.actor.role is not Role.OFFICER:
            return
        kind = reader.plan.kind
        sides = [column.field for column in kind.columns if column.reads == "enterprise"]
        sides = sides if kind.owner is None else [kind.owner]
        there_now = [known.get(key_of(kind, row.values)) for row in rows]
        told = [row.values for row in rows] + [one for one in there_now if one is not None]
        own = self.references.own(session, {one[side] for one in told for side in sides})
        for row, there in zip(rows, there_now, strict=True):
            if there is not None and not self._is_own(there, sides, own):
                reader.blame_field(row, kind.key[0], BadValueError("held_by_other_station"))
            elif sides and not any(row.values[side] in own for side in sides):
                reader.blame_field(row, sides[0], BadValueError("no_such_enterprise"))

    def _is_own(self, there: Mapping[Any, Any], sides: Sequence[str], own: set[str]) -> bool:
        if there.get("station_id", self.actor.scope) != self.actor.scope:
            return False
        return not sides or any(there[side] in own for side in sides)

    def _settle(self, reader: LineReader, rows: Sequence[Row], chunk: Chunk, counts: FileReport) -> None:
        held = [row for row in rows if row.severity is Severity.HELD]
        counts.held += len(held)
        held += [row for row in rows if is_kept(row)]
        counts.refused += sum(row.severity is Severity.REFUSED for row in rows)
        for row in rows:
            self.report.add(row.problems)
        station = self.actor.scope if self.actor.role is Role.OFFICER else None
        column_map = self.options.column_map
        by = {"column_map": as_plain(column_map) if column_map.rules else None}
        chunk.held = [entry_of(reader, row, station) | by for row in held]
        if reader.plan.kind.name == "enterprises":
            self.references.held |= {entry["identifier"] for entry in chunk.held}


def _good(rows: Sequence[Row]) -> Iterator[Row]:
    return (row for row in rows if row.severity is None)
