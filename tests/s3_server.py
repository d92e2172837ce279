"""A real S3-compatible server for tests: a process of its own, over HTTP; gone when the tests end."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.faults.support import until
from tests.sockets import a_free_port

# Where every S3 client looks for them; the server takes any key.
KEYS = {"AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": "tests", "AWS_DEFAULT_REGION": "us-east-1"}


@contextmanager
def running_s3(folder: Path, host: str = "127.0.0.1") -> Iterator[Mapping[str, str]]:
    """The variables with which S3 clients find a fresh server; its log goes into `folder`."""
    port = a_free_port()
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", host, "-p", str(port)]
    with (folder / "s3.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env={**os.environ, **KEYS})
        try:
            until(lambda: accepts(host, port), "the S3 server")
            yield {**KEYS, "AWS_ENDPOINT_URL": f"http://{host}:{port}"}
        finally:
            server.kill()
            server.wait()


def accepts(host: str, port: int) -> bool:
    """Whether somebody listens."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def make_bucket(name: str) -> None:
    """An empty bucket on the server that the environment names."""
    import s3fs

    s3fs.S3FileSystem(skip_instance_cache=True).mkdir(name)
