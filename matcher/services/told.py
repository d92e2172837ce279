"""What a suggestion may tell of the candidate: reasons, parts and score without its private facts.

A reason names the field of the access table that it gives away. Who may not read the field is not told the
reason, nor the part of the score from which the field could be worked out by asking often enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role
from matcher.domain.field_access import Condition, Sight
from matcher.domain.need import NeedKind
from matcher.domain.ranking import PathStep, Reason, Suggestion
from matcher.graph.schema import NodeKind
from matcher.recommend.weights import UNKNOWN_RECENCY, UNKNOWN_SIZE, USUAL_RECORD
from matcher.services import sight
from matcher.storage.enterprises import Enterprise
from matcher.storage.needs import WAITING, Need
from matcher.text.masks import mask

# What a sentence or a part gives away of the candidate. What is not named gives nothing private away.
_REASONS: Final[Mapping[str, str]] = {
    "reasons.size.carries": "revenue",
    "reasons.size.alike": "employees",
    "reasons.size.fits_you": "revenue",
    "reasons.size.usual_order": "trade_edges",
    "reasons.record.reliable": "attendance",
    "reasons.record.your_record": "attendance",
    "reasons.recency.lately": "trade_edges",
    "reasons.recency.you_lately": "trade_edges",
    "reasons.history.sold_like": "trade_edges",
    "reasons.history.bought_like": "trade_edges",
    "reasons.history.your_record": "trade_edges",
}
_PARTS: Final[Mapping[str, str]] = {
    "size": "revenue",
    "history": "trade_edges",
    "record": "attendance",
    "recency": "trade_edges",
}
# In place of a part that is not told: what the recommender takes where it knows nothing.
_UNTOLD: Final[Mapping[str, float]] = {
    "size": UNKNOWN_SIZE,
    "history": 0.0,
    "record": USUAL_RECORD,
    "recency": UNKNOWN_RECENCY,
}
_NEEDS: Final = frozenset(
    {
        "reasons.words.need_named",
        "reasons.words.need",
        "reasons.words.need_unsorted",
        "reasons.words.can_serve",
        "reasons.chain.needs_you",
    }
)


@dataclass(frozen=True)
class OpenNeeds:
    """What others may know of an enterprise's needs now: published, waiting, and no loans."""

    identifiers: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()


def open_needs(session: Session, enterprise_ids: Sequence[str]) -> dict[str, OpenNeeds]:
    """Published needs by enterprise, of this moment's rows; one query."""
    statement = sa.select(Need).where(
        Need.enterprise_id.in_(enterprise_ids),
        Need.published.is_(True),
        Need.state.in_(WAITING),
        sa.or_(Need.kind.is_(None), Need.kind != NeedKind.FINANCING.value),
    )
    found: dict[str, list[Need]] = {}
    for need in session.scalars(statement):
        found.setdefault(need.enterprise_id, []).append(need)
    return {owner: _known(rows) for owner, rows in found.items()}


def _known(rows: Sequence[Need]) -> OpenNeeds:
    return OpenNeeds(
        frozenset(row.need_id for row in rows),
        frozenset(row.title for row in rows if row.title),
        frozenset(NeedKind.SUPPLY.value if row.kind is None else row.kind for row in rows),
    )


def told(actor: Actor, row: Enterprise, found: Suggestion, needs: OpenNeeds) -> Suggestion:
    """The suggestion as the actor may read it; whole for an enterprise of its own."""
    if sight.close(actor, row):
        return found
    hidden = [name for name in found.parts if not _may_read(actor, row, _PARTS.get(name))]
    return replace(
        found,
        score=_score(actor, found, hidden),
        parts={name: value for name, value in found.parts.items() if name not in hidden},
        for_asker=_reasons(actor, row, found.for_asker, needs),
        for_candidate=_reasons(actor, row, found.for_candidate, needs),
        path=_path(found.path, _quotes(actor, row), needs),
    )


def _score(actor: Actor, found: Suggestion, hidden: Sequence[str]) -> float:
    """To another firm without what is hidden, so that no question finds it out; to officers in hundredths.

    An officer's list mixes firms that are read in full with others: the order stays that of the full score.
    """
    if actor.role is not Role.ENTERPRISE:
        return round(found.score, 2)
    if not hidden:
        return found.score
    parts = dict(found.parts) | {name: _UNTOLD[name] for name in hidden}
    return min(1.0, sum(found.weights.get(name, 0.0) * value for name, value in parts.items()))


def _may_read(actor: Actor, row: Enterprise, name: str | None) -> bool:
    if name is None:
        return True
    return sight.sees(actor, row, name) in (Sight.FULL, Sight.BAND)


def _reasons(
    actor: Actor, row: Enterprise, reasons: Sequence[Reason], needs: OpenNeeds
) -> tuple[Reason, ...]:
    kept = [reason for reason in reasons if _may_read(actor, row, _REASONS.get(reason.key))]
    public = [reason for reason in kept if _still_public(actor, row, reason, needs)]
    return tuple(_masked(reason) if _quotes(actor, row) else _unnamed(reason) for reason in public)


def _quotes(actor: Actor, row: Enterprise) -> bool:
    """Whether a published need is told in its own words, not by its kind alone."""
    published = frozenset({Condition.PUBLISHED})
    return sight.sees(actor, row, "need_category", published) is Sight.FULL


def _unnamed(reason: Reason) -> Reason:
    if reason.key != "reasons.words.need_named":
        return _masked(reason)
    kind = reason.params.get("kind")
    return replace(reason, key=f"reasons.words.{'need' if kind else 'need_unsorted'}", params={"kind": kind})


def _still_public(actor: Actor, row: Enterprise, reason: Reason, needs: OpenNeeds) -> bool:
    """A need may have been answered or taken back since the snapshot."""
    if reason.key not in _NEEDS:
        return True
    public = frozenset({Condition.PUBLISHED, Condition.STATION_MATCH})
    if not needs.identifiers or sight.sees(actor, row, "need_category", public) is Sight.NONE:
        return False
    title, kind = reason.params.get("title"), reason.params.get("kind")
    return (title is None or title in needs.titles) and (kind is None or kind in needs.kinds)


def _masked(reason: Reason) -> Reason:
    """Titles are free text: somebody may have put a telephone number in."""
    title = reason.params.get("title")
    if not isinstance(title, str):
        return reason
    return replace(reason, params={**reason.params, "title": mask(title)})


def _path(path: Sequence[PathStep], quotes: bool, needs: OpenNeeds) -> tuple[PathStep, ...]:
    """The way without a need that is not public; the first steps are the asker's own."""
    kept = list(path[:1])
    for step in path[1:]:
        foreign = step.kind == NodeKind.NEED.value and step.identifier != ""
        if foreign and step.identifier not in needs.identifiers:
            continue
        label = step.label if quotes or not foreign else ""
        kept.append(replace(step, label=mask(label)) if foreign or _free_text(step) else step)
    return tuple(kept)


def _free_text(step: PathStep) -> bool:
    return step.kind == NodeKind.OFFER.value
