"""Imports that are killed or run out of disk anywhere leave whole files and no duplicates."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests import release
from tests.faults.support import on_sqlite

SEED = 20261122
BATCH = 10


def rounds(url: str, folder: Path, count: int, variant: str = "guarded", seed: int = SEED) -> dict[str, int]:
    """What `count` broken imports left behind. A batch has firms of its own on a database of before."""
    folder = folder / str(seed)
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "tests.faults.import_rounds", url, str(folder)]
    done = subprocess.run([*command, str(count), str(seed), variant], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return found


def bad(found: dict[str, int]) -> dict[str, int]:
    return {name: found.get(name, 0) for name in ("early", "half", "duplicates", "left", "corrupt")}


NOTHING = {"early": 0, "half": 0, "duplicates": 0, "left": 0, "corrupt": 0}


def test_an_import_killed_anywhere_is_completed_or_leaves_nothing(database_url: str, tmp_path: Path) -> None:
    found = rounds(database_url, tmp_path, 6)
    assert bad(found) == NOTHING
    assert found["broken"] >= 1


@on_sqlite
def test_without_the_staging_area_the_same_kills_leave_half_files_and_duplicates(
    database_url: str, tmp_path: Path
) -> None:
    found = rounds(database_url, tmp_path, 4, "unguarded")
    assert found["duplicates"] > 0


@on_sqlite
def test_an_import_on_a_full_disk_is_completed_once_there_is_room_or_leaves_nothing(
    database_url: str, tmp_path: Path
) -> None:
    found = rounds(database_url, tmp_path, 6, "guarded-room")
    assert bad(found) == NOTHING
    assert found["broken"] >= 1


@pytest.mark.release
def test_two_hundred_kills_leave_no_half_file_and_no_duplicate(database_url: str, tmp_path: Path) -> None:
    for number in release.rounds(f"import_kills-{database_url[:6]}", 200 // BATCH, BATCH):
        found = rounds(database_url, tmp_path, BATCH, seed=SEED + number)
        assert bad(found) == NOTHING
        assert found["broken"] == BATCH


@pytest.mark.release
@on_sqlite
def test_two_hundred_full_disks_leave_no_half_file_and_no_duplicate(
    database_url: str, tmp_path: Path
) -> None:
    for number in release.rounds("import_full_disks", 200 // BATCH, BATCH):
        found = rounds(database_url, tmp_path, BATCH, "guarded-room", seed=SEED + number)
        assert bad(found) == NOTHING
        assert found["broken"] == BATCH


@pytest.mark.release
@on_sqlite
def test_two_hundred_kills_of_the_unguarded_variant_do(database_url: str, tmp_path: Path) -> None:
    for number in release.rounds("import_kills_unguarded", 200 // BATCH, BATCH):
        found = rounds(database_url, tmp_path, BATCH, "unguarded", seed=SEED + number)
        assert found["half"] + found["duplicates"] >= BATCH // 2


@pytest.mark.release
@on_sqlite
def test_two_hundred_full_disks_of_the_unguarded_variant_do(database_url: str, tmp_path: Path) -> None:
    for number in release.rounds("import_full_disks_unguarded", 200 // BATCH, BATCH):
        found = rounds(database_url, tmp_path, BATCH, "unguarded-room", seed=SEED + number)
        assert found["half"] + found["duplicates"] > 0
