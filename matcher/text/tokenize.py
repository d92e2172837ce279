"""Text -> terms: the same function for offers when compiled and for a need when asked.

Terms are words (rjieba's cut for search, English lower-cased and lightly folded), Chinese character
bigrams as "~xx", and lexicon topics as "#topic", repeated TOPIC_REPEATS times for their weight.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final

import rjieba

from matcher.text.lexicon import find, lexicon
from matcher.text.normalize import fold

TOPIC_REPEATS: Final = 3
_LONGEST_NUMBER: Final = 4  # longer digit runs are phones and codes: they must not become terms
_LONGEST_WORD: Final = 40
_CHINESE: Final = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
_CHINESE_RUNS: Final = re.compile(f"[{_CHINESE}]{{2,}}")
_WORD: Final = re.compile(f"[a-z0-9{_CHINESE}]")


def terms(text: str) -> list[str]:
    """The terms of a text, with repeats. Deterministic; linear in the text's length."""
    folded = fold(text).lower()
    found = words_of(folded)
    for topic in sorted(topics_of(folded)):
        found += [f"#{topic}"] * TOPIC_REPEATS
    return found


def words_of(folded: str) -> list[str]:
    """Words and character bigrams of a folded text in lower case, without its topics."""
    found = [word for token in _segmenter().cut_for_search(folded) if (word := _word(token)) is not None]
    for run in _CHINESE_RUNS.findall(folded):
        found += [f"~{first}{second}" for first, second in pairwise(run)]
    return found


def words_and_pairs(text: str) -> list[str]:
    """The terms of a text without topics and single characters: what a classifier learns from."""
    return [term for term in words_of(fold(text).lower()) if len(term) > 1]


def topics_of(text: str) -> set[str]:
    """The lexicon's topics that a folded text speaks of."""
    return {topic for hit in find(text, lexicon()) for topic in hit.entry.topics}


def readable(term: str, language: str = "zh") -> str | None:
    """How to show a term as evidence: a topic's name, the word itself, None for a bigram."""
    if term.startswith("~"):
        return None
    if not term.startswith("#"):
        return term
    topic = lexicon().topics.get(term[1:])
    if topic is None:
        return None
    return topic.zh if language == "zh" else topic.en


@cache
def _segmenter() -> rjieba.Jieba:
    """rjieba's dictionary with the lexicon's Chinese phrases added. Takes 0.2 s once a process."""
    segmenter = rjieba.Jieba()
    for phrase in lexicon().phrases:
        if len(phrase) > 1 and phrase.isalpha() and not phrase.isascii():
            segmenter.add_word(phrase, None, None)
    return segmenter


@lru_cache(maxsize=200_000)
def _word(token: str) -> str | None:
    """The token as a term, or None where it says nothing."""
    if token in lexicon().stop_words or len(token) > _LONGEST_WORD or _WORD.match(token) is None:
        return None
    if not token.isascii():
        return token
    if token.isdigit():
        return token if len(token) <= _LONGEST_NUMBER else None
    folded = _stem(token)
    return None if folded in lexicon().stop_words or len(folded) < 2 else folded


def _stem(word: str) -> str:
    """Plural and -ing / -ed endings off a plain English word: meals -> meal, renting -> rent."""
    if not word.isalpha() or len(word) < 4:
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
