"""Shapes of partner suggestions: score, parts, sentences, path; why not; the neighbourhood."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.schemas.base import Answer, Body, Count, Identifier, Query, Stamped, Words, Yuan
from matcher.domain.need import Direction, NeedKind
from matcher.domain.ranking import PathStep, Ranking
from matcher.services.graph import Edge, Neighbourhood, Node
from matcher.services.partner_view import Partner, Sentences, Why

DEFAULT_LENGTH = 20
LONGEST = 100


class PartnersQuery(Query):
    """How many."""

    n: Annotated[Count, Field(ge=1, le=LONGEST)] = DEFAULT_LENGTH


class DirectedQuery(PartnersQuery):
    """How many, and which way along the chain."""

    direction: Direction = Direction.BOTH


class WhyQuery(Query):
    """Which enterprise is missed or thought too low."""

    enterprise_id: Identifier


class AroundQuery(Query):
    """How many steps."""

    depth: Annotated[Count, Field(ge=1, le=3)] = 1


class PartnerQuestion(Body):
    """A need that is not stored. What is left out is read from the text."""

    text: Words
    enterprise_id: Annotated[
        Identifier | None, Field(description="In whose name; an enterprise's own by itself")
    ] = None
    kind: NeedKind | None = None
    industries: Annotated[
        list[Identifier], Field(max_length=20, description="GB/T 4754-2017 codes wanted")
    ] = []
    amount_yuan: Yuan | None = None
    n: Annotated[int, Field(ge=1, le=LONGEST)] = DEFAULT_LENGTH


class Tongues(Answer):
    """Sentences in both languages, strongest first."""

    zh: list[str]
    en: list[str]

    @classmethod
    def of(cls, told: Sentences) -> Tongues:
        """From the service's mapping by language."""
        return cls(zh=list(told["zh"]), en=list(told["en"]))


class Named(Answer):
    """One name in both languages."""

    zh: str
    en: str


class StepOut(Answer):
    """A node of the path; `edge` is how the one before led here."""

    kind: str
    identifier: str
    label: str
    edge: str | None

    @classmethod
    def of(cls, step: PathStep) -> StepOut:
        """From the domain's step."""
        return cls(kind=step.kind, identifier=step.identifier, label=step.label, edge=step.edge)


class PartnerOut(Answer):
    """One suggestion. `building` and `floor` are given for the own station's enterprises."""

    rank: int
    enterprise_id: str
    name: str
    industry_code: str | None
    industry: Named | None
    building: str | None
    floor: str | None
    same_station: bool
    score: Annotated[float, Field(ge=0, le=1)]
    chance: Annotated[
        float | None, Field(ge=0, le=1, description="Of a deal, as outcomes taught it; null before")
    ]
    parts: dict[str, float]
    reasons_for_asker: Tongues
    reasons_for_candidate: Tongues
    path: list[StepOut]

    @classmethod
    def of(cls, rank: int, partner: Partner) -> PartnerOut:
        """From the service's view."""
        return cls(
            rank=rank,
            enterprise_id=partner.enterprise_id,
            name=partner.name,
            industry_code=partner.industry_code,
            industry=Named(**partner.industry) if partner.industry else None,
            building=partner.building,
            floor=partner.floor,
            same_station=partner.same_station,
            score=partner.score,
            chance=partner.chance,
            parts=dict(partner.parts),
            reasons_for_asker=Tongues.of(partner.reasons_for_asker),
            reasons_for_candidate=Tongues.of(partner.reasons_for_candidate),
            path=[StepOut.of(step) for step in partner.path],
        )


class Partners(Stamped):
    """Suggestions, best first; `considered` is how many enterprises were looked at.

    It is rounded to five, and null below ten: who hides from others is not to be counted out.
    """

    considered: int | None
    items: list[PartnerOut]

    @classmethod
    def of(cls, ranking: Ranking, considered: int | None, partners: tuple[Partner, ...]) -> Partners:
        """From ranking and view."""
        return cls(
            snapshot_id=ranking.snapshot_id,
            as_of=ranking.as_of,
            considered=considered,
            items=[PartnerOut.of(rank, partner) for rank, partner in enumerate(partners, start=1)],
        )


class WhyOut(Stamped):
    """Why an enterprise is not, or not higher, in the list; `rank` is null where it is not listed."""

    enterprise_id: str
    rank: int | None
    failed: list[str]
    score: float
    parts: dict[str, float]
    last: dict[str, float]
    sentences: Tongues
    changes: Annotated[Tongues, Field(description="What would lift it past whoever stands before it")]
    reasons_for_asker: Tongues

    @classmethod
    def of(cls, why: Why, stamp: Stamped) -> WhyOut:
        """From the service's explanation."""
        return cls(
            snapshot_id=stamp.snapshot_id,
            as_of=stamp.as_of,
            enterprise_id=why.enterprise_id,
            rank=why.rank,
            failed=list(why.failed),
            score=why.score,
            parts=dict(why.parts),
            last=dict(why.last),
            sentences=Tongues.of(why.sentences),
            changes=Tongues.of(why.changes),
            reasons_for_asker=Tongues.of(why.reasons_for_asker),
        )


class NodeOut(Answer):
    """A node of the neighbourhood."""

    key: str
    kind: str
    kind_names: Named
    identifier: str
    label: str

    @classmethod
    def of(cls, node: Node) -> NodeOut:
        """From the service's node."""
        names = Named(**node.kind_names)
        return cls(
            key=node.key, kind=node.kind, kind_names=names, identifier=node.identifier, label=node.label
        )


class EdgeOut(Answer):
    """An edge between two node keys."""

    source: str
    target: str
    kind: str
    kind_names: Named

    @classmethod
    def of(cls, edge: Edge) -> EdgeOut:
        """From the service's edge."""
        names = Named(**edge.kind_names)
        return cls(source=edge.source, target=edge.target, kind=edge.kind, kind_names=names)


class Around(Stamped):
    """What lies around an enterprise, for drawing."""

    nodes: list[NodeOut]
    edges: list[EdgeOut]

    @classmethod
    def of(cls, found: Neighbourhood) -> Around:
        """From the service's neighbourhood."""
        return cls(
            snapshot_id=found.snapshot_id,
            as_of=found.as_of,
            nodes=[NodeOut.of(node) for node in found.nodes],
            edges=[EdgeOut.of(edge) for edge in found.edges],
        )
