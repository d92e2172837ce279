"""A need that takes several parties, answered as one table: for each role, who could take it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role, require
from matcher.domain.ranking import Ranking, Suggestion
from matcher.graph.graph import Graph
from matcher.recommend.parties import seats
from matcher.services.asked import question_of, today
from matcher.services.partners import own_need, still_true
from matcher.storage import journal
from matcher.storage.needs import Need
from matcher.text.lexicon import lexicon

_MARGIN = 5  # asked beyond n, for those whose rows have changed since the snapshot


@dataclass(frozen=True)
class PartySeat:
    """One role (``groups.role.<role>``) and its candidates, best first; () where nobody is known."""

    role: str
    candidates: tuple[Suggestion, ...]


@dataclass(frozen=True)
class PartyTable:
    """Everybody who must move together for a need, in the order to call on them."""

    need_id: str
    seats: tuple[PartySeat, ...]
    snapshot_id: str
    as_of: datetime


def parties_for(
    session: Session, graph: Graph, actor: Actor, need_id: str, n: int, now: datetime
) -> PartyTable:
    """At most `n` candidates for each role. Raises NotFound out of scope. Writes one journal line."""
    require(actor, "partners.read")
    need = own_need(session, actor, need_id)
    station = actor.scope if actor.role is Role.OFFICER else None
    question = question_of(need, today(now))
    roles = roles_of(need, question.topics)
    table = []
    for seat in seats(graph, question, roles, n + _MARGIN, station):
        ranking = Ranking(seat.candidates, graph.snapshot_id, graph.as_of)
        fresh = still_true(session, actor, ranking, need.enterprise_id, n, now)
        table.append(PartySeat(seat.role, fresh.suggestions))
    listed = {seat.role: [one.identifier for one in seat.candidates] for seat in table}
    subject = ("need", need_id, need.enterprise_id)
    journal.record(session, actor, "parties.read", subject, now, snapshot_id=graph.snapshot_id, listed=listed)
    return PartyTable(need_id, tuple(table), graph.snapshot_id, graph.as_of)


def roles_of(need: Need, topics: tuple[str, ...]) -> tuple[str, ...]:
    """The roles of the confirmed draft, else those of its topics in the lexicon, each once."""
    told = tuple((need.understood or {}).get("parties", ()))
    if told:
        return told
    known = lexicon().topics
    return tuple(dict.fromkeys(role for topic in topics if topic in known for role in known[topic].parties))
