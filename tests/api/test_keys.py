"""Keys open the door; everything that is not a living key gets the same answer."""

from datetime import timedelta

import pytest

from matcher.domain.access import Role
from matcher.services.access import create_key, revoke_key
from tests.api.conftest import OPERATOR
from tests.factories import NOW

WHO = "/v1/snapshots"  # any guarded route


def with_key(service, value: str):
    return service.client().get(WHO, headers={"Authorization": value})


def test_a_key_opens_the_door(service) -> None:
    assert with_key(service, f"Bearer {service.keys[Role.OFFICER]}").status_code == 200


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic b2ZmaWNlcjpw",
        "Bearer nonsense",
        "Bearer qx_00000000_" + "0" * 72,
        "Bearer \xff\xfe",
        "Bearer qx__",
        "bearer qx_a_b",
        "Bearer " + "a" * 5000,
    ],
)
def test_anything_else_is_unauthenticated(service, value: str) -> None:
    answer = with_key(service, value)
    assert answer.status_code == 401
    assert answer.json["code"] == "unauthenticated"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_slip_in_the_key_is_seen_by_its_checksum(service) -> None:
    key = service.keys[Role.OFFICER]
    wrong = key[:-1] + ("0" if key[-1] != "0" else "1")
    assert with_key(service, f"Bearer {wrong}").status_code == 401


def test_an_expired_key_is_refused_and_a_second_one_lives_on(service) -> None:
    kept: dict[str, str] = {}

    def two_keys(session) -> None:
        from matcher.services.access import check_key

        account = check_key(session, service.keys[Role.OFFICER], NOW).account_id
        kept["short"] = create_key(session, OPERATOR, account, NOW, NOW + timedelta(hours=1)).token

    service.change(two_keys)
    assert with_key(service, f"Bearer {kept['short']}").status_code == 200
    service.clock.now = NOW + timedelta(hours=1)
    assert with_key(service, f"Bearer {kept['short']}").status_code == 401
    assert with_key(service, f"Bearer {service.keys[Role.OFFICER]}").status_code == 200


def test_a_revoked_key_is_refused_at_once(service) -> None:
    key = service.keys[Role.OFFICER]
    service.change(lambda session: revoke_key(session, OPERATOR, key.split("_")[1], NOW))
    assert with_key(service, f"Bearer {key}").status_code == 401


def test_the_eleventh_wrong_key_in_a_minute_has_to_wait_but_a_right_one_never(service) -> None:
    for _ in range(10):
        assert with_key(service, "Bearer wrong").status_code == 401
    held = with_key(service, "Bearer wrong")
    assert held.status_code == 429
    assert held.headers["Retry-After"] == "60"
    assert with_key(service, f"Bearer {service.keys[Role.OFFICER]}").status_code == 200
    service.clock.now += timedelta(seconds=61)
    assert with_key(service, "Bearer wrong").status_code == 401
