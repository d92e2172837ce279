"""A need's row, or a bare text, as the question a recommender understands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final

from matcher.domain import industry
from matcher.domain.need import Direction, Draft, NeedKind, Question
from matcher.storage.needs import Need

_OFFICE: Final = timezone(timedelta(hours=8))


def today(now: datetime) -> date:
    """The day in the office at `now`."""
    return now.astimezone(_OFFICE).date()


def question_of(need: Need, day: date) -> Question:
    """The confirmed draft of a stored need; what it lacks is read from its text."""
    told: Mapping[str, Any] = need.understood or {}
    question = Question(
        text=need.text if need.title is None else f"{need.title} {need.text}",
        kind=NeedKind.SUPPLY if need.kind is None else NeedKind(need.kind),
        asker=need.enterprise_id,
        industries=_codes([need.industry_code, *told.get("industries", ())]),
        topics=tuple(topic_of(entry) for entry in told.get("topics", ())),
        amount_fen=need.amount_fen,
    )
    return understood(question, day, known_kind=need.kind is not None)


def understood(question: Question, day: date, known_kind: bool = False) -> Question:
    """Topics and industries read from the text where none are named; who seeks customers looks downstream."""
    if question.text and not question.topics and not question.industries:
        question = _read(question, day, known_kind)
    if question.kind is NeedKind.CUSTOMERS:
        return replace(question, direction=Direction.DOWNSTREAM)
    return question


def _read(question: Question, day: date, known_kind: bool) -> Question:
    from matcher.text.intake import read

    draft: Draft = read(question.text, day)
    kind = question.kind if known_kind or draft.kind is None else draft.kind
    amount = draft.slot("amount_fen")
    return replace(
        question,
        kind=kind,
        topics=tuple(hit.topic for hit in draft.topics),
        industries=_codes(draft.industries),
        amount_fen=_amount(question, None if amount is None else amount.value),
    )


def _amount(question: Question, read: object) -> int | None:
    if question.amount_fen is not None or not isinstance(read, int):
        return question.amount_fen
    return read


def topic_of(entry: object) -> str:
    """A topic as the draft's JSON holds it: a name, or an object with ``topic``."""
    return str(entry["topic"]) if isinstance(entry, Mapping) else str(entry)


def _codes(entered: Any) -> tuple[str, ...]:
    """Official codes, each once, in the order given; what the table does not know is left out."""
    found = (industry.normalize(str(code)) for code in entered if code is not None)
    return tuple(dict.fromkeys(code for code in found if code is not None))
