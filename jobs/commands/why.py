"""qianxian why NEED_ID ENTERPRISE_ID --as ROLE:SCOPE."""

from __future__ import annotations

import click

from jobs.speaking_for import Speaker, as_json
from jobs.spoken import Spoken
from jobs.wiring import wire
from matcher.domain.access import Actor


@click.command(cls=Spoken)
@click.argument("need_id")
@click.argument("enterprise_id")
@click.option("--as", "speaker", type=Speaker(), required=True)
def why(need_id: str, enterprise_id: str, speaker: Actor) -> None:
    """Why an enterprise is not, or not higher, in a need's list, and what would change that."""
    from matcher.graph.snapshot import Current
    from matcher.services import partner_view, partners

    wiring = wire()
    graph = Current(wiring.settings.snapshots).get()
    with wiring.transactions.begin() as session:
        standing = partners.why(session, graph, speaker, need_id, enterprise_id, wiring.clock())
        told = as_json(partner_view.explanation(session, speaker, standing))
    click.echo(told)
