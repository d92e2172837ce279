"""Receivers of webhooks for tests: real TLS servers on this machine, well and ill behaved."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import trustme

from jobs.sending.door import Door

HOST = "hooks.example.cn"
Manner = Callable[[ssl.SSLSocket, threading.Event], None]


@dataclass
class Receiver:
    """What came, whole requests in the order they came; `manner` answers each."""

    manner: Manner
    port: int = 0
    requests: list[bytes] = field(default_factory=list)
    touched: int = 0  # connections, whatever came of them
    over: threading.Event = field(default_factory=threading.Event)


def answers(status: int, head: str = "") -> Manner:
    """A short answer."""

    def manner(connection: ssl.SSLSocket, over: threading.Event) -> None:
        connection.sendall(f"HTTP/1.1 {status} X\r\n{head}Content-Length: 0\r\n\r\n".encode())

    return manner


def hangs(connection: ssl.SSLSocket, over: threading.Event) -> None:
    """Takes the request and says nothing."""
    over.wait(5)


def drips(connection: ssl.SSLSocket, over: threading.Event) -> None:
    """One byte at a time, never an end: no single read times out."""
    while not over.wait(0.05):
        connection.sendall(b"H")


def floods(connection: ssl.SSLSocket, over: threading.Event) -> None:
    """Says yes and then sends a body without end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n")
    while not over.is_set():
        connection.sendall(b"x" * 65536)


@contextmanager
def receiving(manner: Manner, authority: trustme.CA) -> Iterator[Receiver]:
    """A receiver at work on 127.0.0.1, with a certificate for HOST."""
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(trust)
    here = Receiver(manner)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        here.port = listener.getsockname()[1]
        thread = threading.Thread(target=_serve, args=(listener, trust, here))
        thread.start()
        try:
            yield here
        finally:
            here.over.set()
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", here.port), 1).close()
            thread.join()


def door_to(receiver: Receiver, authority: trustme.CA, **over: object) -> Door:
    """A door for which this machine is the internet."""
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.configure_trust(trust)
    values: dict[str, object] = {
        "lookup": lambda host, port: ["127.0.0.1"],
        "allowed": lambda address: address == ipaddress.ip_address("127.0.0.1"),
        "ports": frozenset({receiver.port}),
        "trust": trust,
        "connect_seconds": 2.0,
        "total_seconds": 2.0,
    }
    return Door(**(values | over))  # type: ignore[arg-type]


def _serve(listener: socket.socket, trust: ssl.SSLContext, here: Receiver) -> None:
    while not here.over.is_set():
        plain, _ = listener.accept()
        if here.over.is_set():
            plain.close()
            return
        here.touched += 1
        with contextlib.suppress(OSError), trust.wrap_socket(plain, server_side=True) as connection:
            here.requests.append(_read(connection))
            here.manner(connection, here.over)


def _read(connection: ssl.SSLSocket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(4096)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    while len(body) < length:
        body += connection.recv(4096)
    return head + b"\r\n\r\n" + body
