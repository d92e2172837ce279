"""Vacancies and classes of graduates. No person is named: a class is a school, a major and a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from jobs.demo.chance import Chance
from jobs.demo.firms import Firm
from jobs.demo.names import CITY
from jobs.demo.rounding import FEN_OF_WAN
from jobs.demo.trades import read_toml
from matcher.storage.events import Opening, Talent

OPENINGS: Final = 88
UNSAID: Final = 3
_FEN_OF_YUAN: Final = FEN_OF_WAN // 10_000
_WANTED_ENGINEERS: Final = {
    "title": "自动化工程师",
    "occupation": "自动控制工程技术人员",
    "education": "硕士",
    "wage": [9000, 16000],
    "text": "机器人工作站的电气和控制设计，PLC、伺服、现场调试，机械和自动化专业应届硕士欢迎",
}


def openings(chance: Chance, firms: Sequence[Firm], cast: Mapping[str, Firm], now: datetime) -> list[Opening]:
    """OPENINGS vacancies of firms whose trade has such posts, and the robotics firm's own."""
    entries = read_toml("people.toml")["opening"]
    rows = [_opening(chance, _WANTED_ENGINEERS, cast["robotics_firm"], now)]
    rows[0].headcount = chance.between(4, 9)
    while len(rows) < OPENINGS + 1:
        entry = chance.one(entries)
        fitting = [firm for firm in firms if firm.is_open and firm.trade.key in entry["trades"]]
        if fitting:
            rows.append(_opening(chance, entry, chance.one(fitting), now))
    for number, row in enumerate(rows, 1):
        row.opening_id = f"OP{number:05d}"
        if number % UNSAID == 0:
            row.occupation = None  # firms seldom say it: it is read from the title
    return rows


def _opening(chance: Chance, entry: Mapping[str, Any], firm: Firm, now: datetime) -> Opening:
    low, high = (round(wage * chance.around(1, 0.08) / 100) * 100 for wage in entry["wage"])
    told = chance.happens(0.85)
    return Opening(
        enterprise_id=firm.identifier,
        title=entry["title"],
        text=entry["text"],
        occupation=entry["occupation"],
        headcount=chance.one((1, 1, 2, 2, 3, 5, 8)) if chance.happens(0.9) else None,
        wage_min_fen=min(low, high) * _FEN_OF_YUAN if told else None,
        wage_max_fen=max(low, high) * _FEN_OF_YUAN if told else None,
        education=entry["education"],
        place=firm.house.name,
        updated_at=now - timedelta(days=chance.below(60)),
    )


def talents(chance: Chance, now: datetime) -> tuple[list[Talent], dict[str, str]]:
    """The classes of the university and the school, and the planted one: role -> talent id."""
    schools = {"university": f"{CITY}理工大学", "vocational": f"{CITY}职业技术学校"}
    rows: list[Talent] = []
    roles: dict[str, str] = {}
    for number, entry in enumerate(read_toml("people.toml")["talent"], 1):
        row = Talent(
            talent_id=f"TL{number:04d}",
            school=schools[entry["school"]],
            major=entry["major"],
            skills=list(entry["skills"]),
            education=entry["education"],
            wants=entry["wants"],
            headcount=chance.between(*entry["headcount"]),
            updated_at=now - timedelta(days=chance.below(60)),
        )
        rows.append(row)
        if "role" in entry:
            roles[entry["role"]] = row.talent_id
    return rows, roles
