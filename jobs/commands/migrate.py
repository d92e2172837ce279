"""qianxian migrate."""

from __future__ import annotations

import click

from jobs.spoken import Spoken, tell
from jobs.wiring import wire


@click.command(cls=Spoken)
def migrate() -> None:
    """Bring the database to the newest schema."""
    from matcher.storage import migrations

    engine = wire().engine
    before = migrations.current_revision(engine)
    migrations.migrate(engine)
    after = migrations.current_revision(engine)
    tell("cli.migrate.already" if before == after else "cli.migrate.done", revision=after)
