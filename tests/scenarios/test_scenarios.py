"""The stories of the street: whoever words the need, the one who can answer it is among the first three."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.demo.district import draw
from jobs.demo.stories import roles
from matcher.domain.access import Actor, Role
from matcher.domain.need import NeedKind
from matcher.services.imports import Options, import_files
from matcher.storage.db import sessions
from matcher.storage.enterprises import Enterprise
from tests.factories import NOW
from tests.scenarios.files import write_files
from tests.scenarios.stage import Stage, database, opened, staged, stories, without

PARTNERS = [name for name, story in stories().items() if story["service"] == "partners"]
WORDINGS = [
    pytest.param(name, wording["text"], id=f"{name}-{wording['voice']}")
    for name in PARTNERS
    for wording in stories()[name]["wordings"]
]
SEEDS = range(1, 21)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Stage]:
    with staged(draw(1, NOW), tmp_path_factory.mktemp("stage"), sqlite_template) as opened_stage:
        yield opened_stage


@pytest.fixture(scope="module", params=SEEDS)
def any_stage(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("seed")
    with staged(draw(request.param, NOW), folder, sqlite_template) as opened_stage:
        yield opened_stage


@pytest.mark.parametrize("name", PARTNERS)
def test_the_planted_need_finds_its_answer_whatever_the_seed(any_stage: Stage, name: str) -> None:
    story = stories()[name]
    assert any_stage.answer(story) in any_stage.planted(story)


@pytest.mark.parametrize(("name", "text"), WORDINGS)
def test_five_people_put_it_in_five_ways_and_all_find_the_answer(stage: Stage, name: str, text: str) -> None:
    story = stories()[name]
    assert stage.answer(story) in stage.asked(story, text)


@pytest.mark.parametrize("name", PARTNERS)
def test_the_answer_does_not_hang_on_names_and_survives_a_round_trip_through_files(
    tmp_path: Path, sqlite_template: Path, name: str
) -> None:
    district = draw(1, NOW)
    for number, row in enumerate(row for row in district.rows if isinstance(row, Enterprise)):
        row.name = f"改名第{number}号有限公司"
    sources = write_files(tmp_path, district.rows)
    with database(tmp_path, sqlite_template) as engine:
        with sessions(engine).begin() as session:
            importer = Actor("account-administrator", Role.ADMINISTRATOR, "")
            report = import_files(session, importer, NOW, sources, Options())
        assert report.problems == []
        with opened(engine, tmp_path, district) as stage:
            assert stage.answer(stories()[name]) in stage.planted(stories()[name])


@pytest.mark.parametrize("name", PARTNERS)
def test_the_answer_is_not_there_when_its_firm_is_gone(
    tmp_path: Path, sqlite_template: Path, name: str
) -> None:
    district, story = draw(1, NOW), stories()[name]
    gone = district.roles[story["answer"]["role"]]
    district.rows = without(district.rows, gone)
    with staged(district, tmp_path, sqlite_template) as stage:
        assert gone not in stage.planted(story)


@pytest.mark.parametrize("name", stories())
def test_a_story_names_parts_of_the_cast_and_is_worded_by_five_people(name: str) -> None:
    story = stories()[name]
    assert NeedKind(story["kind"])
    assert story["asker"] in roles()
    assert len({wording["text"] for wording in story["wordings"]}) == 5
    assert len({wording["voice"] for wording in story["wordings"]}) == 5
    named = [party["role"] for party in story.get("parties", ())] + story["answer"].get("members", [])
    assert set(named) <= set(roles())
