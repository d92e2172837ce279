"""What can be gained by words, copies and crowding, in an invented province: figures of fair lists.

    python -m bench.fair_lists --firms 20000 --needs 500

Honest lists first; then the same with dumps of words, forty copies of one firm and a copy of each need's text
added. Prints one JSON object, each figure beside its bound. A dump and a copy are told only in the scope, as
anybody may write what he likes there.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from bench.rows import MOMENT, province
from matcher.build.check import sample, spread
from matcher.build.compile import compile_snapshot
from matcher.domain.need import Question
from matcher.domain.ranking import Ranking
from matcher.graph.graph import Graph
from matcher.graph.snapshot import open_snapshot
from matcher.recommend.partners import scored, suggest
from matcher.services import shown
from matcher.storage.db import connect, sessions
from matcher.storage.impressions import Impression
from matcher.text.tokenize import terms

NOW: Final = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
LIST: Final = 10
TOP: Final = 3
COPIES: Final = 40
DAYS: Final = 4
HOT: Final = 30
HONEST: Final = 99.0  # percentile of appearances that nobody passes by words alone


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--firms", type=int, default=20_000)
    parser.add_argument("--needs", type=int, default=500)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        print(json.dumps(measured(Path(place), asked.firms, asked.needs), indent=2))


def measured(place: Path, firms: int, needs: int) -> dict[str, Any]:
    """All figures. Compiles the province three times."""
    rows = place / "rows.db"
    province(rows, firms)
    honest = _compiled(rows, place / "honest")
    questions = sample(honest, needs)
    before = _asked(honest, questions)
    _write(rows, _changed(rows))
    turns = _in_turns(rows, place, questions, before)
    _forget(rows)
    moved = _moved(before, _asked(_compiled(rows, place / "moved"), questions))
    _write(rows, [*_dumps(rows), *_copies(rows, before), *_tailored(questions)])
    after = _asked(_compiled(rows, place / "gamed"), questions)
    return {
        "firms": firms,
        "needs": len(questions),
        "words": _words(before, after),
        "copies": _together(before, after),
        "tailored": _won(after),
        "spread": spread(before) | {"bound": {"gini": 0.45, "most_over_median": 5}},
        "most": {"found": _most(before), "least_possible": _least_possible(honest, questions, before)},
        "after_being_shown": turns,
        "one_text_changed": moved,
    }


def _compiled(rows: Path, folder: Path) -> Graph:
    folder.mkdir()
    engine = connect(f"sqlite:///{rows}")
    with sessions(engine)() as session:
        name = compile_snapshot(session, folder, NOW)
    engine.dispose()
    return open_snapshot(folder / name)


def _asked(graph: Graph, questions: Sequence[Question]) -> list[Ranking]:
    return [suggest(graph, question, LIST) for question in questions]


def _write(rows: Path, statements: Sequence[tuple[str, tuple[Any, ...]]]) -> None:
    with sqlite3.connect(rows) as database:
        for statement, values in statements:
            database.execute(statement, values)


def _firm(key: str, scope: str, like: dict[str, Any] | None = None) -> tuple[str, tuple[Any, ...]]:
    """A firm that says `scope` of itself; `like` gives it registry facts of another."""
    facts: dict[str, Any] = {"industry_code": None, "region_code": None, "building_id": None} | (like or {})
    facts |= {"enterprise_id": key, "name": key, "name_key": key, "scope": scope, "updated_at": MOMENT}
    facts |= {"industry_inferred": 0, "place_inferred": 0, "certificates": "[]", "listed": 1, "version": 1}
    facts |= {"allows_invitations": 0, "status": "active"}
    marks = ",".join("?" * len(facts))
    return f"INSERT INTO enterprises ({','.join(facts)}) VALUES ({marks})", tuple(facts.values())


def _texts(rows: Path) -> list[str]:
    with sqlite3.connect(rows) as database:
        return [
            scope for (scope,) in database.execute("SELECT scope FROM enterprises ORDER BY enterprise_id")
        ]


def _dumps(rows: Path) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """One firm with every word there is, one with the hottest three times each."""
    words = Counter(word for text in _texts(rows) for word in terms(text) if not word.startswith("~"))
    yield _firm("GAME-ALL", "；".join(sorted(words)))
    yield _firm("GAME-HOT", "；".join([word for word, _ in words.most_common(HOT)] * 3))


def _copies(rows: Path, before: Sequence[Ranking]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Forty near-copies of the firm that is listed most, with one address and one telephone."""
    most = Counter(found.identifier for ranking in before for found in ranking.suggestions).most_common(1)[0][
        0
    ]
    with sqlite3.connect(rows) as database:
        database.row_factory = sqlite3.Row
        row = dict(database.execute("SELECT * FROM enterprises WHERE enterprise_id = ?", (most,)).fetchone())
    kept = ("industry_code", "region_code", "building_id", "address", "floor", "employees", "revenue_fen")
    like = {name: row[name] for name in kept} | {"contact_phone": "05565550123"}
    for number in range(COPIES):
        yield _firm(f"GAME-COPY-{number:02}", f"{row['scope']}；服务{number}", like)


def _tailored(questions: Sequence[Question]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    for number, question in enumerate(questions):
        yield _firm(f"GAME-NEED-{number:04}", question.text)


def _changed(rows: Path) -> list[tuple[str, tuple[Any, ...]]]:
    with sqlite3.connect(rows) as database:
        (key,) = database.execute("SELECT enterprise_id FROM enterprises ORDER BY name LIMIT 1").fetchone()
    return [("UPDATE enterprises SET scope = ? WHERE enterprise_id = ?", ("古籍修复；乐器调律", key))]


def _in_turns(
    rows: Path, place: Path, questions: Sequence[Question], first: Sequence[Ranking]
) -> dict[str, Any]:
    """The same questions day after day, each day's lists counted: the spread of each, of all, and the price.

    `score_kept` is the mean score of the last day's places over that of the first day's.
    """
    days = [first]
    for day in range(1, DAYS):
        _count(rows, days[-1])
        days.append(_asked(_compiled(rows, place / f"day-{day}"), questions))
    together = [ranking for lists in days for ranking in lists]
    kept = [_mean(lists) / _mean(first) for lists in days]
    return {
        "most_over_median_by_day": [spread(lists)["most_over_median"] for lists in days],
        "gini_by_day": [spread(lists)["gini"] for lists in days],
        "all_days": spread(together),
        "score_kept": round(kept[-1], 4),
    }


def _most(lists: Sequence[Ranking]) -> int:
    return max(Counter(one.identifier for ranking in lists for one in ranking.suggestions).values())


def _least_possible(graph: Graph, questions: Sequence[Question], lists: Sequence[Ranking]) -> int:
    """The fewest lists that the busiest firm can be in, if each list stays as long, whoever is in it.

    By flows: of all that may be suggested for a question its list takes so many, each firm at most so often.
    """
    allowed = [np.flatnonzero(scored(graph, question, LIST).allowed) for question in questions]
    places = np.array([len(ranking.suggestions) for ranking in lists], dtype=np.int32)
    least, most = 1, _most(lists)
    while least < most:
        middle = (least + most) // 2
        fits = _placed(allowed, places, len(graph.firms), middle) == places.sum()
        least, most = (least, middle) if fits else (middle + 1, most)
    return least


def _placed(allowed: Sequence[np.ndarray], places: np.ndarray, firms: int, each: int) -> int:
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import maximum_flow

    size = len(places)
    source, sink = size + firms, size + firms + 1
    asks = np.repeat(np.arange(size), [len(rows) for rows in allowed])
    found = np.concatenate(allowed) + size
    tails = np.concatenate([np.full(size, source), asks, np.arange(size, size + firms)])
    heads = np.concatenate([np.arange(size), found, np.full(firms, sink)])
    room = np.concatenate([places, np.ones(len(found)), np.full(firms, each)]).astype(np.int32)
    flows = maximum_flow(csr_matrix((room, (tails, heads)), shape=(sink + 1, sink + 1)), source, sink)
    return int(flows.flow_value)


def _mean(lists: Sequence[Ranking]) -> float:
    return float(np.mean([one.score for ranking in lists for one in ranking.suggestions]))


def _count(rows: Path, lists: Sequence[Ranking]) -> None:
    """As when the lists had been read and the next snapshot is made."""
    engine = connect(f"sqlite:///{rows}")
    with sessions(engine)() as session:
        for ranking in lists:
            listed = [one.identifier for one in ranking.suggestions]
            session.add(
                Impression(at=NOW, snapshot_id="", configuration="", question={}, listed=listed, digest="")
            )
        session.flush()
        while shown.count_next(session):
            pass
        session.commit()
    engine.dispose()


def _forget(rows: Path) -> None:
    _write(rows, [("DELETE FROM shown", ())])


def _words(before: Sequence[Ranking], after: Sequence[Ranking]) -> dict[str, Any]:
    honest = list(Counter(one.identifier for ranking in before for one in ranking.suggestions).values())
    seen = Counter(one.identifier for ranking in after for one in ranking.suggestions)
    lists = {key: seen[key] for key in ("GAME-ALL", "GAME-HOT")}
    return lists | {"bound": float(np.percentile(honest, HONEST))}


def _together(before: Sequence[Ranking], after: Sequence[Ranking]) -> dict[str, Any]:
    """Places of the copies in any list, and their lists against those of the firm they copy."""
    a_list = [sum(one.identifier.startswith("GAME-COPY") for one in found.suggestions) for found in after]
    honest = Counter(one.identifier for ranking in before for one in ranking.suggestions).most_common(1)[0][1]
    return {
        "most_in_a_list": max(a_list),
        "lists": sum(a_list),
        "bound": {"in_a_list": 1, "lists": 2 * honest},
    }


def _won(after: Sequence[Ranking]) -> dict[str, Any]:
    """The share of needs whose copied text comes among the first three of its own list."""
    won = [
        f"GAME-NEED-{number:04}" in [one.identifier for one in ranking.suggestions[:TOP]]
        for number, ranking in enumerate(after)
    ]
    return {"among_first_three": round(sum(won) / len(won), 4), "bound": 0.1}


def _moved(before: Sequence[Ranking], after: Sequence[Ranking]) -> dict[str, Any]:
    """The share of lists that differ when one firm writes another text."""
    pairs = zip(before, after, strict=True)
    changed = [_names(one) != _names(other) for one, other in pairs]
    return {"lists_changed": round(sum(changed) / len(changed), 4), "bound": 0.01}


def _names(ranking: Ranking) -> list[str]:
    return [one.identifier for one in ranking.suggestions]


if __name__ == "__main__":
    main()
