"""A snapshot's file cannot run code: nothing on the way reads pickles; planted ones are refused unread."""

from __future__ import annotations

import ast
import os
import pickle
import shutil
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from matcher.build.changes import Changes
from matcher.build.compile import compile_snapshot
from matcher.build.refresh import Limits, refresh
from matcher.errors import SnapshotDamaged
from matcher.graph import delta, opening, snapshot, trust
from matcher.graph.pointer import CURRENT
from tests import worlds
from tests.factories import NOW

HOUSE = ("matcher", "api", "jobs")
UNPICKLERS = {"pickle", "joblib", "dill", "cloudpickle", "shelve", "marshal"}


class Canary:
    """Unpickling it would leave a folder behind."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.path),)


@pytest.fixture(scope="module")
def folder(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole snapshot and a small one that stands on it."""
    made = tmp_path_factory.mktemp("planted")
    with worlds.rows(sqlite_template, made) as session:
        worlds.a_canteen_tower(session)
        session.commit()
        base = snapshot.open_snapshot(made / "s" / compile_snapshot(session, made / "s", NOW))
        changes, later = Changes(frozenset({worlds.ASKER})), NOW + timedelta(hours=1)
        refresh(session, made / "s", base, changes, later, Limits(100))
    return made / "s"


def planted(path: Path, canary: Canary, as_array: bool) -> None:
    with path.open("wb") as file:
        if as_array:
            np.save(file, np.array([canary], dtype=object), allow_pickle=True)
        else:
            file.write(pickle.dumps(canary))


@pytest.mark.parametrize("every", [16, pytest.param(1, marks=pytest.mark.release)])
@pytest.mark.parametrize("as_array", [True, False], ids=["as an array of objects", "as itself"])
def test_a_pickle_planted_in_any_file_is_refused_and_never_run(
    folder: Path, tmp_path: Path, as_array: bool, every: int
) -> None:
    shutil.copytree(folder, tmp_path / "s")
    canary, tried = Canary(tmp_path / "ran"), 0
    for part in sorted(entry for entry in (tmp_path / "s").iterdir() if entry.is_dir()):
        for path in sorted(part.iterdir())[::every]:
            kept = path.read_bytes()
            planted(path, canary, as_array)
            with pytest.raises(SnapshotDamaged):
                trust.verify_once(part)
            if path.name != delta.FILE:  # that one is bytes alone: there only the digest tells
                with pytest.raises(SnapshotDamaged):
                    opening.open_snapshot(part)
            path.write_bytes(kept)
            tried += 1
    planted(tmp_path / "s" / CURRENT, canary, as_array)
    assert snapshot.read_pointer(tmp_path / "s") is None
    assert tried > 100 / every
    assert not canary.path.exists()


def test_the_planted_file_would_run_where_pickles_are_read(tmp_path: Path) -> None:
    """What the same file does to a program that allows them."""
    planted(tmp_path / "idf.npy", Canary(tmp_path / "ran"), as_array=True)
    np.load(tmp_path / "idf.npy", allow_pickle=True)
    assert (tmp_path / "ran").exists()


def test_nothing_of_the_house_reads_pickles() -> None:
    found = []
    for path in sorted(path for top in HOUSE for path in Path(top).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names = {(node.module or "").partition(".")[0]}
            elif isinstance(node, ast.keyword) and node.arg == "allow_pickle":
                names = set() if getattr(node.value, "value", None) is False else {"pickle"}
            else:
                continue
            found += [f"{path}:{name}" for name in names & UNPICKLERS]
    assert found == []
