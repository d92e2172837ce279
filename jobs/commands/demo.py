"""qianxian demo."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from jobs.spoken import Spoken, tell
from matcher.settings import Settings

if TYPE_CHECKING:
    from jobs.logins import Login

HOST = "127.0.0.1"


@click.command(cls=Spoken)
@click.option("--reset", is_flag=True)
@click.option("--no-serve", is_flag=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
def demo(reset: bool, no_serve: bool, port: int) -> int:
    """An invented district, ready to be tried."""
    from jobs import home
    from jobs.logs import to_stderr
    from jobs.supervise import ensure_free, supervise

    # Quiet unless asked otherwise: what a newcomer should read is the address and the log-ins.
    level = os.environ.get("QIANXIAN_LOG_LEVEL", "WARNING")
    settings = dataclasses.replace(Settings.from_env(), bind=f"{HOST}:{port}", log_level=level, demo=True)
    to_stderr(level)
    if not no_serve:
        ensure_free(settings.bind)
    if reset:
        home.reset(settings)
    settings = home.settle(settings)
    logins = home.prepared(settings)
    if logins is None:
        logins = _prepare(settings)
    if no_serve:
        tell("cli.demo.ready", home=settings.home)
        _show(logins)
        return 0
    tell("cli.demo.starting", home=settings.home)
    return supervise(settings, ready=lambda: _announce(settings.bind, logins))


def _prepare(settings: Settings) -> tuple[Login, ...]:
    # Late: what prepares is heavy, and a second start has nothing to prepare.
    from jobs.demonstration import prepare
    from jobs.progress import Shown

    with Shown() as progress:
        return prepare(settings, progress)


def _announce(bind: str, logins: Iterable[Login]) -> None:
    _show(logins)
    tell("cli.demo.address", address=f"http://{bind}/")


def _show(logins: Iterable[Login]) -> None:
    tell("cli.demo.logins")
    for login in logins:
        tell("cli.demo.login", **dataclasses.asdict(login))
