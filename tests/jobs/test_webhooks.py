"""W1 to W3: a message reaches its receiver at least once, signed and thin, and never a private address."""

from __future__ import annotations

import base64
import hmac
import json
import socket
import ssl
from datetime import timedelta
from hashlib import sha256

import pytest
import trustme

from jobs.sending import hooks as sending
from jobs.sending.door import Door, NotDelivered, lookup
from matcher.domain.access import Actor, Role
from matcher.services.notices import About, AboutKind, Notice, To, hooks, inbox, notify
from matcher.storage.webhooks import Delivery, Webhook
from tests.factories import NOW, STATION, an_account
from tests.jobs.receivers import HOST, answers, door_to, drips, floods, hangs, receiving

MASTER = "m" * 32
SHORT = {"connect_seconds": 0.4, "total_seconds": 0.4}


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def officer_at(wiring) -> Actor:
    with wiring.transactions.begin() as session:
        return Actor(an_account(session).account_id, Role.OFFICER, STATION)


def registered(wiring, officer: Actor, port: int) -> hooks.NewWebhook:
    """A webhook at the receiver; its port is not one of the service's, so the row is set by hand."""
    with wiring.transactions.begin() as session:
        made = hooks.create(session, officer, f"https://{HOST}/in", (), MASTER, NOW)
        made.row.url = f"https://{HOST}:{port}/in"
    return made


def told(wiring, count: int = 1) -> None:
    with wiring.transactions.begin() as session:
        for number in range(count):
            about = About(AboutKind.NEED, f"NEED-{number}")
            blanks = {"firm": "湖心百货有限公司", "title": "午餐 13805561234", "by": NOW}
            notify(session, Notice("case_overdue", To.station(STATION), about, blanks), NOW)


def rows(wiring, kind=Delivery):
    with wiring.views() as session:
        return session.query(kind).all()


def run(wiring, door: Door, at=NOW) -> dict[str, int]:
    return sending.send_due(wiring.transactions, door, MASTER, lambda: at)


def test_a_notice_arrives_once_signed_and_with_nothing_of_the_business(wiring, officer_at, authority) -> None:
    with receiving(answers(204), authority) as receiver:
        made = registered(wiring, officer_at, receiver.port)
        told(wiring)
        door = door_to(receiver, authority)
        assert run(wiring, door) == {"delivered": 1, "failed": 0}
        assert run(wiring, door) == {"delivered": 0, "failed": 0}
    (request,) = receiver.requests
    head, _, body = request.partition(b"\r\n\r\n")
    fields = dict(line.split(": ", 1) for line in head.decode().lower().split("\r\n")[1:])
    assert json.loads(body)["data"]["about"] == {"kind": "need", "id": "NEED-0"}
    assert set(json.loads(body)) == {"type", "timestamp", "data"}
    assert set(json.loads(body)["data"]) == {"notice_id", "about"}
    key = base64.b64decode(made.secret.removeprefix("whsec_"))
    signed = f"{fields['webhook-id']}.{fields['webhook-timestamp']}.".encode() + body
    mine = base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()
    assert f"v1,{mine}".encode() in head


@pytest.mark.parametrize(
    ("manner", "fault"),
    [
        (answers(500), "status_500"),
        (answers(302, "Location: https://127.0.0.1/steal\r\n"), "status_302"),
        (hangs, ""),
        (drips, ""),
    ],
    ids=["fails", "redirects", "hangs", "drips"],
)
def test_a_receiver_that_does_not_take_it_gets_the_same_message_again(
    wiring, officer_at, authority, manner, fault
) -> None:
    with receiving(manner, authority) as receiver:
        registered(wiring, officer_at, receiver.port)
        told(wiring)
        assert run(wiring, door_to(receiver, authority, **SHORT)) == {"delivered": 0, "failed": 1}
        assert receiver.touched == 1  # a redirect is not followed
    (line,) = rows(wiring)
    assert line.fault is not None
    assert fault in line.fault
    assert line.due_at == NOW + timedelta(seconds=5)
    with receiving(answers(200), authority) as well:
        with wiring.transactions.begin() as session:
            session.query(Webhook).one().url = f"https://{HOST}:{well.port}/in"
        assert run(wiring, door_to(well, authority)) == {"delivered": 0, "failed": 0}  # not due yet
        assert run(wiring, door_to(well, authority), NOW + timedelta(seconds=5))["delivered"] == 1
    first, again = (
        [part for part in request.split(b"\r\n") if part.lower().startswith(b"webhook-id")]
        for request in (receiver.requests[0], well.requests[0])
    )
    assert first == again


def test_a_body_without_end_is_not_read(wiring, officer_at, authority) -> None:
    with receiving(floods, authority) as receiver:
        registered(wiring, officer_at, receiver.port)
        told(wiring)
        assert run(wiring, door_to(receiver, authority))["delivered"] == 1


def test_one_receiver_s_trouble_is_none_of_another_s(wiring, officer_at, authority) -> None:
    with receiving(hangs, authority) as ill, receiving(answers(200), authority) as well:
        for receiver in (ill, well):
            with wiring.transactions.begin() as session:
                made = hooks.create(session, officer_at, f"https://{HOST}/{receiver.port}", (), MASTER, NOW)
                made.row.url = f"https://{HOST}:{receiver.port}/in"
        told(wiring, 5)
        ports = frozenset({ill.port, well.port})
        done = run(wiring, door_to(well, authority, ports=ports, **SHORT))
    assert done == {"delivered": 5, "failed": 1}


def test_a_process_killed_before_it_noted_the_answer_sends_the_same_message_again(
    wiring, officer_at, authority, monkeypatch
) -> None:
    with receiving(answers(200), authority) as receiver:
        registered(wiring, officer_at, receiver.port)
        told(wiring)
        with monkeypatch.context() as killed:
            killed.setattr(hooks, "delivered", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                run(wiring, door_to(receiver, authority))
        run(wiring, door_to(receiver, authority))
    assert len(receiver.requests) == 2
    assert (
        receiver.requests[0].split(b"webhook-id")[1][:50] == receiver.requests[1].split(b"webhook-id")[1][:50]
    )


def test_after_three_days_in_vain_it_is_switched_off_and_its_owner_told(
    wiring, officer_at, authority
) -> None:
    with receiving(answers(503), authority) as receiver:
        registered(wiring, officer_at, receiver.port)
        told(wiring)
        door, at = door_to(receiver, authority), NOW
        for _ in range(20):
            run(wiring, door, at)
            at += timedelta(hours=10)
        assert len(receiver.requests) == 10
    (hook,) = rows(wiring, Webhook)
    assert hook.disabled_for == "status_503"
    with wiring.views() as session:
        kinds = [one.kind for one in inbox(session, officer_at).items]
    assert kinds == ["webhook_disabled", "case_overdue"]


FORMS = (
    "https://localhost/", "https://127.1/", "https://2130706433/", "https://0177.0.0.1/", "https://0x7f.0.0.1/",
    "https://127.0.0.1/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://10.0.0.1/",
    "https://100.100.100.200/", "https://169.254.169.254/", "https://0/", "https://0.0.0.0/", "https://[fe80::1]/",
)  # fmt: skip


@pytest.mark.parametrize("url", FORMS)
def test_no_way_to_write_a_private_address_leads_there(monkeypatch, url: str) -> None:
    opened: list[object] = []
    monkeypatch.setattr(socket, "create_connection", lambda *args, **_: opened.append(args))
    with pytest.raises(NotDelivered):
        Door(lookup=lookup).post(url, b"{}", {})
    assert opened == []


def test_a_name_that_turns_private_between_look_and_connection_leads_nowhere(authority) -> None:
    """The checked address is connected to. One that checks and then connects by name is led astray."""
    turns = {"count": 0}

    def rebinding(host: str, port: int) -> list[str]:
        turns["count"] += 1
        return ["93.184.216.34"] if turns["count"] == 1 else ["127.0.0.1"]

    with receiving(answers(200), authority) as private:
        door = door_to(private, authority, lookup=rebinding, **SHORT)
        guarded = Door(rebinding, ports=door.ports, trust=door.trust, connect_seconds=0.2, total_seconds=0.2)
        with pytest.raises(NotDelivered):
            guarded.post(f"https://{HOST}:{private.port}/", b"{}", {})
        assert private.touched == 0
        turns["count"] = 0
        assert rebinding(HOST, private.port) == ["93.184.216.34"]  # the naive one's check
        naive = socket.create_connection((rebinding(HOST, private.port)[0], private.port), 1)
        with door.trust.wrap_socket(naive, server_hostname=HOST) as led:
            led.sendall(b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
            assert led.recv(12) == b"HTTP/1.1 200"
        assert private.touched == 1


def test_if_one_of_a_name_s_addresses_is_private_none_is_used(monkeypatch) -> None:
    opened: list[object] = []
    monkeypatch.setattr(socket, "create_connection", lambda *args, **_: opened.append(args))
    mixed = Door(lookup=lambda host, port: ["93.184.216.34", "10.0.0.8"])
    with pytest.raises(NotDelivered, match="address_not_public"):
        mixed.post("https://hooks.example.cn/", b"{}", {})
    assert opened == []


def test_a_certificate_of_another_name_is_not_taken(authority) -> None:
    with receiving(answers(200), trustme.CA()) as stranger:
        door = door_to(stranger, authority)
        with pytest.raises(NotDelivered, match=ssl.SSLCertVerificationError.__name__):
            door.post(f"https://{HOST}:{stranger.port}/", b"{}", {})
        assert stranger.requests == []


def test_for_a_day_both_secrets_sign_and_no_table_holds_one(wiring, officer_at) -> None:
    made = registered(wiring, officer_at, 443)
    told(wiring)
    with wiring.transactions.begin() as session:
        fresh = hooks.rotate(session, officer_at, made.row.webhook_id, MASTER, NOW)
    assert fresh.secret != made.secret
    with wiring.views() as session:
        (message,) = hooks.due(session, MASTER, NOW, 10)
        (later,) = hooks.due(session, MASTER, NOW + timedelta(days=1), 10)
    assert (len(message.keys), len(later.keys)) == (2, 1)
    kept = " ".join(str(vars(row)) for row in rows(wiring, Webhook))
    assert made.secret.removeprefix("whsec_")[:20] not in kept
