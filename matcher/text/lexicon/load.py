"""Read the TOML files of the lexicon into one immutable object with a trie."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from matcher.domain.need import NeedKind

WORDS_FILE: Final = "words.toml"
NEED_WEIGHT: Final = 1.0
OFFER_WEIGHT: Final = 0.8

Node = dict[str, Any]
Pairs = dict[str, dict[str, tuple[str, ...]]]
LEAF: Final = ""  # the key in a trie node that holds the entry of the phrase ending there


@dataclass(frozen=True)
class Topic:
    """A leaf of the taxonomy. `industries` answer it; `parties` must move together, in order."""

    name: str
    kind: NeedKind
    zh: str
    en: str
    industries: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()


@dataclass
class Entry:
    """What one phrase means: topics with weights, kinds it hints at, classes and words it counts as."""

    topics: dict[str, float] = field(default_factory=dict)
    cues: dict[NeedKind, float] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Lexicon:
    """All topics, the phrases' trie, and which two tags close together mean which topics."""

    topics: Mapping[str, Topic]
    phrases: Mapping[str, Entry]
    heads: Mapping[str, Node]
    singles: Mapping[str, Entry]
    pairs: Mapping[str, Mapping[str, tuple[str, ...]]]
    stop_words: frozenset[str]


@cache
def lexicon() -> Lexicon:
    """The lexicon of this installation. Reads about a dozen small files once a process."""
    files = _read_files()
    topics: dict[str, Topic] = {}
    phrases: dict[str, Entry] = {}
    pairs: Pairs = {}
    words = files.pop(WORDS_FILE)
    _take_words(words, phrases)
    for file_name, tables in sorted(files.items()):
        kind = NeedKind(file_name.removesuffix(".toml"))
        for name, table in tables.items():
            topics[name] = _topic(name, kind, table)
            _take_phrases(name, table, phrases)
            _take_pairs(name, table, phrases, pairs)
    _inherit_tags(phrases)
    return assemble(phrases, topics, pairs, frozenset(words["stop"].split()))


def assemble(
    phrases: Mapping[str, Entry],
    topics: Mapping[str, Topic] = MappingProxyType({}),
    pairs: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType({}),
    stop_words: frozenset[str] = frozenset(),
) -> Lexicon:
    """A lexicon of these phrases, ready to be scanned for."""
    singles = {phrase: entry for phrase, entry in phrases.items() if len(phrase) == 1}
    return Lexicon(topics, phrases, _heads(phrases), singles, pairs, stop_words)


def _inherit_tags(phrases: Mapping[str, Entry]) -> None:
    """A phrase that holds a tagged one counts as it in pairs: 装充电桩 is also 充电桩."""
    for phrase, entry in phrases.items():
        parts = (phrase[start:end] for start in range(len(phrase)) for end in range(start + 3, len(phrase) + 1))
        for part in () if phrase.isascii() else parts:
            inherited = phrases[part].tags if part in phrases and part != phrase else []
            entry.tags.extend(tag for tag in inherited if tag not in entry.tags)


def _read_files() -> dict[str, dict[str, Any]]:
    folder = resources.files(__package__ or "matcher.text.lexicon")
    return {
        file.name: tomllib.loads(file.read_text(encoding="utf-8"))
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    }


def _topic(name: str, kind: NeedKind, table: Mapping[str, str]) -> Topic:
    industries = tuple(table.get("industries", "").split())
    return Topic(name, kind, table["zh"], table["en"], industries, tuple(table.get("parties", "").split()))


def _take_words(tables: Mapping[str, Any], phrases: dict[str, Entry]) -> None:
    for name, words in tables["classes"].items():
        for word in _phrases(words):
            _entry(phrases, word).tags.append(f"@{name}")
    for kind, weighted in tables["cues"].items():
        for weight, words in weighted.items():
            for word in _phrases(words):
                _entry(phrases, word).cues[NeedKind(kind)] = float(weight)


def _take_phrases(name: str, table: Mapping[str, str], phrases: dict[str, Entry]) -> None:
    for column, weight in (("need", NEED_WEIGHT), ("english", NEED_WEIGHT), ("offer", OFFER_WEIGHT)):
        for phrase in _phrases(table.get(column, ""), english=column == "english"):
            topics = _entry(phrases, phrase).topics
            topics[name] = max(weight, topics.get(name, 0.0))


def _take_pairs(name: str, table: Mapping[str, str], phrases: dict[str, Entry], pairs: Pairs) -> None:
    """Each pair stands under both of its tags: either may come first in a text."""
    for pair in table.get("pair", "").split():
        first, second = (_tag(word, phrases) for word in pair.split("+"))
        for tag, other in {(first, second), (second, first)}:
            partners = pairs.setdefault(tag, {})
            partners[other] = (*partners.get(other, ()), name)


def _tag(word: str, phrases: dict[str, Entry]) -> str:
    if not word.startswith("@"):
        tags = _entry(phrases, word).tags
        if word not in tags:
            tags.append(word)
    return word


def _entry(phrases: dict[str, Entry], phrase: str) -> Entry:
    return phrases.setdefault(phrase, Entry())


def _phrases(words: str, english: bool = False) -> Iterator[str]:
    """Chinese phrases stand between blanks (an underscore is a blank), English ones between commas."""
    pieces = words.split(",") if english else (piece.replace("_", " ") for piece in words.split())
    for piece in pieces:
        phrase = " ".join(piece.lower().split())
        if phrase:
            yield phrase


def _heads(phrases: Mapping[str, Entry]) -> dict[str, Node]:
    """Tries of the phrases of two characters and more, each under its first two."""
    heads: dict[str, Node] = {}
    for phrase, entry in phrases.items():
        if len(phrase) > 1:
            node = heads.setdefault(phrase[:2], {})
            for character in phrase[2:]:
                node = node.setdefault(character, {})
            node[LEAF] = entry
    return heads
