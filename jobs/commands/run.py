"""qianxian run NAME, qianxian list."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from jobs.spoken import Spoken, in_words, language, tell
from jobs.wiring import Wiring, wire
from matcher.domain.job import RunState
from matcher.errors import Conflict
from matcher.messages import catalogue, say
from matcher.settings import Settings

if TYPE_CHECKING:
    from matcher.storage.leases import Run

# What a run comes to that people ask about, by what its outcome holds: the first that is there is told.
OUTCOMES = ("rolled_back_to", "nothing_new", "waits", "instead_of", "snapshot_id")


@click.command(cls=Spoken)
@click.argument("name")
@click.argument("arguments", nargs=-1, metavar="[KEY=VALUE]...")
def run(name: str, arguments: tuple[str, ...]) -> int:
    """Run one job now, the same as the timetable runs it."""
    from jobs import ledger
    from jobs.bell import Bell
    from jobs.catalog import find
    from jobs.logs import to_stderr
    from jobs.progress import Shown
    from jobs.runner import Runner

    job = find(name)
    wiring = _for_a_reader(wire())
    to_stderr(wiring.settings.log_level)
    bell = Bell()
    bell.heed_signals()
    run_id = ledger.ask(wiring, job, "command", dict(_pair(text) for text in arguments))
    with Shown() as progress:
        ending = Runner(wiring, progress, lambda: bell.stopping).run(job, run_id)
    if ending is None:
        raise Conflict("jobs.already_running", job=name, run_id=run_id)
    return _told(name, ending.state, ending.error, ending.outcome)


def _for_a_reader(wiring: Wiring) -> Wiring:
    """On a terminal the stages and the end are told in words: lines of a log would stand among them."""
    if not sys.stderr.isatty() or wiring.settings.log_level != Settings.log_level:
        return wiring
    return replace(wiring, settings=replace(wiring.settings, log_level="WARNING"))


@click.command("list", cls=Spoken)
def list_command() -> None:
    """The jobs, their timetable, and how their last runs ended."""
    from jobs.catalog import JOBS
    from jobs.timetable import next_slot
    from matcher.storage import runs

    wiring = wire()
    with wiring.views() as session:
        for job in JOBS.values():
            line = job.timetable(wiring.settings)
            slot = None if line is None else next_slot(line, wiring.clock())
            last = next(iter(runs.recent(session, job.name, limit=1)), None)
            tell(
                "cli.list.line",
                job=job.name,
                about=say(f"jobs.about.{job.name}", language()),
                cron="-" if line is None else line,
                next="-" if slot is None else f"{slot:%Y-%m-%d %H:%M}Z",
                last="-" if last is None else _ended(last.state, last.error) + _so_far(last),
            )


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise click.BadParameter(text, param_hint="KEY=VALUE")
    return key, value


def _told(name: str, state: RunState, error: str | None, outcome: dict[str, object]) -> int:
    if state is RunState.SUCCEEDED:
        for sentence in OUTCOMES:
            if sentence in outcome:
                tell(f"cli.run.{sentence}", **outcome)
                break
        tell("cli.run.done", job=name, outcome=json.dumps(outcome, ensure_ascii=False))
        return 0
    click.echo(say("cli.run.failed", language(), job=name, why=_ended(state, error)), err=True)
    for line in in_words(error, outcome):
        click.echo(line, err=True)
    return 1


def _so_far(run: Run) -> str:
    """How far a run is that is under way; nothing for others."""
    if run.state != RunState.RUNNING or not run.stage:
        return ""
    stage = catalogue(language()).get(f"jobs.stage.{run.stage}", run.stage)
    return f" {stage} {run.done:,}" + (f" / {run.total:,}" if run.total else "")


def _ended(state: str, error: str | None) -> str:
    words = say(f"jobs.state.{state}", language())
    return words if error is None else f"{words} ({error})"
