"""Needs that many firms share, pooled; and links of the chain that the station's district lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from matcher.domain import industry
from matcher.domain.access import Actor, require
from matcher.domain.need import NeedKind, Question
from matcher.domain.ranking import Suggestion
from matcher.graph.graph import Graph
from matcher.recommend import partners
from matcher.recommend.groups import ChainGap, Group, OpenNeed, pool
from matcher.recommend.groups import chain_gaps as gaps_of
from matcher.services.asked import today, topic_of
from matcher.services.firm_rows import yuan
from matcher.services.partners import ACTIVE, still_true
from matcher.storage import enterprises, journal, needs
from matcher.storage.enterprises import Enterprise
from matcher.storage.needs import Need
from matcher.text.intake import read
from matcher.text.lexicon import lexicon

_NEARLY: Final = 0.4  # of the surest topic's confidence


@dataclass(frozen=True)
class PooledGroup:
    """A group with the topic's name in both languages, its kind, and who could supply it as one order."""

    group: Group
    zh: str
    en: str
    suppliers: tuple[Suggestion, ...]
    kind: NeedKind | None = None


@dataclass(frozen=True)
class Groups:
    """The station's groups, what is best shared first."""

    groups: tuple[PooledGroup, ...]
    snapshot_id: str
    as_of: datetime


@dataclass(frozen=True)
class NamedGap:
    """A missing link with its industry's name."""

    gap: ChainGap
    industry: str


@dataclass(frozen=True)
class ChainGaps:
    """Missing links of the station's district, most bought from first."""

    gaps: tuple[NamedGap, ...]
    snapshot_id: str
    as_of: datetime


def groups(session: Session, graph: Graph, actor: Actor, n: int, now: datetime) -> Groups:
    """Open needs of the station's firms pooled by topic and street, with at most `n` suppliers each.

    Firms share what they chiefly ask for, not what they mention; what is best shared comes first.

    Needs are rows of this moment, so one typed a minute ago counts. One query of the graph a group.
    """
    require(actor, "groups.read")
    rows = needs.open_needs(session, actor.scope)
    askers = enterprises.by_ids(session, sorted({need.enterprise_id for need in rows}))
    firms = {name: firm for name, firm in askers.items() if firm.status == ACTIVE}
    told = [_open(need, firms[need.enterprise_id], now) for need in rows if need.enterprise_id in firms]
    kinds = {name: topic.kind for name, topic in lexicon().topics.items()}
    found = [_pooled(session, graph, actor, group, n, now) for group in pool(told, kinds)]
    journal.record(session, actor, "groups.read", ("station", actor.scope, None), now, count=len(found))
    return Groups(tuple(found), graph.snapshot_id, graph.as_of)


def chain_gaps(session: Session, graph: Graph, actor: Actor, n: int, now: datetime) -> ChainGaps:
    """At most `n` divisions that firms of the station's district buy from and nobody there is in."""
    require(actor, "groups.read")
    station = graph.stations.position(actor.scope)
    found = [] if station is None else gaps_of(graph, station, n)
    journal.record(session, actor, "chain_gaps.read", ("station", actor.scope, None), now, count=len(found))
    firms = enterprises.by_ids(session, sorted({firm for gap in found for firm in gap.examples}))
    trading = {name for name, firm in firms.items() if firm.status == ACTIVE}
    named = tuple(NamedGap(_of_now(gap, trading), _name(gap.division)) for gap in found)
    return ChainGaps(named, graph.snapshot_id, graph.as_of)


def _of_now(gap: ChainGap, trading: set[str]) -> ChainGap:
    """With examples that still trade: what closed since the snapshot is named no more."""
    return replace(gap, examples=tuple(firm for firm in gap.examples if firm in trading))


def _name(division: str) -> str:
    known = industry.get(division)
    return division if known is None else known.name


def _open(need: Need, firm: Enterprise, now: datetime) -> OpenNeed:
    return OpenNeed(
        need.need_id,
        need.enterprise_id,
        _chiefly(_weights(need, now), need.kind),
        firm.region_code,
        firm.building_id,
        need.quantity,
        yuan(need.amount_fen),
    )


def _weights(need: Need, now: datetime) -> dict[str, float]:
    """Topics and how sure each is: of the confirmed draft, else of the text."""
    told = (need.understood or {}).get("topics", ())
    if told:
        return {topic_of(entry): _sureness(entry) for entry in told}
    text = need.text if need.title is None else f"{need.title} {need.text}"
    return {hit.topic: hit.confidence for hit in read(text, today(now)).topics}


def _sureness(entry: object) -> float:
    return float(entry.get("confidence", 1.0)) if isinstance(entry, Mapping) else 1.0


def _chiefly(weights: Mapping[str, float], kind: str | None) -> tuple[str, ...]:
    """What a need is about, surest first: topics of its kind, where it has any, that come near the surest.

    The rest is by the way: "the restaurant on the corner wants a patent" is not about lunch.
    """
    known = lexicon().topics
    fitting = {topic: sure for topic, sure in weights.items() if topic in known and known[topic].kind == kind}
    left = fitting if fitting else weights
    least = _NEARLY * max(left.values(), default=0.0)
    return tuple(sorted((one for one in left if left[one] >= least), key=lambda one: (-left[one], one)))


def _pooled(session: Session, graph: Graph, actor: Actor, group: Group, n: int, now: datetime) -> PooledGroup:
    topic = lexicon().topics.get(group.topic)
    question = Question(
        text=topic.zh if topic is not None else group.topic,
        kind=topic.kind if topic is not None else NeedKind.SUPPLY,
        asker=group.firms[0],
        industries=topic.industries if topic is not None else (),
        topics=(group.topic,),
        avoid=frozenset(group.firms),
    )
    ranking = partners.suggest(graph, question, n + len(group.firms), actor.scope)
    fresh = still_true(session, actor, ranking, group.firms[0], n, now)
    zh, en = (topic.zh, topic.en) if topic is not None else (group.topic, group.topic)
    return PooledGroup(group, zh, en, fresh.suggestions, None if topic is None else topic.kind)
