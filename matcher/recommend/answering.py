"""How much of a need each topic is, and how well each wanted industry answers it."""

from __future__ import annotations

from collections.abc import Mapping

from matcher.domain import industry
from matcher.domain.need import Direction, Question
from matcher.recommend.weights import OTHER_KIND, OWN_TRADE, WANTED_PLACE
from matcher.text.lexicon import Topic, lexicon


def topic_shares(question: Question, own: str | None) -> dict[str, float]:
    """The share of each topic, 1 for the main one. `own` is the asker's industry.

    A topic that the asker itself answers tells who asks, while another topic remains; one of another kind
    than the need's tells of its circumstances. A seller's topics tell what it sells: all of them count.
    """
    if question.direction is Direction.DOWNSTREAM:
        return dict.fromkeys(question.topics, 1.0)
    told = dict(question.shares)
    known = lexicon().topics
    shares = {topic: told.get(topic, 1.0) for topic in question.topics}
    shares = _lowered(shares, {name for name in shares if _answers(known.get(name), own)}, OWN_TRADE)
    return _lowered(shares, {name for name in shares if _elsewhere(known.get(name), question)}, OTHER_KIND)


def _lowered(shares: dict[str, float], which: set[str], factor: float) -> dict[str, float]:
    """Those of `which` lowered, unless they are all there is; the largest is 1 again."""
    if not which or len(which) == len(shares):
        return shares
    lower = {name: share * (factor if name in which else 1.0) for name, share in shares.items()}
    best = max(lower.values())
    return {name: share / best for name, share in lower.items()} if best > 0 else shares


def wanted_shares(question: Question, shares: Mapping[str, float]) -> dict[str, float]:
    """Each wanted industry with how well it answers, in (0, 1]: its topic's share, less for a later code.

    A code that no topic of the question names was entered by a person or stands in the text: 1. Where no
    code is named, those of the topics.
    """
    known = lexicon().topics
    found: dict[str, float] = {}
    best = max(
        (share for name, share in shares.items() if name in known and known[name].industries), default=1.0
    )
    for name, share in shares.items():
        for place, code in enumerate(known[name].industries if name in known else ()):
            found[code] = max(found.get(code, 0.0), share / best * place_factor(place))
    if not question.industries and question.direction is not Direction.DOWNSTREAM:
        return found
    return {code: found.get(code, 1.0) for code in question.industries}


def place_factor(place: int) -> float:
    """What the code at a place of a topic's list counts for: the first is the core answer."""
    return 1.0 / (1.0 + WANTED_PLACE * place)


def _answers(topic: Topic | None, own: str | None) -> bool:
    """Whether the topic is the asker's own trade: its core answer lies in the same division."""
    if topic is None or own is None or not topic.industries:
        return False
    return industry.division(own) == industry.division(topic.industries[0])


def _elsewhere(topic: Topic | None, question: Question) -> bool:
    return topic is not None and topic.kind is not question.kind
