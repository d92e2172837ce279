"""Product texts: what the reader makes of real products; each condition a criterion or listed, none dropped.

There are no labels, so these are counts to be read by a person, text by text.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

from jobs.evaluation.folder import needed
from jobs.evaluation.report import Figures, Options, Report
from matcher.domain.product.draft import Audience, ProductDraft, Reading
from matcher.text.normalize import fold
from matcher.text.products.reader import read_product
from matcher.text.products.sections import Part, pieces

FILE: Final = "products.json"
PROTOCOL: Final = (
    "each text is read once; a sentence under a heading of conditions is kept where it gave a criterion or a "
    "term, or is listed as not understood; baselines say how many such sentences each would have kept"
)
_COMPARISON: Final = re.compile(r"不低于|不超过|不少于|以上|以下|满\d")
_KEPT: Final = (Reading.CRITERION, Reading.PARTLY, Reading.NOT_UNDERSTOOD, Reading.TERMS)


def evaluate(options: Options) -> Report:
    """Counts over all texts and one line a text. Raises InvalidInput where the file is absent."""
    (path,) = needed(options.folder, FILE)
    texts = [str(one["text"]) for one in json.loads(path.read_text(encoding="utf-8"))][: options.limit]
    drafts = [read_product(text) for text in texts]
    conditions = {one for text in texts for one in _conditions(text)}
    business = [draft for draft in drafts if draft.audience is Audience.BUSINESS]
    return Report(
        name="product_texts",
        protocol=PROTOCOL,
        counts=_counts(drafts, business, conditions),
        metrics=_kept(drafts, conditions),
        baselines={
            "sentences that compare": _share(conditions, lambda one: _COMPARISON.search(one) is not None),
            "sentences with a digit": _share(conditions, lambda one: re.search(r"\d", one) is not None),
        },
        seed=options.seed,
    )


def _counts(
    drafts: Sequence[ProductDraft], business: Sequence[ProductDraft], conditions: set[str]
) -> dict[str, Any]:
    readings = Counter(one.reading.value for draft in drafts for one in draft.sentences)
    return {
        "texts": len(drafts),
        "set_aside": len(drafts) - len(business),
        "sentences": sum(readings.values()),
        "sentences_of_conditions": len(conditions),
        "criteria": sum(len(draft.criteria) for draft in business),
        "not_understood": sum(len(draft.not_understood) for draft in business),
        **{f"read_as_{name}": count for name, count in sorted(readings.items())},
        "products": [_line(draft) for draft in drafts],
    }


def _line(draft: ProductDraft) -> str:
    if draft.audience is Audience.PRIVATE:
        return f"{draft.title}: set aside (private persons)"
    return f"{draft.title}: {len(draft.criteria)} criteria, {len(draft.not_understood)} not understood"


def _conditions(text: str) -> Iterable[str]:
    return (one.text for one in pieces(fold(text)) if one.part is Part.CONDITIONS and not one.is_heading)


def _kept(drafts: Iterable[ProductDraft], conditions: set[str]) -> Figures:
    kept = {
        line
        for draft in drafts
        for one in draft.sentences
        if one.reading in _KEPT
        for line in one.text.split("\n")
    }
    return {"kept": len(conditions & kept) / max(1, len(conditions)), "dropped": len(conditions - kept)}


def _share(conditions: set[str], keeps: Any) -> Figures:
    kept = sum(bool(keeps(one)) for one in conditions)
    return {"kept": kept / max(1, len(conditions)), "dropped": len(conditions) - kept}
