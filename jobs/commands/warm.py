"""qianxian warm."""

from __future__ import annotations

import click

from jobs.spoken import Spoken, tell


@click.command(cls=Spoken)
def warm() -> None:
    """Compile the kernels once, so that nobody waits for it later."""
    from jobs import kernels

    for name in kernels.warm():
        tell("cli.warm.done", name=name)
