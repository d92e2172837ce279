"""qianxian eligible PRODUCT_ID --as ROLE:SCOPE."""

from __future__ import annotations

import click

from jobs.speaking_for import Speaker, as_json
from jobs.spoken import Spoken
from jobs.wiring import wire
from matcher.domain.access import Actor


@click.command(cls=Spoken)
@click.argument("product_id")
@click.option("--as", "speaker", type=Speaker(), required=True)
@click.option("-n", "count", type=click.IntRange(1, 100), default=20, show_default=True)
@click.option("--cursor", metavar="CURSOR")
def eligible(product_id: str, speaker: Actor, count: int, cursor: str | None) -> None:
    """The bank's view: firms that consented and fit. Each one shown is written down, as over HTTP."""
    from matcher.graph.snapshot import Current
    from matcher.services import finance, product_view

    wiring = wire()
    current, begun = Current(wiring.settings.snapshots), finance.snapshot_of(cursor)
    graph = (None if begun is None else current.at(begun)) or current.get()
    with wiring.transactions.begin() as session:
        page = finance.eligible_firms(session, graph, speaker, product_id, count, cursor, wiring.clock())
        told = as_json(product_view.eligible(session, page))
    # Printed once the disclosure lines are stored, never before.
    click.echo(told)
