"""Slots: how many facts of a sentence the reader gets exactly right, on sentences in the field's own wording.

The sentences are the project's own, labelled before the grammar was tuned to them; a folder given with
--data holds files of the same layout (`slots_*.tsv`) instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any, Final

from jobs.evaluation.report import Figures, Options, Report
from matcher.domain.need import Draft
from matcher.errors import InvalidInput
from matcher.text.intake import read

TODAY: Final = date(2026, 11, 25)
PROTOCOL: Final = (
    "each sentence is read once against Wednesday 2026-11-25; a slot is right where its value, both ends of "
    "a range included, is the label's; exact_slots = right / (labelled + invented)"
)
Facts = Mapping[str, str]
_NAMES: Final = {
    "amount_fen": "amount",
    "headcount": "headcount",
    "quantity": "quantity",
    "area_m2": "area",
    "deadline": "by",
    "urgency": "urgent",
    "place": "place",
}
_DIGITS: Final = (
    ("amount", re.compile(r"([0-9]+)万"), 10_000),
    ("headcount", re.compile(r"([0-9]+) ?(?:人|名|people|staff)"), 1),
    ("area", re.compile(r"([0-9]+) ?(?:平|㎡|sqm|m2|square)"), 1),
    ("quantity", re.compile(r"([0-9]+) ?(?:个|台|套|份|件|箱)"), 1),
)


@dataclass(frozen=True)
class Sentence:
    """A sentence with what a person read in it: the kind, and each fact as text."""

    text: str
    kind: str
    facts: Facts


@dataclass
class Tally:
    """Counts over all sentences; `errors` tell each one in words."""

    right: int = 0
    labelled: int = 0
    invented: int = 0
    whole: int = 0
    errors: list[str] = field(default_factory=list)

    def add(self, sentence: Sentence, told: Facts) -> None:
        """Compare what was read in a sentence with its label."""
        names = {*sentence.facts, *told}
        wrong = sorted(name for name in names if sentence.facts.get(name) != told.get(name))
        self.labelled += len(sentence.facts)
        self.right += len(sentence.facts.keys() - set(wrong))
        self.invented += len(told.keys() - sentence.facts.keys())
        self.whole += not wrong
        for name in wrong:
            self.errors.append(
                f"{sentence.text} | {name}: label {sentence.facts.get(name)}, read {told.get(name)}"
            )

    def figures(self, sentences: int) -> dict[str, float]:
        """exact_slots, its standard error over slots, and the share of sentences without any error."""
        asked = self.labelled + self.invented
        exact = self.right / asked if asked else 1.0
        return {
            "exact_slots": exact,
            "exact_slots_se": (exact * (1 - exact) / asked) ** 0.5 if asked else 0.0,
            "recall": self.right / self.labelled if self.labelled else 1.0,
            "exact_sentences": self.whole / sentences if sentences else 1.0,
        }


def evaluate(options: Options) -> Report:
    """Exact slots of the production reader, and each error. Raises InvalidInput where no file is."""
    sentences = list(_sentences(options.folder))[: options.limit]
    ours, kinds = Tally(), {"kind_right": 0, "kind_asked_back": 0}
    for sentence in sentences:
        draft = read(sentence.text, TODAY)
        ours.add(sentence, facts_of(draft))
        kinds["kind_right"] += draft.kind == sentence.kind
        kinds["kind_asked_back"] += draft.kind is None
    return Report(
        name="slots",
        protocol=PROTOCOL,
        counts={
            "sentences": len(sentences),
            "slots": ours.labelled,
            "invented": ours.invented,
            "errors": ours.errors,
        },
        metrics=ours.figures(len(sentences))
        | {name: count / max(1, len(sentences)) for name, count in kinds.items()},
        baselines={"digits before a unit": _baseline(sentences, _by_digits), "nothing": _baseline(sentences)},
        seed=options.seed,
    )


def facts_of(draft: Draft) -> dict[str, str]:
    """What a draft puts into the form, each fact spelled as the labels spell it."""
    told = {}
    for name, label in _NAMES.items():
        slot = draft.slot(name)
        if slot is not None:
            ends = (slot.value,) if slot.low is None else (slot.low, slot.value)
            told[label] = "~".join(_spelled(name, end) for end in ends)
    return told


def _spelled(name: str, value: Any) -> str:
    if name == "urgency":
        return "yes"
    if isinstance(value, int | float):
        return f"{value / 100 if name == 'amount_fen' else value:.12g}"
    return str(value)


def _by_digits(text: str) -> dict[str, str]:
    found = ((name, pattern.search(text), unit) for name, pattern, unit in _DIGITS)
    return {name: str(int(match[1]) * unit) for name, match, unit in found if match is not None}


def _baseline(sentences: list[Sentence], reader: Callable[[str], Facts] = lambda _: {}) -> Figures:
    tally = Tally()
    for sentence in sentences:
        tally.add(sentence, reader(sentence.text))
    return tally.figures(len(sentences))


def _sentences(folder: Path | None) -> Iterator[Sentence]:
    root = resources.files("jobs.evaluation").joinpath("data") if folder is None else folder
    found = [file for file in root.iterdir() if re.fullmatch(r"slots_\w+\.tsv", file.name)]
    files = sorted(found, key=lambda file: file.name)
    if not files:
        raise InvalidInput("evaluation.missing_files", folder=str(folder), files="slots_*.tsv")
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                text, kind, facts = line.split("\t")
                yield Sentence(text, kind, _facts(facts))


def _facts(told: str) -> dict[str, str]:
    """`amount=500~800 urgent` as names and values."""
    pieces = (piece.partition("=") for piece in told.split())
    return {name: value or "yes" for name, _, value in pieces}
