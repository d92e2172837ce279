"""A past suggestion computed again from what it was made of: the same, or the reason why that cannot be."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy.orm import Session

from matcher.domain.need import Direction, NeedKind, Question
from matcher.domain.ranking import Ranking, Suggestion
from matcher.errors import NotFound
from matcher.graph.graph import Graph
from matcher.recommend import partners as recommender
from matcher.recommend.shortlist import Shortlist
from matcher.recommend.weight_table import WeightTable, table_of
from matcher.storage import impressions
from matcher.storage.impressions import Impression

Open = Callable[[str], Graph | None]
Digest = Callable[[WeightTable], str]


@dataclass(frozen=True)
class Asked:
    """What the recommender was asked: questions as they were understood, and how.

    `enterprise_id` and `direction` are set where partners of an enterprise were asked for.
    """

    questions: tuple[Question, ...]
    n: int
    station: str | None
    enterprise_id: str | None = None
    direction: Direction | None = None

    def listed(self, graph: Graph) -> Shortlist:
        """Ask the graph. Same graph, same answer."""
        if self.enterprise_id is None or self.direction is None:
            return recommender.listed(graph, self.questions[0], self.n, self.station)
        given = (self.enterprise_id, self.direction, self.n, self.questions, self.station)
        return recommender.listed_for(graph, *given)

    def as_row(self) -> dict[str, Any]:
        """Plain values for a row."""
        return {**vars(self), "questions": [_plain(question) for question in self.questions]}

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Asked:
        """The counterpart of as_row."""
        direction = None if row["direction"] is None else Direction(row["direction"])
        questions = tuple(_question(one) for one in row["questions"])
        return cls(questions, row["n"], row["station"], row["enterprise_id"], direction)


@dataclass(frozen=True)
class Replayed:
    """A suggestion made again. `same` is whether it is bit for bit what was shown."""

    impression: Impression
    ranking: Ranking
    same: bool


def remember(session: Session, graph: Graph, asked: Asked, shown: Ranking, now: datetime) -> int:
    """Keep what is needed to compute `shown` again, under the number returned."""
    values = {
        "at": now,
        "snapshot_id": graph.snapshot_id,
        "configuration": str(graph.manifest.get("configuration", "")),
        "question": asked.as_row(),
        "listed": [found.identifier for found in shown.suggestions],
        "digest": digest_of(shown),
    }
    return impressions.add(session, values)


def replay(session: Session, impression_id: int, opened: Open, configuration: Digest) -> Replayed:
    """Compute a past suggestion again, by the weights of its snapshot. `opened` gives the graph of a
    snapshot, None where it is gone; `configuration` the digest of this program with a table of weights.

    Raises NotFound for an unknown one, where its snapshot was pruned, and where policy, lexicon or facts are
    others than then: what this program would answer is not what was answered.
    """
    row = impressions.by_id(session, impression_id)
    if row is None:
        raise NotFound("replay.no_such_suggestion", value=impression_id)
    graph = opened(row.snapshot_id)
    if graph is None:
        raise NotFound("replay.snapshot_pruned", snapshot=row.snapshot_id)
    today = configuration(table_of(graph))
    if row.configuration != today:
        raise NotFound("replay.other_configuration", then=row.configuration, now=today)
    # Whom the rows of that moment kept away is not asked again: only who was shown.
    shown = Asked.of_row(row.question).listed(graph).told(frozenset(row.listed))
    return Replayed(row, shown, digest_of(shown) == row.digest)


def digest_of(ranking: Ranking) -> str:
    """Of order, scores, parts, reasons and paths, to the last bit."""
    told = json.dumps([_fields(one) for one in ranking.suggestions], sort_keys=True, default=str)
    return blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _fields(found: Suggestion) -> dict[str, Any]:
    """As `dataclasses.asdict`, which copies every value on its way: half of what an answer cost."""
    reasons = {"for_asker": found.for_asker, "for_candidate": found.for_candidate}
    told = {name: [vars(reason) for reason in those] for name, those in reasons.items()}
    return {**vars(found), **told, "path": [vars(step) for step in found.path]}


def _plain(question: Question) -> dict[str, Any]:
    return {**vars(question), "avoid": sorted(question.avoid)}


def _question(row: Mapping[str, Any]) -> Question:
    told = dict(row)
    told |= {"kind": NeedKind(row["kind"]), "direction": Direction(row["direction"])}
    told |= {name: tuple(row[name]) for name in ("industries", "topics")}
    told["shares"] = tuple(_share(pair) for pair in row["shares"])
    return Question(**{**told, "avoid": frozenset(row["avoid"])})


def _share(pair: Sequence[Any]) -> tuple[str, float]:
    return str(pair[0]), float(pair[1])
