"""The five stories: which firms are planted, what is fixed about them, and what they say they need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from jobs.demo.chance import Chance
from jobs.demo.firms import Firm
from jobs.demo.places import STREET, TOWERS, House
from jobs.demo.rounding import FEN_OF_WAN, fen

CANTEEN_FIRMS: Final = 6
LOAN_YUAN: Final = 7_800_000

# role -> (trade, place); a place is the shopping street or the tower of that position.
_CAST: Final[Mapping[str, tuple[str, int | None]]] = {
    "hypermarket": ("hypermarket", None),
    "meal_card_company": ("meal_card", 0),
    "car_shop": ("car_shop", None),
    "charging_supplier": ("charging", 2),
    "property_office": ("property", None),
    "power_company": ("power", 1),
    "fire_service": ("fire_service", None),
    "modular_maker": ("modular", 2),
    "robotics_firm": ("robotics", 2),
    "university": ("university", 2),
    "vocational_school": ("vocational", 2),
    "local_bank": ("local_bank", None),
}
_CANTEEN_TRADES: Final = (
    "software",
    "law",
    "data",
    "export",
    "engineering_design",
    "insurance",
    "medical_devices",
)


@dataclass(frozen=True)
class StoryNeed:
    """A planted need. `text` has the blanks {people} and {n}."""

    role: str
    kind: str
    title: str
    text: str
    amount_fen: int | None = None


NEEDS: Final = (
    StoryNeed(
        "hypermarket", "staff_services", "员工餐卡",
        "卖场{people}个员工分几班，吃饭没个固定地方，想给大家办餐卡，公司充钱，员工在附近刷卡吃，月底一起结账",
    ),
    StoryNeed(
        "car_shop", "coordination", "装充电桩",
        "店里卖新能源车，客户提车充不上电，想在门口停车位装{n}个充电桩，物业、供电、消防都要点头，不知道先找谁",
    ),
    StoryNeed(
        "modular_maker", "financing", "流动资金贷款780万",
        "接了两个工地的箱式房订单，要先垫钱买钢材，差780万流动资金，一年期，最好是信用的",
        LOAN_YUAN * 100,
    ),
    StoryNeed(
        "robotics_firm", "recruitment", "招自动化工程师",
        "机器人订单排到明年了，缺{n}个自动化和机械工程师，硕士最好，应届的也愿意带",
    ),
)  # fmt: skip
CANTEEN_TEXTS: Final = (
    "楼里{people}个人中午没处吃饭，外卖天天吃腻了，想几家合起来办个食堂",
    "员工反映吃饭贵，问能不能弄个共享食堂，{people}个人肯定去",
    "中午下楼吃饭要排半小时队，希望楼里有个职工食堂，我们这边{people}人",
    "想自己开食堂人又不够，{people}个人，谁家一起搞",
    "新员工都问有没有食堂，我们{people}来人，愿意出点钱跟别家合办",
    "加班多，晚饭也没着落，要是有食堂能管两顿就好了，{people}人左右",
)


def roles() -> tuple[str, ...]:
    """All planted roles, in a fixed order."""
    return (*_CAST, *(f"canteen_{number}" for number in range(1, CANTEEN_FIRMS + 1)))


def cast(chance: Chance) -> dict[str, tuple[str, House]]:
    """Who plays: role -> trade and house. The canteen's firms share one tower, drawn."""
    parts = {
        role: (trade, STREET if place is None else TOWERS[place]) for role, (trade, place) in _CAST.items()
    }
    tower = chance.one(TOWERS)
    trades = chance.some(_CANTEEN_TRADES, CANTEEN_FIRMS)
    return parts | {f"canteen_{number}": (trade, tower) for number, trade in enumerate(trades, 1)}


def settle(firms: Mapping[str, Firm], chance: Chance) -> None:
    """Fix what the stories rest on: the maker passes the loan's criteria, firms are big enough to matter."""
    maker = firms["modular_maker"].row
    maker.tax_grade = chance.one(("A", "B"))
    maker.tax_grade_year = maker.updated_at.year - 1
    maker.revenue_fen = chance.between(4_600, 7_800) * FEN_OF_WAN
    maker.tax_paid_fen = chance.between(130, 260) * FEN_OF_WAN
    maker.assets_fen = chance.between(3_900, 5_600) * FEN_OF_WAN
    maker.registered_capital_fen = chance.one((1000, 2000)) * FEN_OF_WAN
    maker.founded_on = maker.updated_at.date().replace(
        year=maker.updated_at.year - chance.between(5, 12),
        month=chance.between(1, 12),
        day=chance.between(1, 28),
    )
    for number in range(1, CANTEEN_FIRMS + 1):
        firm = firms[f"canteen_{number}"]
        firm.row.employees = chance.between(24, 95)
        firm.row.revenue_fen = fen(firm.row.employees * firm.trade.head)
