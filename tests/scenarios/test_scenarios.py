"""The stories of the street: whoever words the need, those who can answer it are among the first three.

Each story is asked of the service behind the route that stories.yaml names for it (see answers.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobs.demo.stories import roles
from matcher.domain.need import NeedKind
from matcher.storage.db import connect
from tests.postgres_server import create_database, drop_database
from tests.scenarios.answers import answered, cast_of, stories
from tests.scenarios.stage import Stage, database, imported, opened, renamed, staged

SEEDS = range(1, 21)
NAMES = tuple(stories())
WORDINGS = [
    pytest.param(name, wording["text"], id=f"{name}-{number}")
    for name in NAMES
    for number, wording in enumerate(stories()[name]["wordings"], 1)
]
ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(scope="module", params=ENGINES)
def empty(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[sa.Engine]:
    """A migrated database without rows, on each of the two engines."""
    if request.param == "sqlite":
        with database(tmp_path_factory.mktemp("empty"), sqlite_template) as engine:
            yield engine
        return
    server = request.getfixturevalue("postgres_server")
    url = create_database(server, request.getfixturevalue("postgres_template"))
    engine = connect(url.render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    drop_database(server, url.database)


@pytest.fixture(scope="module")
def stage(empty: sa.Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The district of seed 1, compiled once for all who ask it."""
    with staged(empty, tmp_path_factory.mktemp("stage"), 1) as seed_one:
        yield seed_one


@pytest.mark.parametrize("seed", SEEDS)
def test_every_story_is_answered_whatever_the_seed(seed: int, tmp_path: Path, sqlite_template: Path) -> None:
    with database(tmp_path, sqlite_template) as engine, staged(engine, tmp_path, seed) as stage:
        missing = {name: set(cast_of(story)) - answered(stage, story) for name, story in stories().items()}
    assert missing == {name: set() for name in NAMES}


@pytest.mark.parametrize(("name", "text"), WORDINGS)
def test_five_people_put_it_in_five_ways_and_all_find_the_answer(stage: Stage, name: str, text: str) -> None:
    story = stories()[name]
    with stage.said(story["asker"], text) as need_id:
        assert answered(stage, story, need_id) == set(cast_of(story))


def test_the_answers_do_not_hang_on_names_and_survive_a_round_trip_through_files(
    tmp_path: Path, sqlite_template: Path
) -> None:
    with database(tmp_path, sqlite_template) as engine:
        district, sources = renamed(1, engine, tmp_path)
    with database(tmp_path, sqlite_template) as engine:
        imported(engine, sources)
        with opened(engine, tmp_path, district) as stage:
            found = {name: answered(stage, story) for name, story in stories().items()}
    assert found == {name: set(cast_of(story)) for name, story in stories().items()}


def test_nobody_is_named_who_is_not_there(tmp_path: Path, sqlite_template: Path) -> None:
    gone = {role for story in stories().values() for role in cast_of(story) if role != story["asker"]}
    with database(tmp_path, sqlite_template) as engine, staged(engine, tmp_path, 1, gone) as stage:
        found = {name: answered(stage, story) for name, story in stories().items()}
    assert found == {name: set() for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_who_leaves_after_the_snapshot_is_named_no_more(stage: Stage, name: str) -> None:
    story = stories()[name]
    for role in sorted(set(cast_of(story)) - {story["asker"]}):
        with stage.left(role):
            assert answered(stage, story) == set(cast_of(story)) - {role}


@pytest.mark.parametrize("name", NAMES)
def test_a_story_names_its_route_and_parts_of_the_cast_and_is_worded_by_five_people(
    name: str, stage: Stage
) -> None:
    story = stories()[name]
    assert story["route"].startswith("GET /v1/")
    assert NeedKind(story["kind"])
    assert story["asker"] in roles()
    assert len({wording["text"] for wording in story["wordings"]}) == 5
    assert len({wording["voice"] for wording in story["wordings"]}) == 5
    assert set(cast_of(story)) <= set(stage.roles)
