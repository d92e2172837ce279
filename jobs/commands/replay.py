"""qianxian replay ID."""

from __future__ import annotations

import json

import click

from jobs.spoken import Spoken, tell
from jobs.wiring import wire


@click.command(cls=Spoken)
@click.argument("number", type=int, metavar="ID")
def replay(number: int) -> int:
    """Compute a past suggestion again and tell whether it is the same, bit for bit."""
    from matcher.build.compile import configuration_digest
    from matcher.graph.snapshot import Current
    from matcher.services import replay as service

    wiring = wire()
    current = Current(wiring.settings.snapshots)
    with wiring.views() as session:
        found = service.replay(session, number, current.at, configuration_digest)
    for rank, one in enumerate(found.ranking.suggestions, start=1):
        line = {"rank": rank, "enterprise_id": one.identifier, "score": one.score, "parts": dict(one.parts)}
        click.echo(json.dumps(line, ensure_ascii=False))
    key = "cli.replay.same" if found.same else "cli.replay.other"
    tell(key, snapshot=found.impression.snapshot_id, at=f"{found.impression.at:%Y-%m-%d %H:%M:%S}Z")
    return 0 if found.same else 1
