"""Webhooks: only public https addresses, tries at stated times, signatures that anyone can check."""

from __future__ import annotations

import base64
import hmac
import ipaddress
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.domain.webhook import is_public, next_try, secret, signatures, target, written
from matcher.errors import InvalidInput

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
CLOSED = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "100.64.0.0/10",
    "0.0.0.0/8",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "fc00::/7",
    "fe80::/10",
    "::1/128",
    "ff00::/8",
)
REFUSED = (
    "http://hooks.example.cn/x",
    "https://user:word@hooks.example.cn/x",
    "https://hooks.example.cn/x#part",
    "https://hooks.example.cn:22/x",
    "https://hooks.example.cn:99999/x",
    "https://hooks.example.cn./x",
    "https:///x",
    "https://127.0.0.1/x",
    "https://10.1.2.3/x",
    "https://192.168.0.9/x",
    "https://169.254.169.254/latest/meta-data",
    "https://100.100.100.200/latest/meta-data",
    "https://0.0.0.0/x",
    "https://224.0.0.1/x",
    "https://255.255.255.255/x",
    "https://[::1]/x",
    "https://[::]/x",
    "https://[fe80::1]/x",
    "https://[fc00::1]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://[::ffff:a9fe:a9fe]/x",
    "https://[64:ff9b::7f00:1]/x",
    "https://[2002:7f00:1::]/x",
    "https://湖心.cn/x",
    "https://hooks.example.cn/\r\nX: y",
    "ftp://hooks.example.cn/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_x",
    "https://hooks.example.cn/" + "x" * 500,
)


@pytest.mark.parametrize("url", REFUSED)
def test_what_is_not_plain_public_https_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput):
        target(url)


def test_a_public_address_is_taken_apart() -> None:
    found = target("https://Hooks.Example.CN:8443/qx/in?a=1")
    assert (found.host, found.port, found.path) == ("hooks.example.cn", 8443, "/qx/in?a=1")
    assert target("https://hooks.example.cn").path == "/"


@given(st.ip_addresses(v=4))
def test_an_address_written_inside_an_ipv6_one_is_never_public(address: ipaddress.IPv4Address) -> None:
    for carrier in ("::ffff:", "64:ff9b::", "::"):
        assert not is_public(ipaddress.ip_address(f"{carrier}{address}"))


@given(st.ip_addresses())
def test_a_public_address_lies_in_none_of_the_closed_ranges(address) -> None:
    inside = any(address in ipaddress.ip_network(one) for one in CLOSED)
    assert not (inside and is_public(address))


def test_tries_come_within_three_days_and_end() -> None:
    moments, tries, at = [NOW], 1, next_try(1, NOW)
    while at is not None:
        moments.append(at)
        tries += 1
        at = next_try(tries, at)
    assert len(moments) == 10
    assert timedelta(days=3) < moments[-1] - NOW < timedelta(days=4)
    assert moments[1] - NOW == timedelta(seconds=5)


def test_anyone_with_the_secret_can_check_the_signature() -> None:
    key, older = secret("m" * 32, "wh_1", 2), secret("m" * 32, "wh_1", 1)
    header = signatures([key, older], "msg_1", NOW, b'{"type":"notice.x"}')
    shown = written(key)
    plain = base64.b64decode(shown.removeprefix("whsec_"))
    signed = f"msg_1.{int(NOW.timestamp())}.".encode() + b'{"type":"notice.x"}'
    mine = base64.b64encode(hmac.new(plain, signed, sha256).digest()).decode()
    assert f"v1,{mine}" in header.split(" ")
    assert len(header.split(" ")) == 2
    assert len({key, older, secret("m" * 32, "wh_2", 2), secret("n" * 32, "wh_1", 2)}) == 4
