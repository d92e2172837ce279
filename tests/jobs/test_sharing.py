"""Jobs of several hosts on one database that share snapshots: whoever computes, all serve the same."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from jobs import importing, ledger, sharing
from jobs.catalog import JOBS
from jobs.ending import Ending
from jobs.following import Follower
from jobs.inside import work_of
from jobs.pieces import CACHE, reading
from jobs.progress import silent
from jobs.task import Errand, Task
from jobs.wiring import Wiring, wire
from matcher.build.compile import compile_snapshot
from matcher.domain.access import Actor, Role
from matcher.domain.imports import ImportState
from matcher.domain.job import RunState
from matcher.errors import MatcherError, Unavailable
from matcher.graph import snapshot
from matcher.graph.remote import SharedFolder
from matcher.graph.snapshot import Current
from matcher.services.uploads import Upload, take
from matcher.settings import Settings
from matcher.storage.enterprises import Enterprise
from matcher.storage.imports import Import
from matcher.storage.leases import current_publication
from tests.faults.support import on_sqlite
from tests.jobs.test_recompute import _add_firms as add_firms

pytestmark = on_sqlite
Hosts = tuple[Wiring, Wiring]


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return dataclasses.replace(settings, snapshots_url=f"file://{tmp_path / 'shared'}")


@pytest.fixture
def hosts(wiring: Wiring, district: None, tmp_path: Path) -> Iterator[Hosts]:
    """Two hosts with data folders of their own, one database, one shared place."""
    other = wire(dataclasses.replace(wiring.settings, home=tmp_path / "other"), patient=False)
    yield wiring, other
    other.engine.dispose()


def ran(wiring: Wiring, name: str) -> dict[str, Any]:
    """One run of a job in this process: lease, fence and record as the runner's. Raises as it does."""
    job, run_id = JOBS[name], ledger.ask(wiring, JOBS[name], "test", {})
    claim = ledger.claim(wiring, job, run_id)
    assert claim is not None
    errand = Errand(job.work, claim.run_id, job.lease, claim.fence, claim.arguments)
    try:
        outcome: dict[str, Any] = work_of(job.work)(Task(wiring, errand, silent))
    except MatcherError:
        ledger.finish(wiring, job, claim, Ending(RunState.FAILED))
        raise
    ledger.finish(wiring, job, claim, Ending(RunState.SUCCEEDED, outcome=outcome))
    return outcome


def place(wiring: Wiring) -> SharedFolder:
    return SharedFolder.at(str(wiring.settings.snapshots_url))


def served(wiring: Wiring) -> str:
    return Current(wiring.settings.snapshots).get().snapshot_id


def test_what_one_host_publishes_another_serves_and_goes_on_from(hosts: Hosts) -> None:
    ours, theirs = hosts
    first = ran(ours, "recompute")["snapshot_id"]
    Follower(theirs.settings).step()
    assert served(theirs) == served(ours) == first
    with theirs.transactions.begin() as session:  # the other host takes the timetable over
        firm = session.query(Enterprise).order_by(Enterprise.enterprise_id).first()
        assert firm is not None
        firm.scope = "无人机航测"
    run = ran(theirs, "refresh")
    assert run["base"] == first
    Follower(ours.settings).step()
    assert served(ours) == served(theirs) == run["snapshot_id"]
    assert ran(ours, "check")["snapshot_id"] == run["snapshot_id"]


def test_a_host_without_a_copy_goes_back_to_an_earlier_snapshot(hosts: Hosts, tmp_path: Path) -> None:
    ours, theirs = hosts
    first = ran(ours, "recompute")["snapshot_id"]
    add_firms(ours, 1)
    second = ran(ours, "recompute")["snapshot_id"]
    run = ran(theirs, "rollback")
    assert run["snapshot_id"] == first
    Follower(ours.settings).step()
    assert served(ours) == served(theirs) == first
    pointer, _ = place(ours).pointer()
    assert pointer is not None
    assert (pointer.generation, pointer.earlier) == (3, (second,))


@pytest.mark.parametrize("lost", ["pointer", "all"])
def test_a_kill_between_the_row_and_the_shared_pointer_is_repaired_by_any_host_that_can(
    hosts: Hosts, lost: str
) -> None:
    ours, theirs = hosts
    ran(ours, "recompute")
    add_firms(ours, 1)
    run = ran(ours, "recompute")
    shared = Path(place(ours)._root)
    if lost == "all":  # a new, empty place
        shared.rename(shared.with_name("old"))
    else:
        (shared / "CURRENT").unlink()
    host = ours if lost == "all" else theirs
    sharing.catch_up(host)
    pointer, _ = place(ours).pointer()
    assert pointer is not None
    assert pointer.snapshot_id == run["snapshot_id"]
    Follower(theirs.settings).step()
    assert served(theirs) == run["snapshot_id"]


def test_a_place_that_is_away_publishes_nothing_and_is_told(hosts: Hosts) -> None:
    ours, _ = hosts
    first = ran(ours, "recompute")["snapshot_id"]
    add_firms(ours, 1)
    root = Path(place(ours)._root)
    root.rename(root.with_name("away"))
    root.write_text("no folder")
    with pytest.raises(Unavailable) as told:
        ran(ours, "recompute")
    assert told.value.reason == "graph.remote_unreachable"
    with ours.views() as session:
        row = current_publication(session)
    assert row is not None
    assert row.snapshot_id == served(ours) == first
    with pytest.raises(Unavailable):
        sharing.catch_up(ours)


def test_old_snapshots_go_from_the_shared_place_too(hosts: Hosts) -> None:
    ours, _ = hosts
    first = ran(ours, "recompute")["snapshot_id"]
    torn = Path(place(ours)._root) / "20200101T000000Z-0123456789abcdef"
    torn.mkdir()
    (torn / "firms.by_id.npy").write_bytes(b"half")
    add_firms(ours, 1)
    second = ran(ours, "recompute")["snapshot_id"]
    assert place(ours).names() == {first, second}


def test_a_damaged_copy_is_not_sent(hosts: Hosts) -> None:
    ours, _ = hosts
    ran(ours, "recompute")
    pointer = snapshot.read_pointer(ours.settings.snapshots)
    assert pointer is not None
    folder = ours.settings.snapshots / pointer.snapshot_id
    with (folder / "firms.by_id.npy").open("ab") as file:
        file.write(b"x")
    place(ours).remove(pointer.snapshot_id)
    sharing.prepare(ours)  # does not raise: the recomputation that follows makes it good
    assert place(ours).sizes(pointer.snapshot_id) == {}


def test_a_file_that_one_host_received_is_imported_by_another(hosts: Hosts, tmp_path: Path) -> None:
    ours, theirs = hosts
    name = "0123456789abcdef.csv"
    sent = tmp_path / name
    sent.write_text("enterprise_id,name\nE-9001,杭州远山餐饮有限公司\n", encoding="utf-8")
    place(ours).put_file(sent, f"uploads/{name}")  # as the route does, which keeps no copy
    with ours.transactions.begin() as session:
        actor = Actor("account-administrator", Role.ADMINISTRATOR, "")
        upload = Upload(ours.settings.uploads / name, "名录.csv", "enterprises")
        import_id = take(session, actor, upload, ours.clock()).import_id
    assert importing.carry_all(theirs) == {ImportState.SUCCEEDED: 1}
    with ours.views() as session:
        assert session.get(Enterprise, "E-9001") is not None
        assert session.get_one(Import, import_id).state == ImportState.SUCCEEDED
    assert place(ours).sizes("uploads") == {}
    assert place(ours).names() == set()  # and uploads are no snapshots


class Piece(NamedTuple):
    """As the partitions of lists: enterprises of the snapshot in a folder."""

    folder: str
    first: int


def names(piece: Piece) -> tuple[str, str]:
    """Where it was read, and what."""
    return piece.folder, str(snapshot.open_snapshot(Path(piece.folder)).firms.ids[piece.first])


def test_a_worker_without_the_folder_reads_its_own_copy(
    hosts: Hosts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, _ = hosts
    settings = dataclasses.replace(ours.settings, engine="dask://127.0.0.1:1")
    with ours.views() as session:
        name = compile_snapshot(session, settings.snapshots, ours.clock())
    expected = list(snapshot.open_snapshot(settings.snapshots / name).firms.ids)
    gone = [Piece(str(tmp_path / "elsewhere" / name), n) for n in range(2)]
    (worker := tmp_path / "worker").mkdir()
    monkeypatch.chdir(worker)
    (stale := worker / CACHE / "20200101T000000Z-0123456789abcdef").mkdir(parents=True)
    with reading(settings, name, map) as run:
        assert place(ours).names() == {name}
        found = list(run(names, gone))
        assert found == [(str(worker / CACHE / name), firm) for firm in expected[:2]]
        here = Piece(str(settings.snapshots / name), 0)
        assert list(run(names, [here])) == [(here.folder, expected[0])]  # it has it already
    assert place(ours).names() == set()  # what was not published is taken back
    assert not stale.exists()


def test_without_a_shared_place_partitions_of_a_snapshot_stay_on_their_host(hosts: Hosts) -> None:
    settings = dataclasses.replace(hosts[0].settings, engine="dask://127.0.0.1:1", snapshots_url=None)

    def never(*_told: object) -> Iterator[object]:
        raise AssertionError("sent away")

    with reading(settings, "any", never) as run:
        assert list(run(len, ["ab"])) == [2]
    with reading(dataclasses.replace(settings, engine="local"), "any", map) as run:
        assert run is map
