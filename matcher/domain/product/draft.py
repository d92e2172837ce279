"""A product's text as read by the machine, for a person to confirm: each sentence with what it gave."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from matcher.domain.product.criteria import Criterion, Group, Node
from matcher.domain.product.kinds import ProductKind


class Reading(StrEnum):
    """What a sentence was taken for. PARTLY: it gave criteria and also says what was not understood."""

    HEADING = "heading"
    CRITERION = "criterion"
    PARTLY = "partly"
    NOT_UNDERSTOOD = "not_understood"
    TERMS = "terms"
    PAPERS = "papers"
    PROCESS = "process"
    TOLD = "told"


class Audience(StrEnum):
    """Whom a product is for. A private person's mortgage or car loan is no product of this service."""

    BUSINESS = "business"
    PRIVATE = "private"


@dataclass(frozen=True)
class Sentence:
    """One sentence as it stands in the text; `unread` are its clauses that gave no criterion."""

    text: str
    reading: Reading
    criteria: tuple[Node, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True)
class Terms:
    """What is offered, as far as the text says: yuan, months, a yearly fraction, the last day."""

    amount_yuan: float | None = None
    term_months: int | None = None
    rate: float | None = None
    valid_until: date | None = None


@dataclass(frozen=True)
class ProductDraft:
    """A text read. Its sentences together are the whole text: none is left out."""

    title: str
    kind: ProductKind
    audience: Audience
    sentences: tuple[Sentence, ...]
    terms: Terms

    @property
    def criteria(self) -> tuple[Node, ...]:
        """All of them, in the order of the text; each carries its sentence as source.

        One said twice stands once, with both sentences: it would else fail twice and be no near miss.
        """
        found: dict[Node, list[str]] = {}
        for sentence in self.sentences:
            for node in sentence.criteria:
                found.setdefault(_with_source(node, ""), []).append(sentence.text)
        return tuple(_with_source(node, "\n".join(said)) for node, said in found.items())

    @property
    def not_understood(self) -> tuple[str, ...]:
        """What states a condition and gave none: whole sentences, or clauses of partly understood ones."""
        return tuple(clause for sentence in self.sentences for clause in sentence.unread)


def source_of(node: Node) -> str:
    """The sentence a criterion came from; of a group, its first member's."""
    return node.source if isinstance(node, Criterion) else source_of(node.members[0])


def _with_source(node: Node, source: str) -> Node:
    if isinstance(node, Criterion):
        return replace(node, source=source)
    return Group(node.quantifier, tuple(_with_source(one, source) for one in node.members))
