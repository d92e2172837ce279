"""One enterprise whose every field holds a word of its own, among those who may and may not read it.

The words occur nowhere else, so that finding one in an answer says which field was told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role
from matcher.domain.field_access import consentable
from matcher.storage.feedback import Introduction
from matcher.storage.journal import record
from tests import factories as make
from tests.factories import BANK, FIRM, NOW, ORGANIZER, STATION
from tests.worlds import STREET

TARGET: Final = "ENT-TARGET"
NEIGHBOUR: Final = "ENT-NEIGHBOUR"  # of the same station
STRANGER: Final = "ENT-STRANGER"  # of another station
OTHER_STATION: Final = "ST-02"
OTHER_BANK: Final = "BANK-02"
OTHER_ORGANIZER: Final = "ORG-02"
ASKED: Final = "想找一家能每天送工作午餐的团膳企业，员工一百多人"

NEED: Final = "NEED-TARGET-OPEN"
LOAN_NEED: Final = "NEED-TARGET-LOAN"
SECRET_NEED: Final = "NEED-TARGET-SECRET"
FAIR: Final = "EVT-FAIR"
SALON: Final = "EVT-SALON"
OTHERS_SALON: Final = "EVT-OTHERS"
CONSENT: Final = "CON-TARGET"
LOAN: Final = "PROD-LOAN"
OTHER_LOAN: Final = "PROD-OTHER"
OPENING: Final = "OPN-TARGET"
INTRODUCTION: Final = "INT-TARGET"
VISIT: Final = "VIS-TARGET"

# Field of the table -> what of it may stand in an answer, in full. Quotes make a number a whole value.
FULL: Final[dict[str, tuple[str, ...]]] = {
    "name": ("晴岚",),
    "code": (make.a_code(424242), "92" + make.a_code(424242)[2:]),
    "address": ("鹭洲路",),
    "industry": ('"6241"',),
    "founded_on": ("2013-04-17",),
    "capital": ("71717100", "7171710.0"),
    "certificates": ("琥珀认证",),
    "building": ("翠微阁", "BLD-CUIWEI"),
    "floor": ("七十七层",),
    "contact_name": ("欧阳晴",),
    "contact_phone": ("05567714523",),
    "employees": ("43217",),
    "revenue": ("987654321",),
    "assets": ("876543219",),
    "tax_paid": ("76543211",),
    "tax_grade": ('"tax_grade":"C"',),
    "tax_grade_year": ('"tax_grade_year":1987', ">1987<"),
    "size_class": ('"size_class":"large"',),
    "need_text": ("青瓷餐具三百套",),
    "need_category": ("急购青瓷",),
    "unpublished_need": ("玄铁锅",),
    "loan_need": ("赤金门店",),
    "offers": ("白露团膳",),
    "vacancies": ("霜降店长",),
    "consent_records": ("丹砂授权",),
    "attendance": ("寒露沙龙",),
    "outcome": ("556677889",),
    "status": ('"status":"abnormal"', "经营异常", "listed as abnormal"),
    "audit_lines": ("BANK-LIULI",),
    "visit_notes": ("小满走访",),
}
BANDED: Final[dict[str, tuple[str, ...]]] = {
    "employees": ("1000+",),
    "revenue": ("400000000+",),
    "size_class": ("large_or_medium",),
    "tax_grade": ("not_A",),
}


@dataclass(frozen=True)
class Variant:
    """What the target has chosen and what it is."""

    name: str
    listed: bool = True
    invitable: bool = True
    registered: bool = False
    sole_trader: bool = False
    status: str = "active"


VARIANTS: Final = (
    Variant("open"),
    Variant("registered", registered=True),
    Variant("hidden", listed=False, invitable=False),
    Variant("person", sole_trader=True),
    Variant("marked", registered=True, status="abnormal"),
)


def a_glass_house(session: Session, variant: Variant) -> None:
    """The target with a word in every field, a neighbour and a stranger who need what it offers."""
    make.a_station(session, station_id=OTHER_STATION, name="东门街道企业服务站")
    make.a_building(session, building_id="BLD-CUIWEI", name="翠微阁", region_code=STREET)
    _target(session, variant)
    for firm, over in (
        (FIRM, {}),
        (NEIGHBOUR, {}),
        (STRANGER, {"station_id": OTHER_STATION}),
    ):
        _asking(session, firm, over)
    _papers(session)
    _events(session, variant)


def _target(session: Session, variant: Variant) -> None:
    code = FULL["code"][1 if variant.sole_trader else 0]
    make.an_enterprise(
        session,
        enterprise_id=TARGET,
        name="湖心晴岚团膳有限公司",
        code=code,
        code_verdict="ok",
        industry_code="6241",
        scope="单位食堂委托经营；餐饮配送",
        region_code=STREET,
        address="鹭洲路87号",
        building_id="BLD-CUIWEI",
        floor="七十七层",
        founded_on=date(2013, 4, 17),
        registered_capital_fen=717_171_000,
        employees=43_217,
        revenue_fen=98_765_432_100,
        assets_fen=87_654_321_900,
        tax_paid_fen=7_654_321_100,
        tax_grade="C",
        tax_grade_year=1987,
        certificates=["琥珀认证"],
        contact_name="欧阳晴",
        contact_phone="05567714523",
        status=variant.status,
        listed=variant.listed,
        allows_invitations=variant.invitable,
    )
    for need_id, title, text, over in (
        (NEED, "急购青瓷餐具", "急购青瓷餐具三百套", {"published": True}),
        (SECRET_NEED, "秘购玄铁锅", "玄铁锅四十口，不要让同行知道", {"published": False}),
        (LOAN_NEED, "赤金门店贷款", "赤金门店装修要贷款780万元", {"published": True, "kind": "financing"}),
    ):
        make.a_need(session, need_id=need_id, enterprise_id=TARGET, title=title, text=text, **over)
    make.an_offer(
        session,
        offer_id="OFF-TARGET",
        enterprise_id=TARGET,
        title="白露团膳",
        text="白露团膳：每日供应职工工作午餐，送餐上门",
        serves=[],
    )
    make.an_opening(session, opening_id=OPENING, enterprise_id=TARGET, title="霜降店长", place="湖心")


def _asking(session: Session, firm: str, over: dict[str, Any]) -> None:
    names = {FIRM: "湖心云帆软件", NEIGHBOUR: "湖心彩印", STRANGER: "东门机械"}
    make.an_enterprise(
        session,
        enterprise_id=firm,
        name=f"{names[firm]}有限公司",
        industry_code="6513",
        region_code=STREET,
        **over,
    )
    wants = {"topics": ["staff_meals"], "industries": ["6242"]}
    make.a_need(
        session,
        need_id=f"NEED-{firm}",
        enterprise_id=firm,
        text=ASKED,
        kind="staff_services",
        industry_code=None,
        published=False,
        understood=wants,
    )
    make.an_offer(
        session,
        offer_id=f"OFF-{firm}",
        enterprise_id=firm,
        title="青瓷餐具与铁锅",
        text="青瓷餐具、铁锅批发",
        industry_code="6242",
        serves=[],
    )


def _papers(session: Session) -> None:
    make.a_consent(
        session,
        consent_id=CONSENT,
        enterprise_id=TARGET,
        fields=sorted(consentable()),
        proof="丹砂授权书",
    )
    for product, owner in ((LOAN, BANK), (OTHER_LOAN, OTHER_BANK)):
        criteria = [{"field": "revenue", "operator": "at_least", "value": 3_000_000}]
        make.a_product(session, product_id=product, owner=owner, criteria=criteria)
    make.a_deal(
        session,
        deal_id="DEAL-TARGET",
        buyer_id=NEIGHBOUR,
        seller_id=TARGET,
        amount_fen=55_667_788_900,
    )

    session.add(
        Introduction(
            introduction_id=INTRODUCTION,
            need_id=NEED,
            enterprise_id=NEIGHBOUR,
            state="introduced",
            steps=[],
            created_by="account-firm",
            created_at=NOW,
            updated_at=NOW,
        )
    )
    walker = make.an_account(session, name="walker")
    make.a_visit(session, visit_id=VISIT, enterprise_id=TARGET, account_id=walker.account_id, note="小满走访")
    looked = Actor("account-liuli", Role.BANK, "BANK-LIULI")
    record(session, looked, "disclosure", ("product", OTHER_LOAN, TARGET), NOW, fields=["name"])
    session.flush()


def _events(session: Session, variant: Variant) -> None:
    make.a_talent(session, talent_id="TAL-1")
    make.an_event(session, event_id=FAIR, kind="fair", title="秋季招聘会", station_id=None)
    make.an_event(session, event_id=SALON, title="餐饮沙龙", station_id=None)
    over = {"organizer": OTHER_ORGANIZER, "station_id": None, "starts_at": NOW - timedelta(days=40)}
    make.an_event(session, event_id=OTHERS_SALON, title="寒露沙龙", **over)
    make.an_attendance(session, OTHERS_SALON, TARGET, state="attended", tables=["1"])
    if variant.registered:
        for event in (FAIR, SALON):
            make.an_attendance(session, event, TARGET, state="registered")


SCOPES: Final = {
    "own": ("enterprise", TARGET),
    "other_firm": ("enterprise", FIRM),
    "own_station": ("officer", STATION),
    "other_station": ("officer", OTHER_STATION),
    "bank": ("bank", OTHER_BANK),
    "bank_with_consent": ("bank", BANK),
    "organizer": ("organizer", ORGANIZER),
    "administrator": ("administrator", ""),
    "auditor": ("auditor", ""),
}
