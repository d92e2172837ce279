"""The policy of the partner recommender in one visible table: a change of policy is a one-line diff."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# What each feature weighs in the score. They sum to 1, so that the score lies in [0, 1].
WEIGHTS: Final[Mapping[str, float]] = {
    "chain": 0.36,
    "words": 0.34,
    "place": 0.10,
    "history": 0.10,
    "size": 0.05,
    "record": 0.03,
    "recency": 0.02,
}

# Features that make a suggestion at all; place and size only order what these have found.
GROUNDS: Final = ("chain", "words", "history")
LEAST_GROUND: Final = 0.12  # weighted sum of the grounds below which nothing is suggested

LEAST_CHAIN: Final = 0.10  # the same where nothing is asked for in words and the chain is all there is

# Who asks for something in words gets a firm for its class alone only if that class is a core answer. Any
# other must say so in its own words, the more the farther its class: at least max(LEAST_WORDS, STRANGER_WORDS
# - NEARER * chain). Nothing speaks against a firm of unknown class, so it owes UNKNOWN_CLASS_WORDS.
CORE_ANSWER: Final = 0.75
LEAST_WORDS: Final = 0.12
STRANGER_WORDS: Final = 0.50
NEARER: Final = 0.70
UNKNOWN_CLASS_WORDS: Final = 0.36

# A topic that the asker answers itself, and one of another kind than the need's, beside one that is neither.
OWN_TRADE: Final = 0.3
OTHER_KIND: Final = 0.6
HELPER: Final = 0.5  # how near a wanted class those are who are found by their offers to help a seller
WANTED_PLACE: Final = 0.15  # the code at place p (from 0) of a topic's industries counts 1 / (1 + 0.15 p)

# Being found by one's own words alone counts so much: registry facts must back them (copied texts).
UNBACKED_WORDS: Final = 0.35  # x 0.34 stays below LEAST_GROUND: a copied text alone is never suggested
UNKNOWN_INDUSTRY_WORDS: Final = 0.85
BACKED_FROM: Final = 0.5  # a chain value from which words count in full

OFFERED_INDUSTRY: Final = 0.4  # an industry a firm claims in an offer, beside 1 for its registered one
FULL_COSINE: Final = 0.40  # the cosine of question and offer from which words count in full

# A need is told in many words, few of which say what is needed: topics first, character pairs last.
EMPHASIS: Final[Mapping[str, float]] = {"#": 3.0, "~": 0.4}

PLACE: Final[Mapping[str, float]] = {"building": 1.0, "street": 0.7, "district": 0.4, "city": 0.2}
NEAR_KILOMETRES: Final = 1.5  # distance at which nearness has fallen to 1/e
NEAREST: Final = 0.9  # a neighbour by coordinates, never quite the same building

# How well a class answers that lies in a wanted section, division, group or is the wanted class itself,
# by the length of the wanted code.
WANTED_LEVEL: Final[Mapping[int, float]] = {1: 0.4, 2: 0.8, 3: 0.9, 4: 1.0}

HALF_WALK: Final = 0.3  # what partners of fellow buyers add up to that counts half
HALF_HISTORY: Final = 2.0  # deals with like buyers that count half
UNKNOWN_SIZE: Final = 0.5

USUAL_RECORD: Final = 0.7  # of askings that are taken up; what is assumed of whoever was never asked
RECORD_WORTH: Final = 6.0  # askings that this assumption is worth
RECORD_TOLD: Final = 3  # askings from which a good record is told
RECENT_MONTHS: Final = 12.0  # in which what a deal says of a firm's life halves
UNKNOWN_RECENCY: Final = 0.5  # what is assumed of whoever has no deal on record
LATELY: Final = 0.84  # a quarter of a year: told from here on

NEWCOMER_SHARE: Final = 0.1  # of a list's places for firms that were not shown to anybody yet
NEWCOMER_NEAR: Final = 0.9  # of the score whose place is taken, that a newcomer must reach
BUILDING_SHARE: Final = 0.5  # of a list's places for one building, while others are good enough

# Everything above that decides answers, for the digest in the manifest.
POLICY: Final[Mapping[str, object]] = {
    name: dict(value) if isinstance(value, Mapping) else value
    for name, value in sorted(globals().items())
    if name.isupper()
}
