"""A demo district on its feet: rows written, a snapshot compiled, an officer at the desk."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs.demo.district import District, draw, write
from jobs.demo.places import MAIN
from matcher.build.compile import compile_snapshot
from matcher.domain.access import Actor, Role
from matcher.domain.enterprise import EnterpriseStatus
from matcher.domain.need import NeedState
from matcher.graph.graph import Graph
from matcher.graph.snapshot import open_snapshot
from matcher.services import intake
from matcher.services.exports import write_kind
from matcher.services.imports import Options, Source, import_files
from matcher.services.imports.kinds import KINDS
from matcher.services.intake import NeedForm
from matcher.storage import needs
from matcher.storage.db import Base, sessions
from matcher.storage.enterprises import Enterprise
from matcher.storage.events import Talent
from matcher.storage.feedback import Introduction
from matcher.storage.needs import Need
from matcher.storage.products import Product
from tests.factories import NOW

OFFICER = Actor("account-officer", Role.OFFICER, MAIN)
ADMINISTRATOR = Actor("account-administrator", Role.ADMINISTRATOR, "")
_REFERENCES = ("enterprise_id", "buyer_id", "seller_id", "a", "b", "product_id", "talent_id")


@dataclass(frozen=True)
class Stage:
    """A district that can be asked. `roles` and `needs` as in the demo's summary."""

    session: Session
    graph: Graph
    roles: dict[str, str]
    needs: dict[str, str]

    @contextmanager
    def said(self, asker: str, text: str) -> Iterator[str]:
        """The asker says it in these words instead of those of the demo; gives the need's id.

        Nobody corrects what is read from the text, and nothing is kept.
        """
        earlier = needs.need_by_id(self.session, self.needs[asker])
        assert earlier is not None
        earlier.state = NeedState.WITHDRAWN.value
        yield intake.create(self.session, OFFICER, NeedForm(self.roles[asker], text), NOW).need_id
        self.session.rollback()

    @contextmanager
    def left(self, role: str) -> Iterator[None]:
        """Whoever plays the role closes, or is taken out, after the snapshot; nothing is kept."""
        identifier = self.roles[role]
        firm = self.session.get(Enterprise, identifier)
        if firm is not None:
            firm.status = EnterpriseStatus.CLOSED.value
        for mapped in (Product, Talent):
            if (row := self.session.get(mapped, identifier)) is not None:
                self.session.delete(row)
        yield
        self.session.rollback()


@contextmanager
def opened(engine: sa.Engine, folder: Path, district: District) -> Iterator[Stage]:
    """Compile what the database holds and open the stage on it."""
    with Session(engine) as session:
        graph = open_snapshot(folder / compile_snapshot(session, folder, NOW))
        session.rollback()
        yield Stage(session, graph, district.roles, district.needs)


@contextmanager
def staged(engine: sa.Engine, folder: Path, seed: int, gone: Collection[str] = ()) -> Iterator[Stage]:
    """The district of a seed in an empty database, without those who play the roles `gone`."""
    district = draw(seed, NOW)
    write(engine, without(district.rows, {district.roles[role] for role in gone}))
    with opened(engine, folder, district) as stage:
        yield stage


def without(rows: Sequence[Base], identifiers: Collection[str]) -> list[Base]:
    """The rows that do not speak of these firms, products, classes, their needs and introductions."""
    unheard = {row.need_id for row in rows if isinstance(row, Need) and row.enterprise_id in identifiers}
    spoken = [
        row
        for row in rows
        if not any(getattr(row, name, None) in identifiers for name in _REFERENCES)
        and getattr(row, "need_id", None) not in unheard
    ]
    made = {row.introduction_id for row in spoken if isinstance(row, Introduction)}
    return [row for row in spoken if getattr(row, "introduction_id", None) in {None, *made}]


def renamed(seed: int, engine: sa.Engine, folder: Path) -> tuple[District, list[Source]]:
    """The district of a seed under names that say nothing, as the CSV files of its own export."""
    district = draw(seed, NOW)
    for number, row in enumerate(row for row in district.rows if isinstance(row, Enterprise)):
        row.name = row.name_key = f"改名第{number}号有限公司"
    write(engine, district.rows)
    with Session(engine) as session:
        for kind in KINDS:
            write_kind(session, NOW, kind, folder / f"{kind}.csv")
    return district, [Source(folder / f"{kind}.csv", f"{kind}.csv", kind) for kind in KINDS]


def imported(engine: sa.Engine, sources: Sequence[Source]) -> None:
    """The files in an empty database, through the importer."""
    with sessions(engine).begin() as session:
        report = import_files(session, ADMINISTRATOR, NOW, sources, Options())
        assert report.problems == []
