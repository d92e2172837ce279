"""Counting the terms of many texts is tokenising each of them."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.build.words import count
from matcher.graph.graph import term_hash
from matcher.text import counting
from matcher.text.lexicon import lexicon
from matcher.text.tokenize import terms

CLAUSES = (
    *(
        "职工食堂承包",
        "团餐配送",
        "软件开发",
        "代理记账",
        "办公室装修",
        "LED display",
        "ＡＢＣ芯片",
        "100人工作餐",
    ),
    *("保洁", "公司", "电梯", "维修", "招聘会计", "厂房", "出租", "catering services", "3.5吨货车", "e-mail"),
)
SIGNS = ("，", "、", "；", "。", "\n", " ", "（", "）", ":", "/", ".", "")
texts = st.lists(st.tuples(st.sampled_from(CLAUSES), st.sampled_from(SIGNS)), max_size=8).map(
    lambda pieces: "".join(piece for pair in pieces for piece in pair)
)


@given(st.lists(texts | st.text(max_size=20), max_size=4))
def test_counted_together_texts_have_the_terms_they_have_alone(some: list[str]) -> None:
    lengths, places, counts, hashes = count(some)
    at = 0
    for text, length in zip(some, lengths.tolist(), strict=True):
        here = slice(at, at + length)
        found = dict(zip(hashes[places[here]].tolist(), counts[here].tolist(), strict=True))
        assert found == dict(Counter(map(term_hash, terms(text))))
        at += length


def test_forgetting_clauses_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "REMEMBERED", 2)
    counter = counting.Counter(term_hash)
    text = "；".join(CLAUSES)
    numbers, _ = counter.terms([text, text])
    assert [counter.names[number] for number in numbers[: len(numbers) // 2]] == [
        counter.names[number] for number in numbers[len(numbers) // 2 :]
    ]


def test_no_phrase_of_the_lexicon_holds_a_sign_that_parts_clauses() -> None:
    assert [phrase for phrase in lexicon().phrases if counting._PARTING.search(phrase)] == []
