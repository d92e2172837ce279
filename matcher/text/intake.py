"""Free text -> a draft need that a person confirms: kind, topics, who answers, facts, what to ask."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Final

from matcher.domain import industry
from matcher.domain.need import Draft, NeedKind, Slot, TopicHit
from matcher.text import counts as counting
from matcher.text.classify import Verdict, evidence, length_weight, verdict
from matcher.text.extract import occupations, place_slot, slots
from matcher.text.learned import Learned, with_opinion
from matcher.text.lexicon import PAIR_MARK, Entry, Found, Lexicon, assemble, find, lexicon
from matcher.text.normalize import normalize
from matcher.text.speaker import without_speaker

LONGEST_TITLE: Final = 24
MOST_INDUSTRIES: Final = 12
MOST_TOPICS: Final = 6
OTHER_KIND: Final = 0.4  # what a topic of another kind than the need's counts for
_COUNTED_KINDS: Final = (("area_m2", NeedKind.SPACE), ("quantity", NeedKind.SUPPLY))
_IMPLIED: Final = 0.4  # how sure a kind is that only what is counted tells
_SURE: Final = 2.0  # a topic's weight that makes it certain
_NAMED_INDUSTRY: Final = 1.2
_SHORTEST_INDUSTRY_NAME: Final = 4
_BUYER: Final = re.compile(
    r"[^,，。;；!！?？、\n]{0,6}?(?:客户|老板|企业|公司|厂|单位|买家|商家|店家|采购)"
    r"|.{0,3}(?:compan|firms?|buyers?|customers?|clients?)",
    re.IGNORECASE,
)
_CLAUSE_END: Final = re.compile(r"[,，;!?。、\n]|\.(?!\d)")
_GREETING: Final = re.compile(
    r"^(?:您好|你好|领导好?|老师好?|请问(?:一下)?|hello|hi|dear \w{1,20}|"
    r"我们?(?:公司|单位|企业|厂|店)?(?:是|这边|这里)?|我司|本公司|本店)[,，:! ]*",
    re.IGNORECASE,
)


def read(text: str, today: date, kind: NeedKind | None = None, learned: Learned | None = None) -> Draft:
    """Read a need of at most 4,000 characters against `today`. Raises InvalidInput; stores nothing.

    The text is folded first, so offsets of slots are those of `Draft.text`. Words that only say who asks
    count for nothing. `kind` is what a person has said; None leaves it to the reader, who takes what
    is `learned` from corrections into account. Linear in its length.
    """
    folded = normalize(text)
    told = without_speaker(folded)
    known = lexicon()
    found = find(told, known)
    judged = Verdict(kind, 1.0) if kind is not None else _judged(found, told, learned)
    weighted = _weighted_topics(found, judged.kind)
    topics = _ranked(weighted)[:MOST_TOPICS]
    answering = topics if judged.kind is not NeedKind.CUSTOMERS else _wanted_buyers(topics, found, told)
    facts = (*slots(folded, today, judged.kind), *occupations(found, known.topics), *place_slot(folded))
    return Draft(
        text=folded,
        title=title_of(folded),
        kind=judged.kind,
        confidence=judged.confidence,
        topics=tuple(_topic_hit(topic, weighted, found) for topic in topics),
        industries=_industries(answering, weighted, told),
        parties=_parties(topics),
        slots=facts,
        ask_back=judged.ask_back if judged.ask_back is not None else _ask_for_facts(judged.kind, facts),
    )


def _judged(found: list[Found], told: str, learned: Learned | None) -> Verdict:
    """By the words; where they say nothing, by what is counted: square metres are space, things supply."""
    judged = verdict(with_opinion(evidence(found, lexicon().topics), learned, told))
    if judged.kind is not None or judged.confidence > 0:
        return judged
    counted = {slot.name for slot in counting.counts(told)}
    implied = next((kind for name, kind in _COUNTED_KINDS if name in counted), None)
    return judged if implied is None else Verdict(implied, _IMPLIED)


def title_of(text: str) -> str:
    """The first clause of a folded text that says something, greeting aside, cut to a line."""
    for clause in _CLAUSE_END.split(text[: 10 * LONGEST_TITLE]):
        plain = _GREETING.sub("", clause.strip()).strip()
        if len(plain) >= 4:
            return _cut(plain)
    return _cut(text.replace("\n", " "))


def _cut(clause: str) -> str:
    longest = LONGEST_TITLE * 2 if clause.isascii() else LONGEST_TITLE
    return clause if len(clause) <= longest else clause[: longest - 1].rstrip() + "…"


def _weighted_topics(found: list[Found], kind: NeedKind | None) -> dict[str, float]:
    """Each topic's weight: its phrases' weights, the same words once; less for another kind.

    Pairs of words multiply in a long text, so a topic's second pair counts half, its third a third.
    """
    known = lexicon().topics
    weights: dict[str, float] = {}
    pairs: dict[str, list[float]] = {}
    for hit in {hit.words: hit for hit in reversed(found)}.values():
        for topic, weight in hit.entry.topics.items():
            share = 1.0 if kind is None or known[topic].kind is kind else OTHER_KIND
            counted = weight * share * length_weight(hit.words)
            if PAIR_MARK in hit.words:
                pairs.setdefault(topic, []).append(counted)
            else:
                weights[topic] = weights.get(topic, 0.0) + counted
    for topic, counts in pairs.items():
        weights[topic] = weights.get(topic, 0.0) + _diminishing(counts)
    return weights


def _diminishing(counts: list[float]) -> float:
    return sum(count / place for place, count in enumerate(sorted(counts, reverse=True), 1))


def _ranked(weights: dict[str, float]) -> list[str]:
    return sorted(weights, key=lambda topic: (-weights[topic], topic))


def _topic_hit(topic: str, weights: dict[str, float], found: list[Found]) -> TopicHit:
    """As sure as its weight; where the best is more than sure, the others stand in proportion to it."""
    words = tuple(dict.fromkeys(hit.words for hit in found if topic in hit.entry.topics))
    return TopicHit(topic, round(weights[topic] / max(_SURE, *weights.values()), 3), words)


def _wanted_buyers(topics: list[str], found: list[Found], text: str) -> list[str]:
    """Of a seller's topics those about customers, and those that say which customers: 做化工的客户.

    Any other tells what is sold, and who answers that sells it too.
    """
    known = lexicon().topics
    buyers = {topic for hit in found if _BUYER.match(text, hit.end) for topic in hit.entry.topics}
    return [topic for topic in topics if known[topic].kind is NeedKind.CUSTOMERS or topic in buyers]


def _industries(topics: list[str], weights: dict[str, float], text: str) -> tuple[str, ...]:
    """Codes of those who can answer, best first: each topic's codes in its order, and names in the text."""
    known = lexicon().topics
    scores: dict[str, float] = {}
    for topic in topics:
        for place, code in enumerate(known[topic].industries):
            scores[code] = scores.get(code, 0.0) + weights[topic] / (1 + 0.2 * place)
    for code in _named_industries(text):
        scores[code] = scores.get(code, 0.0) + _NAMED_INDUSTRY
    return tuple(sorted(scores, key=lambda code: (-scores[code], code))[:MOST_INDUSTRIES])


def _named_industries(text: str) -> set[str]:
    """Codes of industries whose official name stands in the text."""
    names = _industry_names()
    return {code for hit in find(text, names) for code in hit.entry.tags}


@cache
def _industry_names() -> Lexicon:
    """Names of groups and classes; their code stands where a topic's words have tags."""
    return assemble(
        {
            entry.name: Entry(tags=[entry.code])
            for entry in industry.table().values()
            if entry.level >= industry.GROUP and len(entry.name) >= _SHORTEST_INDUSTRY_NAME
        }
    )


def _parties(topics: list[str]) -> tuple[str, ...]:
    """The best topic's parties; another's where the best needs nobody in particular."""
    known = lexicon().topics
    return next((known[topic].parties for topic in topics[:3] if known[topic].parties), ())


def _ask_for_facts(kind: NeedKind | None, facts: tuple[Slot, ...]) -> str | None:
    """One question whose answer the match cannot do without."""
    names = {fact.name for fact in facts}
    if kind is NeedKind.FINANCING and "amount_fen" not in names:
        return "intake.ask.amount"
    if kind is NeedKind.RECRUITMENT and not names & {"headcount", "quantity"}:
        return "intake.ask.headcount"
    if kind is NeedKind.SPACE and "area_m2" not in names:
        return "intake.ask.area"
    return None
