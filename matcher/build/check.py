"""Between writing and publishing: open the snapshot as a reader would and refuse nonsense."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from matcher.domain.need import NeedKind, Question
from matcher.domain.ranking import Ranking
from matcher.errors import CheckFailed
from matcher.graph import schema
from matcher.graph.graph import STEPS, Graph
from matcher.graph.table import Array
from matcher.recommend.balance import exposure
from matcher.recommend.firm_sites import plain_question
from matcher.recommend.kept_lists import kept
from matcher.recommend.partners import candidates, suggest
from matcher.recommend.pipeline import answer

SAMPLE: Final = 60  # questions asked of a new snapshot
TYPED: Final = 40  # characters of an enterprise's text that are asked as its question: as long as a need is
LIST: Final = 10
LISTS_ASKED: Final = 20  # lists that were made with the snapshot and are computed anew
_ROWS: Final = 65_536
LEAST_LISTS: Final = 30  # below this a share of lists says nothing
LEAST_FIRMS: Final = 1_000  # in a street of some hundred firms the few accountants are in every fourth list
CHOICE: Final = 3  # lists' lengths to choose from: the only caterer of a district is scarce, not favoured
MOST_SHARE: Final = 0.2
LEAST_LEFT: Final = 0.5  # of the previous snapshot's enterprises


def check(graph: Graph, previous: Graph | None, asked: int = SAMPLE) -> dict[str, object]:
    """Raise CheckFailed with the reason, or return the figures seen, for the run's record.

    Both halves: what the tables hold, and what is answered from them.
    """
    check_tables(graph, previous)
    return check_answers(graph, asked)


def check_tables(graph: Graph, previous: Graph | None) -> None:
    """Raise CheckFailed where the tables hold nonsense: before lists are made of it, which takes longest.

    The manifest holds the database's own counts, to compare with. Of a refreshed snapshot the base's
    weights were checked when that was published.
    """
    _check_counts(graph, graph.manifest["rows"])
    if previous is not None:
        _check_shrinking(len(graph.firms), len(previous.firms))
        _check_later(graph, previous)
    _check_positions(graph)
    if "base" not in graph.manifest:
        _check_weights(graph)
        _check_order(graph)
        if previous is not None:
            _check_told(graph, previous)


def check_answers(graph: Graph, asked: int = SAMPLE) -> dict[str, object]:
    """Raise CheckFailed where lists or answers are nonsense; else the figures seen. Costs `asked` queries."""
    if "base" not in graph.manifest:
        check_lists(graph)
    rankings = [suggest(graph, question, LIST) for question in sample(graph, asked)]
    _check_scores(rankings)
    if "base" not in graph.manifest:
        _check_told_apart(rankings)  # the few questions asked of a refreshed one may well be answered alike
    share = _check_crowding(graph, rankings)
    figures = {"firms": len(graph.firms), "asked": len(rankings), "largest_share": round(share, 4)}
    return figures | {"exposure": spread(rankings)}


def spread(rankings: Sequence[Ranking]) -> dict[str, float]:
    """How the places of these lists spread: for the run's record, so that crowding is seen as it grows.

    gini: of appearances among all who appear, 0 for even; distinct: enterprises over places, 1 where nobody
    appears twice; busiest: the most frequent one's part of all places; most_over_median: its appearances over
    those of the middle one.
    """
    seen = Counter(found.identifier for ranking in rankings for found in ranking.suggestions)
    counts = sorted(seen.values())
    if not counts:
        return {"gini": 0.0, "distinct": 0.0, "busiest": 0.0, "most_over_median": 0.0}
    found = exposure(counts)
    return {
        "gini": round(found.gini, 4),
        "distinct": round(len(counts) / sum(counts), 4),
        "busiest": round(found.busiest, 4),
        "most_over_median": round(counts[-1] / counts[len(counts) // 2], 4),
    }


def sample(graph: Graph, asked: int = SAMPLE) -> list[Question]:
    """Questions spread evenly over the open needs, else over the enterprises. The same for a snapshot."""
    if len(graph.needs):
        return [_question(graph, row) for row in _spread(len(graph.needs), asked)]
    texts, ids = graph.firms.text("text"), graph.firms.ids
    return [Question(texts[firm][:TYPED], asker=ids[firm]) for firm in _spread(len(graph.firms), asked)]


def _question(graph: Graph, row: int) -> Question:
    needs = graph.needs
    firm, kind = int(needs.numbers("firm")[row]), needs.text("kind")[row]
    wanted = graph.label("wanted", int(needs.numbers("wanted")[row]), "id")
    topics = tuple(topic for topic in needs.text("topics")[row].split(";") if topic)
    return Question(
        text=needs.text("text")[row],
        kind=NeedKind(kind) if kind else NeedKind.SUPPLY,
        asker=graph.firms.ids[firm],
        industries=tuple(wanted.split(";")) if wanted is not None else (),
        topics=topics,
        shares=tuple((topic, 1 / (1 + place)) for place, topic in enumerate(topics)),
    )


def _spread(size: int, asked: int) -> list[int]:
    count = min(asked, size)
    return [row * size // count for row in range(count)]


def _check_counts(graph: Graph, rows: Mapping[str, int]) -> None:
    if rows["firms"] > 0 and len(graph.firms) == 0:
        raise CheckFailed("graph.check.empty", rows=rows["firms"])
    for table, expected in rows.items():
        found = len(graph.tables[table])
        if found != expected:
            raise CheckFailed("graph.check.counts_differ", table=table, found=found, rows=expected)


def _check_shrinking(found: int, before: int) -> None:
    if found < LEAST_LEFT * before:
        raise CheckFailed("graph.check.shrunk", found=found, before=before)


def _check_later(graph: Graph, previous: Graph) -> None:
    if graph.as_of < previous.as_of:
        moments = {
            "found": f"{graph.as_of:%Y-%m-%d %H:%M:%S}",
            "before": f"{previous.as_of:%Y-%m-%d %H:%M:%S}",
        }
        raise CheckFailed("graph.check.stale", **moments)


def _check_order(graph: Graph) -> None:
    """Readers search: terms ascend, firms stand by industry and building, rows of firms by firm."""
    wrong = {"terms": int((graph.terms[1:] <= graph.terms[:-1]).sum())}
    firms = graph.firms
    place = (firms.numbers("industry").astype(np.int64) + 1) * 2**32 + firms.numbers("building") + 1
    wrong["firms"] = int((np.diff(place) < 0).sum())
    for table in ("offers", "needs", "openings"):
        wrong[table] = int((np.diff(graph.tables[table].numbers("firm")) < 0).sum())
    for table, count in wrong.items():
        if count:
            raise CheckFailed("graph.check.disordered", table=table, count=count)


def _check_told(graph: Graph, previous: Graph) -> None:
    """Half of the texts do not vanish over night while their enterprises stay."""
    for table in schema.INDEXED:
        words, before = graph.tables[table].words, previous.tables[table].words
        if words is None or before is None or len(before) < LEAST_LISTS:
            continue
        found, usual = int(words.indptr[-1]), int(before.indptr[-1])
        if found < LEAST_LEFT * usual * min(1.0, len(words) / len(before)):
            raise CheckFailed("graph.check.mute", table=table, found=found, before=usual)


def _check_positions(graph: Graph) -> None:
    """Every pointer into another table stays inside it."""
    for table, column, target in (
        ("firms", "industry", "industries"),
        ("firms", "building", "buildings"),
        ("firms", "street", "streets"),
        ("offers", "firm", "firms"),
        ("needs", "firm", "firms"),
        ("openings", "firm", "firms"),
    ):
        values = graph.tables[table].numbers(column)
        least = 0 if target == "firms" else -1
        wrong = int(((values < least) | (values >= len(graph.tables[target]))).sum())
        if wrong:
            raise CheckFailed("graph.check.out_of_range", column=f"{table}.{column}", count=wrong)


def _check_weights(graph: Graph) -> None:
    for name, values in _weights(graph).items():
        wrong = int((~np.isfinite(values)).sum())
        if wrong:
            raise CheckFailed("graph.check.not_a_number", column=name, count=wrong)
        outside = int(((values < 0) | (values > 1.001)).sum())
        if outside:
            raise CheckFailed("graph.check.out_of_range", column=name, count=outside)


def _weights(graph: Graph) -> dict[str, Array]:
    found = {"supply": graph.supply, "chain": graph.chain}
    for name in schema.INDEXED:
        words, postings = graph.tables[name].words, graph.tables[name].postings
        if words is not None and postings is not None:
            found[f"{name}.words"], found[f"{name}.postings"] = words.data, postings.data
    return found


def check_lists(graph: Graph) -> None:
    """Lists made with the snapshot name firms that are there, and some of them are computed anew."""
    lists, firms = graph.lists, len(graph.firms)
    if len(lists.of) == 0:
        return
    own = np.arange(firms, dtype=np.int32)
    wrong = abs(len(lists.of) - firms) + int((lists.scores > STEPS).sum())
    if not wrong:
        wrong = sum(
            int(((part < -1) | (part >= firms) | (part == own[at : at + len(part), None])).sum())
            for at, part in _pieces(lists.firms)
        )
    if wrong:
        raise CheckFailed("graph.check.lists_damaged", count=wrong)
    for firm in _spread(firms, LISTS_ASKED):
        question = plain_question(graph.firms.ids[firm])
        made = kept(graph, question, schema.LISTED, None)
        if made is not None and made != answer(candidates(graph, question, schema.LISTED), schema.LISTED):
            raise CheckFailed("graph.check.lists_differ", firm=graph.firms.ids[firm])


def _pieces(rows: Array) -> Iterator[tuple[int, Array]]:
    return ((at, rows[at : at + _ROWS]) for at in range(0, len(rows), _ROWS))


def _check_scores(rankings: list[Ranking]) -> None:
    scores = [found.score for ranking in rankings for found in ranking.suggestions]
    wrong = sum(not 0 <= score <= 1 for score in scores)  # NaN is not between either
    if wrong:
        raise CheckFailed("graph.check.scores_invalid", count=wrong)


def _check_told_apart(rankings: list[Ranking]) -> None:
    chosen = [
        found.score for ranking in rankings if len(ranking.suggestions) > 1 for found in ranking.suggestions
    ]
    if (
        len(chosen) >= LEAST_LISTS and max(chosen) - min(chosen) < 1e-6
    ):  # the only one of a district is no choice
        raise CheckFailed("graph.check.scores_equal", asked=len(rankings))


def _check_crowding(graph: Graph, rankings: list[Ranking]) -> float:
    """The largest share of lists that one enterprise is in, where there was a choice of others."""
    lists = [ranking for ranking in rankings if ranking.considered >= CHOICE * LIST]
    seen = Counter(found.identifier for ranking in lists for found in ranking.suggestions)
    if not seen:
        return 0.0
    enterprise, times = min(seen.items(), key=lambda item: (-item[1], item[0]))
    share = times / len(lists)
    if len(lists) >= LEAST_LISTS and len(graph.firms) >= LEAST_FIRMS and share > MOST_SHARE:
        raise CheckFailed("graph.check.crowded", enterprise=enterprise, share=share)
    return share
