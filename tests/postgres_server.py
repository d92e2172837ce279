"""A real PostgreSQL for tests, started by us, also as root (containers, CI); gone when the tests end."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

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
    folder = binaries()
    if folder is None:
        raise FileNotFoundError("initdb (apt-get install postgresql)")
    # A short path: a Unix socket's may have 107 bytes.
    base = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    try:
        with _started(folder, base, DURABLE_OPTIONS if durable else SERVER_OPTIONS):
            # As a query: a socket's folder in the place of a host name does not survive being a string.
            where = {"host": str(base)}
            yield sa.URL.create("postgresql+psycopg", "matcher", database="postgres", query=where)
    finally:
        shutil.rmtree(base, ignore_errors=True)


@contextmanager
def _started(folder: Path, base: Path, server_options: Mapping[str, str]) -> Iterator[None]:
    who = _unprivileged()
    if who:
        os.chown(base, who["user"], who["group"])
    data = base / "data"
    settings = {**server_options, "unix_socket_directories": str(base)}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())

    def run(program: str, *arguments: str) -> None:
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(base)}
        command = [str(folder / program), *arguments]
        subprocess.run(command, check=True, cwd=base, env=environment, stdout=subprocess.DEVNULL, **who)

    login = ("-U", "matcher", "-A", "trust")
    run("initdb", "-D", str(data), *login, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    run("pg_ctl", "start", "-w", "-D", str(data), "-l", str(base / "log"), "-o", options)
    try:
        yield
    finally:
        run("pg_ctl", "stop", "-D", str(data), "-m", "immediate")


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
    """A fresh database, a copy of `template` where given. Takes about 50 ms."""
    name = f"t_{secrets.token_hex(6)}"
    copied = "" if template is None else f" TEMPLATE {template}"
    _administer(server, f"CREATE DATABASE {name}{copied}")
    return server.set(database=name)


def drop_database(server: sa.URL, database: str) -> None:
    """Drop it, whoever is still connected."""
    _administer(server, f"DROP DATABASE {database} WITH (FORCE)")


def _administer(server: sa.URL, statement: str) -> None:
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(statement))
