"""qianxian import PATH..."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from jobs.spoken import Spoken, language, tell, warn
from jobs.wiring import Wiring, wire

if TYPE_CHECKING:
    from jobs.progress import Progress
    from matcher.services.imports import Options, Report, Source

SHOWN: Final = 20
# As many lines as a sheet of Excel has, less the headings and the last one that counts the rest.
MOST_REPORTED: Final = 1_048_574
PATH: Final = click.Path(path_type=Path)


@click.command("import", cls=Spoken)
@click.argument("paths", nargs=-1, required=True, type=PATH)
@click.option("--kind", metavar="KIND")
@click.option("--map", "map_file", type=PATH, metavar="FILE")
@click.option("--dry-run", is_flag=True)
@click.option("--report", "report_file", type=PATH, metavar="FILE.csv|FILE.xlsx")
@click.option("--partial", is_flag=True)
def import_command(
    paths: tuple[Path, ...],
    kind: str | None,
    map_file: Path | None,
    dry_run: bool,
    report_file: Path | None,
    partial: bool,
) -> int:
    """Files or a folder; all or nothing by default."""
    from jobs import schema
    from jobs.progress import Shown
    from matcher.services import imports

    sources = imports.find_sources(paths)
    columns = imports.ColumnMap() if map_file is None else imports.read_map(map_file)
    wiring = wire()
    if schema.make_ready(wiring.engine):
        warn("cli.import.tables_made")
    with Shown() as progress:
        options = imports.Options(kind, columns, dry_run, partial, MOST_REPORTED if report_file else SHOWN)
        report, run_id = _imported(wiring, sources, options, progress)
    if report_file is not None:
        imports.write_report(report, report_file, language())
    _show(report)
    if run_id is not None:
        tell("cli.import.recompute_asked", run_id=run_id)
    return 0 if report.refusals == 0 or report.applied else 1


def _imported(
    wiring: Wiring, sources: list[Source], options: Options, progress: Progress
) -> tuple[Report, str | None]:
    """Check and promote; gives the report, and the run of the recomputation that new rows asked for."""
    from jobs import importing, ledger
    from matcher.domain.job import JobName
    from matcher.services.imports import lifecycle
    from matcher.storage import runs

    importing.finish_left(wiring)
    with wiring.transactions.begin() as session:
        row = lifecycle.receive(session, ledger.SYSTEM, wiring.clock(), sources, options, lifecycle.COMMAND)
        import_id = row.import_id
    report = importing.check(wiring, import_id, options, progress)
    importing.promote(wiring, import_id, progress)
    with wiring.views() as view:
        waiting = [*runs.unfinished(view, JobName.RECOMPUTE), *runs.unfinished(view, JobName.REFRESH)]
    changed = report.applied and report.total("new") + report.total("changed") > 0
    return report, waiting[-1].run_id if changed and waiting else None


def _show(report: Report) -> None:
    for file in report.files:
        tell("cli.import.counts", **vars(file))
    for problem in report.problems[:SHOWN]:
        what, remedy = problem.what(language()), problem.remedy(language())
        where = {"file": problem.file, "line": problem.line, "column": problem.column}
        warn("cli.import.problem", **where, what=what, remedy=remedy)
    more = report.more + max(len(report.problems) - SHOWN, 0)
    if more:
        warn("cli.import.more_problems", count=more)
    tell("cli.import.written" if report.applied else "cli.import.nothing_written")
