"""Recruitment: openings and classes of graduates, a firm's schools and fairs, a fair's firms."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.domain import occupation
from matcher.domain.ranking import Reason
from matcher.graph.graph import Graph
from matcher.graph.schema import Flag
from matcher.recommend.talents import codes_in, heads, match, match_text
from matcher.text.tokenize import terms

Ints = NDArray[np.int64]

_FAIR: Final = {"talents": 0.55, "near": 0.25, "theme": 0.20}
_TRADE_SHARE: Final = 0.3  # of a fair's places for one division at most


@dataclass(frozen=True)
class TalentMatch:
    """A class or pool for one opening."""

    talent_id: str
    opening_id: str
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class ClassMatch:
    """A class or pool for a need told in words."""

    talent_id: str
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class FairMatch:
    """A fair for one firm."""

    event_id: str
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Invitee:
    """A firm for one fair, with the openings that brought it there."""

    enterprise_id: str
    score: float
    openings: tuple[str, ...]
    headcount: int


def schools_for(graph: Graph, firm: int, n: int) -> list[TalentMatch]:
    """The classes and pools that fit a firm's openings best; each class once, at its best opening."""
    openings = openings_of(graph, firm)
    everyone = np.arange(len(graph.talents))
    if not len(openings) or not len(everyone):
        return []
    scores = match(graph, openings, everyone)
    best = scores.argmax(axis=0)
    found = [
        TalentMatch(
            graph.talents.ids[talent],
            graph.openings.ids[int(openings[best[talent]])],
            round(float(scores[best[talent], talent]), 6),
            (
                *_told(graph, _title(graph, int(openings[best[talent]])), talent),
                *_one_occupation(graph, int(openings[best[talent]]), talent),
            ),
        )
        for talent in everyone.tolist()
        if scores[best[talent], talent] > 0
    ]
    return sorted(found, key=lambda one: (-one.score, one.talent_id))[:n]


def classes_for(graph: Graph, text: str, title: str, places: float | None, n: int) -> list[ClassMatch]:
    """At most `n` classes and pools that fit a text best, ties by id; `title` names the need to people."""
    everyone = np.arange(len(graph.talents))
    if not len(everyone):
        return []
    scores = match_text(graph, text, places, everyone)
    found = [
        ClassMatch(graph.talents.ids[one], round(float(scores[one]), 6), _told(graph, title, one))
        for one in np.flatnonzero(scores > 0).tolist()
    ]
    return sorted(found, key=lambda one: (-one.score, one.talent_id))[:n]


def openings_of(graph: Graph, firm: int) -> Ints:
    """Positions of a firm's openings; they lie side by side."""
    return np.flatnonzero(graph.openings.numbers("firm") == firm)


def _title(graph: Graph, opening: int) -> str:
    return graph.openings.text("title")[opening]


def _told(graph: Graph, opening: str, talent: int) -> tuple[Reason, ...]:
    talents = graph.talents
    heads = talents.numbers("headcount")[talent]
    shown = {
        "school": talents.text("school")[talent] or talents.text("pool")[talent],
        "major": talents.text("major")[talent],
        "opening": opening,
    }
    reasons = [Reason("events.reason.class", shown)]
    if not np.isnan(heads):
        reasons.append(Reason("events.reason.heads", {"count": int(heads)}))
    if talents.text("education")[talent]:
        reasons.append(Reason("events.reason.education", {"education": talents.text("education")[talent]}))
    return tuple(reasons)


def _one_occupation(graph: Graph, opening: int, talent: int) -> tuple[Reason, ...]:
    """That both sides are one occupation, where they are."""
    asked = codes_in(graph.openings.text("occupation_codes")[opening])
    led_to = codes_in(graph.talents.text("occupation_codes")[talent])
    shared = next((occupation.get(code) for code in asked if code in led_to), None)
    return () if shared is None else (Reason("events.reason.occupation", {"occupation": shared.name}),)


def fairs_for(graph: Graph, firm: int, n: int, now: datetime) -> list[FairMatch]:
    """Fairs to come that fit a firm best: their classes, how near they are, their theme."""
    openings = openings_of(graph, firm)
    if not len(openings):
        return []
    found = [_fair(graph, firm, openings, fair) for fair in upcoming(graph, now)]
    return sorted(found, key=lambda one: (-one.score, one.event_id))[:n]


def upcoming(graph: Graph, now: datetime) -> list[int]:
    """Positions of fairs that have not begun, or whose day is not fixed."""
    kinds, starts = graph.events.text("kind"), graph.events.numbers("starts_at")
    moment = int(now.timestamp())
    return [one for one in range(len(graph.events)) if kinds[one] == "fair" and not 0 <= starts[one] < moment]


def talents_of(graph: Graph, fair: int) -> Ints:
    """The classes that come to a fair: those its settings name, else all."""
    written = graph.events.text("settings")[fair]
    named = json.loads(written).get("talents", []) if written else []
    found = [graph.talents.position(str(one)) for one in named]
    known = [one for one in found if one is not None]
    return np.asarray(known, dtype=np.int64) if known else np.arange(len(graph.talents))


def _fair(graph: Graph, firm: int, openings: Ints, fair: int) -> FairMatch:
    talents = talents_of(graph, fair)
    scores = match(graph, openings, talents) if len(talents) else np.zeros((len(openings), 1))
    near = float(_is_near(graph, firm, fair))
    theme = _theme(graph, openings, fair)
    parts = {"talents": float(scores.max(initial=0.0)), "near": near, "theme": theme}
    reasons = []
    if parts["talents"] > 0:
        opening, talent = np.unravel_index(int(scores.argmax()), scores.shape)
        reasons.append(_told(graph, _title(graph, int(openings[opening])), int(talents[talent]))[0])
    if near:
        reasons.append(Reason("events.reason.near", {}))
    if theme:
        reasons.append(Reason("events.reason.theme", {"theme": graph.events.text("theme")[fair]}))
    score = sum(_FAIR[name] * part for name, part in parts.items())
    return FairMatch(graph.events.ids[fair], round(score, 6), tuple(reasons))


def _is_near(graph: Graph, firm: int, fair: int) -> bool:
    station = int(graph.firms.numbers("station")[firm])
    return station >= 0 and station == int(graph.events.numbers("station")[fair])


def _theme(graph: Graph, openings: Ints, fair: int) -> float:
    told = f"{graph.events.text('title')[fair]} {graph.events.text('theme')[fair]}"
    asked = set(terms(told))
    best = 0.0
    for opening in openings.tolist():
        found = set(terms(f"{graph.openings.text('title')[opening]} {graph.openings.text('text')[opening]}"))
        best = max(best, min(1.0, len(asked & found) / 3.0))
    return best


def invitees(graph: Graph, fair: int, capacity: int, station: int = -1) -> list[Invitee]:
    """Firms to invite, best first: active, with openings, and either open to invitations or of `station`.

    One trade has at most its share of the places as long as others are waiting.
    """
    firms = graph.firms
    flags, stations = firms.numbers("flags"), firms.numbers("station")
    owners = graph.openings.numbers("firm")
    found = []
    for firm in np.unique(owners[owners >= 0]).tolist():
        invitable = Flag.INVITABLE in Flag(int(flags[firm])) or (station >= 0 and stations[firm] == station)
        if invitable and Flag.ACTIVE in Flag(int(flags[firm])):
            found.append(invitee(graph, firm, fair))
    found.sort(key=lambda one: (-one.score, one.enterprise_id))
    return _mixed(graph, found, capacity)


def invitee(graph: Graph, firm: int, fair: int) -> Invitee:
    """A firm with what it would bring to a fair."""
    openings = openings_of(graph, firm)
    score = _fair(graph, firm, openings, fair).score
    names = tuple(graph.openings.ids[one] for one in openings.tolist())
    return Invitee(graph.firms.ids[firm], score, names, sum(heads(graph, "openings", openings)))


def _mixed(graph: Graph, found: Sequence[Invitee], capacity: int) -> list[Invitee]:
    most = max(1, int(capacity * _TRADE_SHARE))
    trades: Counter[int] = Counter()
    chosen: list[Invitee] = []
    waiting: list[Invitee] = []
    for one in found:
        division = trade(graph, one.enterprise_id)
        trades[division] += 1
        (chosen if division < 0 or trades[division] <= most else waiting).append(one)
    full = (chosen + waiting)[:capacity]
    return sorted(full, key=lambda one: (-one.score, one.enterprise_id))


def trade(graph: Graph, enterprise_id: str) -> int:
    """The division of a firm's industry, -1 where it is unknown."""
    firm = graph.firms.position(enterprise_id)
    industry = -1 if firm is None else int(graph.firms.numbers("industry")[firm])
    return int(graph.industries.numbers("division")[industry]) if industry >= 0 else -1
