"""qianxian schedule, qianxian serve."""

from __future__ import annotations

import dataclasses
import os
import sys

import click

from jobs.spoken import Spoken, tell
from jobs.wiring import wire
from matcher.settings import Settings


@click.command(cls=Spoken)
def schedule() -> int:
    """Be the timetable's process."""
    from jobs.bell import Bell
    from jobs.logs import to_stderr
    from jobs.scheduler import schedule as keep_time

    wiring = wire(patient=False)
    to_stderr(wiring.settings.log_level)
    bell = Bell()
    bell.heed_signals()
    return 0 if keep_time(wiring, bell) else 1


@click.command(cls=Spoken)
@click.option("--bind", metavar="HOST:PORT")
@click.option("--workers", type=click.IntRange(min=1))
@click.option("--with-scheduler", is_flag=True)
def serve(bind: str | None, workers: int | None, with_scheduler: bool) -> int:
    """API and console by the production server; with --with-scheduler the timetable beside it.

    Where hosts share snapshots, a follower that fetches them runs beside it too.
    """
    settings = Settings.from_env()
    settings.require_secret()
    if bind is not None:
        settings = dataclasses.replace(settings, bind=bind)
    if workers is not None:
        settings = dataclasses.replace(settings, workers=workers)
    tell("cli.serve.starting", bind=settings.bind, workers=settings.workers)
    if not with_scheduler and settings.snapshots_url is None:
        # In this very process, so that a supervisor's signals reach the server itself.
        os.execve(sys.executable, [sys.executable, "-m", "api"], {**os.environ, **settings.to_env()})  # noqa: S606
    from jobs.supervise import supervise

    return supervise(settings, timetable=with_scheduler)
