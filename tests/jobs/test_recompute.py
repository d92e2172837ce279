"""The recomputation and the small jobs, end to end through the real runner."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobs import ledger, recompute, refresh
from jobs.__main__ import outcome
from jobs.catalog import JOBS
from jobs.runner import Runner
from jobs.task import Errand, Task
from jobs.wiring import Wiring
from matcher.build.compile import compile_snapshot
from matcher.domain.job import RunState
from matcher.errors import CheckFailed
from matcher.graph import snapshot
from matcher.graph.snapshot import Pointer
from matcher.storage import outbox
from matcher.storage.enterprises import Enterprise
from matcher.storage.journal import JournalLine
from matcher.storage.leases import Run, current_publication
from matcher.storage.needs import Need
from tests.factories import NOW, an_enterprise, an_impression, an_offer
from tests.faults.support import on_sqlite, ran_here


def _ran(wiring: Wiring, name: str, **arguments: str) -> Run:
    run_id = ledger.ask(wiring, JOBS[name], "test", arguments)
    Runner(wiring).run(JOBS[name], run_id)
    with wiring.views() as session:
        return session.get_one(Run, run_id)


def _pointer(wiring: Wiring) -> Pointer:
    pointer = snapshot.read_pointer(wiring.settings.snapshots)
    assert pointer is not None
    return pointer


def _served(wiring: Wiring) -> None:
    """A snapshot of the rows as a recomputation leaves it, for tests of what comes after one."""
    with wiring.views() as session:
        snapshot_id = compile_snapshot(session, wiring.settings.snapshots, NOW)
    snapshot.publish(wiring.settings.snapshots, snapshot_id, 1)


def _forget_nearly_all(wiring: Wiring) -> None:
    """As after an import gone wrong: one firm is left."""
    with wiring.transactions.begin() as session:
        for table in reversed(Enterprise.metadata.sorted_tables):
            if table.name not in ("publications", "runs", "leases", "journal"):
                session.execute(sa.delete(table))
        an_offer(session, enterprise_id=an_enterprise(session).enterprise_id)


def _add_firms(wiring: Wiring, count: int) -> None:
    with wiring.transactions.begin() as session:
        for _ in range(count):
            an_offer(session, enterprise_id=an_enterprise(session).enterprise_id)


def test_a_recomputation_publishes_what_the_rows_say(wiring: Wiring, district: None) -> None:
    run = _ran(wiring, "recompute")
    assert (run.state, run.error) == (RunState.SUCCEEDED, None)
    pointer = _pointer(wiring)
    graph = snapshot.open_snapshot(wiring.settings.snapshots / pointer.snapshot_id)
    with wiring.views() as session:
        row = current_publication(session)
        firms = set(session.scalars(sa.select(Enterprise.enterprise_id)))
        acts = set(session.scalars(sa.select(JournalLine.action)))
    assert row is not None
    assert (row.snapshot_id, row.generation, row.run_id) == (
        pointer.snapshot_id,
        pointer.generation,
        run.run_id,
    )
    assert set(graph.firms.ids) == firms
    assert row.as_of == graph.as_of
    assert {"jobs.start", "jobs.end"} <= acts


@on_sqlite
def test_what_was_shown_is_counted_by_a_recomputation_and_by_no_refresh(
    wiring: Wiring, district: None
) -> None:
    _add_firms(wiring, 30)
    with wiring.transactions.begin() as session:
        name = session.scalars(sa.select(Enterprise.enterprise_id).order_by(Enterprise.enterprise_id)).all()[
            0
        ]
        an_impression(session, [name])
    _ran(wiring, "recompute")
    assert _shown(wiring, name) == 1
    with wiring.transactions.begin() as session:
        an_impression(session, [name])
        session.get_one(Enterprise, name).scope = "图书出版"
    assert _ran(wiring, "refresh").outcome["enterprises"] == 1
    assert _shown(wiring, name) == 1
    _ran(wiring, "recompute")
    assert _shown(wiring, name) == 2


def _shown(wiring: Wiring, name: str) -> int:
    graph = snapshot.open_snapshot(wiring.settings.snapshots / _pointer(wiring).snapshot_id)
    place = graph.firms.position(name)
    assert place is not None
    return int(graph.firms.numbers("shown")[place])


@on_sqlite
def test_a_kill_between_the_row_and_its_copy_is_repaired(wiring: Wiring, district: None) -> None:
    _ran(wiring, "recompute")
    pointer = _pointer(wiring)
    (wiring.settings.snapshots / "CURRENT").unlink()
    assert recompute.repair(wiring)
    assert _pointer(wiring).snapshot_id == pointer.snapshot_id
    assert not recompute.repair(wiring)


@on_sqlite
def test_nonsense_is_refused_and_the_old_snapshot_stays_unless_an_administrator_accepts_it(
    wiring: Wiring, district: None
) -> None:
    _add_firms(wiring, 8)
    _ran(wiring, "recompute")
    served = _pointer(wiring)
    _forget_nearly_all(wiring)
    run = _ran(wiring, "recompute")
    assert run.state == RunState.FAILED
    assert run.error is not None
    assert run.error.startswith("graph.check")
    assert _pointer(wiring) == served
    assert _ran(wiring, "recompute", accept="yes").state == RunState.SUCCEEDED
    assert _pointer(wiring) != served


def test_going_back_serves_the_earlier_snapshot_under_a_higher_generation(
    wiring: Wiring, district: None
) -> None:
    _ran(wiring, "recompute")
    first = _pointer(wiring)
    _add_firms(wiring, 1)
    _ran(wiring, "recompute")
    second = _pointer(wiring)
    run = _ran(wiring, "rollback")
    assert run.state == RunState.SUCCEEDED
    back = _pointer(wiring)
    assert back.snapshot_id == first.snapshot_id != second.snapshot_id
    assert back.generation > second.generation
    assert _ran(wiring, "rollback", to="19990101T000000Z-nowhere").error == "jobs.no_such_snapshot"


@on_sqlite
def test_with_one_snapshot_there_is_none_to_go_back_to_and_it_says_so(wiring: Wiring, district: None) -> None:
    served = ran_here(wiring, "recompute").outcome["snapshot_id"]
    run = ran_here(wiring, "rollback")
    assert (run.state, run.error) == (RunState.FAILED, "jobs.no_earlier_snapshot")
    assert run.outcome["params"] == {"value": served}


@on_sqlite
def test_one_may_go_back_to_any_that_is_there_however_many_came_after(
    wiring: Wiring, district: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CURRENT remembers some; the rows remember all."""
    monkeypatch.setattr("matcher.graph.pointer.REMEMBERED", 1)
    served = []
    for _ in range(3):
        assert ran_here(wiring, "recompute").state == RunState.SUCCEEDED
        served.append(_pointer(wiring).snapshot_id)
        _add_firms(wiring, 1)
    assert served[0] not in _pointer(wiring).earlier
    assert ran_here(wiring, "rollback", to=served[0]).state == RunState.SUCCEEDED
    assert _pointer(wiring).snapshot_id == served[0]


def test_a_refresh_publishes_what_changed_and_stands_on_the_whole(wiring: Wiring, district: None) -> None:
    _add_firms(wiring, 30)
    _ran(wiring, "recompute")
    whole = _pointer(wiring)
    assert _ran(wiring, "refresh").outcome == {"nothing_new": True}
    with wiring.transactions.begin() as session:
        firm = session.scalars(sa.select(Enterprise).order_by(Enterprise.enterprise_id)).first()
        assert firm is not None
        firm.name, changed = "湖心新名有限公司", firm.enterprise_id
    run = _ran(wiring, "refresh")
    assert (run.state, run.outcome.get("base")) == (RunState.SUCCEEDED, whole.snapshot_id)
    graph = snapshot.Current(wiring.settings.snapshots).get()
    position = graph.firms.position(changed)
    assert position is not None
    assert graph.firms.text("name")[position] == "湖心新名有限公司"
    with wiring.views() as session:
        assert outbox.count(session) == 0


@on_sqlite
def test_what_was_taken_back_stays_so_until_the_next_recomputation(wiring: Wiring, district: None) -> None:
    _ran(wiring, "recompute")
    _add_firms(wiring, 1)
    _ran(wiring, "recompute")
    _ran(wiring, "rollback")
    back = _pointer(wiring)
    _add_firms(wiring, 1)
    assert _ran(wiring, "refresh").outcome["rolled_back_to"] == back.snapshot_id
    assert _pointer(wiring) == back


@on_sqlite
def test_a_recomputation_far_slower_than_the_last_is_refused(
    wiring: Wiring, district: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ran(wiring, "recompute")
    monkeypatch.setattr(recompute, "SHORT_SECONDS", 0.0)
    task = Task(wiring, Errand("", "", "", 1, {}), lambda *_: None)
    graph = snapshot.Current(wiring.settings.snapshots).get()
    recompute.not_far_slower(task, graph, 0.001)
    with pytest.raises(CheckFailed):
        recompute.not_far_slower(task, graph, 1e6)


@on_sqlite
def test_a_damaged_snapshot_is_found_by_the_check(wiring: Wiring, district: None) -> None:
    _served(wiring)
    assert _ran(wiring, "check").state == RunState.SUCCEEDED
    victim = max(
        (wiring.settings.snapshots / _pointer(wiring).snapshot_id).glob("*.npy"),
        key=lambda path: path.stat().st_size,
    )
    content = bytearray(victim.read_bytes())
    content[-1] ^= 1
    victim.chmod(0o600)
    victim.write_bytes(bytes(content))
    run = _ran(wiring, "check")
    assert (run.state, run.outcome["code"]) == (RunState.FAILED, "snapshot_damaged")


@pytest.fixture
def commanded(wiring: Wiring, district: None, monkeypatch: pytest.MonkeyPatch) -> Wiring:
    """The same home and database for commands."""
    for name, value in wiring.settings.to_env().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("QIANXIAN_LANGUAGE", "en")
    return wiring


def test_jobs_run_by_hand_like_by_the_timetable(
    commanded: Wiring, capsys: pytest.CaptureFixture[str]
) -> None:
    assert outcome(["run", "recompute"]) == 0
    assert _pointer(commanded).snapshot_id in capsys.readouterr().out
    assert outcome(["run", "rollback"]) == 1
    assert "no snapshot" in capsys.readouterr().err


@on_sqlite
def test_the_list_of_jobs_tells_how_far_a_running_one_is(
    commanded: Wiring, capsys: pytest.CaptureFixture[str]
) -> None:
    run_id = ledger.ask(commanded, JOBS["recompute"], "test", {})
    with commanded.transactions.begin() as session:
        run = session.get_one(Run, run_id)
        run.state, run.stage, run.done, run.total = RunState.RUNNING, "lists", 12_000, 48_000
    assert outcome(["list"]) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("recompute"))
    assert line.endswith("running making the lists of enterprises 12,000 / 48,000")


@on_sqlite
def test_a_job_that_another_is_doing_is_left_waiting(
    commanded: Wiring, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger.claim(commanded, JOBS["recompute"], ledger.ask(commanded, JOBS["recompute"], "test", {}))
    assert outcome(["run", "prune"]) == 1
    assert "waits" in capsys.readouterr().err


def test_suggestions_are_written_one_line_each_with_reasons(
    commanded: Wiring, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _served(commanded)
    with commanded.views() as session:
        open_needs = set(session.scalars(sa.select(Need.need_id)))
    target = tmp_path / "suggestions.jsonl"
    assert outcome(["suggest", "-n", "3", "-o", str(target)]) == 0
    lines = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert {line["need_id"] for line in lines} <= open_needs
    assert all(0 <= line["score"] <= 1 and line["rank"] <= 3 for line in lines)
    assert f"{len(open_needs)} needs" in capsys.readouterr().out


@on_sqlite
def test_suggestions_for_the_needs_of_a_file_store_nothing(
    commanded: Wiring, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _served(commanded)
    with commanded.views() as session:
        asker = session.scalars(sa.select(Enterprise.enterprise_id)).first()
        before = session.scalar(sa.select(sa.func.count()).select_from(Need))
    file = tmp_path / "needs.csv"
    file.write_text(f"need_id,enterprise_id,text\nN-1,{asker},办公室需要保洁\n", encoding="utf-8")
    capsys.readouterr()
    assert outcome(["suggest", "--needs", str(file), "--format", "csv"]) == 0
    assert capsys.readouterr().out.startswith("need_id,rank,enterprise_id,score,reasons")
    with commanded.views() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Need)) == before


@on_sqlite
def test_a_needs_file_with_a_wrong_line_is_refused_by_name_and_line(
    commanded: Wiring, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _served(commanded)
    file = tmp_path / "needs.csv"
    file.write_text("need_id,enterprise_id,text\nN-1,E-1,\n", encoding="utf-8")
    assert outcome(["suggest", "--needs", str(file)]) == 1
    assert "needs.csv line 2" in capsys.readouterr().err


@on_sqlite
def test_after_a_long_recomputation_the_next_great_change_waits(wiring: Wiring, district: None) -> None:
    run = _ran(wiring, "recompute")
    task = Task(wiring, Errand("", "", "", 1, {}), lambda *_: None)
    with wiring.transactions.begin() as session:
        row = current_publication(session)
    assert row is not None
    for seconds, waits in ((1.0, False), (3600.0, True)):
        with wiring.transactions.begin() as session:
            session.get_one(Run, run.run_id).outcome = {"seconds": seconds}
        assert refresh._too_soon(task, row) is waits
