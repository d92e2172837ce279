"""qianxian export KIND|all."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

import click

from jobs.spoken import Spoken, tell
from jobs.wiring import Wiring, wire

PATH: Final = click.Path(path_type=Path)
FORMATS: Final = ("csv", "xlsx", "jsonl", "ics")
ALL: Final = "all"


@click.command(cls=Spoken)
@click.argument("kind", metavar="KIND|all")
@click.option("--format", type=click.Choice(FORMATS))
@click.option("-o", "--output", type=PATH, metavar="PATH")
@click.pass_context
def export(ctx: click.Context, kind: str, format: str | None, output: Path | None) -> int:
    """The counterpart of import; all = everything a user would take along."""
    wiring = wire()
    if kind == ALL:
        if output is None:
            raise click.MissingParameter(ctx=ctx, param=_parameter(ctx, "output"))
        return _everything(wiring, output, FORMATS[0] if format is None else format)
    if output is None:
        return _to_screen(wiring, kind, FORMATS[0] if format is None else format)
    ending = output.suffix.lower().removeprefix(".")
    target = output if format in (None, ending) else output.with_name(f"{output.name}.{format}")
    tell("cli.export.done", path=target, count=_one(wiring, kind, target))
    return 0


def _one(wiring: Wiring, kind: str, path: Path) -> int:
    from jobs.ledger import SYSTEM
    from matcher.services import exports
    from matcher.storage.journal import record

    now = wiring.clock()
    # Reading takes as long as it takes; the line in the journal is a short transaction of its own.
    with wiring.views() as view:
        count = exports.write_kind(view, now, kind, path)
    with wiring.transactions.begin() as session:
        record(session, SYSTEM, "exports.read", (kind, path.name, None), now, rows=count)
    return count


def _everything(wiring: Wiring, folder: Path, form: str) -> int:
    from matcher.services.imports.kinds import KINDS

    folder.mkdir(parents=True, exist_ok=True)
    for kind in KINDS:
        path = folder / f"{kind}.{form}"
        tell("cli.export.done", path=path, count=_one(wiring, kind, path))
    return 0


def _to_screen(wiring: Wiring, kind: str, form: str) -> int:
    """Whole into a file first: what goes through a pipe is then never half an export."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{kind}.{form}"
        _one(wiring, kind, path)
        with path.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
        sys.stdout.flush()
    return 0


def _parameter(ctx: click.Context, name: str) -> click.Parameter:
    return next(parameter for parameter in ctx.command.params if parameter.name == name)
