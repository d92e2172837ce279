"""Who may come to an event, how well they fit each other, and who sat with whom last time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role
from matcher.domain.event import Apart
from matcher.domain.need import Question
from matcher.errors import InvalidInput
from matcher.graph.graph import Graph
from matcher.graph.schema import Flag
from matcher.recommend import ties
from matcher.recommend.among import pair_scores
from matcher.recommend.asking import ask, cosines
from matcher.recommend.salons import Guests, Wishes, choose_guests
from matcher.recommend.weights import FULL_COSINE
from matcher.services.asked import today
from matcher.services.event_access import in_scope
from matcher.services.reliability import rates
from matcher.services.salon_advisers import advisers, may_invite, times_asked
from matcher.storage import enterprises, events
from matcher.storage.enterprises import Enterprise

_CANDIDATES: Final = 2_000  # scored against each other, a second and a half of work
_SMALL: Final = 50  # persons
_APART: Final = ("rival", "dispute", "keep_apart")


@dataclass(frozen=True)
class Company:
    """Guests in order, with their rows and scores between them, (n, n), symmetric, in [0, 1]."""

    guests: tuple[str, ...]
    rows: dict[str, Enterprise]
    pairs: NDArray[np.float64]
    chosen: Guests | None = None


def invited(session: Session, graph: Graph, actor: Actor, guests: Sequence[str]) -> Company:
    """The named guests. Raises InvalidInput naming all who may not be invited."""
    rows = check_invitable(session, actor, guests)
    return Company(tuple(guests), rows, pair_scores(graph, guests))


def check_invitable(session: Session, actor: Actor, guests: Sequence[str]) -> dict[str, Enterprise]:
    """Their rows. Raises InvalidInput naming all who may not be invited."""
    rows = enterprises.by_ids(session, list(guests))
    wrong = [guest for guest in guests if not may_invite(actor, rows.get(guest))]
    if wrong:
        raise InvalidInput("events.not_invitable", who="、".join(wrong))
    return rows


def chosen(
    session: Session, graph: Graph, actor: Actor, theme: str, wishes: tuple[int, Sequence[str]], now: datetime
) -> Company:
    """At most `wishes[0]` guests, `wishes[1]` among them, for a theme; by good pairs among themselves."""
    capacity, must = wishes
    near = _candidates(graph, actor, theme)
    found = list(dict.fromkeys([*must, *near]))
    rows = enterprises.by_ids(session, found)
    wrong = [guest for guest in must if not may_invite(actor, rows.get(guest))]
    if wrong:
        raise InvalidInput("events.not_invitable", who="、".join(wrong))
    names = tuple(guest for guest in found if may_invite(actor, rows.get(guest)))
    if not names:
        raise InvalidInput("events.nobody_to_invite")
    pairs = pair_scores(graph, names)
    asked = times_asked(session, names, now)
    small = np.asarray([_is_small(rows[name]) for name in names], dtype=np.bool_)
    wanted = Wishes(
        capacity,
        tuple(names.index(guest) for guest in dict.fromkeys(must)),
        small,
        np.asarray([asked[name] for name in names], dtype=np.int64),
        rates(session, actor, names, now),
        np.asarray([near.get(name, 0.0) for name in names]),
        names,
    )
    guests = choose_guests(pairs, wanted)
    kept = list(guests.positions)
    chosen_ones = tuple(names[one] for one in kept)
    company = Company(chosen_ones, rows, pairs[np.ix_(kept, kept)], guests)
    come = advisers(session, actor, chosen_ones, rows, now)
    bound = tuple(dict.fromkeys((*must, *(one for pair in come for one in pair))))
    if come and len(bound) <= capacity:
        return _with_advisers(session, graph, company, bound, capacity)
    return company


def _with_advisers(
    session: Session, graph: Graph, company: Company, bound: tuple[str, ...], capacity: int
) -> Company:
    """Chosen anew of these guests and the advisers, so that all `bound` and the small firms' share come.

    One scoring of the graph a guest.
    """
    names = tuple(dict.fromkeys((*company.guests, *bound)))
    pairs, rows = pair_scores(graph, names), enterprises.by_ids(session, list(names))
    small = np.asarray([_is_small(rows[name]) for name in names], dtype=np.bool_)
    wanted = Wishes(capacity, tuple(names.index(one) for one in bound), small, names=names)
    guests = choose_guests(pairs, wanted)
    kept = list(guests.positions)
    return Company(tuple(names[one] for one in kept), rows, pairs[np.ix_(kept, kept)], guests)


def _candidates(graph: Graph, actor: Actor, theme: str) -> dict[str, float]:
    """Active firms open to invitations, those whose words fit the theme first, each with how well they do.

    Of those that fit alike a hash of theme and firm decides, so that it is not always the same who are asked.
    """
    asking = ask(graph, Question(text=theme))
    flags = graph.firms.numbers("flags")
    may_come = (flags & Flag.INVITABLE) != 0
    if actor.role is Role.OFFICER:
        station = graph.stations.position(actor.scope)
        if station is not None:
            may_come = may_come | (graph.firms.numbers("station") == station)
    rows = np.flatnonzero(may_come & ((flags & Flag.ACTIVE) != 0))
    near = np.zeros(len(rows)) if not theme else cosines(asking, "firms")[rows] / FULL_COSINE
    if len(rows) > _CANDIDATES:
        least = np.partition(near, len(rows) - _CANDIDATES)[len(rows) - _CANDIDATES]
        rows, near = rows[near >= least], near[near >= least]
    ids = graph.firms.ids
    order = ties.order(near, ties.keys(ids, rows.tolist()), asking.digest)[:_CANDIDATES]
    return {ids[int(rows[place])]: min(1.0, float(near[place])) for place in order.tolist()}


def scores_between(
    pairs: NDArray[np.float64], buyers: Sequence[str], sellers: Sequence[str]
) -> dict[tuple[str, str], float]:
    """The scores above 0 of buyers (the first rows of `pairs`) with sellers (the rest)."""
    found = pairs[: len(buyers), len(buyers) :]
    return {
        (buyers[row], sellers[column]): float(found[row, column])
        for row, column in np.argwhere(found > 0).tolist()
    }


def kept_apart(session: Session, guests: Sequence[str], now: datetime) -> list[Apart]:
    """Rivals, parties to a dispute and those whom the station keeps apart, among the guests."""
    known = set(guests)
    rows = enterprises.relations_in_force(session, list(guests), today(now))
    return [Apart(row.a, row.b, row.kind) for row in rows if row.kind in _APART and {row.a, row.b} <= known]


def sat_together(
    session: Session, actor: Actor, guests: Sequence[str], now: datetime
) -> list[tuple[str, str]]:
    """Pairs of guests who shared a table at the last of the actor's own salons that either went to.

    Who sat with whom at somebody else's event is not this actor's to know.
    """
    salons = [event for event in events.of_kind(session, "salon") if in_scope(actor, event)]
    past = [event for event in salons if event.starts_at is not None]
    past = sorted(
        (one for one in past if one.starts_at and one.starts_at < now), key=lambda one: one.event_id
    )
    past.sort(key=lambda one: one.starts_at or now, reverse=True)
    known, seen = set(guests), set[str]()
    pairs: set[tuple[str, str]] = set()
    for event in past:
        tables: dict[tuple[int, str], list[str]] = {}
        there = [one for one in events.attendances(session, event.event_id) if one.tables]
        for one in there:
            for turn, table in enumerate(one.tables):
                tables.setdefault((turn, table), []).append(one.enterprise_id)
        for mates in tables.values():
            for a, b in combinations(sorted(mates), 2):
                if {a, b} <= known and not ({a, b} <= seen):
                    pairs.add((a, b))
        seen |= {one.enterprise_id for one in there}
        if known <= seen:
            break
    return sorted(pairs)


def _is_small(row: Enterprise) -> bool:
    return row.employees is not None and row.employees < _SMALL
