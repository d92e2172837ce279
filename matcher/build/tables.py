"""One function a table: a row of the database as the values of a snapshot's row."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from matcher.build.encode import NONE, Positions, joined, number, ordinal, seconds, text, yuan
from matcher.build.places import NOWHERE, Places, code_of
from matcher.domain.codes import is_sole_trader
from matcher.domain.enterprise import EnterpriseStatus
from matcher.graph.schema import GRADES, PUBLISHED, Flag
from matcher.text.stored import Understood

Values = dict[str, Any]

# Why only ACTIVE: a firm under the "abnormal operation" mark is not recommended to a stranger.
_RECOMMENDED: Final = frozenset({EnterpriseStatus.ACTIVE.value})


@dataclass(frozen=True)
class Names:
    """Everything a row may point to, by position."""

    places: Places
    groups: Mapping[str, str]
    group_positions: Positions
    firms: Mapping[str, int]
    events: Positions
    areas: Positions
    wanted: Positions
    understood: Mapping[str, Understood]


def firm(row: Any, names: Names, offers: Mapping[str, str]) -> Values:
    """An enterprise; `offers` is the joined text of each enterprise that has any."""
    identifier, places = row.enterprise_id, names.places
    located = places.placed.get(row.building_id, NOWHERE)
    return {
        "id": identifier,
        "name": row.name,
        "industry": places.industries(code_of(row.industry_code)),
        "building": places.buildings(row.building_id),
        "floor": text(row.floor),
        "street": places.streets(row.region_code if row.region_code else located.region_code),
        "station": places.stations(row.station_id),
        "owner_group": names.group_positions(names.groups.get(identifier)),
        "founded": ordinal(row.founded_on),
        "employees": number(row.employees),
        "revenue": yuan(row.revenue_fen),
        "capital": yuan(row.registered_capital_fen),
        "tax_paid": yuan(row.tax_paid_fen),
        "assets": yuan(row.assets_fen),
        "tax_grade": GRADES.index(row.tax_grade) if row.tax_grade in GRADES else NONE,
        "tax_grade_year": NONE if row.tax_grade_year is None else row.tax_grade_year,
        "certificates": joined(row.certificates),
        "flags": int(flags(row, identifier in offers)),
        "text": offers.get(identifier, told(row)),
        "latitude": number(located.latitude if row.latitude is None else row.latitude),
        "longitude": number(located.longitude if row.longitude is None else row.longitude),
    }


def told(row: Any) -> str:
    """What a firm without offers says of itself: its scope, else its name."""
    return str(row.scope or row.name)


def flags(row: Any, has_offers: bool) -> Flag:
    """The bits of one enterprise."""
    found = Flag(0)
    for bit, holds in (
        (Flag.ACTIVE, row.status in _RECOMMENDED),
        (Flag.LISTED, row.listed),
        (Flag.INVITABLE, row.allows_invitations),
        (Flag.SOLE_TRADER, row.code is not None and is_sole_trader(row.code)),
        (Flag.HAS_OFFERS, has_offers),
    ):
        if holds:
            found |= bit
    return found


def offer(row: Any, names: Names) -> Values:
    """An offer."""
    return {
        "id": row.offer_id,
        "firm": names.firms.get(row.enterprise_id, NONE),
        "title": row.title,
        "text": text(row.text),
        "industry": names.places.industries(code_of(row.industry_code)),
        "capacity": number(row.capacity),
        "serves": names.areas(joined(row.serves) or None),
    }


def need(row: Any, names: Names) -> Values:
    """An open need."""
    understood = names.understood[row.need_id]
    return {
        "id": row.need_id,
        "firm": names.firms.get(row.enterprise_id, NONE),
        "title": text(row.title),
        "text": row.text,
        "kind": "" if understood.kind is None else understood.kind.value,
        "state": row.state,
        "industry": names.places.industries(code_of(row.industry_code)),
        "amount": yuan(row.amount_fen),
        "quantity": number(row.quantity),
        "deadline": ordinal(row.deadline),
        "created": seconds(row.created_at),
        "flags": PUBLISHED if row.published else 0,
        "topics": ";".join(understood.topics),  # best first, as the industries are
        "wanted": names.wanted(wanted_set(understood)),
        "parties": ";".join(understood.parties),
    }


def wanted_set(understood: Understood) -> str | None:
    """The industries that could answer a need, the best answer first; None where nothing is known."""
    return ";".join(understood.industries) if understood.industries else None


def product(row: Any, names: Names) -> Values:
    """A loan, a policy or a space."""
    same = ("owner", "owner_name", "title", "kind", "version")
    texts = ("text", "source", "floor", "use", "hold_period", "fit_out")
    return {
        "id": row.product_id,
        **{name: getattr(row, name) for name in same},
        **{name: text(getattr(row, name)) for name in texts},
        "amount": yuan(row.amount_fen),
        "term_months": number(row.term_months),
        "rate": number(row.rate),
        "valid_from": ordinal(row.valid_from),
        "valid_until": ordinal(row.valid_until),
        "criteria": as_json(row.criteria),
        "building": names.places.buildings(row.building_id),
        "area_m2": number(row.area_m2),
        "rent": yuan(row.rent_fen),
        "free_from": ordinal(row.free_from),
    }


def opening(row: Any, names: Names) -> Values:
    """A vacancy."""
    return {
        "id": row.opening_id,
        "firm": names.firms.get(row.enterprise_id, NONE),
        "title": row.title,
        "text": text(row.text),
        "occupation": text(row.occupation),
        "headcount": number(row.headcount),
        "wage_min": yuan(row.wage_min_fen),
        "wage_max": yuan(row.wage_max_fen),
        "education": text(row.education),
        "place": text(row.place),
    }


def talent(row: Any, _names: Names) -> Values:
    """A class of graduates."""
    texts = ("school", "pool", "major", "education", "wants")
    return {
        "id": row.talent_id,
        **{name: text(getattr(row, name)) for name in texts},
        "skills": joined(row.skills),
        "headcount": number(row.headcount),
    }


def event(row: Any, names: Names) -> Values:
    """A fair, a salon, a day of meetings."""
    texts = ("theme", "organizer", "place", "region_code")
    return {
        "id": row.event_id,
        "kind": row.kind,
        "title": row.title,
        **{name: text(getattr(row, name)) for name in texts},
        "station": names.places.stations(row.station_id),
        "starts_at": seconds(row.starts_at),
        "ends_at": seconds(row.ends_at),
        "capacity": number(row.capacity),
        "settings": as_json(row.settings),
    }


def attendance(row: Any, names: Names) -> Values:
    """Who sat where; its id joins event and enterprise."""
    return {
        "id": f"{row.event_id}|{row.enterprise_id}",
        "event": names.events(row.event_id),
        "firm": names.firms.get(row.enterprise_id, NONE),
        "state": row.state,
        "tables": ";".join(row.tables or ()),
    }


def as_json(value: object) -> str:
    """An object of a row as text, keys sorted."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


CONVERT: Final[Mapping[str, Callable[[Any, Names], Values]]] = {
    "offers": offer,
    "needs": need,
    "products": product,
    "openings": opening,
    "talents": talent,
    "events": event,
    "attendances": attendance,
}

# How the rows of a table are ordered before their id.
ORDER: Final[Mapping[str, tuple[str, ...]]] = {
    "firms": ("industry", "building"),
    "offers": ("firm",),
    "needs": ("firm",),
    "openings": ("firm",),
    "attendances": ("event", "firm"),
}
