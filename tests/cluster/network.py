"""Networks of their own for the hosts of a site, joined by a bridge, where the machine lets us make them."""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Network:
    """`addresses` by name of host; this process stands at `gateway`."""

    gateway: str
    addresses: dict[str, str]
    mark: str

    def within(self) -> dict[str, list[str]]:
        """The command that runs another on the network of a host, by name."""
        return {name: ["ip", "netns", "exec", self._space(name)] for name in self.addresses}

    def cut(self, name: str) -> None:
        """Pull the cable of one host."""
        _run("ip", "link", "set", self._cable(name), "down")

    def join(self, name: str) -> None:
        """Plug it in again."""
        _run("ip", "link", "set", self._cable(name), "up")

    def _space(self, name: str) -> str:
        return f"qx{self.mark}-{name}"

    def _cable(self, name: str) -> str:
        return f"qx{self.mark}{list(self.addresses).index(name)}"


def possible() -> bool:
    """Whether this machine gives us networks: root, and a kernel that has them."""
    if os.geteuid() != 0:
        return False
    try:
        _run("ip", "netns", "add", "qx-try")
        _run("ip", "link", "add", "qx-try", "type", "bridge")
    except (OSError, subprocess.CalledProcessError):
        return False
    finally:
        for clean in (("link", "del", "qx-try"), ("netns", "del", "qx-try")):
            subprocess.run(["ip", *clean], check=False, capture_output=True)
    return True


@contextmanager
def network(names: Sequence[str]) -> Iterator[Network]:
    """One network namespace a host, all on one bridge; gone at the end."""
    mark = secrets.token_hex(2)
    third = secrets.randbelow(200) + 20
    addresses = {name: f"10.213.{third}.{place + 2}" for place, name in enumerate(names)}
    made, bridge = Network(f"10.213.{third}.1", addresses, mark), f"qx{mark}"
    _run("ip", "link", "add", bridge, "type", "bridge")
    try:
        _run("ip", "addr", "add", f"{made.gateway}/24", "dev", bridge)
        _run("ip", "link", "set", bridge, "up")
        for name, address in addresses.items():
            _lay(made._space(name), made._cable(name), bridge, address)
        yield made
    finally:
        for name in addresses:
            subprocess.run(["ip", "netns", "del", made._space(name)], check=False, capture_output=True)
        _run("ip", "link", "del", bridge)


def _lay(space: str, cable: str, bridge: str, address: str) -> None:
    _run("ip", "netns", "add", space)
    _run("ip", "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", space)
    _run("ip", "link", "set", cable, "master", bridge, "up")
    for order in (f"addr add {address}/24 dev eth0", "link set eth0 up", "link set lo up"):
        _run("ip", "-n", space, *order.split())


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
