"""A site as people run it: a TLS cluster, an S3 server, PostgreSQL, two API hosts; and what happens to them.

Every part is a real process with a folder of its own. The short form runs on this machine's network; the full
one (make release-check) gives every host a network of its own where the machine allows it, cuts cables, and
counts seconds.
"""

from __future__ import annotations

import json
import secrets
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from distributed import Client, Security

from jobs import ledger
from jobs.cluster import Cluster, partition
from jobs.runner import Runner
from jobs.wiring import Wiring, wire
from matcher.build.compile import compile_snapshot
from matcher.build.lists import with_lists
from matcher.domain.access import Actor, Role
from matcher.domain.job import RunState
from matcher.errors import Misconfigured, Unavailable
from matcher.graph import snapshot
from matcher.graph.files import MANIFEST
from matcher.graph.pointer import following
from matcher.graph.remote import Bucket
from matcher.services.access import NewAccount, create_account, create_key
from matcher.settings import Settings
from matcher.storage.leases import Publication, Run
from matcher.storage.migrations import migrate, newest_revision
from matcher.storage.needs import Need
from tests import worlds
from tests.cluster.certificates import TLS, made
from tests.cluster.network import Network, network, possible
from tests.cluster.site import Person, Site
from tests.factories import STATION
from tests.faults.support import a_job, until
from tests.postgres_server import create_database, drop_database
from tests.release import FOLDER
from tests.s3_server import make_bucket, running_s3
from tests.sockets import a_free_port

pytestmark = pytest.mark.postgresql

SECRET = "一处登录处处可用" * 6
PASSWORD = "正确的马和电池与订书钉"
OPERATOR = Actor("local", Role.ADMINISTRATOR, "")
HOSTS = ("north", "south")
WORKERS = ("first", "second")
COLUMN = "firms.by_id.npy"


@dataclass
class World:
    """The site, the host that computes, and whom the tests are."""

    site: Site
    wiring: Wiring
    tls: TLS
    network: Network | None
    officer: Person
    addresses: dict[str, str]

    def host(self, name: str) -> str:
        return self.addresses[name]

    def answers(self, name: str, path: str) -> Any:
        status, body = self.officer.get(self.host(name) + path)
        assert status == 200, body
        return body

    def serves(self, name: str, snapshot_id: str) -> bool:
        status, body = self.officer.get(f"{self.host(name)}/v1/needs/{worlds.LUNCH}/partners?n=5")
        return status == 200 and body["snapshot_id"] == snapshot_id

    def run(self, work: str) -> Run:
        """One recomputation through the real runner: lease, fence, a process of its own."""
        run_id = ledger.ask(self.wiring, a_job(work), "test", {})
        Runner(self.wiring).run(a_job(work), run_id)
        with self.wiring.views() as session:
            return session.get_one(Run, run_id)


@pytest.fixture(scope="module", params=["one network", pytest.param("many", marks=pytest.mark.release)])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    server = request.getfixturevalue("postgres_server")
    folder = tmp_path_factory.mktemp("site")
    with ExitStack() as stack:
        lan = None
        if request.param == "many":
            if not possible():
                pytest.skip("no network namespaces: not root, or the kernel has none")
            lan = stack.enter_context(network([*HOSTS, *WORKERS, "scheduler"]))
        url = create_database(server)
        stack.callback(drop_database, server, str(url.database))
        where = "127.0.0.1" if lan is None else lan.gateway
        aws = stack.enter_context(running_s3(folder, where))
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        for name, value in aws.items():
            patch.setenv(name, value)
        make_bucket(bucket := f"b{secrets.token_hex(6)}")
        told = {**aws, "QIANXIAN_SNAPSHOTS_URL": f"s3://{bucket}/snapshots"}
        site = Site(folder, told, {} if lan is None else lan.within())
        stack.callback(site.end)
        yield stack.enter_context(Building(site, url.render_as_string(hide_password=False), lan))


class Building:
    """Starts the site's processes; the context ends the wiring of the host that computes."""

    def __init__(self, site: Site, url: str, lan: Network | None) -> None:
        self._site, self._url, self._lan = site, url, lan

    def __enter__(self) -> World:
        site, tls = self._site, made(self._site.folder / "tls")
        home = site.folder / "computer" / "home"
        self._wiring = wire(Settings(home=home, database_url=self._url, secret_key=SECRET))
        addresses = {name: f"http://{self._address(name)}:{a_free_port()}" for name in HOSTS}
        common = {
            "QIANXIAN_DATABASE_URL": self._url,
            "QIANXIAN_SECRET_KEY": SECRET,
            "QIANXIAN_FOLLOW_SECONDS": "1",
            "QIANXIAN_SHARED_LIMITS": "1",
            "QIANXIAN_WORKERS": "1",
        }
        site.environ = {**site.environ, **common}
        site.scheduler(tls, self._address("scheduler"))
        self._migrated()
        key = self._people()
        for name in HOSTS:
            bind = addresses[name].removeprefix("http://")
            site.start(name, "-m", "jobs", "serve", QIANXIAN_HOME="home", QIANXIAN_BIND=bind)
        for name in WORKERS:
            site.worker(name, tls, self._address(name))
        file = site.folder / "scheduler.json"
        until(lambda: file.exists() and file.read_text().endswith("}"), "the scheduler")
        scheduler = str(json.loads(file.read_text())["address"]).removeprefix("tls://")
        cluster = dict(zip(("engine_tls_ca", "engine_tls_cert", "engine_tls_key"), tls, strict=True))
        settings = replace(
            self._wiring.settings,
            engine=f"dask://{scheduler}",
            snapshots_url=site.environ["QIANXIAN_SNAPSHOTS_URL"],
            lease_seconds=5.0,
            **cluster,
        )
        world = World(site, replace(self._wiring, settings=settings), tls, self._lan, Person(key), addresses)
        for name in HOSTS:
            until(lambda name=name: world.officer.get(f"{world.host(name)}/v1/health")[0] == 200, name)
        return world

    def __exit__(self, *_error: object) -> None:
        self._wiring.engine.dispose()

    def _address(self, name: str) -> str:
        return "127.0.0.1" if self._lan is None else self._lan.addresses[name]

    def _migrated(self) -> None:
        """Both hosts at once on an empty database."""
        if self._lan is None:  # the short form
            migrate(self._wiring.engine)
            return
        for name in HOSTS:
            self._site.start(f"{name}-migrates", "-m", "jobs", "migrate")
        codes = [self._site.processes.pop(f"{name}-migrates").wait() for name in HOSTS]
        assert codes == [0, 0]
        with self._wiring.engine.connect() as connection:
            found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalars().all()
        assert found == [newest_revision()]

    def _people(self) -> str:
        with self._wiring.transactions.begin() as session:
            worlds.a_canteen_tower(session)
            now = self._wiring.clock()
            officer = NewAccount("王专员", Role.OFFICER, STATION, password=PASSWORD)
            account = create_account(session, OPERATOR, officer, now)
            return create_key(session, OPERATOR, account.account_id, now).token


def looking(world: World) -> Client:
    authority, certificate, key = map(str, world.tls)
    security = Security(
        require_encryption=True, tls_ca_file=authority, tls_client_cert=certificate, tls_client_key=key
    )
    address = world.wiring.settings.engine.removeprefix("dask://")
    return Client(f"tls://{address}", security=security, set_as_default=False)


def test_a_day_of_a_site(world: World, tmp_path: Path) -> None:
    first = a_worker_dies_while_all_is_computed_and_two_empty_hosts_serve_it(world, tmp_path)
    only_who_has_a_certificate_speaks_to_the_cluster(world, tmp_path)
    what_one_host_knows_the_other_knows(world)
    a_torn_upload_is_not_followed_and_the_next_one_is(world, first)
    if world.network is not None:
        a_host_without_its_cable_goes_on_and_catches_up(world, world.network)
    the_other_host_goes_on_when_one_dies(world)
    without_its_scheduler_a_run_fails_in_words_and_the_last_snapshot_stays(world)


def a_worker_dies_while_all_is_computed_and_two_empty_hosts_serve_it(world: World, folder: Path) -> str:
    assert [world.officer.get(f"{world.host(name)}/v1/ready")[0] for name in HOSTS] == [503, 503]
    ended: list[Run] = []
    with looking(world) as client:
        client.wait_for_workers(2, timeout=60)
        at = {one["name"]: where for where, one in client.scheduler_info()["workers"].items()}
        for name in WORKERS:  # so that one certainly dies with partitions in hand
            world.site.processes[name].send_signal(signal.SIGSTOP)
        running = threading.Thread(target=lambda: ended.append(world.run("spread")))
        running.start()
        until(lambda: any(client.processing().values()), "partitions on a worker")
        held = client.processing()
        dies = next(name for name in WORKERS if held.get(at[name]))
        world.site.kill(dies)
        for name in set(WORKERS) - {dies}:
            world.site.processes[name].send_signal(signal.SIGCONT)
        running.join(120)
    (run,) = ended
    assert (run.state, run.error) == (RunState.SUCCEEDED, None)
    published = time.monotonic()
    found = str(run.outcome["snapshot_id"])
    for name in HOSTS:
        until(lambda name=name: world.serves(name, found), f"{name} to follow")
    _note(
        world,
        f"two hosts with empty caches served a publication {time.monotonic() - published:.1f} s after it",
    )
    graph = snapshot.open_snapshot(world.wiring.settings.snapshots / found)
    with world.wiring.views() as session:
        compiled = compile_snapshot(session, folder / "here", graph.as_of)
    assert with_lists(folder / "here", compiled) == found
    for home in (world.wiring.settings.home, *(world.site.folder / name / "home" for name in HOSTS)):
        assert bytes_of(home / "snapshots" / found) == bytes_of(folder / "here" / found)
    path = f"/v1/needs/{worlds.LUNCH}/partners?n=5"
    north, south = (world.answers(name, path) for name in HOSTS)
    assert north["items"][0]["enterprise_id"] == worlds.CATERER_IN_TOWER
    assert north == south
    return found


def only_who_has_a_certificate_speaks_to_the_cluster(world: World, folder: Path) -> None:
    stranger, address = made(folder / "other"), world.wiring.settings.engine.removeprefix("dask://")
    for tls in (None, (world.tls[0], *stranger[1:])):
        with pytest.raises(Unavailable) as told:
            Cluster(address, tls, patience=2.0)
        assert told.value.reason == "jobs.cluster_lost"
    with looking(world) as client, pytest.raises(Misconfigured):
        client.submit(partition, "another program", str, 1).result()


def what_one_host_knows_the_other_knows(world: World) -> None:
    body = {"enterprise_id": worlds.ASKER, "text": "想找一家印刷企业印制产品手册三千册"}

    def sent(name: str) -> tuple[int, Any]:
        return world.officer.post(f"{world.host(name)}/v1/needs", body, Idempotency_Key="same")

    with ThreadPoolExecutor(2) as both:
        statuses = {status for status, _ in both.map(sent, HOSTS)}
    assert statuses <= {201, 409}
    north, south = (sent(name) for name in HOSTS)
    assert north == south
    with world.wiring.views() as session:
        stored = session.scalars(sa.select(Need.need_id).where(Need.text == body["text"])).all()
    assert stored == [north[1]["need_id"]]
    stranger = Person("wrong")
    tries = [stranger.get(f"{world.host(HOSTS[n % 2])}/v1/needs")[0] for n in range(12)]
    assert tries == [401] * 10 + [429] * 2


def a_torn_upload_is_not_followed_and_the_next_one_is(world: World, first: str) -> None:
    torn = published_by_a_careless_one(world)
    for name in HOSTS:
        until(lambda name=name: torn in str(ready(world, name)["alarm"]), f"the alarm of {name}")
        assert world.serves(name, first)
    if world.network is None:
        return
    good = world.run("spread")
    assert (good.state, good.error) == (RunState.SUCCEEDED, None)
    published = time.monotonic()
    for name in HOSTS:
        until(lambda name=name: world.serves(name, good.outcome["snapshot_id"]), f"{name} to follow")
    _note(world, f"two hosts followed the next one in {time.monotonic() - published:.1f} s")
    for name in HOSTS:
        until(lambda name=name: ready(world, name)["alarm"] is None, f"the end of the alarm of {name}")


def published_by_a_careless_one(world: World) -> str:
    """A row and a pointer to a snapshot whose bytes are not all there. Returns its id."""
    place, home = Bucket.at(str(world.wiring.settings.snapshots_url)), world.wiring.settings.snapshots
    with world.wiring.views() as session:
        torn = compile_snapshot(session, home, world.wiring.clock())
    if world.network is None:
        place.put_file(home / torn / MANIFEST, f"{torn}/{MANIFEST}")
    else:
        place.upload(home / torn)
        (folder := world.site.folder / "cut").write_bytes((home / torn / COLUMN).read_bytes()[:-8])
        place.put_file(folder, f"{torn}/{COLUMN}")
    with world.wiring.transactions.begin() as session:
        before = session.scalars(sa.select(Publication)).one()
        now = world.wiring.clock()
        session.add(Publication(snapshot_id=torn, fence=before.fence, as_of=now, published_at=now, counts={}))
    present, tag = place.pointer()
    assert place.replace(following(present, torn, 2), tag)
    shutil.rmtree(home / torn)  # it was another host's
    return torn


def a_host_without_its_cable_goes_on_and_catches_up(world: World, lan: Network) -> None:
    name = HOSTS[0]
    old = ready(world, name)
    lan.cut(name)
    assert world.run("spread").state == RunState.SUCCEEDED
    pointer = snapshot.read_pointer(world.wiring.settings.snapshots)
    assert pointer is not None
    until(lambda: world.serves(HOSTS[1], pointer.snapshot_id), "the other host to follow")
    here = snapshot.read_pointer(world.site.folder / name / "home" / "snapshots")
    assert here is not None
    assert here.generation < pointer.generation
    lan.join(name)
    until(lambda: world.serves(name, pointer.snapshot_id), "the host to catch up")
    assert ready(world, name)["as_of"] > old["as_of"]


def the_other_host_goes_on_when_one_dies(world: World) -> None:
    north, south = (world.host(name) for name in HOSTS)
    person = Person()
    assert person.log_in(north, "王专员", PASSWORD) == 303
    behind = Person()
    for cookie in person.jar:  # one name for both, as behind a balancer
        cookie.domain = south.removeprefix("http://").partition(":")[0]
        behind.jar.set_cookie(cookie)
    world.site.kill(HOSTS[0])
    assert person.get(f"{north}/needs")[0] == 0
    assert behind.get(f"{south}/needs")[0] == 200
    assert Person().get(f"{south}/needs")[0] == 303
    assert world.officer.get(f"{south}/v1/ready")[0] == 200


def without_its_scheduler_a_run_fails_in_words_and_the_last_snapshot_stays(world: World) -> None:
    place = Bucket.at(str(world.wiring.settings.snapshots_url))
    served, named = snapshot.read_pointer(world.wiring.settings.snapshots), place.pointer()
    assert served is not None
    ended: list[Run] = []
    with looking(world) as client:
        for name in world.site.processes.keys() & set(WORKERS):
            world.site.processes[name].send_signal(signal.SIGSTOP)
        running = threading.Thread(target=lambda: ended.append(world.run("spread")))
        running.start()
        until(lambda: any(client.processing().values()), "partitions on the worker")
        world.site.kill("scheduler")
        running.join(120)
    (run,) = ended
    assert (run.state, run.error) == (RunState.FAILED, "jobs.cluster_lost")
    assert run.outcome["params"]["address"] == world.wiring.settings.engine.removeprefix("dask://")
    assert snapshot.read_pointer(world.wiring.settings.snapshots) == served
    assert world.serves(HOSTS[1], served.snapshot_id)
    assert place.pointer() == named


def ready(world: World, name: str) -> dict[str, Any]:
    found: dict[str, Any] = world.answers(name, "/v1/ready")
    return found


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def _note(world: World, figure: str) -> None:
    if world.network is not None:
        FOLDER.mkdir(exist_ok=True)
        with (FOLDER / "report.txt").open("a", encoding="utf-8") as report:
            report.write(f"site: {figure}\n")
