"""The lexicon: leaf topics of needs, with the words needs and offers use for them.

One TOML file a kind of need; a table a topic: `zh`, `en` (names), `need`, `offer` (Chinese phrases
between blanks), `english` (phrases between commas), `pair` (two words or @classes that mean the topic
when they stand close together, joined by "+"), `industries` (GB/T 4754-2017 codes of those who answer),
`parties` (roles that must move together). `words.toml` holds the @classes and each kind's cues.
"""

from matcher.text.lexicon.load import Entry, Lexicon, Topic, assemble, lexicon
from matcher.text.lexicon.scan import PAIR_MARK, Found, find, phrases_of, topics_of_pair

__all__ = [
    "PAIR_MARK",
    "Entry",
    "Found",
    "Lexicon",
    "Topic",
    "assemble",
    "find",
    "lexicon",
    "phrases_of",
    "topics_of_pair",
]
