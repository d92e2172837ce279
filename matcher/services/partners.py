"""Partners of a need, of a question, of an enterprise: asked of the graph, re-read from the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role, require, require_enterprise
from matcher.domain.codes import is_sole_trader
from matcher.domain.field_access import Sight
from matcher.domain.need import Direction, NeedState, Question
from matcher.domain.ranking import Ranking
from matcher.errors import NotFound
from matcher.graph.graph import Graph
from matcher.recommend import partners as recommender
from matcher.recommend.partners import Standing
from matcher.recommend.shortlist import Shortlist
from matcher.services import sight
from matcher.services.asked import question_of, today, understood
from matcher.services.replay import Asked, remember
from matcher.storage import enterprises, journal, needs
from matcher.storage.enterprises import Enterprise, Visibility
from matcher.storage.needs import Need

MARGIN: Final = 10  # asked beyond n, to stand in for those whose rows have changed since the snapshot
LEAST_TYPED: Final = 2  # characters of a name before anybody is looked for
NAMES_READ: Final = 60  # of which those are told that may be
WHY_LIST: Final = 20  # the list that "why" compares with

ACTIVE: Final = "active"
OPEN: Final = frozenset({NeedState.OPEN.value, NeedState.MATCHING.value})


def for_need(session: Session, graph: Graph, actor: Actor, need_id: str, n: int, now: datetime) -> Ranking:
    """Partners for a stored need, whether or not the snapshot knows it. Raises NotFound out of scope.

    One query of the graph, three of the database; writes one impression and one journal line.
    """
    require(actor, "partners.read")
    need = own_need(session, actor, need_id)
    asked = Asked((question_of(need, today(now)),), _asked(n), _station(actor))
    ranking = _fresh(session, actor, asked.listed(graph), asked.questions[0].asker, n, now)
    _record(session, actor, ("need", need_id, need.enterprise_id), (graph, asked, ranking), now)
    return ranking


def for_question(
    session: Session, graph: Graph, actor: Actor, question: Question, n: int, now: datetime
) -> Ranking:
    """Partners for a need that is not stored. An enterprise always asks in its own name.

    What the text says of kind, topics and industries is read from it where the question leaves it out.
    """
    require(actor, "partners.read")
    if actor.role is Role.ENTERPRISE and question.asker is None:
        question = replace(question, asker=actor.scope)
    if question.asker is not None:
        own_enterprise(session, actor, question.asker)
    asked = Asked((understood(question, today(now)),), _asked(n), _station(actor))
    ranking = _fresh(session, actor, asked.listed(graph), asked.questions[0].asker, n, now)
    _record(session, actor, ("question", "", question.asker), (graph, asked, ranking), now)
    return ranking


def for_enterprise(
    session: Session,
    graph: Graph,
    actor: Actor,
    enterprise_id: str,
    direction: Direction,
    n: int,
    now: datetime,
) -> Ranking:
    """Partners up or down the chain, or both, by industry, offers and the open needs of the enterprise."""
    require(actor, "partners.read")
    own_enterprise(session, actor, enterprise_id)
    rows = [need for need in needs.needs_of(session, enterprise_id) if need.state in OPEN]
    questions = tuple(question_of(need, today(now)) for need in rows)
    asked = Asked(questions, _asked(n), _station(actor), enterprise_id, direction)
    ranking = _fresh(session, actor, asked.listed(graph), enterprise_id, n, now)
    _record(session, actor, ("enterprise", enterprise_id, enterprise_id), (graph, asked, ranking), now)
    return ranking


def why(
    session: Session, graph: Graph, actor: Actor, need_id: str, enterprise_id: str, now: datetime
) -> Standing:
    """Why a given enterprise is not, or not higher, in a need's list of WHY_LIST.

    Raises NotFound for an enterprise the actor may not know of: the answer must not tell that it exists.
    """
    require(actor, "partners.read")
    need = own_need(session, actor, need_id)
    row = enterprises.by_id(session, enterprise_id)
    if row is None or not shown(actor, row):
        raise NotFound("access.no_such_enterprise", value=enterprise_id)
    question = question_of(need, today(now))
    standing = recommender.stand(graph, question, enterprise_id, WHY_LIST, _station(actor))
    subject = ("need", need_id, enterprise_id)
    journal.record(session, actor, "partners.why", subject, now, snapshot_id=graph.snapshot_id)
    return _standing_now(standing, row, _apart(session, need.enterprise_id, now))


def to_ask_about(
    session: Session, actor: Actor, need_id: str, text: str, limit: int
) -> list[tuple[str, str]]:
    """Id and name of those that `why` may be asked about, by a part of the name of LEAST_TYPED and more."""
    require(actor, "partners.read")
    own_need(session, actor, need_id)
    if len(text) < LEAST_TYPED:
        return []
    rows = enterprises.named_like(session, text, NAMES_READ)
    seen = [row for row in rows if shown(actor, row) and sight.sees(actor, row, "name") is Sight.FULL]
    return [(row.enterprise_id, row.name) for row in seen[:limit]]


def own_enterprise(session: Session, actor: Actor, enterprise_id: str) -> Enterprise:
    """The row, if it lies in the actor's scope. Raises NotFound otherwise, as for one that is not there."""
    row = enterprises.by_id(session, enterprise_id)
    require_enterprise(actor, enterprise_id, None if row is None else row.station_id)
    if row is None:
        raise NotFound("access.no_such_enterprise", value=enterprise_id)
    return row


def own_need(session: Session, actor: Actor, need_id: str) -> Need:
    """The row, if its enterprise lies in the actor's scope. Raises NotFound naming the need alone."""
    found = needs.need_and_station(session, need_id)
    if found is not None and _may_speak(actor, found[0].enterprise_id, found[1]):
        return found[0]
    raise NotFound("graph.no_such_need", value=need_id)


def still_true(
    session: Session, actor: Actor, ranking: Ranking, asker: str | None, n: int, now: datetime
) -> Ranking:
    """The first `n` that the rows of this moment still allow: closing, hiding and quarrels count at once."""
    identifiers = [found.identifier for found in ranking.suggestions]
    allowed = _allowed(session, actor, identifiers, asker, now)
    kept = [found for found in ranking.suggestions if found.identifier in allowed]
    return replace(ranking, suggestions=tuple(kept[:n]))


def _fresh(
    session: Session, actor: Actor, found: Shortlist, asker: str | None, n: int, now: datetime
) -> Ranking:
    """As `still_true`; only of who stays are reasons told."""
    return found.told(_allowed(session, actor, found.identifiers, asker, now), n)


def _allowed(
    session: Session, actor: Actor, identifiers: Sequence[str], asker: str | None, now: datetime
) -> frozenset[str]:
    """Those that the rows of this moment allow. Two queries."""
    rows = enterprises.visibilities(session, identifiers)
    apart = _apart(session, asker, now)
    return frozenset(
        identifier
        for identifier, row in rows.items()
        if row.status == ACTIVE and identifier not in apart and shown(actor, row)
    )


def _standing_now(standing: Standing, row: Enterprise, apart: frozenset[str]) -> Standing:
    """With what the rows of this moment refuse, as `still_true` does: it then has no rank."""
    refused = {"active": row.status != ACTIVE, "apart": row.enterprise_id in apart}
    since = tuple(name for name, held in refused.items() if held and name not in standing.failed)
    return replace(standing, failed=(*since, *standing.failed), rank=None) if since else standing


def _asked(n: int) -> int:
    return min(n + MARGIN, recommender.MOST) if 1 <= n <= recommender.MOST else n


def _apart(session: Session, asker: str | None, now: datetime) -> frozenset[str]:
    """Whom the rows keep from the asker today."""
    if asker is None:
        return frozenset()
    return enterprises.related_in_force(session, asker, today(now)) - {asker}


def _station(actor: Actor) -> str | None:
    return actor.scope if actor.role is Role.OFFICER else None


def _may_speak(actor: Actor, enterprise_id: str, station_id: str | None) -> bool:
    """Whether the enterprise lies in the actor's scope."""
    if actor.role is Role.OFFICER:
        return station_id == actor.scope
    return actor.role is Role.ENTERPRISE and enterprise_id == actor.scope


def shown(actor: Actor, row: Enterprise | Visibility) -> bool:
    """Listed companies are shown to all; what hides itself, and persons, only within their scope."""
    person = row.code is not None and is_sole_trader(row.code)
    return _may_speak(actor, row.enterprise_id, row.station_id) or (row.listed and not person)


def _record(
    session: Session,
    actor: Actor,
    subject: tuple[str, str, str | None],
    given: tuple[Graph, Asked, Ranking],
    now: datetime,
) -> None:
    graph, asked, ranking = given
    kept = remember(session, graph, asked, ranking, now)
    listed = [found.identifier for found in ranking.suggestions]
    detail = {"snapshot_id": ranking.snapshot_id, "listed": listed, "impression": kept}
    journal.append(session, actor, "partners.read", subject, now, **detail)
