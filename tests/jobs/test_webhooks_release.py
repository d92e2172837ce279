"""The full figures of W1 and W2: ten thousand ways to a private address, as many events to a bad receiver."""

from __future__ import annotations

import base64
import hmac
import ipaddress
import random
import socket
from datetime import timedelta
from hashlib import sha256

import pytest
import trustme

from jobs.sending import hooks as sending
from jobs.sending.door import Door, NotDelivered
from matcher.domain.access import Actor, Role
from matcher.services.notices import About, AboutKind, Notice, To, hooks, notify
from matcher.storage.webhooks import Delivery
from tests.factories import NOW, STATION, an_account
from tests.jobs.receivers import HOST, door_to, receiving

pytestmark = pytest.mark.release
TRIES = 10_000
CLOSED = ("10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10", "192.168.0.0/16", "172.16.0.0/12")


def written(chance: random.Random) -> str:
    """A private IPv4 address in one of the ways that programs read."""
    network = ipaddress.ip_network(chance.choice(CLOSED))
    number = int(network.network_address) + chance.randrange(network.num_addresses)
    parts = list(number.to_bytes(4, "big"))
    return chance.choice(
        (
            ".".join(map(str, parts)),
            str(number),
            hex(number),
            ".".join(f"0{part:o}" for part in parts),
            ".".join(map(hex, parts)),
            f"{parts[0]}.{number & 0xFFFFFF}",
            f"[::ffff:{ipaddress.IPv4Address(number)}]",
            f"[64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}]",
            f"[2002:{number >> 16:x}:{number & 0xFFFF:x}::1]",
        )
    )


def test_no_way_to_write_a_private_address_opens_a_connection(monkeypatch) -> None:
    opened: list[object] = []
    monkeypatch.setattr(socket, "create_connection", lambda *args, **_: opened.append(args))
    chance, door = random.Random(20261122), Door()
    for _ in range(TRIES):
        with pytest.raises(NotDelivered):
            door.post(f"https://{written(chance)}/hook", b"{}", {})
    assert opened == []


def test_ten_thousand_events_reach_a_receiver_that_fails_every_seventh_time(wiring) -> None:
    authority, seen = trustme.CA(), {"count": 0}

    def every_seventh(connection, over) -> None:
        seen["count"] += 1
        status = 503 if seen["count"] % 7 == 0 else 200
        connection.sendall(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n".encode())

    with receiving(every_seventh, authority) as receiver:
        with wiring.transactions.begin() as session:
            officer = Actor(an_account(session).account_id, Role.OFFICER, STATION)
            made = hooks.create(session, officer, f"https://{HOST}/in", (), "m" * 32, NOW)
            made.row.url = f"https://{HOST}:{receiver.port}/in"
            for number in range(TRIES):
                about = About(AboutKind.NEED, f"NEED-{number}")
                blanks = {"firm": "湖心百货有限公司", "title": "午餐", "by": NOW}
                notify(session, Notice("case_overdue", To.station(STATION), about, blanks), NOW)
        door, at = door_to(receiver, authority), NOW
        for _ in range(TRIES):
            sending.send_due(wiring.transactions, door, "m" * 32, lambda at=at: at)
            if not waiting(wiring):
                break
            at += timedelta(seconds=20)
    key = base64.b64decode(made.secret.removeprefix("whsec_"))
    ids = [_checked(request, key) for request in receiver.requests]
    with wiring.views() as session:
        sent = {row.delivery_id for row in session.query(Delivery).filter(Delivery.delivered_at.is_not(None))}
    assert len(sent) == TRIES
    assert set(ids) == sent


def waiting(wiring) -> bool:
    """Whether any message is still on its way."""
    with wiring.views() as session:
        return session.query(Delivery).filter(Delivery.due_at.is_not(None)).first() is not None


def _checked(request: bytes, key: bytes) -> str:
    """The message's id; its signature is right."""
    head, _, body = request.partition(b"\r\n\r\n")
    fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    signed = f"{fields['webhook-id']}.{fields['webhook-timestamp']}.".encode() + body
    mine = base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()
    assert f"v1,{mine}" in fields["webhook-signature"]
    return fields["webhook-id"]
