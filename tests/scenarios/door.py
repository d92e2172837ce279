"""The stories asked at the door: the route that stories.yaml names, over HTTP, with an officer's key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from api.application import build
from api.wiring import Wiring
from jobs.demo.district import District, draw, write
from jobs.demo.places import MAIN
from matcher.build.compile import compile_snapshot
from matcher.domain.access import Actor, Role
from matcher.graph.snapshot import publish
from matcher.services.access import NewAccount, create_account, create_key
from matcher.settings import Settings
from matcher.storage.db import connect
from tests.factories import NOW
from tests.scenarios.answers import FIRST, Found, Story, cast_of

OPERATOR = Actor("local", Role.ADMINISTRATOR, "")


@dataclass(frozen=True)
class Door:
    """A district behind its service, and an officer who asks."""

    district: District
    client: FlaskClient

    def answered(self, story: Story) -> set[str]:
        """The roles that the story's route names where they belong, among the first."""
        verb, address = story["route"].split(" ")
        asker = story["asker"]
        path = address.format(need_id=self.district.needs[asker], enterprise_id=self.district.roles[asker])
        answer = self.client.open(f"{path}?n={FIRST}" if story["service"] != "loans" else path, method=verb)
        assert answer.status_code == 200, answer.text
        found = _READ[story["service"]](answer.json, self.district.needs[asker])
        roles = self.district.roles
        return {role for role, seat in cast_of(story).items() if roles[role] in found.get(seat, ())}


@contextmanager
def opened(url: str, home: Path, seed: int) -> Iterator[Door]:
    """The district of a seed, written, compiled, published and served."""
    settings = Settings(home=home, database_url=url, secret_key="s" * 32, log_level="CRITICAL")
    district = draw(seed, NOW)
    engine = connect(url)
    write(engine, district.rows)
    engine.dispose()
    wiring = replace(Wiring.of(settings), clock=lambda: NOW)
    with wiring.store.reading.begin() as session:
        snapshot_id = compile_snapshot(session, settings.snapshots, NOW)
    publish(settings.snapshots, snapshot_id, 1)
    with wiring.store.writing.begin() as session:
        officer = create_account(session, OPERATOR, NewAccount("王专员", Role.OFFICER, MAIN), NOW)
        token = create_key(session, OPERATOR, officer.account_id, NOW).token
    client = build(settings, wiring).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    yield Door(district, client)
    wiring.store.close()


def _firms(items: Sequence[Mapping[str, Any]]) -> list[str]:
    return [one["enterprise_id"] for one in items[:FIRST]]


def _group(body: Any, need_id: str) -> Found:
    """The firms of the first group that holds the asker's need."""
    for group in body["items"][:FIRST]:
        if any(member["need_id"] == need_id for member in group["members"]):
            return {"": [member["enterprise_id"] for member in group["members"]]}
    return {}


_READ: Mapping[str, Callable[[Any, str], Found]] = {
    "partners": lambda body, _: {"": _firms(body["items"])},
    "parties": lambda body, _: {seat["role"]: _firms(seat["candidates"]) for seat in body["items"]},
    "loans": lambda body, _: {"": [one["product_id"] for one in body["items"][:FIRST]]},
    "recruitment": lambda body, _: {"": [one["talent_id"] for one in body["items"][:FIRST]]},
    "groups": _group,
}
