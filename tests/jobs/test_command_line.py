"""The command line: what it answers, in which language, and with which exit code."""

from __future__ import annotations

import contextlib
import io
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs.__main__ import COMMANDS, outcome, qianxian
from matcher.errors import Unauthenticated
from matcher.messages import LANGUAGES
from matcher.services import access
from matcher.storage.accounts import ApiKey
from matcher.storage.db import connect
from matcher.storage.enterprises import Enterprise
from matcher.storage.leases import Run


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, and English so that the sentences can be named here."""
    for name in [name for name in os.environ if name.startswith("QIANXIAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("QIANXIAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("QIANXIAN_LANGUAGE", "en")
    return tmp_path / "home"


def _all_commands() -> Iterator[list[str]]:
    for name in COMMANDS:
        yield [name]
        command = qianxian.get_command(click.Context(qianxian), name)
        if isinstance(command, click.Group):
            yield from ([name, child] for child in command.list_commands(click.Context(command)))


def _rows(home: Path, mapped: type) -> int:
    engine = connect(f"sqlite:///{home / 'qianxian.db'}")
    with engine.connect() as connection:
        count = connection.scalar(sa.select(sa.func.count()).select_from(mapped))
    engine.dispose()
    return count or 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", [[], *_all_commands()], ids=" ".join)
def test_every_command_explains_itself(
    command: list[str], language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QIANXIAN_LANGUAGE", language)
    assert outcome([*command, "--help"]) == 0
    said = capsys.readouterr().out
    assert ("用法" in said) is (language == "zh")
    assert "--help" in said


def test_without_a_command_it_shows_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome([]) == 0
    assert "recomputation" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["frob"], "no command frob"),
        (["demo", "--frob"], "no option --frob"),
        (["demo", "--port", "0"], "from 1 to 65535"),
        (["keys", "create"], "--role is missing"),
        (["keys", "create", "--role", "king"], "officer"),
        (["import"], "PATHS is missing"),
        (["export", "all"], "-o is missing"),
        (["run", "check", "nonsense"], "nonsense"),
        (["suggest", "--format", "pdf"], "jsonl, csv"),
    ],
)
def test_a_wrong_command_line_is_told_in_words_and_ends_with_2(
    line: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome(line) == 2
    said = capsys.readouterr().err
    assert told in said
    assert "--help" in said


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["run", "frob"], "recompute, refresh, infer, place, retrain-intake, retrain, rollback-weights"),
        (["suggest"], "snapshot"),
        (["serve"], "QIANXIAN_SECRET_KEY"),
        (["import", "no-such-file.csv"], "no-such-file.csv"),
    ],
)
def test_what_cannot_be_done_is_told_with_its_remedy_and_ends_with_1(
    line: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome(["migrate"]) == 0
    assert outcome(line) == 1
    assert told in capsys.readouterr().err


def test_a_wrong_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QIANXIAN_LEASE_SECONDS", "soon")
    assert outcome(["list"]) == 1
    assert "QIANXIAN_LEASE_SECONDS" in capsys.readouterr().err


def test_a_database_without_tables_is_told_without_a_traceback(home: Path) -> None:
    command = [sys.executable, "-m", "jobs", "list"]
    done = subprocess.run(command, capture_output=True, text=True, env=dict(os.environ), timeout=60)
    assert done.returncode == 1
    assert "qianxian migrate" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Traceback" in (home / "errors.log").read_text()
    assert (home / "errors.log").stat().st_mode & 0o777 == 0o600


def test_help_starts_without_the_heavy_libraries() -> None:
    looks = (
        "import sys; from jobs.__main__ import outcome; outcome(['--help']);"
        "heavy = {'numpy', 'sklearn', 'networkx', 'sqlalchemy', 'flask'};"
        "sys.exit(bool(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", looks], capture_output=True, timeout=60)
    assert done.returncode == 0


def test_migrating_twice_is_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(["migrate"]) == 0
    assert "now stands at" in capsys.readouterr().out
    assert outcome(["migrate"]) == 0
    assert "up to date" in capsys.readouterr().out


def test_a_key_is_shown_once_listed_without_its_secret_and_revoked(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome(["migrate"])
    capsys.readouterr()
    assert outcome(["keys", "create", "--role", "officer", "--scope", "ST-01", "--days", "30"]) == 0
    token = capsys.readouterr().out.splitlines()[-1]
    assert outcome(["keys", "list"]) == 0
    listed = capsys.readouterr().out
    prefix = listed.split()[0]
    assert prefix in token
    assert token not in listed
    assert outcome(["keys", "revoke", prefix]) == 0
    assert token.encode() not in (home / "qianxian.db").read_bytes()
    assert _rows(home, ApiKey) == 1


def test_two_keys_of_one_account_live_side_by_side_but_its_rights_stay(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome(["migrate"])
    for _ in range(2):
        assert outcome(["keys", "create", "--role", "bank", "--scope", "BANK-01", "--name", "甲银行"]) == 0
    assert _rows(home, ApiKey) == 2
    assert outcome(["keys", "create", "--role", "administrator", "--name", "甲银行"]) == 1
    assert "甲银行" in capsys.readouterr().err


def test_an_account_gets_a_password_from_standard_input_and_it_is_kept_nowhere_in_the_clear(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome(["migrate"])
    outcome(["keys", "create", "--role", "officer", "--scope", "ST-01", "--name", "小王"])
    for typed, code in (("short\n", 1), ("湖心街道的春天有雨\r\n", 1), ("湖心街道的春天常有雨\r\n", 0)):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        assert outcome(["keys", "password", "小王"]) == code
    monkeypatch.setattr("sys.stdin", io.StringIO("湖心街道的春天常有雨\n"))
    assert outcome(["keys", "password", "老李"]) == 1
    assert "老李" in capsys.readouterr().err
    engine = connect(f"sqlite:///{home / 'qianxian.db'}")
    with Session(engine) as session:
        assert access.check_password(session, "小王", "湖心街道的春天常有雨").scope == "ST-01"
        with pytest.raises(Unauthenticated):
            access.check_password(session, "小王", "湖心街道的春天有雨")
    engine.dispose()
    assert "湖心街道的春天".encode() not in (home / "qianxian.db").read_bytes()


def test_an_import_writes_all_or_nothing_and_asks_for_one_recomputation(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome(["migrate"])
    good = tmp_path / "enterprises.csv"
    good.write_text("enterprise_id,name,employees\nE1,湖心食堂,12\nE2,湖心保洁,30\n", encoding="utf-8")
    bad = tmp_path / "bad" / "enterprises.csv"
    bad.parent.mkdir()
    bad.write_text("enterprise_id,name,employees\nE3,湖心印务,很多\nE4,湖心物业,8\n", encoding="utf-8")

    assert outcome(["import", str(bad), "--report", str(tmp_path / "report.csv")]) == 1
    assert _rows(home, Enterprise) == 0
    assert "很多" in (tmp_path / "report.csv").read_text(encoding="utf-8-sig")
    assert outcome(["import", str(good), "--dry-run"]) == 0
    assert (_rows(home, Enterprise), _rows(home, Run)) == (0, 0)
    for _ in range(2):
        assert outcome(["import", str(good)]) == 0
    assert (_rows(home, Enterprise), _rows(home, Run)) == (2, 1)
    assert outcome(["import", str(bad), "--partial"]) == 0
    assert (_rows(home, Enterprise), _rows(home, Run)) == (3, 1)


def test_what_is_exported_can_be_imported_elsewhere(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome(["migrate"])
    file = tmp_path / "enterprises.csv"
    file.write_text("enterprise_id,name,employees\nE1,湖心食堂,12\nE2,湖心保洁,30\n", encoding="utf-8")
    outcome(["import", str(file)])
    assert outcome(["export", "all", "-o", str(tmp_path / "all")]) == 0
    assert outcome(["export", "enterprises", "-o", str(tmp_path / "firms.xlsx")]) == 0
    assert (tmp_path / "firms.xlsx").stat().st_size > 0
    monkeypatch.setenv("QIANXIAN_HOME", str(tmp_path / "elsewhere"))
    outcome(["migrate"])
    assert outcome(["import", str(tmp_path / "all")]) == 0
    assert _rows(tmp_path / "elsewhere", Enterprise) == 2


def test_a_text_is_read_as_a_draft_and_nothing_is_stored(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome(["needs", "draft", "食堂需要每天两百份配餐，预算五万元"]) == 0
    assert "50000" in capsys.readouterr().out.replace("5000000", "50000")
    assert not (home / "qianxian.db").exists()


def test_jobs_are_listed_with_their_next_slot(capsys: pytest.CaptureFixture[str]) -> None:
    outcome(["migrate"])
    capsys.readouterr()
    assert outcome(["list"]) == 0
    said = capsys.readouterr().out
    assert "recompute" in said
    assert "0 19 * * *" in said


def test_on_a_terminal_a_run_is_told_in_words_and_not_in_lines_of_a_log() -> None:
    assert outcome(["migrate"]) == 0
    terminal, theirs = pty.openpty()
    line = [sys.executable, "-m", "jobs", "run", "prune"]
    done = subprocess.run(line, stderr=theirs, stdin=subprocess.DEVNULL, check=False)
    os.close(theirs)
    said = b""
    with contextlib.suppress(OSError):  # a terminal whose other end is closed says so
        while piece := os.read(terminal, 65_536):
            said += piece
    os.close(terminal)
    assert done.returncode == 0
    assert b'"event"' not in said
