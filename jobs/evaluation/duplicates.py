"""Duplicates: whether the same matter told again is found, and another one beside it is not."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rapidfuzz import fuzz

from jobs.evaluation.folder import needed
from jobs.evaluation.report import Figures, Options, Report
from jobs.evaluation.triage import rows_of
from matcher.text import duplicates
from matcher.text.normalize import fold

MESSAGES: Final = "附件3_full_4326.xlsx"
REWRITTEN: Final = 400
NEIGHBOURS: Final = 5  # of other users, the likest by tf-idf of character pairs
RECALL: Final = 0.8
COPY: Final = 88.0  # character ratio from which another user's message is the same one posted again
PROTOCOL: Final = (
    "each of 400 messages is rewritten (half of its clauses, in another order, everyday words exchanged, "
    "figures spelled otherwise) and compared with its original and with the five likest messages of other "
    "users; a copy of the original is neither right nor wrong there, and counts as wrong in with_copies"
)
_EXCHANGED: Final = {
    "希望": "盼望", "请": "麻烦", "政府": "政府部门", "小区": "住宅区", "业主": "住户", "孩子": "小孩",
    "没有": "无", "但是": "可是", "因为": "由于", "问题": "情况", "严重": "厉害", "解决": "处理",
    "附近": "周边", "现在": "目前", "一直": "始终", "多次": "好几次", "什么时候": "何时", "投诉": "反映",
}  # fmt: skip
_DIGITS: Final = str.maketrans("0123456789", "零一二三四五六七八九")
Pair = tuple[str, str, bool]  # two texts, and whether they tell the same
Told = tuple[str, str, bool, bool]  # and whether the first is a copy of what the second was rewritten from


@dataclass(frozen=True)
class Message:
    """A message with its user, folded; subject and body as one text."""

    user: str
    text: str


def evaluate(options: Options) -> Report:
    """Precision and recall of the production measure. Raises InvalidInput without the file."""
    messages = _messages(*needed(options.folder, MESSAGES))
    every = list(_pairs(messages, options.limit or REWRITTEN, options.seed))
    pairs = [(one, other, same) for one, other, same, copied in every if same or not copied]
    with_copies = _figures([pair[:3] for pair in every], duplicates.sameness, duplicates.SAME)
    return Report(
        name="duplicates",
        protocol=PROTOCOL,
        counts={
            "messages": len(messages),
            "pairs": len(pairs),
            "same": sum(same for *_, same in pairs),
            "copies": len(every) - len(pairs),
        },
        metrics={
            **_figures(pairs, duplicates.sameness, duplicates.SAME),
            **{f"with_copies_{name}": value for name, value in with_copies.items()},
        },
        baselines={
            "character ratio": _figures(pairs, lambda one, other: fuzz.ratio(one, other) / 100, 0.88),
            "words in common": _figures(pairs, lambda one, other: fuzz.partial_ratio(one, other) / 100, 0.88),
        },
        seed=options.seed,
        settings={"same": duplicates.SAME, "contradicted": duplicates.CONTRADICTED},
    )


def _figures(pairs: list[Pair], measure: Callable[[str, str], float], threshold: float) -> Figures:
    """Precision and recall at the shipped threshold, and the precision where RECALL is reached."""
    told = sorted(((measure(one, other), same) for one, other, same in pairs), key=lambda pair: -pair[0])
    every = sum(same for _, same in told)
    found = [same for score, same in told if score >= threshold]
    needed_hits, hits, place = RECALL * every, 0, 0
    while place < len(told) and hits < needed_hits:
        hits += told[place][1]
        place += 1
    return {
        "precision": sum(found) / len(found) if found else None,
        "recall": sum(found) / every,
        "precision_at_recall_80": hits / place if place else None,
        "score_at_recall_80": told[place - 1][0],
    }


def _messages(path: Path) -> list[Message]:
    rows = rows_of(path)
    return [Message(str(row[1]), fold(f"{row[2]}\n{row[4]}")) for row in rows]


def _pairs(messages: list[Message], count: int, seed: int) -> Iterator[Told]:
    rng = random.Random(seed)  # noqa: S311  (a test set, no secret)
    chosen = rng.sample(range(len(messages)), min(count, len(messages)))
    likest = _likest(messages, chosen)
    for place, others in zip(chosen, likest, strict=True):
        again = rewritten(messages[place].text, rng)
        yield messages[place].text, again, True, False
        for other in others:
            if messages[other].user != messages[place].user:
                copied = fuzz.ratio(messages[other].text, messages[place].text) >= COPY
                yield messages[other].text, again, False, copied


def _likest(messages: list[Message], chosen: list[int]) -> Any:
    """The NEIGHBOURS likest other messages of each chosen one."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TfidfVectorizer(analyzer="char", ngram_range=(2, 2), sublinear_tf=True, min_df=2)
    matrix = vectors.fit_transform([message.text for message in messages])
    likeness = (matrix[chosen] @ matrix.T).toarray()
    likeness[range(len(chosen)), chosen] = -1
    return (-likeness).argsort(axis=1, kind="stable")[:, :NEIGHBOURS]


def rewritten(text: str, rng: random.Random) -> str:
    """The same matter told again: the subject, half of the clauses shuffled, words and digits exchanged."""
    subject, _, body = text.partition("\n")
    clauses = [clause for clause in re.split(r"[,，。;；!！?？\n]", body) if clause]
    kept = rng.sample(clauses, max(1, (len(clauses) + 1) // 2)) if clauses else []
    rng.shuffle(kept)
    again = "，".join((*kept, subject))
    for word, other in _EXCHANGED.items():
        again = again.replace(word, other)
    return re.sub(r"(?<![0-9])[0-9](?=[年月天个名人])", lambda digit: digit.group().translate(_DIGITS), again)
