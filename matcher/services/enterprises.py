"""Enterprises as those may see them who ask: the own station's files, and a card of anybody suggested."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain import industry
from matcher.domain.access import Actor, Role, require, require_enterprise
from matcher.domain.field_access import Sight
from matcher.errors import NotFound
from matcher.recommend.explain import industry_name
from matcher.services import sight
from matcher.storage.enterprises import Building, Enterprise

REMEMBERED_NAMES: Final = 200_000


@dataclass(frozen=True)
class Card:
    """What a suggestion shows of an enterprise: name, trade and place; no figures, no contact."""

    enterprise_id: str
    name: str
    industry_code: str | None
    building: str | None
    floor: str | None
    address: str | None
    industry_inferred: bool = False
    industry_confidence: float | None = None

    def industry_name(self, language: str = "zh") -> str | None:
        """The trade's name after GB/T 4754-2017, where the code is known; in English its division's."""
        known = self.industry_code is not None and industry.get(self.industry_code) is not None
        return industry_name(str(self.industry_code), language) if known else None


@dataclass(frozen=True)
class File:
    """Master data of one enterprise; None is unknown or not the reader's to know. Money is fen."""

    enterprise_id: str
    listed: bool
    allows_invitations: bool
    version: int
    code: str | None = None
    status: str | None = None
    scope: str | None = None
    founded_on: date | None = None
    registered_capital_fen: int | None = None
    employees: int | None = None
    revenue_fen: int | None = None
    assets_fen: int | None = None
    tax_paid_fen: int | None = None
    tax_grade: str | None = None
    tax_grade_year: int | None = None
    certificates: Sequence[str] = ()
    contact_name: str | None = None
    contact_phone: str | None = None


# What each member of a File is called in the table of fields; the scope says what the industry says.
_FIELDS: Final = {
    "code": "code",
    "status": "status",
    "scope": "industry",
    "founded_on": "founded_on",
    "registered_capital_fen": "capital",
    "employees": "employees",
    "revenue_fen": "revenue",
    "assets_fen": "assets",
    "tax_paid_fen": "tax_paid",
    "tax_grade": "tax_grade",
    "tax_grade_year": "tax_grade_year",
    "certificates": "certificates",
    "contact_name": "contact_name",
    "contact_phone": "contact_phone",
}


@dataclass(frozen=True)
class Page:
    """Some cards in the order of names; `next` continues behind the last, None at the end."""

    cards: Sequence[Card]
    next: str | None


@dataclass(frozen=True)
class Wanted:
    """What to look for: a part of the name, or the initials of its pinyin. `after` is an earlier `next`."""

    text: str = ""
    limit: int = 20
    after: str | None = None


def search(session: Session, actor: Actor, wanted: Wanted) -> Page:
    """The actor's own enterprises whose name fits, in the order of a Chinese dictionary.

    Reads ids and names of the whole station (some 10,000).
    """
    require(actor, "enterprises.read")
    rows = session.execute(_named(actor, wanted.text))
    found = sorted((spelled(name), name, key) for key, name in rows if _fits(name, wanted.text))
    fitting = [key for _, _, key in found]
    start = _behind(fitting, wanted.after)
    shown = fitting[start : start + wanted.limit]
    known = cards(session, actor, shown)
    more = start + wanted.limit < len(fitting)
    return Page([known[key] for key in shown], shown[-1] if more else None)


def get(session: Session, actor: Actor, enterprise_id: str) -> tuple[File, Card]:
    """One file of the actor's own. Raises NotFound for one of another station and for none, alike."""
    require(actor, "enterprises.read")
    row = session.get(Enterprise, enterprise_id)
    require_enterprise(actor, enterprise_id, None if row is None else row.station_id)
    if row is None:
        raise NotFound("access.no_such_enterprise", value=enterprise_id)
    return _file(actor, row), cards(session, actor, [enterprise_id])[enterprise_id]


def cards(session: Session, actor: Actor, identifiers: Collection[str]) -> Mapping[str, Card]:
    """Cards by id, as the actor may see them: a name that may not be read is left out with its card."""
    query = (
        sa.select(Enterprise, Building.name)
        .outerjoin(Building, Building.building_id == Enterprise.building_id)
        .where(Enterprise.enterprise_id.in_(identifiers))
    )
    return {
        row.enterprise_id: _card(actor, row, building)
        for row, building in session.execute(query)
        if _reads(actor, row, "name")
    }


@lru_cache(maxsize=REMEMBERED_NAMES)
def initials(name: str) -> str:
    """First letters of the pinyin of each character, e.g. ``hxsp`` for 湖心食品. Some 20 us, then kept."""
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).casefold()


@lru_cache(maxsize=REMEMBERED_NAMES)
def spelled(name: str) -> tuple[str, ...]:
    """The pinyin of each character, to sort by: 安 before 白 before 朝. Some 20 us, then kept."""
    from pypinyin import lazy_pinyin

    return tuple(syllable.casefold() for syllable in lazy_pinyin(name))


def _named(actor: Actor, text: str) -> sa.Select[str, str]:
    mine: Any = sa.false()
    if actor.role is Role.OFFICER:
        mine = Enterprise.station_id == actor.scope
    elif actor.role is Role.ENTERPRISE:
        mine = Enterprise.enterprise_id == actor.scope
    query = sa.select(Enterprise.enterprise_id, Enterprise.name).where(mine, Enterprise.merged_into.is_(None))
    if text and not _is_latin(text):
        query = query.where(Enterprise.name.contains(text, autoescape=True))
    return query


def _fits(name: str, text: str) -> bool:
    if not text or not _is_latin(text):
        return True
    typed = text.casefold()
    return typed in name.casefold() or typed in initials(name)


def _is_latin(text: str) -> bool:
    return text.isascii() and text.isalpha()


def _behind(keys: list[str], after: str | None) -> int:
    """Where the page begins. A cursor whose enterprise has gone starts anew rather than losing rows."""
    if after is None or after not in keys:
        return 0
    return keys.index(after) + 1


def _card(actor: Actor, row: Enterprise, building: str | None) -> Card:
    return Card(
        row.enterprise_id,
        row.name,
        row.industry_code if _reads(actor, row, "industry") else None,
        building if _reads(actor, row, "building") else None,
        row.floor if _reads(actor, row, "floor") else None,
        row.address if _reads(actor, row, "address") else None,
        *_how_known(row, _reads(actor, row, "industry")),
    )


def _how_known(row: Enterprise, readable: bool) -> tuple[bool, float | None]:
    """Whether the industry was inferred, and how surely; nothing of it where the industry is not shown."""
    if not readable or not row.industry_inferred:
        return False, None
    return True, row.industry_confidence or None


def _file(actor: Actor, row: Enterprise) -> File:
    told = {name: getattr(row, name) for name, field in _FIELDS.items() if _reads(actor, row, field)}
    return File(row.enterprise_id, row.listed, row.allows_invitations, row.version, **told)


def _reads(actor: Actor, row: Enterprise, name: str) -> bool:
    return sight.sees(actor, row, name) is Sight.FULL
