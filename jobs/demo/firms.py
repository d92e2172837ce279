"""One firm: its row, put together from a trade, a house and figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from jobs.demo.chance import Chance
from jobs.demo.figures import Figures, figures
from jobs.demo.names import CITY, Names, handle
from jobs.demo.places import House, Rooms
from jobs.demo.trades import MAKING, STREET, Trade
from matcher.domain.enterprise import EnterpriseStatus, code_verdict, make_code, name_key
from matcher.storage.enterprises import Enterprise

_SIGNS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_TECH: Final = frozenset(
    {
        "software",
        "integration",
        "data",
        "iot",
        "biotech",
        "instruments",
        "medical_devices",
        "valves",
        "moulds",
        "environment",
        "energy_saving",
        "robotics",
        "charging",
    }
)
_CERTIFICATES: Final = (("高新技术企业", 0.3), ("科技型中小企业", 0.35), ("专精特新", 0.1), ("ISO9001", 0.3))
_GRADES: Final = ("A", "B", "C", "D")
_GRADE_WEIGHTS: Final = (22, 60, 13, 5)
_SCOPE_END: Final = "（除许可业务外，可自主依法经营法律法规非禁止或限制的项目）"
_LICENSED_END: Final = "（依法须经批准的项目，经相关部门批准后方可开展经营活动）"


@dataclass(frozen=True)
class Firm:
    """A row and what the other parts of the demo need to know of it."""

    row: Enterprise
    trade: Trade
    house: House
    alone: bool
    role: str | None = None

    @property
    def identifier(self) -> str:
        """The enterprise's id."""
        return self.row.enterprise_id

    @property
    def brand(self) -> str:
        """The short name by which the street knows it."""
        return handle(self.row.name, self.trade)

    @property
    def is_open(self) -> bool:
        """Whether it still trades here."""
        return self.row.status == EnterpriseStatus.ACTIVE


@dataclass(frozen=True)
class Plan:
    """What is settled of a firm before chance fills in the rest."""

    identifier: str
    trade: Trade
    house: House
    role: str | None = None

    @property
    def ground(self) -> bool:
        """Whether the trade sits at the street's level."""
        return self.house.is_street or self.trade.file == STREET


class Founder:
    """Makes firms: one generator, one set of names and codes."""

    def __init__(self, chance: Chance, now: datetime) -> None:
        self._chance = chance
        self._now = now
        self._names = Names(chance)
        self._rooms = Rooms(chance)
        self._serials: set[str] = set()

    def found(self, plan: Plan) -> Firm:
        """A new firm after `plan`; story firms are fully known, active and listed."""
        name, alone = self._name(plan)
        size = figures(self._chance, plan.trade, self._today, alone=alone, full=plan.role is not None)
        row = self._row(plan, name, alone, size)
        self._place(row, plan)
        self._standing(row, plan, size)
        return Firm(row, plan.trade, plan.house, alone, plan.role)

    @property
    def _today(self) -> date:
        return self._now.date()

    def _name(self, plan: Plan) -> tuple[str, bool]:
        if plan.trade.form != "body":
            return self._names.firm(plan.trade)
        return f"{'江畔' if plan.trade.key == 'local_bank' else CITY}{plan.trade.words[0]}", False

    def _row(self, plan: Plan, name: str, alone: bool, size: Figures) -> Enterprise:
        chance, trade = self._chance, plan.trade
        code = self._code(plan, alone)
        planted = plan.role is not None
        return Enterprise(
            enterprise_id=plan.identifier,
            code=code,
            code_verdict=None if code is None else code_verdict(code).value,
            name=name,
            name_key=name_key(name),
            industry_code=trade.code if planted or chance.happens(0.97) else None,
            scope=_scope(chance, trade) if planted or chance.happens(0.94) else None,
            region_code=plan.house.region_code,
            founded_on=size.founded_on,
            registered_capital_fen=None if trade.is_public or trade.form == "law" else size.capital_fen,
            employees=size.employees,
            revenue_fen=None if trade.is_public else size.revenue_fen,
            tax_paid_fen=None if trade.is_public else size.tax_paid_fen,
            assets_fen=None if trade.is_public else size.assets_fen,
            certificates=self._certificates(trade, alone),
            listed=planted or chance.happens(0.55 if alone else 0.85),
            allows_invitations=planted or chance.happens(0.55),
            station_id=plan.house.station_id,
            updated_at=self._now - timedelta(days=chance.below(200), minutes=chance.below(600)),
        )

    def _code(self, plan: Plan, alone: bool) -> str | None:
        if plan.role is None and self._chance.happens(0.03):
            return None
        department, kind = _REGISTRARS.get(plan.trade.form, ("9", "2" if alone else "1"))
        while True:
            serial = "QX" + "".join(self._chance.one(_SIGNS) for _ in range(6))
            if serial not in self._serials:
                self._serials.add(serial)
                return make_code(plan.house.region_code[:6], serial, department, kind)

    def _certificates(self, trade: Trade, alone: bool) -> list[str]:
        if alone or (trade.key not in _TECH and trade.file != MAKING):
            return []
        # A trader may hold the quality certificate, but not a title for technology.
        titles = _CERTIFICATES if trade.key in _TECH else _CERTIFICATES[-1:]
        return [title for title, share in titles if self._chance.happens(share)]

    def _place(self, row: Enterprise, plan: Plan) -> None:
        chance, house = self._chance, plan.house
        # A car shop or a supermarket upstairs would convince nobody.
        front = house.is_street and plan.role is not None
        floor, room = self._rooms.let(house, ground=plan.ground, front=front)
        row.address = house.address(floor, room)
        row.building_id = house.building_id
        row.floor = str(floor) if plan.role is not None or chance.happens(0.97) else None
        row.latitude, row.longitude = house.latitude, house.longitude

    def _standing(self, row: Enterprise, plan: Plan, size: Figures) -> None:
        chance = self._chance
        row.status = EnterpriseStatus.ACTIVE.value if plan.role is not None else self._status()
        row.tax_grade, row.tax_grade_year = self._grade(plan, size)
        if chance.happens(0.9):
            row.contact_name, row.contact_phone = self._names.person(), self._names.phone()

    def _status(self) -> str:
        rare = (EnterpriseStatus.CLOSED, EnterpriseStatus.MOVED_OUT, EnterpriseStatus.ABNORMAL)
        return self._chance.weighted((EnterpriseStatus.ACTIVE, *rare), (95, 2.2, 1.2, 1.6)).value

    def _grade(self, plan: Plan, size: Figures) -> tuple[str | None, int | None]:
        if plan.trade.is_public or (plan.role is None and self._chance.happens(0.34)):
            return None, None
        year = self._today.year - 1
        young = size.founded_on is not None and size.founded_on.year >= year
        grade = "M" if young else self._chance.weighted(_GRADES, _GRADE_WEIGHTS)
        return grade, year if self._chance.happens(0.85) else year - 1


# Department and kind of body in the code: law offices are registered with justice, not with the market.
_REGISTRARS: Final = {"law": ("3", "1"), "body": ("1", "2"), "station": ("1", "1")}


def _scope(chance: Chance, trade: Trade) -> str:
    """The business scope as the register words it since 2020."""
    if trade.is_public or trade.form == "law":
        return "；".join(trade.scope)
    general = chance.some(trade.scope, chance.between(3, max(3, len(trade.scope))))
    text = f"一般项目：{'；'.join(general)}{_SCOPE_END}"
    if not trade.licensed:
        return text
    return f"许可项目：{'；'.join(trade.licensed)}{_LICENSED_END} {text}"
