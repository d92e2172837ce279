"""The terms of very many texts at once: what tokenize.terms says of each, counted, clause by clause.

Business scopes repeat their clauses, so a clause is cut once and remembered. Nothing of a text reaches
across the signs that part clauses but pairs of words, and those are looked for in the whole text.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from matcher.text.lexicon import Found, Lexicon, lexicon, phrases_of, topics_of_pair
from matcher.text.lexicon.scan import PAIR_DISTANCE
from matcher.text.normalize import fold
from matcher.text.tokenize import TOPIC_REPEATS, words_of

# No word, bigram or phrase of the lexicon holds one of these (tests/unit/text looks).
_PARTING: Final = re.compile("[，。；、：:;()【】《》“”\n]+")
REMEMBERED: Final = 100_000  # clauses; some hundred bytes each


class _Tagged(NamedTuple):
    """A phrase that may mean something together with another: where it stands, and the number of its tags."""

    start: int
    end: int
    tags: int


class _Clause(NamedTuple):
    """What one clause holds: terms as numbers, topics, and what may pair with the clauses beside it."""

    numbers: array[int]
    topics: frozenset[str]
    first: tuple[_Tagged, ...]
    last: tuple[_Tagged, ...]


class Counter:
    """Terms as numbers, first seen first. One a process: it remembers clauses and the numbers of terms.

    `name` turns a term into what the caller keeps for it, once a term (a hash).
    """

    def __init__(self, name: Callable[[str], int]) -> None:
        self.names: list[int] = []
        self._name = name
        self._numbers: dict[str, int] = {}
        self._topics: dict[str, array[int]] = {}
        self._clauses: dict[str, _Clause] = {}
        self._pairs = _Pairs(lexicon())

    def terms(self, texts: Sequence[str]) -> tuple[array[int], list[int]]:
        """The numbers of all terms, with repeats, text after text; and how many each text has."""
        found, lengths = array("i"), []
        for text in texts:
            before = len(found)
            if text:
                self._add(fold(text).lower(), found)
            lengths.append(len(found) - before)
        return found, lengths

    def _add(self, text: str, found: array[int]) -> None:
        topics: set[str] = set()
        near: list[tuple[int, int]] = []
        start = 0
        for words in _PARTING.split(text):
            if words:
                start = text.index(words, start)
                clause = self._clauses.get(words) or self._read(words)
                found.extend(clause.numbers)
                topics.update(clause.topics)
                if near and clause.first:
                    self._pairs.across(near, clause.first, start, topics)
                start += len(words)
                if clause.last or near:
                    near = [pair for pair in near if start - pair[0] <= PAIR_DISTANCE]
                    near += [(start - len(words) + one.end, one.tags) for one in clause.last]
        for topic in topics:
            found.extend(self._topics.get(topic) or self._topic(topic))

    def _read(self, words: str) -> _Clause:
        phrases = phrases_of(words, self._pairs.lexicon)
        topics = {topic for phrase in phrases for topic in phrase.entry.topics}
        tagged = self._pairs.tagged(phrases)
        near: list[tuple[int, int]] = []
        for one in tagged:
            self._pairs.across(near, (one,), 0, topics)
            near.append((one.end, one.tags))
        clause = _Clause(
            array("i", map(self._number, words_of(words))),
            frozenset(topics),
            tuple(one for one in tagged if one.start <= PAIR_DISTANCE),
            tuple(one for one in tagged if len(words) - one.end <= PAIR_DISTANCE),
        )
        if len(self._clauses) >= REMEMBERED:
            self._clauses.clear()
        self._clauses[words] = clause
        return clause

    def _topic(self, topic: str) -> array[int]:
        found = self._topics[topic] = array("i", [self._number(f"#{topic}")] * TOPIC_REPEATS)
        return found

    def _number(self, term: str) -> int:
        number = self._numbers.get(term)
        if number is None:
            number = self._numbers[term] = len(self.names)
            self.names.append(self._name(term))
        return number


class _Pairs:
    """What two phrases mean together, by the numbers of their sets of tags. Remembers what was asked."""

    def __init__(self, known: Lexicon) -> None:
        self.lexicon = known
        self._numbers: dict[tuple[str, ...], int] = {}
        self._example: list[Found] = []
        self._meant: dict[tuple[int, int], frozenset[str]] = {}

    def tagged(self, phrases: Sequence[Found]) -> list[_Tagged]:
        """The phrases that have tags, in the order given."""
        return [_Tagged(one.start, one.end, self._number(one)) for one in phrases if one.entry.tags]

    def across(
        self, near: Sequence[tuple[int, int]], later: Sequence[_Tagged], start: int, topics: set[str]
    ) -> None:
        """Add what each of `later`, which stand behind `start`, means with each of (end, tags) before it."""
        for one in later:
            least = start + one.start - PAIR_DISTANCE
            for end, tags in near:
                if end >= least:
                    meant = self._meant.get((tags, one.tags))
                    if meant is None:
                        meant = self._look_up(tags, one.tags)
                    if meant:
                        topics.update(meant)

    def _number(self, phrase: Found) -> int:
        tags = tuple(phrase.entry.tags)
        number = self._numbers.get(tags)
        if number is None:
            number = self._numbers[tags] = len(self._example)
            self._example.append(phrase)
        return number

    def _look_up(self, first: int, second: int) -> frozenset[str]:
        entries = self._example[first].entry, self._example[second].entry
        meant = self._meant[first, second] = frozenset(topics_of_pair(*entries, self.lexicon))
        return meant
