"""The facts of a need: amount, counts, area, deadline, urgency, place, occupation, each with its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from matcher.domain import place
from matcher.domain.need import NeedKind, Slot
from matcher.text import counts_english
from matcher.text.amounts import Amount, Role, amounts
from matcher.text.counts import OWN, counts
from matcher.text.dates import deadlines
from matcher.text.lexicon import Found, Topic

_URGENT: Final = re.compile(
    r"(?P<sure>十万火急|火烧眉毛|刻不容缓|越快越好|加急|紧急|急需|急求|急缺|急聘|急招|急用|很急|着急|比较急|尽快|尽早|"
    r"马上|立即|立刻|抓紧|迫切|迫在眉睫|火速|\burgent(?:ly)?\b|\basap\b|as soon as possible|"
    r"immediately|right away)"
    r"|(?P<unsure>急(?!救|诊|刹|剧))",
    re.IGNORECASE,
)
_NO_HURRY: Final = re.compile(r"(?:不|别|没那么|不太|不是很|不算)(?:很|太|着|用|怎么)?$|应$")
_NO_HURRY_AFTER: Final = re.compile(r"(?:不来|什么)")
_RANGE_CONFIDENCE: Final = 0.85
_UNIT_PRICE_CONFIDENCE: Final = 0.75  # the sum of the need stands before the price of one
_PLACE: Final = re.compile(r"[\u4e00-\u9fff]{2,}")
_PLACE_CONFIDENCE: Final = 0.7


def slots(text: str, today: date, kind: NeedKind | None = None) -> tuple[Slot, ...]:
    """All slots of a folded text, in order of place; `kind` helps where words alone do not tell. Linear."""
    days = deadlines(text, today)
    money = [_amount_slot(amount) for amount in amounts(text)]
    counted = _apart_from([*counts(text, kind), *counts_english.counts(text)], days + money)
    if kind is NeedKind.POLICY:  # who asks what is due to it tells its own figures
        counted = (replace(slot, name=f"{OWN}{slot.name.removeprefix(OWN)}") for slot in counted)
    urgent = list(_urgency(text))
    return tuple(sorted([*days, *money, *counted, *urgent], key=lambda slot: (slot.start, slot.name)))


def occupations(found: Iterable[Found], topics: Mapping[str, Topic]) -> list[Slot]:
    """The words that name occupations or majors: hits of recruitment topics."""
    return [
        Slot("occupation", hit.words, max(hit.entry.topics.values()), hit.start, hit.end)
        for hit in found
        if "…" not in hit.words
        and any(topics[topic].kind is NeedKind.RECRUITMENT for topic in hit.entry.topics)
    ]


def place_slot(text: str) -> list[Slot]:
    """The region named in the text by its code, at the run of Chinese characters that names it."""
    for run in _PLACE.finditer(text):
        region = place.find(run.group())
        if region is not None:
            return [Slot("place", region.code, _PLACE_CONFIDENCE, run.start(), run.end())]
    return []


def _amount_slot(amount: Amount) -> Slot:
    """One figure for a range: the upper end of 500-800万, but the sure part of 3000多万."""
    value = amount.high_fen if amount.is_range else amount.low_fen
    confidence = amount.confidence if amount.exact else amount.confidence * _RANGE_CONFIDENCE
    if amount.role is Role.UNIT_PRICE:
        confidence *= _UNIT_PRICE_CONFIDENCE
    name = f"{OWN}amount_fen" if amount.role is Role.OWN else "amount_fen"
    low = amount.low_fen if amount.is_range and amount.low_fen < value else None
    return Slot(name, value, round(confidence, 3), amount.start, amount.end, low)


def _apart_from(counted: list[Slot], taken: list[Slot]) -> Iterator[Slot]:
    """Counts that share no character with a date, an amount or an earlier count."""
    ordered = sorted(taken, key=lambda slot: slot.start)
    place_in_taken = end = 0
    for slot in sorted(counted, key=lambda slot: slot.start):
        if slot.start < end:
            continue
        end = slot.end
        while place_in_taken < len(ordered) and ordered[place_in_taken].end <= slot.start:
            place_in_taken += 1
        if place_in_taken == len(ordered) or ordered[place_in_taken].start >= slot.end:
            yield slot


def _urgency(text: str) -> Iterator[Slot]:
    for match in _URGENT.finditer(text):
        before = text[max(0, match.start() - 5) : match.start()]
        if _NO_HURRY.search(before) or _NO_HURRY_AFTER.match(text, match.end()):
            continue
        yield Slot("urgency", "urgent", 0.9 if match["sure"] else 0.6, match.start(), match.end())
