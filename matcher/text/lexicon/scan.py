"""Find the lexicon's phrases in a text: one walk down the trie from each place, longest phrase wins."""

from __future__ import annotations

import string
from collections.abc import Iterator
from operator import add
from sys import intern
from typing import Final, NamedTuple

from matcher.text.lexicon.load import LEAF, Entry, Lexicon, Node

PAIR_MARK: Final = "…"  # between the two words of a pair, as they are told
PAIR_WEIGHT: Final = 0.9
PAIR_DISTANCE: Final = 14  # characters between two words that belong together
_END: Final = "\0"  # no phrase holds it, so every walk stops there
_LOWER: Final = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_ASCII: Final = frozenset(string.ascii_lowercase + string.digits)
_ENDINGS: Final = frozenset({"", "s", "es", "ed", "ing", "d"})


class Found(NamedTuple):
    """A phrase (or a pair of words) of the lexicon at [start, end) of the text."""

    start: int
    end: int
    words: str
    entry: Entry


def find(text: str, lexicon: Lexicon) -> list[Found]:
    """All phrases in order of place; one that lies inside another is left out; pairs follow them.

    Work: at most the longest phrase's length a character, so linear in the text.
    """
    phrases = phrases_of(text, lexicon)
    phrases.extend(_pairs(phrases, lexicon))
    return phrases


def phrases_of(text: str, lexicon: Lexicon) -> list[Found]:
    """The phrases alone, without what two of them mean together."""
    return _outermost(_lower(text) + _END, lexicon)


def _lower(text: str) -> str:
    """In lower case and as long as the text, so that offsets stay those of the text."""
    lower = text.lower()
    return lower if len(lower) == len(text) else text.translate(_LOWER)


def _outermost(text: str, lexicon: Lexicon) -> list[Found]:
    """Why two characters at once: most places are passed over after one look-up."""
    found, covered = [], 0
    heads, singles = lexicon.heads, lexicon.singles
    twos = map(add, text, text[1:])
    places = [place for place, two in enumerate(twos) if two in heads or text[place] in singles]
    for start in places:
        first = text[start]
        if first in _ASCII and start and text[start - 1] in _ASCII:
            continue
        end, entry = _longest(text, start + 1, heads.get(text[start : start + 2]))
        if entry is None:
            end, entry = start + 1, singles.get(first)
        if entry is not None and end > covered:
            covered = end
            found.append(Found(start, end, text[start:end], entry))
    return found


def _longest(text: str, place: int, node: Node | None) -> tuple[int, Entry | None]:
    """The end and entry of the longest phrase below `node`, which stands for text[place]."""
    end, best = place, None
    while node is not None:
        place += 1
        if LEAF in node and (text[place - 1] not in _ASCII or _word_ends(text, place)):
            end, best = place, node[LEAF]
        node = node.get(text[place]) if place < len(text) else None
    return end, best


def _word_ends(text: str, place: int) -> bool:
    """Whether an English word, perhaps with a light ending, stops here."""
    stop = place
    while stop - place < 4 and text[stop] in _ASCII:
        stop += 1
    return text[place:stop] in _ENDINGS


def _pairs(phrases: list[Found], lexicon: Lexicon) -> Iterator[Found]:
    """Pairs of tagged words at most PAIR_DISTANCE apart, so a bounded number for each word.

    What two entries mean together is made once a text: a long text says the same pair thousands of times,
    and so many small objects keep the garbage collector walking over all of them again and again.
    """
    near: list[Found] = []
    meant: dict[tuple[int, int], Entry | None] = {}
    for later in phrases:
        if not later.entry.tags:
            continue
        near = [earlier for earlier in near if later.start - earlier.end <= PAIR_DISTANCE]
        for earlier in near:
            key = (id(earlier.entry), id(later.entry))
            if key not in meant:
                topics = topics_of_pair(earlier.entry, later.entry, lexicon)
                meant[key] = Entry(topics=topics) if topics else None
            entry = meant[key]
            if entry is not None:
                words = intern(f"{earlier.words}{PAIR_MARK}{later.words}")
                yield Found(earlier.start, later.end, words, entry)
        near.append(later)


def topics_of_pair(first: Entry, second: Entry, lexicon: Lexicon) -> dict[str, float]:
    """The topics that two phrases mean where they stand close together, in this order."""
    topics: dict[str, float] = {}
    for tag in first.tags:
        partners = lexicon.pairs.get(tag)
        if partners is not None:
            for other in second.tags:
                topics.update(dict.fromkeys(partners.get(other, ()), PAIR_WEIGHT))
    return topics
