"""Webhooks: which addresses may be written to, when a message is tried again, how it is signed. Pure.

The form is that of Standard Webhooks (standardwebhooks.com): `webhook-id`, `webhook-timestamp`,
`webhook-signature`, a thin body.
"""

from __future__ import annotations

import base64
import hmac
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from matcher.errors import InvalidInput

PORTS: Final = frozenset({443, 8443})
LONGEST_URL: Final = 500
# After each failed try, how long until the next; after the last the message is given up (76 hours in all).
PAUSES: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
ROTATION: Final = timedelta(days=1)  # for so long the secret before a new one signs too
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# Ways to write an IPv4 address inside an IPv6 one; what they lead to depends on the network between.
_CARRIERS: Final = tuple(
    ipaddress.ip_network(written)
    for written in ("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)


@dataclass(frozen=True)
class Target:
    """A checked address: https, one of PORTS, a host as the certificate must name it."""

    host: str
    port: int
    path: str


def target(url: str, ports: frozenset[int] = PORTS) -> Target:
    """Take a URL apart. Raises InvalidInput for any but plain https on an allowed port.

    A host that is written as an address is checked here; one that is a name, whenever it is looked up.
    """
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or set(url) & set(' "<>\\^`{|}'):
        raise InvalidInput("webhooks.bad_url", value=url[:80])
    try:
        parts = urlsplit(url)
        port = 443 if parts.port is None else parts.port
    except ValueError:
        raise InvalidInput("webhooks.bad_url", value=url[:80]) from None
    host = parts.hostname or ""
    plain = parts.scheme == "https" and parts.username is None and parts.password is None
    if not plain or parts.fragment or not host or host.endswith("."):
        raise InvalidInput("webhooks.bad_url", value=url[:80])
    if port not in ports:
        raise InvalidInput("webhooks.bad_port", value=port)
    _refuse_literal(host)
    query = f"?{parts.query}" if parts.query else ""
    return Target(host, port, (parts.path or "/") + query)


def is_public(address: Address) -> bool:
    """Whether an address is one of the open internet: not private, shared, local, reserved or a carrier's."""
    if isinstance(address, ipaddress.IPv6Address) and any(address in network for network in _CARRIERS):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def next_try(tries: int, now: datetime) -> datetime | None:
    """When a message that has failed `tries` times is tried again; None: never."""
    return now + PAUSES[tries - 1] if tries <= len(PAUSES) else None


def secret(master: str, webhook_id: str, generation: int) -> bytes:
    """The secret of a webhook, 256 bits. It follows from the service's own, so that no table holds it."""
    named = f"webhook\n{webhook_id}\n{generation}".encode()
    return hmac.new(master.encode("utf-8", "surrogatepass"), named, sha256).digest()


def written(key: bytes) -> str:
    """A secret as it is shown to its owner, once."""
    return "whsec_" + base64.b64encode(key).decode()


def signatures(keys: Sequence[bytes], message_id: str, moment: datetime, body: bytes) -> str:
    """The header `webhook-signature`: one signature a live secret."""
    signed = f"{message_id}.{int(moment.timestamp())}.".encode() + body
    digests = (hmac.new(key, signed, sha256).digest() for key in keys)
    return " ".join("v1," + base64.b64encode(digest).decode() for digest in digests)


def _refuse_literal(host: str) -> None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return
    if not is_public(address):
        raise InvalidInput("webhooks.not_public", value=host)
