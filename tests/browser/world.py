"""What the three users' pages need, around the canteen tower. Every firm and person is invented."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role
from matcher.services.access import NewAccount, create_account
from matcher.storage.held import HeldRow
from tests import factories as make
from tests.browser.looking import PASSWORD
from tests.factories import BANK, NOW, ORGANIZER, STATION
from tests.worlds import ASKER, STREET, TOWER, a_canteen_tower

OFFICER, BANKER, HOST, FIRM = "wang.huxin", "bank.huxin", "host.huxin", "yunfan"
ADMINISTRATOR = "admin.huxin"
PRODUCT = "PROD-TAX"
FAIR = "EVT-FAIR"
SHORT_FIRM, SILENT_FIRM = "湖心晨光印务有限公司", "湖心拾光家具有限公司"
INFERRED = "E-INFERRED"
CHARGING = "店里卖新能源车，想在门口装8个充电桩，物业、供电、消防都要点头，不知道先找谁"
_SCOPES = {OFFICER: (Role.OFFICER, STATION), BANKER: (Role.BANK, BANK), HOST: (Role.ORGANIZER, ORGANIZER)}

_OTHERS = {FIRM: (Role.ENTERPRISE, ASKER), ADMINISTRATOR: (Role.ADMINISTRATOR, "")}


def a_district(session: Session) -> None:
    """The tower, one loan with three consenting firms, a fair with a class, and one account a role.

    Known answer: the software firm can have the loan; the printer is 400,000 yuan of revenue short; of the
    furniture maker nobody knows the revenue.
    """
    a_canteen_tower(session)
    _lending(session)
    _recruiting(session)
    _common_needs(session)
    _inferred(session)
    _held(session)
    operator = Actor("local", Role.ADMINISTRATOR, "")
    for name, (role, scope) in {**_SCOPES, **_OTHERS}.items():
        create_account(session, operator, NewAccount(name, role, scope, password=PASSWORD), NOW)


def _lending(session: Session) -> None:
    near = make.an_enterprise(
        session, name=SHORT_FIRM, industry_code="2319", revenue_fen=460_000_000, region_code=STREET
    )
    silent = make.an_enterprise(
        session, name=SILENT_FIRM, industry_code="2110", revenue_fen=None, region_code=STREET
    )
    rules = [
        {"field": "revenue", "operator": "at_least", "value": 5_000_000},
        {"field": "tax_grade", "operator": "at_least", "value": "B"},
        {"none_of": [{"field": "industry", "operator": "within", "value": ["J", "K"]}]},
    ]
    make.a_product(session, product_id=PRODUCT, title="湖心税信贷", criteria=rules)
    for firm in (ASKER, near.enterprise_id, silent.enterprise_id):
        make.a_consent(session, enterprise_id=firm, fields=["revenue", "tax_grade", "employees"])


def _recruiting(session: Session) -> None:
    make.an_event(
        session,
        event_id=FAIR,
        kind="fair",
        title="湖心高校双选会",
        theme="软件开发",
        starts_at=NOW + timedelta(days=20),
    )
    skills = ["软件开发", "Java", "数据库"]
    make.an_opening(
        session, enterprise_id=ASKER, title="软件开发工程师", text="软件开发，Java，数据库", occupation="软件"
    )
    make.a_talent(session, major="软件工程", skills=skills, wants="软件开发岗位")


def _inferred(session: Session) -> None:
    """A firm whose industry nobody gave; it keeps to itself, so that no list changes."""
    make.an_enterprise(
        session,
        enterprise_id=INFERRED,
        name="湖心远帆广告有限公司",
        scope="广告设计、制作；包装装潢印刷品印刷",
        industry_code="72",
        industry_inferred=True,
        industry_confidence=0.83,
        region_code=STREET,
        listed=False,
        allows_invitations=False,
    )
    read = {"text": "平面设计兼美工（双休）", "found": [["2-09-06-01", 0.71], ["4-08-08-08", 0.12]]}
    make.an_opening(
        session, enterprise_id=INFERRED, title=read["text"], text=None, occupation=None, occupation_read=read
    )


def _common_needs(session: Session) -> None:
    for number, people in ((1, 60), (2, 45), (3, 80)):
        firm = make.an_enterprise(
            session, name=f"湖心望楼{number}号设计有限公司", region_code=STREET, building_id=TOWER
        )
        make.a_need(
            session,
            enterprise_id=firm.enterprise_id,
            text=f"公司{people}人中午没地方吃饭，想找食堂",
            kind="staff_services",
            quantity=float(people),
            understood={"topics": ["staff_meals"]},
        )
    make.a_need(
        session,
        need_id="NEED-CHARGING",
        enterprise_id=ASKER,
        title="装充电桩",
        text=CHARGING,
        kind="coordination",
        understood={"topics": [], "parties": ["supplier", "property", "power", "fire"]},
    )


def _held(session: Session) -> None:
    """A row of a register whose code lacks digits, kept apart with all it says."""
    scope = "石材加工、销售；建筑材料、五金交电、日用百货批发、零售；自营和代理各类商品和技术的进出口业务"
    row = HeldRow(
        held_id="HELD-STONE",
        kind="enterprises",
        identifier="3505822345",
        station_id=STATION,
        file="企业名单.csv",
        line=7,
        column="统一社会信用代码",
        value="3505822345",
        reason="imports.code_bad_shape",
        cells={"统一社会信用代码": "3505822345", "企业名称": "湖心磊石工坊", "经营范围": scope},
        held_at=NOW,
    )
    session.add(row)
