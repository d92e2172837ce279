"""qianxian replay ID."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

import click

from jobs.spoken import Spoken, tell
from jobs.wiring import wire

if TYPE_CHECKING:
    from matcher.graph.graph import Graph


@click.command(cls=Spoken)
@click.argument("number", type=int, metavar="ID")
def replay(number: int) -> int:
    """Compute a past suggestion again and tell whether it is the same, bit for bit."""
    from jobs import sharing
    from matcher.build.compile import configuration_digest
    from matcher.errors import SnapshotDamaged
    from matcher.graph.snapshot import Current
    from matcher.services import replay as service

    wiring = wire()
    current = Current(wiring.settings.snapshots)

    def at(snapshot_id: str) -> Graph | None:
        with contextlib.suppress(SnapshotDamaged):
            sharing.have(wiring.settings, snapshot_id)
        return current.at(snapshot_id)

    with wiring.views() as session:
        found = service.replay(session, number, at, configuration_digest)
    for rank, one in enumerate(found.ranking.suggestions, start=1):
        line = {"rank": rank, "enterprise_id": one.identifier, "score": one.score, "parts": dict(one.parts)}
        click.echo(json.dumps(line, ensure_ascii=False))
    key = "cli.replay.same" if found.same else "cli.replay.other"
    tell(key, snapshot=found.impression.snapshot_id, at=f"{found.impression.at:%Y-%m-%d %H:%M:%S}Z")
    return 0 if found.same else 1
