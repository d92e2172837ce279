"""Partitions on a Dask cluster, handed over whole: the loss of a worker costs time and nothing else."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError
from functools import cache
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from matcher.errors import Misconfigured, Unavailable

if TYPE_CHECKING:
    from distributed import Client, Future

TLS = tuple[Path, Path, Path]  # authority, certificate, key
PATIENCE_SECONDS: Final = 30.0  # to find the scheduler, and for a worker to come where there is none
COUNTED_WITH: Final = ("numpy", "rjieba")
_ONE_AT_A_TIME = threading.Lock()  # the counter of terms belongs to a process, a worker may have threads


class Cluster:
    """Takes partitions like a pool of processes. Connects at once; raises Unavailable or Misconfigured."""

    def __init__(self, address: str, tls: TLS | None = None, patience: float = PATIENCE_SECONDS) -> None:
        self._address, self._patience = address, patience
        self._client = _connected(address, tls, patience)
        try:
            self._client.wait_for_workers(1, timeout=patience)
        except TimeoutError:
            self._client.close()
            raise Unavailable("jobs.cluster_empty", address=address) from None
        self.width = max(1, sum(self._client.nthreads().values()))

    def submit(self, function: Callable[[Any], Any], part: Any) -> Partition:
        """Hand over one partition. The scheduler keeps it until its result is fetched."""
        # Why not scatter: what is scattered lies on one worker and is lost with it.
        try:
            future = self._client.submit(partition, own_digest(), function, part, pure=False)
        except Exception as error:  # the client's own kinds differ with the moment of the loss
            raise Unavailable("jobs.cluster_lost", address=self._address) from error
        return Partition(self, future)

    def wait(self, future: Future[Any]) -> Any:
        """The result; Unavailable where the scheduler is lost or no worker is left."""
        from distributed import KilledWorker

        while True:
            try:
                return future.result(timeout=self._patience)
            except TimeoutError:
                if not self._client.nthreads():
                    raise Unavailable("jobs.cluster_empty", address=self._address) from None
            except (CancelledError, OSError, KilledWorker) as error:
                raise Unavailable("jobs.cluster_lost", address=self._address) from error

    def shutdown(self, *, cancel_futures: bool) -> None:  # noqa: ARG002 as a pool of processes
        """Leave the cluster, which goes on; it forgets what was asked of it."""
        self._client.close(timeout=1)


class Partition:
    """One partition that is being worked on."""

    def __init__(self, cluster: Cluster, future: Future[Any]) -> None:
        self._cluster, self._future = cluster, future

    def result(self) -> Any:
        """Wait for it."""
        return self._cluster.wait(self._future)


def partition(expected: str, function: Callable[[Any], Any], part: Any) -> Any:
    """On the worker: `function` of `part`, refused where this worker's program is another one."""
    found = own_digest()
    if found != expected:
        raise Misconfigured("jobs.cluster_differs", found=found, expected=expected)
    with _ONE_AT_A_TIME:
        return function(part)


@cache
def own_digest() -> str:
    """Of all that decides a partition's result: the matcher's files, and what it counts with."""
    digest = hashlib.sha256()
    for name in COUNTED_WITH:
        digest.update(f"{name} {metadata.version(name)}\n".encode())
    _add(digest, resources.files("matcher"))
    return digest.hexdigest()[:16]


def _add(digest: Any, folder: Traversable) -> None:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir() and entry.name != "__pycache__":
            _add(digest, entry)
        elif entry.name.endswith((".py", ".csv", ".toml")):
            digest.update(entry.name.encode() + entry.read_bytes())


def _connected(address: str, tls: TLS | None, patience: float) -> Client:
    try:
        from distributed import Client, Security
    except ImportError:
        raise Misconfigured("jobs.cluster_not_installed") from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what is lost is told by us
    where = f"{'tcp' if tls is None else 'tls'}://{address}"
    names = ("tls_ca_file", "tls_client_cert", "tls_client_key")
    secured = {} if tls is None else dict(zip(names, map(str, tls), strict=True))
    security = Security(require_encryption=tls is not None, **secured)
    try:
        return Client(where, security=security, timeout=patience, set_as_default=False)
    except OSError as error:
        raise Unavailable("jobs.cluster_lost", address=address) from error
