"""The stories of the street: whoever words the need, those who can answer it are among the first three.

Of every seed each story is asked over HTTP, at the route that stories.yaml names for it (see door.py);
other wordings and other casts are asked of the service behind that route (see answers.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobs.demo.stories import roles
from matcher.domain.need import NeedKind
from matcher.services import finance
from matcher.storage.db import connect
from tests.conftest import ENGINES, fresh_database
from tests.factories import NOW
from tests.scenarios.answers import answered, cast_of, stories
from tests.scenarios.door import opened as at_the_door
from tests.scenarios.stage import OFFICER, Stage, imported, opened, renamed, staged

SEEDS = range(1, 21)
MARKS = {"sqlite": (), "postgresql": pytest.mark.postgresql}
NAMES = tuple(stories())
WORDINGS = [
    pytest.param(name, wording["text"], id=f"{name}-{number}")
    for name in NAMES
    for number, wording in enumerate(stories()[name]["wordings"], 1)
]
# Rows come out of both engines alike; two of the twenty seeds show it.
CROSSED = [*((seed, "sqlite") for seed in SEEDS), *((seed, "postgresql") for seed in (1, 20))]
DOORS = [pytest.param(seed, engine, id=f"{seed}-{engine}", marks=MARKS[engine]) for seed, engine in CROSSED]


@pytest.fixture(scope="module", params=ENGINES)
def empty(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """A migrated database without rows, on each of the two engines."""
    with fresh_database(request, request.param, tmp_path_factory.mktemp("empty")) as url:
        engine = connect(url)
        yield engine
        engine.dispose()


@pytest.fixture(scope="module")
def stage(empty: sa.Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The district of seed 1, compiled once for all who ask it."""
    with staged(empty, tmp_path_factory.mktemp("stage"), 1) as seed_one:
        yield seed_one


@pytest.mark.parametrize(("seed", "engine"), DOORS)
def test_every_story_is_answered_over_http_whatever_the_seed(
    request: pytest.FixtureRequest, seed: int, engine: str, tmp_path: Path
) -> None:
    with fresh_database(request, engine, tmp_path) as url, at_the_door(url, tmp_path, seed) as door:
        missing = {name: set(cast_of(story)) - door.answered(story) for name, story in stories().items()}
    assert missing == {name: set() for name in NAMES}


@pytest.mark.parametrize(("name", "text"), WORDINGS)
def test_five_people_put_it_in_five_ways_and_all_find_the_answer(stage: Stage, name: str, text: str) -> None:
    story = stories()[name]
    with stage.said(story["asker"], text) as need_id:
        assert answered(stage, story, need_id) == set(cast_of(story))


def test_the_answers_do_not_hang_on_names_and_survive_a_round_trip_through_files(
    engine: sa.Engine, database_url: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    district, sources = renamed(1, engine, tmp_path)
    kind = engine.dialect.name
    (tmp_path / "again").mkdir()
    with fresh_database(request, kind, tmp_path / "again") as url:
        other = connect(url)
        imported(other, sources)
        with opened(other, tmp_path, district) as stage:
            found = {name: answered(stage, story) for name, story in stories().items()}
        other.dispose()
    assert found == {name: set(cast_of(story)) for name, story in stories().items()}


def test_nobody_is_named_who_is_not_there(engine: sa.Engine, tmp_path: Path) -> None:
    gone = {role for story in stories().values() for role in cast_of(story) if role != story["asker"]}
    with staged(engine, tmp_path, 1, gone) as stage:
        found = {name: answered(stage, story) for name, story in stories().items()}
    assert found == {name: set() for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_who_leaves_after_the_snapshot_is_named_no_more(stage: Stage, name: str) -> None:
    story = stories()[name]
    for role in sorted(set(cast_of(story)) - {story["asker"]}):
        with stage.left(role):
            assert answered(stage, story) == set(cast_of(story)) - {role}


def loans(stage: Stage, text: str) -> finance.FirmProducts:
    """The modular maker's loans after it has said this."""
    with stage.said("modular_maker", text):
        return finance.loans_for(stage.session, stage.graph, OFFICER, stage.roles["modular_maker"], NOW)


@pytest.mark.parametrize("text", ["要贷款780万，周转", "差七百八十万，哪家银行能贷"])
def test_the_loan_that_covers_the_sum_of_the_words_comes_first(stage: Stage, text: str) -> None:
    found = loans(stage, text)
    assert found.wish.amount_yuan == 7_800_000
    assert found.fits[0].product.product_id == stage.roles["modular_loan"]


def test_a_small_sum_is_answered_by_another_loan_and_a_huge_one_told_what_is_lacking(stage: Stage) -> None:
    small, huge = loans(stage, "要贷款30万，周转"), loans(stage, "要贷款1.2亿元建新厂")
    assert small.fits[0].product.product_id != stage.roles["modular_loan"]
    assert "products.pro_amount" in {reason.key for reason in small.fits[0].pros}
    assert "products.con_amount" in {reason.key for reason in huge.fits[0].cons}


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
