"""A random crowd of firms in a few houses, with everything that may decide a list of partners."""

from __future__ import annotations

import random

from sqlalchemy.orm import Session

from matcher.domain.need import Direction, NeedKind, Question
from matcher.storage.shown import Shown
from tests import factories as make

CLAUSES = (
    "职工食堂承包",
    "软件开发",
    "办公室保洁",
    "代理记账",
    "画册印制",
    "冷链运输",
    "钢结构制造",
    "服装批发",
)
INDUSTRIES = ("6241", "6210", "6513", "8219", "7241", "2319", "5437", "3311", None)
TOPICS = ("staff_meals", "cleaning", "printing", None)
STATIONS = ("ST-01", "ST-02")
STREETS = ("340802001", "340802002", "340104001")


def a_crowd(session: Session, chance: random.Random, firms: int = 60) -> list[str]:
    """The firms' ids. Some hide, closed, are persons, share owners, quarrel, serve one region only, are sold
    out; some have not been shown to anybody.
    """
    for number, street in enumerate(STREETS):
        north = None if number == 2 else 30.5 + number / 200
        make.a_building(session, building_id=f"B{number}", region_code=street, latitude=north)
    found = [_firm(session, chance, number) for number in range(firms)]
    for _ in range(firms):
        buyer, seller = chance.sample(found, 2)
        make.a_deal(session, buyer_id=buyer, seller_id=seller)
    for _ in range(3):
        make.a_relation(session, *chance.sample(found, 2))
    session.add_all(Shown(enterprise_id=firm, times=2) for firm in found if chance.random() < 0.7)
    session.flush()
    return found


def _firm(session: Session, chance: random.Random, number: int) -> str:
    told = {"code": f"92340802MA{number:08d}"} if chance.random() < 0.1 else {}
    firm = make.an_enterprise(
        session,
        **told,
        name=f"江畔{number}{chance.choice(CLAUSES)}有限公司",
        scope="；".join(chance.sample(CLAUSES, 2)),
        industry_code=chance.choice(INDUSTRIES),
        building_id=chance.choice(("B0", "B1", "B2", None)),
        region_code=chance.choice((*STREETS, None)),
        station_id=chance.choice(STATIONS),
        employees=chance.choice((None, 3, 40, 700)),
        revenue_fen=chance.choice((None, 10**8, 10**10)),
        owner_group=chance.choice((None, None, None, "甲集团")),
        status=chance.choice(("active", "active", "active", "closed")),
        listed=chance.random() < 0.9,
    ).enterprise_id
    if chance.random() < 0.6:
        make.an_offer(
            session,
            enterprise_id=firm,
            title=chance.choice(CLAUSES),
            industry_code=chance.choice(INDUSTRIES),
            serves=chance.choice(([], ["340802"], ["3401"])),
            capacity=chance.choice((None, 0.0, 40.0)),
        )
    if chance.random() < 0.4:
        make.a_need(
            session,
            enterprise_id=firm,
            text=f"想找一家做{chance.choice(CLAUSES)}的企业",
            industry_code=chance.choice(INDUSTRIES),
            published=chance.random() < 0.7,
        )
    return firm


def a_question(chance: random.Random, firms: list[str]) -> Question:
    """Of a firm or of nobody, in words or not, up or down the chain."""
    topic, industry = chance.choice(TOPICS), chance.choice(INDUSTRIES)
    text = chance.choice(("", f"我们想找{chance.choice(CLAUSES)}的企业，还要{chance.choice(CLAUSES)}"))
    return Question(
        text=text,
        kind=chance.choice((NeedKind.SUPPLY, NeedKind.CUSTOMERS, NeedKind.STAFF_SERVICES)),
        direction=chance.choice((Direction.UPSTREAM, Direction.DOWNSTREAM)),
        asker=chance.choice(firms) if text == "" or chance.random() < 0.8 else None,
        industries=(industry,) if industry is not None and chance.random() < 0.5 else (),
        topics=(topic,) if topic is not None and chance.random() < 0.5 else (),
        amount_fen=chance.choice((None, 5_000_000)),
        avoid=frozenset(chance.sample(firms, 1)),
        region_code=chance.choice((None, None, "340802001", "340100")),
    )
