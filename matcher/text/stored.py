"""What a stored need asks for: the confirmed draft where there is one, else what its text says.

One reading for services and for the build, so that an imported need means the same to both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from matcher.domain import industry
from matcher.domain.need import NeedKind
from matcher.errors import InvalidInput
from matcher.text.intake import read
from matcher.text.lexicon import lexicon
from matcher.text.normalize import LONGEST


@dataclass(frozen=True)
class Understood:
    """What a need asks for. `topics` are best first, `shares` say how much of the need each of them is."""

    kind: NeedKind | None
    topics: tuple[str, ...]
    shares: tuple[tuple[str, float], ...]
    industries: tuple[str, ...]
    parties: tuple[str, ...]
    amount_fen: int | None


def understand(need: Any, day: date) -> Understood:
    """Read a row of needs (or anything with its columns) against `day`, the day on China's clock.

    A confirmed draft stands as it is; its text is read only where it names neither topic nor industry.
    """
    told: Mapping[str, Any] = need.understood or {}
    kind = NeedKind(need.kind) if need.kind else None
    confirmed = Understood(
        kind,
        tuple(_topic(entry) for entry in told.get("topics", ())),
        shares_of(tuple(_confidence(entry) for entry in told.get("topics", ()))),
        _codes([need.industry_code, *told.get("industries", ())]),
        tuple(told.get("parties", ())),
        need.amount_fen,
    )
    if confirmed.industries:
        return confirmed
    if confirmed.topics:
        return replace(confirmed, industries=_answering(confirmed))
    return _read(need, confirmed, day)


def _answering(told: Understood) -> tuple[str, ...]:
    """The industries that answer confirmed topics; not what a seller sells: who answers sells it too."""
    known = lexicon().topics
    named = [known[topic] for topic in told.topics if topic in known]
    if told.kind is NeedKind.CUSTOMERS:
        named = [topic for topic in named if topic.kind is NeedKind.CUSTOMERS]
    return tuple(dict.fromkeys(code for topic in named for code in topic.industries))


def _read(need: Any, known: Understood, day: date) -> Understood:
    """The text, and the title before it, where they can be read at all: rows may be of any age."""
    try:
        draft = read(asked_text(need)[:LONGEST], day, known.kind)
    except InvalidInput:  # empty, or signs no door of today lets in
        return known
    amount = draft.slot("amount_fen")
    read_fen = amount.value if amount is not None and isinstance(amount.value, int) else None
    return Understood(
        kind=draft.kind,
        topics=tuple(hit.topic for hit in draft.topics),
        shares=shares_of(tuple((hit.topic, hit.confidence) for hit in draft.topics)),
        industries=draft.industries,
        parties=known.parties if known.parties else draft.parties,
        amount_fen=read_fen if known.amount_fen is None else known.amount_fen,
    )


def asked_text(need: Any) -> str:
    """Title and text: a title, where a person gave one, often says it best."""
    return str(need.text) if need.title is None else f"{need.title}\n{need.text}"


def shares_of(topics: tuple[tuple[str, float], ...]) -> tuple[tuple[str, float], ...]:
    """Confidences as shares of the surest topic's."""
    best = max((confidence for _, confidence in topics), default=0.0)
    return tuple((topic, round(confidence / best, 3)) for topic, confidence in topics if best > 0)


def _topic(entry: object) -> str:
    """A topic as the draft's JSON holds it: a name, or an object with ``topic``."""
    return str(entry["topic"]) if isinstance(entry, Mapping) else str(entry)


def _confidence(entry: object) -> tuple[str, float]:
    known = entry.get("confidence") if isinstance(entry, Mapping) else None
    return _topic(entry), 1.0 if known is None else float(known)


def _codes(entered: list[Any]) -> tuple[str, ...]:
    """Official codes, each once, in the order given; what the table does not know is left out."""
    found = (industry.normalize(str(code)) for code in entered if code is not None)
    return tuple(dict.fromkeys(code for code in found if code is not None))
