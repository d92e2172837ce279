"""A question made ready for one snapshot: the asker's row, the terms, the place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b

import numpy as np

from matcher.domain.need import Direction, Question
from matcher.domain.ranking import PathStep
from matcher.graph.graph import Graph, term_hash
from matcher.graph.schema import PUBLISHED, EdgeKind, NodeKind
from matcher.graph.table import Array
from matcher.recommend.answering import topic_shares, wanted_shares
from matcher.recommend.weights import EMPHASIS
from matcher.text.speaker import without_speaker
from matcher.text.tokenize import TOPIC_REPEATS, terms

_LABEL = 40  # characters of a need that a drawing has room for


@dataclass(frozen=True, eq=False)
class Asking:
    """One question over one snapshot. Positions are -1 where unknown.

    `station` is that of the officer who asks: firms that are not listed and needs that are not published
    are for their own station only. It is -1 for everybody else.
    """

    graph: Graph
    question: Question
    asker: int
    station: int
    building: int
    street: int
    terms: tuple[str, ...]
    term_ids: Array
    term_weights: Array
    weighed: Mapping[str, Array] = field(default_factory=dict)  # cosines that are known, by table
    fellows: bool = True  # whether partners of fellow buyers count: False for what a whole division shares

    @property
    def downstream(self) -> bool:
        """Whether buyers are sought."""
        return self.question.direction is Direction.DOWNSTREAM

    @property
    def industry(self) -> int:
        """The asker's registered industry."""
        return self.of_asker("industry")

    @property
    def division(self) -> int:
        """The asker's GB/T division, or -1."""
        return int(self.graph.industries.numbers("division")[self.industry]) if self.industry >= 0 else -1

    @property
    def stated(self) -> bool:
        """Whether something is asked for in words: the asker's industry alone is then no reason."""
        return bool(self.question.text)

    @property
    def knows_industries(self) -> bool:
        """Whether the question says anything about industries, so that a candidate's can back its words."""
        return bool(self.wanted) or (self.division >= 0 and not self.stated) or self.downstream

    @cached_property
    def shares(self) -> dict[str, float]:
        """How much of the need each of its topics is."""
        own = self.graph.label("industries", self.industry, "id")
        return topic_shares(self.question, own)

    @cached_property
    def wanted(self) -> dict[str, float]:
        """The wanted industries with how well each answers."""
        return wanted_shares(self.question, self.shares)

    @cached_property
    def digest(self) -> bytes:
        """What tells this question from others, to spread ties."""
        told = (self.question.text, self.question.asker, self.question.kind, self.question.direction)
        return blake2b(repr(told).encode("utf-8", "surrogatepass"), digest_size=8).digest()

    def of_asker(self, column: str) -> int:
        """A position column of the asker's row."""
        return int(self.graph.firms.numbers(column)[self.asker]) if self.asker >= 0 else -1

    @cached_property
    def strings(self) -> dict[int, str]:
        """The question's terms by their hash, as the snapshot knows hashes only."""
        return {term_hash(term): term for term in self.terms}

    def visible_needs(self) -> Array:
        """bool (needs,): published ones, and those of the officer's own station."""
        needs, firms = self.graph.needs, self.graph.firms
        published: Array = (needs.numbers("flags") & PUBLISHED) != 0
        if self.station < 0:
            return published
        own: Array = firms.numbers("station")[needs.numbers("firm")] == self.station
        return published | own

    @cached_property
    def start(self) -> tuple[PathStep, ...]:
        """The asker as the first node of a path; a question of nobody starts at the need itself."""
        if self.asker < 0:
            return (PathStep(NodeKind.NEED.value, "", self.question.text[:_LABEL]),)
        firms = self.graph.firms
        name = firms.text("name")[self.asker]
        firm = PathStep(NodeKind.ENTERPRISE.value, firms.ids[self.asker], name)
        if self.downstream or not self.question.text:
            return (firm,)
        need = PathStep(NodeKind.NEED.value, "", self.question.text[:_LABEL], EdgeKind.HAS_NEED.value)
        return (firm, need)

    def end(self, firm: int, edge: EdgeKind) -> PathStep:
        """The candidate as the last node of a path."""
        if firm not in self._ends:
            firms = self.graph.firms
            self._ends[firm] = firms.ids[firm], firms.text("name")[firm]
        return PathStep(NodeKind.ENTERPRISE.value, *self._ends[firm], edge.value)

    @cached_property
    def _ends(self) -> dict[int, tuple[str, str]]:
        """Ids and names of the candidates that reasons are told of: each reason may end with its firm."""
        return {}


def ask(graph: Graph, question: Question, station: str | None = None) -> Asking:
    """Look the asker up and weigh the question's terms. Buyers are sought with the asker's own offers."""
    asker = _known(graph.firms.position(question.asker)) if question.asker is not None else -1
    building, street = _place(graph, question, asker)
    own = graph.label("industries", int(graph.firms.numbers("industry")[asker]), "id") if asker >= 0 else None
    shares = topic_shares(question, own)
    found = tuple(_terms(graph, question, asker, shares))
    term_ids, term_weights = _weigh(graph, found, shares)
    asked_by = _known(graph.stations.position(station)) if station is not None else -1
    return Asking(graph, question, asker, asked_by, building, street, found, term_ids, term_weights)


def _place(graph: Graph, question: Question, asker: int) -> tuple[int, int]:
    """Building and street: the question's own, else the asker's."""
    building = street = -1
    if question.building_id is not None:
        building = _known(graph.buildings.position(question.building_id))
        street = int(graph.buildings.numbers("street")[building]) if building >= 0 else -1
    elif asker >= 0 and question.region_code is None:
        building = int(graph.firms.numbers("building")[asker])
    if question.region_code is not None:
        street = _known(graph.streets.position(question.region_code))
    elif street < 0 and asker >= 0:
        street = int(graph.firms.numbers("street")[asker])
    return building, street


def _terms(graph: Graph, question: Question, asker: int, shares: Mapping[str, float]) -> Sequence[str]:
    """The terms of what is asked for, without how many and who asks; topics are the question's own."""
    text = without_speaker(question.text)
    if question.direction is Direction.DOWNSTREAM and asker >= 0:
        text = f"{text}\n{graph.firms.text('text')[asker]}"
    found = [term for term in terms(text) if not term.isdigit()]
    if question.topics and question.direction is not Direction.DOWNSTREAM:
        found = [term for term in found if not term.startswith("#")]
    return found + [f"#{topic}" for topic in sorted(shares) if f"#{topic}" not in found] * TOPIC_REPEATS


def _weigh(graph: Graph, found: Sequence[str], shares: Mapping[str, float]) -> tuple[Array, Array]:
    """graph.weigh with the three kinds of terms and the topics put in proportion, and the norm 1 again."""
    positions, values = graph.weigh(found)
    emphasis = {
        term_hash(term): EMPHASIS.get(term[0], 1.0) * shares.get(term.removeprefix("#"), 1.0)
        for term in found
    }
    values = values * np.array([emphasis[int(value)] for value in graph.terms[positions]], dtype=np.float32)
    norm = float(np.sqrt((values**2).sum()))
    return positions, values / np.float32(norm) if norm > 0 else values


def _known(position: int | None) -> int:
    return -1 if position is None else position


def cosines(asking: Asking, table: str) -> Array:
    """float32 (rows,): cosine of the question with each row of an indexed table, by its terms' postings."""
    if table in asking.weighed:
        return asking.weighed[table]
    found = asking.graph.tables[table]
    values = np.zeros(len(found), dtype=np.float32)
    if found.postings is None:
        return values
    for term, weight in zip(asking.term_ids.tolist(), asking.term_weights, strict=True):
        rows, data = found.postings.row(term)
        values[rows] += weight * data
    return values
