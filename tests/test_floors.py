"""The floors of the house are enforced by a machine, and the machine does notice."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("matcher", "api", "jobs")

PLANTS = {
    "API and jobs stand on matcher and know nothing of each other": {"api/planted.py": "import jobs\n"},
    "Inside matcher, imports go downwards": {"matcher/domain/planted.py": "import matcher.storage\n"},
    "The domain is plain Python": {"matcher/domain/planted.py": "import numpy\n"},
    "The matcher knows neither HTTP nor a clock": {"matcher/services/planted.py": "import flask\n"},
    "Recommenders read the snapshot, never rows": {"matcher/recommend/planted.py": "import sqlalchemy\n"},
    "Routes call services, nothing below": {"api/planted.py": "import matcher.build\n"},
    "The timetable is a process of its own, never a web process": {"api/planted.py": "import apscheduler\n"},
    "Siblings form no ring": {
        "jobs/planted_a.py": "import jobs.planted_b\n",
        "jobs/planted_b.py": "import jobs.planted_a\n",
    },
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the three packages, in which walls may be broken."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "setup.cfg", folder)
    for package in PACKAGES:
        ignore = shutil.ignore_patterns("__pycache__", "static", "facts")
        shutil.copytree(ROOT / package, folder / package, ignore=ignore)
    return folder


def lint(house: Path) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).with_name("lint-imports")
    environment = {**os.environ, "PYTHONPATH": str(house)}
    return subprocess.run(
        [str(command), "--no-cache"], cwd=house, env=environment, capture_output=True, text=True, check=False
    )


def test_the_house_as_it_stands_keeps_its_floors(house: Path) -> None:
    answer = lint(house)
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize("contract", PLANTS)
def test_a_planted_import_across_a_floor_is_refused(house: Path, contract: str) -> None:
    files = {house / name: text for name, text in PLANTS[contract].items()}
    for file, text in files.items():
        file.write_text(text)
    try:
        answer = lint(house)
    finally:
        for file in files:
            file.unlink()
    assert answer.returncode == 1
    assert f"{contract} BROKEN" in answer.stdout


def test_every_contract_of_the_house_has_a_plant(house: Path) -> None:
    names = {
        line.removeprefix("name = ")
        for line in (house / "setup.cfg").read_text(encoding="utf-8").splitlines()
        if line.startswith("name = ")
    }
    assert names == set(PLANTS)
