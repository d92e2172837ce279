"""A demo district on its feet: rows written, a snapshot compiled, an officer at the desk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from sqlalchemy.orm import Session

from jobs.demo.district import District, write
from jobs.demo.places import MAIN
from matcher.build.compile import compile_snapshot
from matcher.domain.access import Actor, Role
from matcher.domain.need import NeedKind, Question
from matcher.domain.ranking import Ranking
from matcher.graph.graph import Graph
from matcher.graph.snapshot import open_snapshot
from matcher.services import partners
from matcher.storage.db import Base, connect
from tests.factories import NOW

FIRST = 3
OFFICER = Actor("account-officer", Role.OFFICER, MAIN)
_REFERENCES = ("enterprise_id", "buyer_id", "seller_id", "a", "b")


@cache
def stories() -> dict[str, dict[str, Any]]:
    """All of stories.yaml by name."""
    text = Path(__file__).with_name("stories.yaml").read_text(encoding="utf-8")
    return {story["story"]: story for story in yaml.safe_load(text)}


@dataclass(frozen=True)
class Stage:
    """A district that can be asked. `roles` and `needs` as in the demo's summary."""

    session: Session
    graph: Graph
    roles: dict[str, str]
    needs: dict[str, str]

    def planted(self, story: dict[str, Any]) -> list[str]:
        """The first answers to the need that stands in the rows."""
        need_id = self.needs[story["asker"]]
        return _first(partners.for_need(self.session, self.graph, OFFICER, need_id, FIRST, NOW))

    def asked(self, story: dict[str, Any], text: str) -> list[str]:
        """The first answers to the same need in other words, which no row holds."""
        question = Question(text=text, kind=NeedKind(story["kind"]), asker=self.roles[story["asker"]])
        return _first(partners.for_question(self.session, self.graph, OFFICER, question, FIRST, NOW))

    def answer(self, story: dict[str, Any]) -> str:
        """Who should be among them."""
        return self.roles[story["answer"]["role"]]


@contextmanager
def staged(district: District, folder: Path, template: Path) -> Iterator[Stage]:
    """Write the district's rows into a copy of the migrated `template` and open the stage on it."""
    with database(folder, template) as engine:
        write(engine, district.rows)
        with opened(engine, folder, district) as stage:
            yield stage


@contextmanager
def database(folder: Path, template: Path) -> Iterator[sa.Engine]:
    """An engine on a copy of the migrated `template`."""
    path = folder / "rows.db"
    shutil.copyfile(template, path)
    engine = connect(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@contextmanager
def opened(engine: sa.Engine, folder: Path, district: District) -> Iterator[Stage]:
    """Compile what the database holds and open the stage on it."""
    with Session(engine) as session:
        graph = open_snapshot(folder / compile_snapshot(session, folder, NOW))
        yield Stage(session, graph, district.roles, district.needs)


def without(rows: Sequence[Base], enterprise_id: str) -> list[Base]:
    """The rows that do not speak of that enterprise."""
    return [row for row in rows if all(getattr(row, name, None) != enterprise_id for name in _REFERENCES)]


def _first(ranking: Ranking) -> list[str]:
    return [suggestion.identifier for suggestion in ranking.suggestions[:FIRST]]
