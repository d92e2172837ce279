"""Tiny worlds with a known answer, as rows. Every firm and person is invented."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from matcher.build.compile import compile_snapshot
from matcher.graph.graph import Graph
from matcher.graph.snapshot import open_snapshot
from matcher.storage.db import connect, sessions
from tests import factories as make
from tests.factories import NOW

STREET: Final = "340802001"  # a street of the district 340802
FAR: Final = "340104001"  # a street of another city

TOWER: Final = "BLD-TOWER"
SIDE_TOWER: Final = "BLD-SIDE"

ASKER: Final = "ENT-SOFTWARE"
CATERER_IN_TOWER: Final = "ENT-CATERER-TOWER"
CATERER_NEXT_DOOR: Final = "ENT-CATERER-NEXT"
CATERER_FAR: Final = "ENT-CATERER-FAR"
CLOSED_CATERER: Final = "ENT-CATERER-CLOSED"
RIVAL: Final = "ENT-CATERER-RIVAL"
PRINTER: Final = "ENT-PRINTER"
COPYCAT: Final = "ENT-COPYCAT"
COLD: Final = "ENT-COLD"
LUNCH: Final = "NEED-LUNCH"
LUNCH_TEXT: Final = "公司有120名员工，中午没地方吃饭，想找一家能每天送工作午餐的餐饮企业"


def a_canteen_tower(session: Session) -> None:
    """A software firm in a tower needs lunch for its staff; a caterer works in the same tower.

    Known answer: the caterer of the tower first, the one next door second; the far one serves another city
    only; closed and rival caterers never; the printer only if nothing else; the copycat of the need's words
    never before a caterer.
    """
    make.a_building(session, building_id=TOWER, name="湖心大厦", region_code=STREET)
    make.a_building(
        session,
        building_id=SIDE_TOWER,
        name="湖滨商务楼",
        region_code=STREET,
        latitude=30.535,
        longitude=117.055,
    )
    _firm(session, ASKER, "湖心云帆软件有限公司", "6513", "软件开发；信息系统集成服务", building_id=TOWER)
    make.a_need(
        session,
        need_id=LUNCH,
        enterprise_id=ASKER,
        text=LUNCH_TEXT,
        kind="staff_services",
        industry_code=None,
        published=False,
        understood={"topics": ["staff_meals"], "industries": ["6210", "6242"]},
    )
    _caterers(session)
    _firm(session, PRINTER, "湖心彩印有限公司", "2319", "包装装潢印刷品印刷", building_id=TOWER)
    _firm(session, COPYCAT, "湖心百事通咨询有限公司", "7243", LUNCH_TEXT, building_id=SIDE_TOWER)
    _firm(session, COLD, "湖心新芽餐饮店", None, None, building_id=SIDE_TOWER, employees=None)
    session.flush()


def _caterers(session: Session) -> None:
    lunch = {"title": "写字楼职工工作餐配送", "text": "每日供应工作午餐，送餐上门", "serves": []}
    for identifier, name, over, serves in (
        (CATERER_IN_TOWER, "湖心食惠餐饮有限公司", {"building_id": TOWER}, []),
        (CATERER_NEXT_DOOR, "湖滨团膳有限公司", {"building_id": SIDE_TOWER}, [STREET]),
        (CATERER_FAR, "庐州快餐有限公司", {"region_code": FAR, "station_id": "ST-FAR"}, ["3401"]),
        (CLOSED_CATERER, "湖心老灶餐饮有限公司", {"building_id": TOWER, "status": "closed"}, []),
        (RIVAL, "湖心对门餐饮有限公司", {"building_id": TOWER}, []),
    ):
        _firm(session, identifier, name, "6210", "餐饮服务；单位食堂委托经营", **over)
        told = lunch | {"offer_id": f"OFF-{identifier}", "serves": serves}
        make.an_offer(session, enterprise_id=identifier, industry_code="6242", **told)
    make.a_relation(session, ASKER, RIVAL, kind="dispute")


def a_checkerboard(session: Session, each: int = 6) -> None:
    """Two industries that need only each other: bakers need paper bags, printers need bread, no words shared.

    Known answer: partners of a baker are printers alone, and the other way round.
    """
    make.a_building(session, building_id=TOWER, name="湖心大厦", region_code=STREET)
    for number in range(each):
        baker = _firm(session, f"ENT-BAKER-{number}", f"麦香{number}号烘焙有限公司", "1411", "糕点面包制造")
        printer = _firm(session, f"ENT-PRINTER-{number}", f"彩墨{number}号印刷有限公司", "2319", "包装印刷")
        for firm, text, wanted in (
            (baker, "采购印刷纸袋一批", "2319"),
            (printer, "订购面包作员工早餐", "1411"),
        ):
            make.a_need(
                session,
                need_id=f"NEED-{firm}",
                enterprise_id=firm,
                text=text,
                industry_code=wanted,
                kind="supply",
                understood={"industries": [wanted]},
            )


def _firm(
    session: Session, identifier: str, name: str, industry: str | None, scope: str | None, **over: Any
) -> str:
    values: dict[str, Any] = {
        "region_code": STREET,
        "contact_phone": None,
        "building_id": None,
        "latitude": None,
        "longitude": None,
    }
    values |= over
    make.an_enterprise(
        session, enterprise_id=identifier, name=name, industry_code=industry, scope=scope, **values
    )
    return identifier


@contextmanager
def rows(template: Path, folder: Path) -> Iterator[Session]:
    """A session on a fresh SQLite database; which engine held the rows makes no difference to the graph."""
    shutil.copyfile(template, folder / "rows.db")
    engine = connect(f"sqlite:///{folder / 'rows.db'}")
    with sessions(engine)() as session:
        yield session
        session.rollback()
    engine.dispose()


def compiled(session: Session, folder: Path) -> Graph:
    """The rows of the session as an opened snapshot."""
    session.flush()
    return open_snapshot(folder / compile_snapshot(session, folder, NOW))
