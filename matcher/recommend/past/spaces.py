"""Where texts are near each other: characters, words, titles, names of parties and places, credentials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matcher.recommend.past.need import PastNeed
from matcher.text.tokenize import terms


@dataclass(frozen=True, eq=False)
class Spaces:
    """Fitted weighers and the rows of the memory in each, all CSR with unit rows."""

    weighers: dict[str, Any]
    rows: dict[str, Any]
    names_by_title: Any
    names_by_party: Any
    names: Any

    def of(self, needs: Sequence[PastNeed]) -> dict[str, Any]:
        """The rows of questions: text, words, title, buyer, place."""
        told = _columns(needs)
        return {name: self.weighers[weigher].transform(told[name]) for name, weigher in _WEIGHED.items()}

    def known(self, text: str) -> float:
        """The part of a text's words that the memory knows, by weight; a word it never met weighs most.

        A cosine leaves unknown words out, so that one shared word of twenty would look like the same text.
        """
        weigher = self.weighers["words"]
        vocabulary = getattr(weigher, "vocabulary_", {})
        most = float(weigher.idf_.max())
        told = set(_words(text))
        here = sum(float(weigher.idf_[vocabulary[word]]) ** 2 for word in told if word in vocabulary)
        away = sum(most**2 for word in told if word not in vocabulary)
        return float((here / (here + away)) ** 0.5) if here else 0.0


_WEIGHED = {"text": "text", "words": "words", "title": "title", "buyer": "party", "place": "party"}


def fit(needs: Sequence[PastNeed], names: Sequence[str]) -> Spaces:
    """Weigh the texts of the memory. Costs about a second for 3,000 needs."""
    told = _columns(needs)
    weighers = {
        "text": _fitted(told["text"], analyzer="char", ngram_range=(1, 3)),
        "words": _fitted(told["words"], analyzer=_words, sublinear_tf=True),
        "title": _fitted(told["title"], analyzer="char", ngram_range=(1, 3), sublinear_tf=True),
        "party": _fitted(told["buyer"], analyzer="char", ngram_range=(1, 3)),
        "credentials": _fitted(told["credentials"], analyzer="char", ngram_range=(2, 4), sublinear_tf=True),
        "names": _fitted(names, analyzer="char", ngram_range=(2, 3), sublinear_tf=True),
    }
    rows = {name: weighers[weigher].transform(told[name]) for name, weigher in _WEIGHED.items()}
    rows["credentials"] = weighers["credentials"].transform(told["credentials"])
    title, party = (weighers[name].transform(names) for name in ("title", "party"))
    return Spaces(weighers, rows, title, party, weighers["names"].transform(names))


def _columns(needs: Sequence[PastNeed]) -> dict[str, list[str]]:
    full = [f"{need.title} {need.text}" for need in needs]
    return {
        "text": full,
        "words": full,
        "title": [need.title for need in needs],
        "buyer": [need.buyer for need in needs],
        "place": [need.place for need in needs],
        "credentials": [need.credentials for need in needs],
    }


def _words(text: str) -> list[str]:
    """Words and topics; pairs of characters are in the character space already."""
    return [term for term in terms(text) if not term.startswith("~") and not term.isdigit()]


def _fitted(texts: Sequence[str], **settings: Any) -> Any:
    """A weigher that also takes a column in which nobody wrote anything."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    weigher = TfidfVectorizer(**settings)
    try:
        return weigher.fit(texts)
    except ValueError:  # no term at all
        return TfidfVectorizer(analyzer="char", ngram_range=(1, 1)).fit([*texts, "-"])
