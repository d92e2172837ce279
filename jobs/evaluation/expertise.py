"""Expertise: from people's past papers to how well they know another, against what they say themselves."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import numpy as np

from jobs.evaluation import ranks
from jobs.evaluation.folder import needed
from jobs.evaluation.report import Options, Report
from matcher.graph.table import Array
from matcher.recommend.past import signs as past_signs
from matcher.recommend.past.experience import experience
from matcher.recommend.past.learning import view
from matcher.recommend.past.memory import remember
from matcher.recommend.past.need import PastNeed

FILES: Final = ("datasets_d20_1_10.json.gz", "evaluations.tsv")
Marks = dict[str, dict[str, float]]  # person -> paper -> own mark, 1 to 5


def expertise(options: Options) -> Report:
    """Weighted Kendall loss, a mean over the samples of the folder. Nothing is learned from the marks."""
    sets, marks_file = needed(options.folder, *FILES)
    marks = _marks(marks_file)
    with gzip.open(sets, "rt", encoding="utf-8") as file:
        samples = list(json.load(file).values())[: options.limit]
    losses: dict[str, list[float]] = {}
    for sample in samples:
        for method, scores in _scores(sample, marks).items():
            losses.setdefault(method, []).append(loss(scores, marks))
    figures = {method: ranks.means({"loss": found}) for method, found in losses.items()}
    return Report(
        name="expertise",
        protocol="past papers -> fit of ten papers each person marked; weighted Kendall, nothing learned",
        counts={"people": len(marks), "marks": sum(map(len, marks.values())), "samples": len(samples)},
        metrics=figures.pop("qianxian"),
        baselines=figures,
        peer={"loss_tpms": 0.281, "loss_specter": 0.269, "loss_specter_mfr": 0.238},
        seed=options.seed,
    )


def loss(scores: Mapping[tuple[str, str], float], marks: Marks) -> float:
    """The differences of marks that the scores order wrongly (a tie half), over all differences."""
    wrong = total = 0.0
    for person, papers in marks.items():
        for one, other in combinations(papers, 2):
            apart = papers[one] - papers[other]
            said = (scores[person, one] - scores[person, other]) * apart
            total += abs(apart)
            wrong += abs(apart) * (0.5 if said == 0 else float(said < 0))
    return wrong / total


def _scores(sample: Mapping[str, Any], marks: Marks) -> dict[str, dict[tuple[str, str], float]]:
    """Scores by method of every person and paper marked."""
    people = {name: papers for name, papers in sample["archives"].items() if name in marks}
    past = [_need(paper, (name,)) for name, papers in people.items() for paper in papers]
    memory = remember(past)
    papers = list(sample["submissions"])
    asked = [_need(sample["submissions"][paper], ()) for paper in papers]
    seen = view(memory, asked, 0)
    pairs, done = seen.won, np.asarray(seen.won.sum(axis=0)).ravel()
    methods = {
        "qianxian": experience(seen),
        "nearest_paper_characters": past_signs.nearest(seen.text, pairs),
        "mean_of_papers_characters": np.asarray((pairs.T @ seen.text.T).T) / done,
    }
    return {name: _marked(values, papers, memory.position, marks) for name, values in methods.items()}


def _marked(
    values: Array, papers: Sequence[str], people: Mapping[str, int], marks: Marks
) -> dict[tuple[str, str], float]:
    row = {paper: at for at, paper in enumerate(papers)}
    return {
        (person, paper): float(values[row[paper], people[person]])
        for person, found in marks.items()
        for paper in found
    }


def _need(paper: Mapping[str, Any], people: tuple[str, ...]) -> PastNeed:
    return PastNeed(paper["title"] or "", paper["abstract"] or "", 0, winners=people)


def _marks(path: Path) -> Marks:
    found: Marks = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            given = ((row[f"Paper{at}"], row[f"Expertise{at}"]) for at in range(1, 11))
            found[row["ParticipantID"]] = {paper: float(mark) for paper, mark in given if paper and mark}
    return found
