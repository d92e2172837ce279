"""qianxian loans ENTERPRISE_ID --as ROLE:SCOPE."""

from __future__ import annotations

import click

from jobs.speaking_for import Speaker, as_json
from jobs.spoken import Spoken
from jobs.wiring import wire
from matcher.domain.access import Actor


@click.command(cls=Spoken)
@click.argument("enterprise_id")
@click.option("--as", "speaker", type=Speaker(), required=True)
def loans(enterprise_id: str, speaker: Actor) -> None:
    """The firm's view: its best loans with all failing and missing facts, as over HTTP."""
    from matcher.graph.snapshot import Current
    from matcher.services import finance, product_view

    wiring = wire()
    graph = Current(wiring.settings.snapshots).get()
    with wiring.transactions.begin() as session:
        found = finance.loans_for(session, graph, speaker, enterprise_id, wiring.clock())
        told = as_json(product_view.products(found))
    click.echo(told)
