"""Names of the lexicon's topics, for those who show a draft to a person."""

from __future__ import annotations

from matcher.text.lexicon import lexicon


def topic_name(topic: str, language: str) -> str:
    """A topic's name; the topic itself where the lexicon no longer has it (an older need)."""
    found = lexicon().topics.get(topic)
    if found is None:
        return topic
    return found.zh if language == "zh" else found.en
