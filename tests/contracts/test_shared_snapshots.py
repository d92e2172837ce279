"""What hosts that share snapshots may rely on, whether in a folder or in a bucket of a real S3 server."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jobs.bell import Bell
from jobs.following import LOCK, Follower
from matcher.build.changes import Changes
from matcher.build.compile import compile_snapshot
from matcher.build.refresh import Limits, refresh
from matcher.errors import Misconfigured, SnapshotDamaged, Unavailable
from matcher.graph import files, mirror, snapshot, trust
from matcher.graph.pointer import Pointer, encode
from matcher.graph.remote import Remote, remote
from matcher.graph.snapshot import Current, publish
from matcher.settings import Settings
from tests import worlds
from tests.factories import NOW
from tests.s3_server import make_bucket, running_s3

# What takes many files takes seconds over HTTP: there all of it is for make release-check.
on_both = pytest.mark.parametrize("url", ["file", "s3"], indirect=True)


@pytest.fixture(scope="module")
def made(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Three whole snapshots an hour apart, and a small one that stands on the third."""
    folder = tmp_path_factory.mktemp("made")
    with worlds.rows(sqlite_template, folder) as session:
        worlds.a_canteen_tower(session)
        session.commit()
        at = folder / "snapshots"
        names = [compile_snapshot(session, at, NOW + timedelta(hours=hours)) for hours in range(3)]
        base = snapshot.open_snapshot(at / names[2])
        changes = Changes(frozenset({worlds.ASKER}))
        names.append(refresh(session, at, base, changes, NOW + timedelta(hours=3), Limits(100)))
    return at, names


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with running_s3(tmp_path_factory.mktemp("s3")) as environ, pytest.MonkeyPatch.context() as patch:
        for name, value in environ.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(params=["file", pytest.param("s3", marks=pytest.mark.release)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "file":
        return f"file://{tmp_path / 'shared'}"
    request.getfixturevalue("server")
    bucket = f"b{secrets.token_hex(6)}"
    make_bucket(bucket)
    return f"s3://{bucket}/province"


@pytest.fixture
def place(url: str) -> Remote:
    return remote(url)


@pytest.fixture
def ours(made: tuple[Path, list[str]], tmp_path: Path) -> Path:
    """The data folder of the host that computes."""
    shutil.copytree(made[0], tmp_path / "ours", copy_function=os.link)
    return tmp_path / "ours"


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """The empty data folder of another host."""
    (tmp_path / "theirs").mkdir()
    return tmp_path / "theirs"


def released(ours: Path, place: Remote, name: str, generation: int) -> None:
    mirror.send(ours, place, name)
    publish(ours, name, generation)
    mirror.point(place, name, generation)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def spoil(place: Remote, name: str, how: str) -> None:
    """Make a torn upload of a whole one: cut, flip a bit, or take a file away."""
    path = f"{place._root}/{name}/firms.by_id.npy"
    content = place._files.cat_file(path)
    place._files.rm_file(path)
    if how == "cut":
        place._files.pipe_file(path, content[:-8])
    elif how == "flipped":
        place._files.pipe_file(path, content[:-1] + bytes([content[-1] ^ 1]))


def test_another_host_with_an_empty_folder_serves_the_same_bytes(
    made: tuple[Path, list[str]], ours: Path, theirs: Path, place: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = made[1][0]
    released(ours, place, name, 1)
    assert mirror.follow(theirs, place)
    assert bytes_of(theirs / name) == bytes_of(ours / name)
    assert not mirror.follow(theirs, place)  # nothing new

    def never(_folder: Path) -> None:
        raise AssertionError("read whole again")

    monkeypatch.setattr(files, "verify", never)  # verified once, when it came
    graph = Current(theirs).get()
    assert graph.snapshot_id == name
    assert list(graph.firms.ids) == list(snapshot.open_snapshot(ours / name).firms.ids)


def test_a_refresh_brings_along_what_it_stands_on(
    made: tuple[Path, list[str]], ours: Path, theirs: Path, place: Remote
) -> None:
    base, small = made[1][2:]
    released(ours, place, small, 7)
    assert place.names() == {base, small}
    mirror.follow(theirs, place)
    assert Current(theirs).get().manifest["base"] == base
    assert bytes_of(theirs / base) == bytes_of(ours / base)


@pytest.mark.parametrize(
    "how", ["flipped", *(pytest.param(how, marks=pytest.mark.release) for how in ("cut", "gone"))]
)
def test_a_torn_upload_is_never_followed_and_a_new_host_falls_back(
    made: tuple[Path, list[str]], ours: Path, theirs: Path, place: Remote, tmp_path: Path, how: str
) -> None:
    first, second = made[1][:2]
    released(ours, place, first, 1)
    mirror.follow(theirs, place)
    current = Current(theirs)
    assert current.get().snapshot_id == first
    released(ours, place, second, 2)
    spoil(place, second, how)
    with pytest.raises(SnapshotDamaged):
        mirror.follow(theirs, place)
    assert current.get().snapshot_id == first
    assert not (theirs / second).exists()
    fresh = tmp_path / "fresh"
    with pytest.raises(SnapshotDamaged):
        mirror.follow(fresh, place)
    assert Current(fresh).get().snapshot_id == first
    place.upload(ours / second)  # the next publisher makes it good
    if how == "flipped":  # of the right size, so only readers notice: it must be taken away first
        place.remove(second)
        place.upload(ours / second)
    assert mirror.follow(theirs, place)
    assert mirror.follow(fresh, place)
    assert current.get().snapshot_id == Current(fresh).get().snapshot_id == second


def test_a_host_that_did_not_verify_would_serve_a_flipped_bit(
    made: tuple[Path, list[str]], ours: Path, theirs: Path, place: Remote
) -> None:
    name = made[1][0]
    released(ours, place, name, 1)
    spoil(place, name, "flipped")
    (theirs / name).mkdir()
    place.download(name, theirs / name)
    assert files.open_snapshot(theirs / name).snapshot_id == name  # without verification all looks well
    with pytest.raises(SnapshotDamaged):
        files.verify(theirs / name)


def test_an_upload_that_broke_off_is_not_named_and_is_completed_by_the_next_try(
    made: tuple[Path, list[str]], ours: Path, theirs: Path, place: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = made[1][:2]
    released(ours, place, first, 1)
    put = place._put

    def half(folder: Path, names: list[str]) -> None:
        put(folder, names[: len(names) // 2])
        raise OSError("connection reset")

    with monkeypatch.context() as patch:
        patch.setattr(place, "_put", half)
        with pytest.raises(Unavailable):
            mirror.send(ours, place, second)
    assert "manifest.json" not in place.sizes(second)
    mirror.follow(theirs, place)
    assert Current(theirs).get().snapshot_id == first
    released(ours, place, second, 2)
    assert mirror.follow(theirs, place)


def test_what_did_not_arrive_whole_is_not_published(
    made: tuple[Path, list[str]], ours: Path, place: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = place._put
    monkeypatch.setattr(place, "_put", lambda folder, names: put(folder, names[1:] or names))
    with pytest.raises(Unavailable) as refused:
        mirror.send(ours, place, made[1][0])
    assert refused.value.reason == "graph.remote_incomplete"


@on_both
def test_of_two_publishers_the_one_with_the_older_row_changes_nothing(place: Remote) -> None:
    first, second = "one", "two"
    mirror.point(place, first, 1)
    seen, tag = place.pointer()  # the slow one has read, and falls asleep
    mirror.point(place, second, 3)
    assert not place.replace(Pointer(2, first), tag)
    mirror.point(place, first, 2)
    assert place.pointer()[0] == Pointer(3, second, (first,))
    assert seen == Pointer(1, first)
    # Without the condition the slow one would have turned everybody back:
    place._files.pipe_file(place._current, encode(Pointer(2, first)).encode())
    assert place.pointer()[0] == Pointer(2, first)


@on_both
def test_the_first_pointer_is_written_once(place: Remote) -> None:
    assert place.replace(Pointer(1, "a"), None)
    assert not place.replace(Pointer(1, "b"), None)
    assert place.pointer()[0] == Pointer(1, "a")


@on_both
def test_a_broken_pointer_is_none_and_is_replaced(place: Remote) -> None:
    assert place.replace(Pointer(1, "a"), None)
    place._files.pipe_file(place._current, b"{")
    assert place.pointer()[0] is None
    mirror.point(place, "b", 2)
    assert place.pointer()[0] == Pointer(2, "b")


def test_retention_holds_in_the_shared_place_and_followers_keep_a_few(
    made: tuple[Path, list[str]], ours: Path, theirs: Path, place: Remote
) -> None:
    names = made[1]
    for generation, name in enumerate(names, start=1):
        released(ours, place, name, generation)
        mirror.follow(theirs, place)
    assert place.names() == set(names)
    later = NOW + timedelta(days=120)
    assert mirror.prune_shared(ours, place, 3, later, ((), ())) == [names[0]]
    assert place.names() == set(names[1:])
    assert mirror.prune_shared(theirs, place, 3, later, ((), ())) == []
    long_after = datetime.now(UTC) + timedelta(hours=1)
    assert mirror.prune_cache(theirs, 1, long_after) == names[:2]  # the third is what the fourth stands on
    assert Current(theirs).get().snapshot_id == names[3]
    mirror.fetch(theirs, place, names[1])  # can be had again
    assert trust.verify_once(theirs / names[1]) is None


def test_a_page_turned_on_a_fresh_host_finds_the_snapshot_of_the_first_page(
    made: tuple[Path, list[str]], ours: Path, theirs: Path, place: Remote
) -> None:
    first, second = made[1][2:]
    released(ours, place, first, 1)
    released(ours, place, second, 2)
    mirror.follow(theirs, place)
    graph = Current(theirs).at(first)
    assert graph is not None
    assert graph.snapshot_id == first


def settings_of(url: str, folder: Path) -> Settings:
    return Settings(home=folder, database_url="sqlite://", secret_key="s" * 32, snapshots_url=url)


def test_a_follower_tells_why_it_does_not_follow_and_goes_on(
    made: tuple[Path, list[str]], ours: Path, tmp_path: Path, url: str, place: Remote
) -> None:
    first, second = made[1][:2]
    follower = Follower(settings_of(url, tmp_path / "host"))
    folder = tmp_path / "host" / "snapshots"
    follower.look()  # nothing there yet
    assert mirror.alarm(folder) is None
    released(ours, place, first, 1)
    released(ours, place, second, 2)
    spoil(place, second, "cut")
    follower.look()
    assert Current(folder).get().snapshot_id == first
    assert second in str(mirror.alarm(folder))
    follower.look()  # rests, and the alarm stays
    assert second in str(mirror.alarm(folder))
    released(ours, place, made[1][2], 3)
    follower.look()
    assert (mirror.alarm(folder), Current(folder).get().snapshot_id) == (None, made[1][2])


def test_a_place_that_is_away_is_told_and_what_is_there_is_served(
    made: tuple[Path, list[str]], ours: Path, tmp_path: Path, url: str, place: Remote, monkeypatch: Any
) -> None:
    released(ours, place, made[1][0], 1)
    follower = Follower(settings_of(url, tmp_path / "host"))
    follower.look()
    away = place._faults[-1]

    def gone(*_arguments: object, **_named: object) -> None:
        raise away()

    monkeypatch.setattr(follower._reach()._files, "cat_file", gone)
    follower.look()
    folder = tmp_path / "host" / "snapshots"
    assert url in str(mirror.alarm(folder))
    assert Current(folder).get().snapshot_id == made[1][0]
    with pytest.raises(Unavailable):
        follower.step()


def test_one_follower_a_host_looks_and_a_second_waits(tmp_path: Path) -> None:
    bell = Bell()

    class Seen(Follower):
        def look(self) -> None:
            with (self.settings.snapshots / LOCK).open("a") as second, pytest.raises(BlockingIOError):
                fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
            bell.stop()

    Seen(settings_of(f"file://{tmp_path / 'shared'}", tmp_path / "host")).follow(bell)
    assert bell.stopping


@pytest.mark.parametrize("wrong", ["s3:/x", "s3://", "http://a/b", "file://relative", "/srv/x", "s3://B/x"])
def test_a_wrong_address_is_refused(wrong: str) -> None:
    with pytest.raises(Misconfigured):
        Settings.from_env({"QIANXIAN_SNAPSHOTS_URL": wrong})


def test_a_host_does_not_share_its_own_folder_with_itself(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured):
        Settings.from_env(
            {"QIANXIAN_HOME": str(tmp_path), "QIANXIAN_SNAPSHOTS_URL": f"file://{tmp_path}/snapshots/"}
        )


def test_a_missing_extra_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "s3fs", None)
    with pytest.raises(Misconfigured) as refused:
        remote("s3://bucket/prefix")
    assert refused.value.reason == "graph.s3_not_installed"


@on_both
def test_the_shared_pointer_is_plain_json(place: Remote) -> None:
    place.replace(Pointer(4, "b", ("a",)), None)
    told = json.loads(place._files.cat_file(place._current))
    assert (told["generation"], told["snapshot_id"], told["earlier"]) == (4, "b", ["a"])
