"""The features of the partner recommender: one function each, score and evidence. A new one is one line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from matcher.recommend.features.chain import chain
from matcher.recommend.features.history import history
from matcher.recommend.features.place import place
from matcher.recommend.features.recency import recency
from matcher.recommend.features.record import record
from matcher.recommend.features.size import size
from matcher.recommend.features.words import words
from matcher.recommend.signal import Feature

FEATURES: Final[Mapping[str, Feature]] = {
    "chain": chain,
    "words": words,
    "place": place,
    "history": history,
    "size": size,
    "record": record,
    "recency": recency,
}
