"""qianxian follow."""

from __future__ import annotations

import click

from jobs.spoken import Spoken, tell
from matcher.errors import Misconfigured
from matcher.settings import Settings


@click.command(cls=Spoken)
@click.option("--once", is_flag=True)
def follow(once: bool) -> int:
    """Keep this host's copy of the shared snapshots at the newest; `serve` starts it by itself."""
    from jobs.bell import Bell
    from jobs.following import Follower
    from jobs.logs import to_stderr

    settings = Settings.from_env()
    if settings.snapshots_url is None:
        raise Misconfigured("cli.follow_nothing")
    to_stderr(settings.log_level)
    follower = Follower(settings)
    if once:
        follower.step()
        tell("cli.follow.done", folder=settings.snapshots)
        return 0
    bell = Bell()
    bell.heed_signals()
    follower.follow(bell)
    return 0
