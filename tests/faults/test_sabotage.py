"""The gate between writing and publishing, end to end: fourteen sabotages of a real recomputation.

Each is refused, the old generation stays served, and the run tells why. Without the gate it is served.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from jobs import recompute
from jobs.wiring import Wiring, wire
from matcher.build import check as gate
from matcher.build import compile as compiling
from matcher.domain.job import RunState
from matcher.domain.ranking import Ranking
from matcher.graph import files, opening, snapshot
from matcher.settings import Settings
from matcher.storage.enterprises import Enterprise
from matcher.storage.leases import Run, current_publication
from tests.factories import NOW, a_need, an_enterprise, an_offer
from tests.faults.support import ran_here

FIRMS = 60
CLAUSES = ("职工食堂承包", "软件开发", "办公室保洁", "代理记账", "画册印制", "冷链运输")
INDUSTRIES = ("6241", "6513", "8219", "7241", "2319", "5437")
Arrays = dict[str, Any]
Sabotage = Callable[[pytest.MonkeyPatch, Wiring], Wiring | None]


@pytest.fixture(scope="module")
def served(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose district of sixty firms was recomputed and is served."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copyfile(sqlite_template, folder / "rows.db")
    wiring = at(folder)
    with wiring.transactions.begin() as session:
        for number in range(FIRMS):
            clause = number % len(CLAUSES)
            about = {"industry_code": INDUSTRIES[clause], "scope": CLAUSES[clause] + "；" + CLAUSES[-clause]}
            firm = an_enterprise(session, enterprise_id=f"E{number:03}", employees=number, **about)
            an_offer(session, enterprise_id=firm.enterprise_id, title=CLAUSES[clause])
            wanted = CLAUSES[(clause + 1 + number % 4) % len(CLAUSES)]
            a_need(session, enterprise_id=firm.enterprise_id, text=f"想找一家做{wanted}的企业")
    assert ran_here(wiring, "recompute").state == RunState.SUCCEEDED
    wiring.engine.dispose()
    return folder


def at(folder: Path) -> Wiring:
    url = f"sqlite:///{folder / 'rows.db'}"
    settings = Settings(home=folder, database_url=url, secret_key="s" * 32, engine="processes:1")
    return wire(settings)


@pytest.fixture
def home(served: Path, tmp_path: Path) -> Iterator[Wiring]:
    shutil.copytree(served, tmp_path / "home")
    wiring = at(tmp_path / "home")
    yield wiring
    wiring.engine.dispose()


def rows(change: Callable[[sa.orm.Session], object]) -> Sabotage:
    """What an import gone wrong leaves among the rows."""

    def work(_patch: pytest.MonkeyPatch, wiring: Wiring) -> None:
        with wiring.transactions.begin() as session:
            for table in reversed(Enterprise.metadata.sorted_tables):
                if table.name not in ("publications", "runs", "leases", "journal"):
                    session.execute(sa.delete(table))
            change(session)

    return work


def a_third(session: sa.orm.Session) -> None:
    for _ in range(FIRMS // 3):
        an_offer(session, enterprise_id=an_enterprise(session).enterprise_id)


def written(harm: Callable[[Arrays, Arrays], object]) -> Sabotage:
    """A compilation that comes to something else than the rows say: `harm` gets arrays and manifest."""

    def work(patch: pytest.MonkeyPatch, _wiring: Wiring) -> None:
        real = compiling.write

        def write(folder: Path, arrays: Mapping[str, Any], now: Any, about: Mapping[str, Any]) -> str:
            mine, told = {name: np.array(value) for name, value in arrays.items()}, dict(about)
            harm(mine, told)
            return real(folder, mine, now, told)

        patch.setattr(compiling, "write", write)

    return work


def listed(harm: Callable[[Arrays], object]) -> Sabotage:
    """Lists that are made wrongly."""

    def work(patch: pytest.MonkeyPatch, _wiring: Wiring) -> None:
        real = files.extended

        def extended(folder: Path, name: str, arrays: Mapping[str, Any]) -> str:
            mine = {key: np.array(value) for key, value in arrays.items()}
            harm(mine)
            return real(folder, name, mine)

        patch.setattr(files, "extended", extended)

    return work


def answered(harm: Callable[[Ranking], Ranking]) -> Sabotage:
    """A recommender that has gone wrong."""

    def work(patch: pytest.MonkeyPatch, _wiring: Wiring) -> None:
        real = gate.suggest
        patch.setattr(gate, "suggest", lambda *asked: harm(real(*asked)))
        patch.setattr(gate, "LEAST_FIRMS", FIRMS)

    return work


def scored(score: float) -> Callable[[Ranking], Ranking]:
    def harm(ranking: Ranking) -> Ranking:
        return replace(ranking, suggestions=tuple(replace(one, score=score) for one in ranking.suggestions))

    return harm


def favoured(ranking: Ranking) -> Ranking:
    """Whatever was asked, one firm comes first."""
    if not ranking.suggestions:
        return ranking
    first, *rest = ranking.suggestions
    return replace(ranking, considered=FIRMS, suggestions=(replace(first, identifier="E007"), *rest))


def silent_texts(arrays: Arrays, _about: Arrays) -> None:
    for name in ("firms.words", "firms.postings"):
        arrays[f"{name}.indptr"][:] = 0
        arrays[f"{name}.indices"], arrays[f"{name}.data"] = np.zeros(0), np.zeros(0)


def set_back(_patch: pytest.MonkeyPatch, wiring: Wiring) -> Wiring:
    return dataclasses.replace(wiring, clock=lambda: NOW - timedelta(days=400))


def five_times_slower(patch: pytest.MonkeyPatch, wiring: Wiring) -> None:
    patch.setattr(recompute, "SHORT_SECONDS", 0.0)
    with wiring.transactions.begin() as session:
        session.scalars(sa.select(Run)).one().outcome = {"seconds": 0.001, "firms": FIRMS}


def flipped_bit(patch: pytest.MonkeyPatch, _wiring: Wiring) -> None:
    real = files.extended

    def extended(folder: Path, name: str, arrays: Mapping[str, Any]) -> str:
        made = real(folder, name, arrays)
        path = folder / made / "firms.words.data.npy"
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(bytes(content))
        return made

    patch.setattr(files, "extended", extended)


def put(array: Any, place: int, value: float) -> None:
    array[place] = value


SABOTAGES: dict[str, tuple[str, Sabotage]] = {
    "no rows at all": ("shrunk", rows(lambda _: None)),
    "two thirds of the firms missing": ("shrunk", rows(a_third)),
    "a compilation that is empty": (
        "counts_differ",
        written(lambda _, about: about.update(rows={**about["rows"], "firms": 2 * FIRMS})),
    ),
    "one offer more than the rows": (
        "counts_differ",
        written(lambda _, about: about.update(rows={**about["rows"], "offers": FIRMS + 1})),
    ),
    "a weight that is no number": (
        "not_a_number",
        written(lambda arrays, _: put(arrays["firms.words.data"], 0, np.nan)),
    ),
    "a firm in a trade that is not there": (
        "out_of_range",
        written(lambda arrays, _: put(arrays["firms.industry"], 0, 9_999)),
    ),
    "terms out of order": (
        "disordered",
        written(lambda arrays, _: arrays.update(terms=arrays["terms"][::-1])),
    ),
    "all texts of firms lost": ("mute", written(silent_texts)),
    "a list that names nobody there is": (
        "lists_damaged",
        listed(lambda arrays: put(arrays["lists.firms"], 3, FIRMS + 5)),
    ),
    "lists in another order than computed": (
        "lists_differ",
        listed(lambda arrays: arrays.update({"lists.firms": arrays["lists.firms"][:, ::-1]})),
    ),
    "every score the same": ("scores_equal", answered(scored(0.5))),
    "scores that are no numbers": ("scores_invalid", answered(scored(float("nan")))),
    "one firm in every list": ("crowded", answered(favoured)),
    "a clock set back": ("stale", set_back),
    "five times as slow": ("slower", five_times_slower),
    "a bit flipped on the disk": ("graph.file_damaged", flipped_bit),
}


@pytest.mark.parametrize("name", SABOTAGES)
def test_a_sabotaged_recomputation_is_refused_with_its_reason_and_the_old_one_served(
    home: Wiring, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    reason, sabotage = SABOTAGES[name]
    before = snapshot.read_pointer(home.settings.snapshots)
    run = ran_here(sabotage(monkeypatch, home) or home, "recompute")
    wanted = reason if "." in reason else f"graph.check.{reason}"
    assert (run.state, run.error, run.outcome["reason"]) == (RunState.FAILED, wanted, wanted)
    assert snapshot.read_pointer(home.settings.snapshots) == before
    assert before is not None
    opening.verify(home.settings.snapshots / before.snapshot_id)
    with home.views() as session:
        row = current_publication(session)
    assert row is not None
    assert (row.generation, row.snapshot_id) == (before.generation, before.snapshot_id)


def test_without_sabotage_the_same_recomputation_is_published(home: Wiring) -> None:
    before = snapshot.read_pointer(home.settings.snapshots)
    run = ran_here(home, "recompute")
    assert (run.state, run.error) == (RunState.SUCCEEDED, None)
    assert snapshot.read_pointer(home.settings.snapshots) != before


@pytest.mark.parametrize("name", ["two thirds of the firms missing", "lists in another order than computed"])
def test_without_the_gate_the_same_sabotage_is_served(
    home: Wiring, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """What a program does that publishes whatever it has written: the test above bites."""
    monkeypatch.setattr("matcher.build.check.check_tables", lambda *_: None)
    monkeypatch.setattr("matcher.build.check.check_answers", lambda *_: {})
    before = snapshot.read_pointer(home.settings.snapshots)
    SABOTAGES[name][1](monkeypatch, home)
    assert ran_here(home, "recompute").state == RunState.SUCCEEDED
    assert snapshot.read_pointer(home.settings.snapshots) != before
