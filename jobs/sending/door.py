"""The way out to a webhook: looked up once, checked, and connected to just that address.

A name that is checked and then looked up again by the connection may lead elsewhere the second time; so the
checked address itself is connected to, and the certificate must be the name's.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPSConnection
from typing import Final

from matcher.domain.webhook import PORTS, Address, Target, is_public, target
from matcher.errors import InvalidInput

Lookup = Callable[[str, int], list[str]]
CONNECT_SECONDS: Final = 5.0
TOTAL_SECONDS: Final = 10.0


class NotDelivered(Exception):
    """Why a receiver did not take a message, in a few plain words."""


def lookup(host: str, port: int) -> list[str]:
    """All addresses of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True)
class Door:
    """How messages leave. The defaults are those of the service; tests stand in for the internet."""

    lookup: Lookup = lookup
    allowed: Callable[[Address], bool] = is_public
    ports: frozenset[int] = PORTS
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    connect_seconds: float = CONNECT_SECONDS
    total_seconds: float = TOTAL_SECONDS

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        """Send a body; the status of the answer, whose body is not read. Raises NotDelivered.

        Redirects are not followed: a 3xx is an answer like any other.
        """
        try:
            to = target(url, self.ports)
        except InvalidInput as refused:
            raise NotDelivered(refused.reason) from None
        connection = _Pinned(to, self._address(to), self)
        try:
            with _limit(connection, self.total_seconds):
                connection.request("POST", to.path, body, headers)
                return connection.getresponse().status
        except (OSError, HTTPException, ValueError) as error:
            raise NotDelivered(type(error).__name__) from None
        finally:
            connection.close()

    def _address(self, to: Target) -> str:
        """One address of the host. If any of them is not public, none is used."""
        try:
            found = [ipaddress.ip_address(text.partition("%")[0]) for text in self.lookup(to.host, to.port)]
        except (OSError, ValueError, UnicodeError):
            raise NotDelivered("name_not_found") from None
        if not found:
            raise NotDelivered("name_not_found")
        if not all(self.allowed(address) for address in found):
            raise NotDelivered("address_not_public")
        return str(found[0])


class _Pinned(HTTPSConnection):
    """A connection to one address under the name that its certificate must bear."""

    def __init__(self, to: Target, address: str, door: Door) -> None:
        super().__init__(to.host, to.port, timeout=door.connect_seconds, context=door.trust)
        self._to, self._address, self._door = to, address, door

    def connect(self) -> None:
        """To the checked address; proxies of the environment are not asked."""
        plain = socket.create_connection((self._address, self._to.port), self._door.connect_seconds)
        self.sock = plain
        self.sock = self._door.trust.wrap_socket(plain, server_hostname=self._to.host)


@contextlib.contextmanager
def _limit(connection: HTTPSConnection, seconds: float) -> Iterator[None]:
    """Break the connection off after `seconds`: a receiver that drips runs into no time-out by itself."""

    def cut() -> None:
        sock = connection.sock
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
