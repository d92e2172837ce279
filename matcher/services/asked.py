"""A need's row, or a bare text, as the question a recommender understands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Final

from matcher.domain.need import Direction, Draft, NeedKind, Question
from matcher.storage.needs import Need

_OFFICE: Final = timezone(timedelta(hours=8))


def today(now: datetime) -> date:
    """The day in the office at `now`."""
    return now.astimezone(_OFFICE).date()


def question_of(need: Need, day: date) -> Question:
    """The confirmed draft of a stored need; where it says nothing, what its text says."""
    from matcher.text.stored import asked_text, understand

    told = understand(need, day)
    return _directed(
        Question(
            text=asked_text(need),
            kind=NeedKind.SUPPLY if told.kind is None else told.kind,
            asker=need.enterprise_id,
            industries=told.industries,
            topics=told.topics,
            amount_fen=told.amount_fen,
            shares=told.shares,
        )
    )


def understood(question: Question, day: date) -> Question:
    """Topics and industries read from the text where none are named; who seeks customers looks downstream."""
    if question.text and not question.topics and not question.industries:
        question = _read(question, day)
    return _directed(question)


def _directed(question: Question) -> Question:
    if question.kind is NeedKind.CUSTOMERS:
        return replace(question, direction=Direction.DOWNSTREAM)
    return question


def _read(question: Question, day: date) -> Question:
    from matcher.text.intake import read
    from matcher.text.stored import shares_of

    draft: Draft = read(question.text, day)
    amount = draft.slot("amount_fen")
    return replace(
        question,
        kind=question.kind if draft.kind is None else draft.kind,
        topics=tuple(hit.topic for hit in draft.topics),
        shares=shares_of(tuple((hit.topic, hit.confidence) for hit in draft.topics)),
        industries=draft.industries,
        amount_fen=_amount(question, None if amount is None else amount.value),
    )


def _amount(question: Question, read: object) -> int | None:
    if question.amount_fen is not None or not isinstance(read, int):
        return question.amount_fen
    return read


def topic_of(entry: object) -> str:
    """A topic as the draft's JSON holds it: a name, or an object with ``topic``."""
    return str(entry["topic"]) if isinstance(entry, Mapping) else str(entry)
