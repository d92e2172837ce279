"""Fairs to come, salons that were, who sat where, and what firms agreed to show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from jobs.demo.chance import Chance
from jobs.demo.firms import Firm
from jobs.demo.places import MAIN, MAIN_REGION
from matcher.storage.consents import Consent
from matcher.storage.events import Attendance, Event

ORGANIZER: Final = "ORG-WJ"
BANK: Final = "BANK-JP"
CONSENTS: Final = 36
SALONS: Final = (
    ("上下楼茶话会", "楼宇企业互相认识", 160, "望江国际中心三楼会客厅"),
    ("银企对接沙龙", "订单融资和科技信用贷", 95, "江畔商务大厦二楼路演厅"),
    ("数字化进车间", "软件公司和制造企业面对面", 40, "云汀科创楼一楼"),
)
FAIRS: Final = (
    ("岁末招聘会（望江专场）", "餐饮、零售、物流用工", 12, "长堤商业街中庭"),
    ("高校毕业生双选会", "机械、自动化、软件", 33, "云汀理工大学体育馆"),
)
_TABLES: Final = 6
_SEATS: Final = 6
_FIELDS: Final = (
    ("employees", "revenue", "tax_paid", "tax_grade", "tax_grade_year"),
    (
        "revenue",
        "tax_paid",
        "assets",
        "tax_grade",
        "tax_grade_year",
        "employees",
        "loan_need",
        "contact_name",
    ),
    ("tax_grade", "tax_grade_year"),
)


def events(now: datetime) -> list[Event]:
    """Three salons of the last half year and two fairs of the coming weeks."""
    rows = [_event(f"EV-S{number}", "salon", story, now, -story[2]) for number, story in enumerate(SALONS, 1)]
    rows += [_event(f"EV-F{number}", "fair", story, now, story[2]) for number, story in enumerate(FAIRS, 1)]
    return rows


def _event(event_id: str, kind: str, story: tuple[str, str, int, str], now: datetime, days: int) -> Event:
    title, theme, _, place = story
    morning = (now + timedelta(days=days)).replace(hour=1, minute=0, second=0, microsecond=0)
    return Event(
        event_id=event_id,
        kind=kind,
        title=title,
        theme=theme,
        organizer=ORGANIZER,
        station_id=MAIN,
        place=place,
        region_code=MAIN_REGION,
        starts_at=morning,
        ends_at=morning + timedelta(hours=3),
        capacity=_TABLES * _SEATS if kind == "salon" else 40,
        settings={},
        updated_at=min(now, morning),
    )


def attendances(chance: Chance, firms: Sequence[Firm], planned: Sequence[Event]) -> list[Attendance]:
    """Who came to the salons, two rounds of tables each, and who has registered for the fairs."""
    guests = [firm for firm in firms if firm.is_open and firm.row.allows_invitations]
    rows: list[Attendance] = []
    for event in planned:
        invited = chance.some(guests, _TABLES * _SEATS)
        seat = _seat_salon if event.kind == "salon" else _seat_fair
        rows += seat(chance, event, invited)
    return rows


def _seat_salon(chance: Chance, event: Event, invited: Sequence[Firm]) -> list[Attendance]:
    came = [firm for firm in invited if chance.happens(0.8)]
    rounds = [chance.shuffled(came) for _ in range(2)]
    places = [
        {firm.identifier: str(place % _TABLES + 1) for place, firm in enumerate(order)} for order in rounds
    ]
    return [
        Attendance(
            event_id=event.event_id,
            enterprise_id=firm.identifier,
            state="attended" if firm in came else "absent",
            tables=[tables[firm.identifier] for tables in places] if firm in came else [],
        )
        for firm in invited
    ]


def _seat_fair(chance: Chance, event: Event, invited: Sequence[Firm]) -> list[Attendance]:
    return [
        Attendance(
            event_id=event.event_id,
            enterprise_id=firm.identifier,
            state="registered" if chance.happens(0.7) else "invited",
            tables=[],
        )
        for firm in invited
    ]


def consents(chance: Chance, firms: Sequence[Firm], always: Firm, now: datetime) -> list[Consent]:
    """CONSENTS grants to one bank, the modular-housing maker's among them; a few run out or withdrawn."""
    others = [firm for firm in firms if firm.is_open and firm is not always and not firm.trade.is_public]
    rows = [_consent(chance, always, now, live=True)]
    rows += [_consent(chance, firm, now, live=False) for firm in chance.some(others, CONSENTS - 1)]
    for number, row in enumerate(rows, 1):
        row.consent_id = f"CS{number:05d}"
    return rows


def _consent(chance: Chance, firm: Firm, now: datetime, *, live: bool) -> Consent:
    granted = now - timedelta(days=chance.between(2, 60 if live else 110))
    withdrawn = not live and chance.happens(0.1)
    return Consent(
        enterprise_id=firm.identifier,
        grantee=BANK,
        purpose="financing",
        fields=sorted(_FIELDS[1] if live else chance.one(_FIELDS)),
        granted_by="enterprise",
        proof="授权书（示例）",
        granted_at=granted,
        valid_from=granted,
        valid_to=granted + timedelta(days=90),
        revoked_at=granted + timedelta(days=1) if withdrawn else None,
        revoked_by="enterprise" if withdrawn else None,
        reason="企业自行撤回" if withdrawn else None,
    )
