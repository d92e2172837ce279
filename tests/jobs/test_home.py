"""The demonstration's home: prepared once, and looked at anew as soon as something in it has changed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from jobs import home, logins
from jobs.logins import Login
from matcher.settings import Settings

OFFICER = Login("wang", "officer", "ST-01", "password", key="qx_key")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with everything in its place; the database is an empty file, for nobody opens it here."""
    made = Settings(tmp_path, f"sqlite:///{tmp_path / home.DATABASE}", "s" * 32)
    (tmp_path / home.DATABASE).touch()
    logins.keep(tmp_path, [OFFICER])
    home.mark_prepared(made)
    return made


def test_a_prepared_home_gives_its_logins_at_once(settings: Settings) -> None:
    assert home.prepared(settings) == (OFFICER,)


def _database_gone(place: Path) -> None:
    (place / home.DATABASE).unlink()


def _database_replaced(place: Path) -> None:
    beside = place / "another.db"
    beside.touch()
    beside.replace(place / home.DATABASE)


def _logins_gone(place: Path) -> None:
    (place / logins.LOGINS).unlink()


def _login_without_key(place: Path) -> None:
    logins.keep(place, [Login("wang", "officer", "ST-01", "password")])


def _of_another_version(place: Path) -> None:
    (place / home.PREPARED).write_text("steps of another version")


@pytest.mark.parametrize(
    "change", [_database_gone, _database_replaced, _logins_gone, _login_without_key, _of_another_version]
)
def test_a_changed_home_is_looked_at_anew(settings: Settings, change: Callable[[Path], None]) -> None:
    change(settings.home)
    assert home.prepared(settings) is None


def test_a_reset_home_is_prepared_anew(settings: Settings) -> None:
    home.reset(settings)
    assert home.prepared(settings) is None
    assert list(settings.home.iterdir()) == []


def test_a_database_elsewhere_is_never_vouched_for(settings: Settings, tmp_path: Path) -> None:
    elsewhere = Settings(tmp_path, "postgresql+psycopg://localhost/rows", "s" * 32)
    (tmp_path / home.PREPARED).unlink()
    home.mark_prepared(elsewhere)
    assert home.prepared(elsewhere) is None
    assert not (tmp_path / home.PREPARED).exists()


def test_a_second_start_loads_no_database_library() -> None:
    """Nor anything else that only preparing needs: a start should take a moment."""
    program = (
        "import sys, jobs.commands.demo, jobs.home, jobs.logs, jobs.supervise;"
        "print(sorted({'sqlalchemy', 'alembic', 'numpy', 'flask', 'apscheduler'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
