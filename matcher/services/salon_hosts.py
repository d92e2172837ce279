"""Hosts on the day: who stays at its table, who takes one over, which tables are left without."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeAlias

from matcher.domain.event import Label, Pin
from matcher.errors import InvalidInput

Hosts: TypeAlias = list[str | None]  # by table, from the first; None for a table without


def still_there(old: Mapping[str, Any], gone: Collection[str], lost: Collection[int]) -> Hosts:
    """The hosts of a stored plan but those who did not come and those whose table (from 0) is lost."""
    return [
        host if host is not None and host not in gone and table not in lost else None
        for table, host in enumerate(old["hosts"])
    ]


def taken_over(hosts: Hosts, new: Sequence[tuple[str, int]], tables: int) -> Hosts:
    """With guests who take a table (from 1) over; who hosted another leaves that one.

    Raises InvalidInput for a table that is not there or that two are to take.
    """
    found: Hosts = [None if any(host == guest for guest, _ in new) else host for host in hosts]
    if new:
        found += [None] * (tables - len(found))
    taken: set[int] = set()
    for guest, table in new:
        if not 1 <= table <= tables:
            raise InvalidInput("events.no_such_table", value=table)
        if table in taken:
            raise InvalidInput("events.bad_request", name="hosts", value=table)
        taken.add(table)
        found[table - 1] = guest
    return found


def pins_of(hosts: Hosts, rounds: int, away: Collection[tuple[str, int]]) -> tuple[Pin, ...]:
    """Their tables as pins, in the rounds (from 0) in which they are there."""
    return tuple(
        Pin(host, turn, table)
        for table, host in enumerate(hosts)
        for turn in range(rounds)
        if host is not None and (host, turn) not in away
    )


def left_without(hosts: Hosts, rounds: Sequence[Sequence[Sequence[str]]]) -> list[dict[str, Any]]:
    """A line for each round and table (from 1) where guests sit and the host did not come."""
    return [
        {"label": Label.NO_HOST.value, "who": [], "turn": turn, "table": table}
        for turn, tables in enumerate(rounds, 1)
        for table, guests in enumerate(tables, 1)
        if guests and table <= len(hosts) and hosts[table - 1] is None
    ]
