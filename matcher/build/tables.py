"""One function a table: a row of the database as the values of a snapshot's row."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from matcher.build.encode import Positions, joined, number, ordinal, seconds, text, yuan
from matcher.build.places import Places, code_of
from matcher.build.standing import Standing
from matcher.domain import occupation
from matcher.domain.enterprise import EnterpriseStatus
from matcher.domain.need import NeedKind
from matcher.graph.schema import PUBLISHED
from matcher.text.stored import Understood

Values = dict[str, Any]

# Why only ACTIVE: a firm under the "abnormal operation" mark is not recommended to a stranger.
RECOMMENDED: Final = frozenset({EnterpriseStatus.ACTIVE.value})


@dataclass(frozen=True)
class Names:
    """Everything a row may point to, by position."""

    places: Places
    firms: Standing
    events: Positions
    wanted: Positions
    understood: Mapping[str, Understood]


def told(scope: str | None, name: str) -> str:
    """What a firm says of itself: its scope, else its name."""
    return scope or name


def sentence(title: str, body: str | None) -> str:
    """A title and what stands below it."""
    return f"{title}\n{body}" if body else title


def need(row: Any, names: Names) -> Values:
    """An open need."""
    understood = names.understood[row.need_id]
    return {
        "id": row.need_id,
        "firm": names.firms(row.enterprise_id),
        "title": text(row.title),
        "text": row.text,
        "kind": "" if understood.kind is None else understood.kind.value,
        "state": row.state,
        "industry": names.places.industries(code_of(row.industry_code)),
        "amount": yuan(row.amount_fen),
        "quantity": number(row.quantity),
        "deadline": ordinal(row.deadline),
        "created": seconds(row.created_at),
        "flags": _published(row, understood),
        "topics": ";".join(understood.topics),  # best first, as the industries are
        "wanted": names.wanted(wanted_set(understood)),
        "parties": ";".join(understood.parties),
    }


def _published(row: Any, understood: Understood) -> int:
    """That a firm looks for money is nobody else's business, even where it published the need."""
    financing = NeedKind.FINANCING in (row.kind, understood.kind)
    return PUBLISHED if row.published and not financing else 0


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
        "firm": names.firms(row.enterprise_id),
        "title": row.title,
        "text": text(row.text),
        "occupation": text(row.occupation),
        "occupation_codes": ";".join(occupation.codes(row.occupation, row.occupation_read)),
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
        "occupation_codes": ";".join(occupation.codes(None, row.occupation_read)),
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
        "firm": names.firms(row.enterprise_id),
        "state": row.state,
        "tables": ";".join(row.tables or ()),
    }


def as_json(value: object) -> str:
    """An object of a row as text, keys sorted."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


CONVERT: Final[Mapping[str, Callable[[Any, Names], Values]]] = {
    "needs": need,
    "products": product,
    "openings": opening,
    "talents": talent,
    "events": event,
    "attendances": attendance,
}

# How the rows of a table are ordered before their id.
ORDER: Final[Mapping[str, tuple[str, ...]]] = {
    "needs": ("firm",),
    "openings": ("firm",),
    "attendances": ("event", "firm"),
}
