"""Find the lexicon's phrases in a text: one walk down the trie from each place, longest phrase wins."""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from matcher.text.lexicon.load import LEAF, Entry, Lexicon, Node

PAIR_WEIGHT: Final = 0.9
PAIR_DISTANCE: Final = 14  # characters between the starts of two words that belong together
_LOWER: Final = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_ASCII: Final = frozenset(string.ascii_letters + string.digits)
_ENDINGS: Final = ("", "s", "es", "ed", "ing", "d")


@dataclass(frozen=True)
class Found:
    """A phrase (or a pair of words) of the lexicon at [start, end) of the text."""

    start: int
    end: int
    words: str
    entry: Entry


def find(text: str, lexicon: Lexicon) -> list[Found]:
    """All phrases in order of place; one that lies inside another is left out; pairs follow them.

    Work: at most the longest phrase's length a character, so linear in the text.
    """
    lower = text.translate(_LOWER)  # keeps the length, so offsets stay those of the text
    phrases = list(_outermost(lower, lexicon.root))
    return phrases + list(_pairs(phrases, lexicon))


def _outermost(text: str, root: Node) -> Iterator[Found]:
    covered = 0
    for start, character in enumerate(text):
        node = root.get(character)
        if node is None:
            continue
        end, entry = _longest(text, start, node)
        if entry is not None and end > covered:
            covered = end
            yield Found(start, end, text[start:end], entry)


def _longest(text: str, start: int, node: Node) -> tuple[int, Entry | None]:
    """The end and entry of the longest phrase that starts here; entry None where there is none."""
    end, best = start, None
    ascii_start = text[start] in _ASCII
    if ascii_start and start and text[start - 1] in _ASCII:
        return end, best
    place = start + 1
    size = len(text)
    while node is not None:
        entry = node.get(LEAF)
        if entry is not None and (text[place - 1] not in _ASCII or _word_ends(text, place)):
            end, best = place, entry
        if place == size:
            break
        node = node.get(text[place])  # type: ignore[assignment]
        place += 1
    return end, best


def _word_ends(text: str, place: int) -> bool:
    """Whether an English word, perhaps with a light ending, stops here."""
    stop = place
    while stop < len(text) and stop - place < 4 and text[stop] in _ASCII:
        stop += 1
    return text[place:stop] in _ENDINGS


def _pairs(phrases: list[Found], lexicon: Lexicon) -> Iterator[Found]:
    tagged = [found for found in phrases if found.entry.tags]
    for place, later in enumerate(tagged):
        for earlier in _near(tagged, place):
            topics = {
                topic: PAIR_WEIGHT
                for first in earlier.entry.tags
                for second in later.entry.tags
                for topic in lexicon.pairs.get((first, second) if first < second else (second, first), ())
            }
            if topics:
                words = f"{earlier.words}…{later.words}"
                yield Found(earlier.start, later.end, words, Entry(topics=topics))


def _near(tagged: list[Found], place: int) -> Iterator[Found]:
    """The tagged phrases close before this one: at most PAIR_DISTANCE of them."""
    for earlier in reversed(tagged[max(0, place - PAIR_DISTANCE) : place]):
        if tagged[place].start - earlier.end > PAIR_DISTANCE:
            return
        yield earlier
