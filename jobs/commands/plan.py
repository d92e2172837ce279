"""qianxian plan salon|fair|meetings FILE.json."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import click

from jobs.speaking_for import Speaker, read_document
from jobs.spoken import Spoken, language, tell
from jobs.wiring import wire
from matcher.domain.access import Actor
from matcher.messages import say

KINDS: Final = ("salon", "fair", "meetings")
FORMS: Final = ("json", "xlsx", "ics")


@click.command(cls=Spoken)
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.json")
@click.option("--as", "speaker", type=Speaker())
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="OUT")
@click.pass_context
def plan(ctx: click.Context, kind: str, file: Path, speaker: Actor | None, output: Path | None) -> None:
    """Plan an event from a file; the plan goes to the screen as JSON, or to a file."""
    form = "json" if output is None else output.suffix.lower().removeprefix(".")
    if form not in FORMS:
        known = ", ".join(f".{one}" for one in FORMS)
        allowed = say("cli.usage.one_of", language(), known=known)
        raise click.BadParameter(allowed, ctx, _parameter(ctx, "output"))
    from jobs import planning

    data = planning.plan(wire(), kind, read_document(file), speaker, form)
    if output is None:
        click.echo(data.decode(), nl=False)
        return
    beside = output.with_name(f".{output.name}-{os.getpid()}")
    try:
        beside.write_bytes(data)
        beside.replace(output)
    finally:
        beside.unlink(missing_ok=True)
    tell("cli.plan.done", path=output)


def _parameter(ctx: click.Context, name: str) -> click.Parameter:
    return next(parameter for parameter in ctx.command.params if parameter.name == name)
