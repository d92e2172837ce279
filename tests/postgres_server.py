"""A real PostgreSQL for tests, started by us, also as root (containers, CI); gone when the tests end."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa

# Tests want speed, not durability: the data folder is thrown away.
SERVER_OPTIONS = {
    "listen_addresses": "''",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "50",
    "shared_buffers": "64MB",
}
_OTHERS_OUT = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
ROOM = 2 << 30  # bytes
DURABLE_OPTIONS = {"listen_addresses": "''", "shared_buffers": "128MB"}


def binaries() -> Path | None:
    """The folder with initdb and pg_ctl: the newest Debian one, else what PATH offers, else None."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda path: int(path.parts[4]), default=None)
    if newest is not None:
        return newest.parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def running_server(durable: bool = False) -> Iterator[sa.URL]:
    """The address of a server on a Unix socket. TEST_DATABASE_URL names one that already runs.

    `durable`: one that keeps what it acknowledged, as the server of an installation does.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given is not None:
        yield sa.make_url(given)
        return
    with own_server(durable) as server:
        yield server.url


@dataclass(frozen=True)
class Server:
    """A server of our own, which can be stopped and started again over the same folder."""

    programs: Path
    base: Path
    options: Mapping[str, str]

    @property
    def url(self) -> sa.URL:
        """Its address, on a Unix socket."""
        # As a query: a socket's folder in the place of a host name does not survive being a string.
        where = {"host": str(self.base)}
        return sa.URL.create("postgresql+psycopg", "matcher", database="postgres", query=where)

    def make(self) -> None:
        """The folder of an empty server."""
        who = _unprivileged()
        if who:
            os.chown(self.base, who["user"], who["group"])
        login = ("-U", "matcher", "-A", "trust")
        self._run("initdb", *login, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")

    def start(self) -> None:
        """Returns once it answers."""
        settings = {**self.options, "unix_socket_directories": str(self.base)}
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        self._run("pg_ctl", "start", "-w", "-l", str(self.base / "log"), "-o", options)

    def stop(self, mode: str = "immediate") -> None:
        """`mode`: ``immediate`` as a crash would, ``fast`` as its administrator does."""
        self._run("pg_ctl", "stop", "-m", mode)

    def _run(self, program: str, *arguments: str) -> None:
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(self.base)}
        command = [str(self.programs / program), *arguments, "-D", str(self.base / "data")]
        quiet = subprocess.DEVNULL
        subprocess.run(command, check=True, cwd=self.base, env=environment, stdout=quiet, **_unprivileged())


@contextmanager
def own_server(durable: bool = False) -> Iterator[Server]:
    """A server that nobody else uses, gone with its folder at the end. Raises where none is installed."""
    programs = binaries()
    if programs is None:
        raise FileNotFoundError("initdb (apt-get install postgresql)")
    # A short path: a Unix socket's may have 107 bytes.
    base = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp" if durable else _quickest_folder()))
    server = Server(programs, base, DURABLE_OPTIONS if durable else SERVER_OPTIONS)
    try:
        server.make()
        server.start()
        yield server
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):  # stopped already
            server.stop()
        shutil.rmtree(base, ignore_errors=True)


def _quickest_folder() -> Path:
    """Memory where there is room for some hundred databases: each is a thousand small files."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free >= ROOM
    return memory if roomy and os.access(memory, os.W_OK) else Path("/tmp")


def _unprivileged() -> dict[str, Any]:
    """The server refuses to run as root: then it runs as postgres or nobody."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    return {}


def create_database(server: sa.URL, template: str | None = None) -> sa.URL:
    """A fresh database, a copy of `template` where given. Takes about 25 ms."""
    name = f"t_{secrets.token_hex(6)}"
    with _administering(server) as connection:
        # Files are copied three times as fast as pages are logged; before version 15 nothing else was done.
        by_files = " STRATEGY FILE_COPY" if connection.info.server_version >= 150_000 else ""
        copied = "" if template is None else f" TEMPLATE {template}{by_files}"
        connection.execute(f"CREATE DATABASE {name}{copied}".encode())
    return server.set(database=name)


def drop_database(server: sa.URL, database: str) -> None:
    """Drop it, whoever is still connected."""
    with _administering(server) as connection:
        connection.execute(f"DROP DATABASE {database} WITH (FORCE)".encode())


def _administering(server: sa.URL) -> psycopg.Connection:
    """The driver itself: an engine asks the server a dozen questions before the first statement."""
    address = server.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True)


class Copies:
    """Copies of one database, a thousand files each: one that comes back as it was lent is lent again."""

    def __init__(self, server: sa.URL, template: str) -> None:
        self._server, self._template = server, template
        self._unchanged: str | None = None
        self._free: list[sa.URL] = []

    @contextmanager
    def lent(self) -> Iterator[sa.URL]:
        """A copy for as long as the context lasts; who was connected to it is put out afterwards."""
        url = self._free.pop() if self._free else create_database(self._server, self._template)
        if self._unchanged is None:
            self._unchanged = _contents(url)
        try:
            yield url
        finally:
            if _contents(url) == self._unchanged:
                self._free.append(url)
            else:
                drop_database(self._server, str(url.database))

    def close(self) -> None:
        """Drop what is not lent."""
        while self._free:
            drop_database(self._server, str(self._free.pop().database))


def _contents(url: sa.URL) -> str:
    """Every table with its rows and the newest transaction that wrote one: any committed change alters it."""
    with _administering(url) as connection:
        connection.execute(_OTHERS_OUT)
        tables = [row[0] for row in connection.execute(_TABLES)]
        told = (f"SELECT '{name}', count(*), max(xmin::text::bigint) FROM \"{name}\"" for name in tables)
        return repr(connection.execute(" UNION ALL ".join(told).encode()).fetchall()) if tables else ""
