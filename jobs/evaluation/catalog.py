"""The evaluations by name, each imported only when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final

from jobs.evaluation.report import Evaluator
from matcher.errors import NotFound

EVALUATIONS: Final[Mapping[str, str]] = {
    "golfer": "jobs.evaluation.golfer:evaluate",
    "grouping": "jobs.evaluation.grouping:evaluate",
    "teams": "jobs.evaluation.teams:evaluate",
    "tenders": "jobs.evaluation.tenders:tenders",
    "bidders": "jobs.evaluation.tenders:bidders",
    "invoices": "jobs.evaluation.invoices:invoices",
    "expertise": "jobs.evaluation.expertise:expertise",
    "market": "jobs.evaluation.market:market",
    "industries": "jobs.evaluation.industries:evaluate",
    "product_texts": "jobs.evaluation.product_texts:evaluate",
    "risk": "jobs.evaluation.risk:evaluate",
    "occupations": "jobs.evaluation.occupations:evaluate",
    "slots": "jobs.evaluation.slots:evaluate",
    "duplicates": "jobs.evaluation.duplicates:evaluate",
    "triage": "jobs.evaluation.triage:evaluate",
}


def find(name: str) -> Evaluator:
    """The evaluation of that name. Raises NotFound naming the known ones."""
    if name not in EVALUATIONS:
        raise NotFound("evaluation.unknown", name=name, known=", ".join(EVALUATIONS))
    module, _, function = EVALUATIONS[name].partition(":")
    evaluator: Evaluator = getattr(import_module(module), function)
    return evaluator
