"""Rows with valid defaults: a test names only what matters to it. All firms and people are invented.

Every factory adds and flushes one row and what the row cannot be without (its station, its
enterprise). Identifiers count upwards through the whole run, so they are unique in any database.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, TypeVar

from sqlalchemy.orm import Session

from matcher.domain.enterprise import name_key
from matcher.storage import Base
from matcher.storage.accounts import Account
from matcher.storage.chain import ChainLink
from matcher.storage.consents import Consent
from matcher.storage.enterprises import Building, Enterprise, Relation, Station
from matcher.storage.events import Attendance, Event, Opening, Talent
from matcher.storage.feedback import Introduction
from matcher.storage.impressions import Impression
from matcher.storage.needs import Deal, Need, Offer
from matcher.storage.products import Product
from matcher.storage.visits import Visit

NOW: Final = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
STATION: Final = "ST-01"
FIRM: Final = "ENT-FIRM"
BANK: Final = "BANK-01"
ORGANIZER: Final = "ORG-01"
REGION: Final = "340802"

_NUMBERS = itertools.count(1)
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
Row = TypeVar("Row", bound=Base)


def a_code(number: int) -> str:
    """A unified social credit code of an enterprise that passes both checks; one a number."""
    for extra in itertools.count():
        body = f"{(number * 37 + extra) % 10**8:08d}"
        inner = 11 - sum(int(d) * w for d, w in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
        if inner == 11:
            inner = 0
        start = f"91{REGION}{body}{'X' if inner == 10 else inner}"
        total = sum(_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(start))
        code = start + _ALPHABET[-total % 31]
        if not code.endswith("000"):
            return code
    raise AssertionError("unreachable")


def a_station(session: Session, **over: Any) -> Station:
    """A street's station; STATION unless named otherwise. One that exists is given back."""
    identifier = over.pop("station_id", STATION)
    values = {"name": "湖心街道企业服务站", "region_code": REGION} | over
    return _ensured(session, Station, identifier, station_id=identifier, **values)


def a_building(session: Session, **over: Any) -> Building:
    number = next(_NUMBERS)
    values: dict[str, Any] = {
        "building_id": f"BLD-{number:05d}",
        "name": f"湖心大厦{number}座",
        "region_code": REGION,
        "address": f"湖心中路{number}号",
        "latitude": 30.53,
        "longitude": 117.05,
        "station_id": STATION,
    }
    values |= over
    _station_of(session, values)
    return _added(session, Building(**values))


def an_enterprise(session: Session, **over: Any) -> Enterprise:
    """A small catering supplier of STATION, listed, with every figure known."""
    number = next(_NUMBERS)
    values: dict[str, Any] = {
        "enterprise_id": f"ENT-{number:05d}",
        "code": a_code(number),
        "code_verdict": "ok",
        "name": f"安庆湖心第{number}餐饮服务有限公司",
        "industry_code": "6210",
        "scope": "餐饮服务；食品销售；单位食堂委托经营",
        "region_code": REGION,
        "address": f"湖心中路{number}号",
        "floor": "12",
        "founded_on": date(2015, 3, 1),
        "registered_capital_fen": 100_000_000,
        "employees": 32,
        "revenue_fen": 850_000_000,
        "tax_paid_fen": 12_000_000,
        "assets_fen": 420_000_000,
        "tax_grade": "B",
        "tax_grade_year": 2025,
        "certificates": [],
        "allows_invitations": True,
        "contact_name": "王小湖",
        "contact_phone": "05565550100",
        "station_id": STATION,
        "updated_at": NOW,
    }
    values |= over
    values.setdefault("name_key", name_key(values["name"]))
    _station_of(session, values)
    return _added(session, Enterprise(**values))


def a_relation(session: Session, a: str, b: str, **over: Any) -> Relation:
    """Two rivals, for ever, uncontested."""
    values: dict[str, Any] = {"kind": "rival", "source": "企业申报", "entered_by": "account-officer"}
    return _added(session, Relation(a=a, b=b, **(values | over)))


def an_offer(session: Session, **over: Any) -> Offer:
    values: dict[str, Any] = {
        "offer_id": f"OFF-{next(_NUMBERS):05d}",
        "title": "写字楼职工工作餐配送",
        "text": "每日可供应500份工作餐，荤素搭配，十一点半前送到",
        "industry_code": "6242",
        "capacity": 500.0,
        "serves": [REGION],
        "updated_at": NOW,
    }
    values |= over
    _enterprise_of(session, values)
    return _added(session, Offer(**values))


def a_need(session: Session, **over: Any) -> Need:
    values: dict[str, Any] = {
        "need_id": f"NEED-{next(_NUMBERS):05d}",
        "text": "公司有120名员工，想找一家能每天送工作午餐的餐饮企业，月底前定下来",
        "title": "职工午餐配送",
        "kind": "supply",
        "industry_code": "6242",
        "amount_fen": 3_000_000,
        "quantity": 120.0,
        "deadline": date(2026, 12, 31),
        "published": True,
        "created_by": "account-officer",
        "created_at": NOW,
        "updated_at": NOW,
    }
    values |= over
    _enterprise_of(session, values)
    return _added(session, Need(**values))


def a_deal(session: Session, **over: Any) -> Deal:
    values: dict[str, Any] = {
        "deal_id": f"DEAL-{next(_NUMBERS):05d}",
        "date": date(2026, 9, 10),
        "amount_fen": 25_000_000,
        "stage": "signed",
        "updated_at": NOW,
    }
    values |= over
    _enterprise_of(session, values, "buyer_id")
    _enterprise_of(session, values, "seller_id")
    return _added(session, Deal(**values))


def a_product(session: Session, **over: Any) -> Product:
    """A loan of BANK for small firms that have stood for two years."""
    values: dict[str, Any] = {
        "product_id": f"PROD-{next(_NUMBERS):05d}",
        "owner": BANK,
        "owner_name": "湖心村镇银行",
        "title": "小微企业信用贷",
        "kind": "loan",
        "text": "面向本地小微企业的信用贷款",
        "amount_fen": 300_000_000,
        "term_months": 12,
        "rate": 0.0385,
        "valid_from": date(2026, 1, 1),
        "valid_until": date(2026, 12, 31),
        "source": "湖心村镇银行产品手册2026",
        "criteria": [{"field": "age_months", "operator": "at_least", "value": 24}],
        "updated_at": NOW,
    }
    return _added(session, Product(**(values | over)))


def a_consent(session: Session, **over: Any) -> Consent:
    """The enterprise lets BANK see figures for a loan, for a year around NOW."""
    values: dict[str, Any] = {
        "consent_id": f"CON-{next(_NUMBERS):05d}",
        "grantee": BANK,
        "purpose": "financing",
        "fields": ["name", "revenue", "tax_grade"],
        "granted_by": "account-firm",
        "proof": "授权书扫描件",
        "granted_at": NOW - timedelta(days=30),
        "valid_from": NOW - timedelta(days=30),
        "valid_to": NOW + timedelta(days=335),
    }
    values |= over
    _enterprise_of(session, values)
    return _added(session, Consent(**values))


def an_opening(session: Session, **over: Any) -> Opening:
    values: dict[str, Any] = {
        "opening_id": f"OPN-{next(_NUMBERS):05d}",
        "title": "门店储备店长",
        "text": "负责门店日常管理，有餐饮经验优先",
        "occupation": "餐厅服务员",
        "headcount": 3,
        "wage_min_fen": 500_000,
        "wage_max_fen": 800_000,
        "education": "大专",
        "place": "安庆市迎江区",
        "updated_at": NOW,
    }
    values |= over
    _enterprise_of(session, values)
    return _added(session, Opening(**values))


def a_link(session: Session, upstream: str, downstream: str, **over: Any) -> ChainLink:
    values: dict[str, Any] = {"kind": "industry", "weight": 0.5, "updated_at": NOW} | over
    return _added(session, ChainLink(upstream=upstream, downstream=downstream, **values))


def a_talent(session: Session, **over: Any) -> Talent:
    """A class of graduates."""
    values: dict[str, Any] = {
        "talent_id": f"TAL-{next(_NUMBERS):05d}",
        "school": "湖心职业技术学院",
        "major": "酒店管理",
        "skills": ["餐饮服务", "门店运营"],
        "education": "大专",
        "wants": "门店管理岗位",
        "headcount": 42,
        "updated_at": NOW,
    }
    return _added(session, Talent(**(values | over)))


def an_event(session: Session, **over: Any) -> Event:
    """A salon of STATION by ORGANIZER, ten days after NOW."""
    values: dict[str, Any] = {
        "event_id": f"EVT-{next(_NUMBERS):05d}",
        "kind": "salon",
        "title": "湖心街道餐饮供应链对接沙龙",
        "theme": "食材集采与职工用餐",
        "organizer": ORGANIZER,
        "station_id": STATION,
        "place": "湖心大厦三楼会议室",
        "region_code": REGION,
        "starts_at": NOW + timedelta(days=10),
        "ends_at": NOW + timedelta(days=10, hours=3),
        "capacity": 40,
        "updated_at": NOW,
    }
    values |= over
    _station_of(session, values)
    return _added(session, Event(**values))


def an_attendance(session: Session, event_id: str, enterprise_id: str, **over: Any) -> Attendance:
    values: dict[str, Any] = {"state": "registered", "tables": []}
    return _added(session, Attendance(event_id=event_id, enterprise_id=enterprise_id, **(values | over)))


def an_introduction(session: Session, **over: Any) -> Introduction:
    """Introduced, and where `state` says more, that step as well. Names its need and its enterprise."""
    number, state = next(_NUMBERS), over.get("state", "introduced")
    at = over.pop("at", NOW)
    steps = [{"state": name, "at": at.isoformat()} for name in dict.fromkeys(("introduced", state))]
    values: dict[str, Any] = {
        "introduction_id": f"INTRO-{number:05d}",
        "state": state,
        "steps": steps,
        "created_by": "account-officer",
        "created_at": at,
        "updated_at": at,
    }
    return _added(session, Introduction(**(values | over)))


def an_impression(session: Session, listed: Sequence[str]) -> Impression:
    """That these were shown to somebody, in this order."""
    told = {"questions": [], "n": len(listed), "station": STATION, "enterprise_id": None, "direction": None}
    row = Impression(
        at=NOW, snapshot_id="S-0", configuration="", question=told, listed=list(listed), digest="0"
    )
    return _added(session, row)


def an_account(session: Session, **over: Any) -> Account:
    """An officer of STATION who has no password yet."""
    number = next(_NUMBERS)
    values: dict[str, Any] = {
        "account_id": f"ACC-{number:05d}",
        "name": f"officer{number}",
        "role": "officer",
        "scope": STATION,
        "created_at": NOW,
    }
    return _added(session, Account(**(values | over)))


def a_visit(session: Session, **over: Any) -> Visit:
    """A visit made the day before NOW by an officer of STATION."""
    values: dict[str, Any] = {
        "visit_id": f"VIS-{next(_NUMBERS):05d}",
        "station_id": STATION,
        "planned_for": (NOW - timedelta(days=1)).date(),
        "state": "made",
        "created_by": "account-officer",
        "created_at": NOW - timedelta(days=2),
        "ended_at": NOW - timedelta(days=1),
    }
    values |= over
    _station_of(session, values)
    _enterprise_of(session, values)
    if "account_id" not in values:
        values["account_id"] = an_account(session).account_id
    return _added(session, Visit(**values))


def _added(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row


def _ensured(session: Session, mapped: type[Row], identifier: str, **values: Any) -> Row:
    found = session.get(mapped, identifier)
    return _added(session, mapped(**values)) if found is None else found


def _station_of(session: Session, values: dict[str, Any]) -> None:
    if values["station_id"] is not None:
        a_station(session, station_id=values["station_id"])


def _enterprise_of(session: Session, values: dict[str, Any], column: str = "enterprise_id") -> None:
    if column not in values:
        values[column] = an_enterprise(session).enterprise_id
