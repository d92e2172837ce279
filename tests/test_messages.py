"""Chinese first, English equal: both catalogues say the same things, and every error has its words."""

from __future__ import annotations

import string

import pytest

from matcher import errors
from matcher.messages import LANGUAGES, catalogue, explain, say


def blanks(sentence: str) -> set[str]:
    return {name.split("!")[0] for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def error_classes() -> list[type[errors.MatcherError]]:
    """Those of matcher/errors.py: what else a test before this one has imported must not change the list.

    The API's own kinds have their test with the API.
    """
    found = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    return [kind for kind in found if issubclass(kind, errors.MatcherError)]


def test_both_languages_have_the_same_sentences() -> None:
    assert catalogue("zh").keys() == catalogue("en").keys()


def test_both_languages_fill_the_same_blanks() -> None:
    differing = [
        key for key, sentence in catalogue("zh").items() if blanks(sentence) != blanks(catalogue("en")[key])
    ]
    assert differing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty(language: str) -> None:
    assert [key for key, sentence in catalogue(language).items() if not sentence.strip()] == []


def test_no_english_sentence_was_left_in_chinese() -> None:
    keep = ("lexicon.",)
    untranslated = [
        key
        for key, sentence in catalogue("en").items()
        if not key.startswith(keep) and sentence == catalogue("zh")[key] and not sentence.isascii()
    ]
    assert untranslated == []


@pytest.mark.parametrize("kind", error_classes())
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_error_says_what_and_what_to_do(kind: type[errors.MatcherError], language: str) -> None:
    what, remedy = explain(kind("nowhere.no_such_reason"), language)
    assert what
    assert remedy


def test_an_unknown_sentence_is_an_error_not_a_blank() -> None:
    with pytest.raises(KeyError):
        say("nowhere.no_such_key", "zh")
