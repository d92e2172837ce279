"""A tiny district as a bank and an organizer meet it, compiled and published. Every firm is invented."""

from __future__ import annotations

from tests import factories as make
from tests.factories import FIRM

CRITERIA = [
    {"field": "age_months", "operator": "at_least", "value": 24},
    {"field": "revenue_wan", "operator": "at_least", "value": 300},
]
YES, NEAR, SILENT, SHY = "ENT-YES", "ENT-NEAR", "ENT-SILENT", "ENT-SHY"
FAIR = "FAIR-NEW"
SALON_EVENT = "EVT-SALON"  # not planned yet
GUESTS = [f"ENT-G{number:02}" for number in range(9)]


def a_district(session) -> None:
    """A loan, a foreign bank's loan, firms with and without consent, nine guests, a fair with a class."""
    make.a_product(session, product_id="LOAN", criteria=CRITERIA)
    make.a_product(session, product_id="FOREIGN", owner="BANK-02", criteria=CRITERIA)
    make.a_product(session, product_id="ROOM", owner="ST-01", kind="space", criteria=[], area_m2=120.0)
    for identifier, over in ((YES, {}), (NEAR, {"revenue_fen": 288_000_000}), (SILENT, {})):
        make.an_enterprise(session, enterprise_id=identifier, **over)
    for identifier in (YES, NEAR):
        make.a_consent(
            session,
            consent_id=f"CON-{identifier}",
            enterprise_id=identifier,
            fields=["name", "revenue", "founded_on"],
        )
    make.an_enterprise(session, enterprise_id=SHY, allows_invitations=False)
    make.an_enterprise(session, enterprise_id=FIRM, industry_code="3491", name="湖心机器人有限公司")
    for number, identifier in enumerate(GUESTS):
        trade = ("6210", "2319", "1411", "6513")[number % 4]
        make.an_enterprise(session, enterprise_id=identifier, industry_code=trade)
    make.a_relation(session, GUESTS[0], GUESTS[1])
    make.an_opening(
        session,
        enterprise_id=FIRM,
        title="自动化工程师",
        text="机械设计、自动化控制，硕士优先",
        education="硕士",
    )
    make.a_talent(
        session,
        talent_id="TAL-MECH",
        school="湖心理工大学",
        major="机械工程",
        skills=["机械设计", "自动化控制"],
        education="硕士",
        wants="自动化工程师岗位",
    )
    make.an_event(session, event_id=FAIR, kind="fair", title="高校双选会", theme="机械、自动化")
    make.an_event(session, event_id=SALON_EVENT)
    session.flush()
