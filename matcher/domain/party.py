"""Roles of parties who must move together for a need, and how they are recognised (facts/parties.csv)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from matcher.domain import tables


@dataclass(frozen=True)
class Party:
    """A role. It is answered by firms of `industries` (GB/T codes, any level) or with one of `words` in
    their name; `near` is the place it is bound to: building, street, district, city or "" for none."""

    role: str
    industries: tuple[str, ...]
    words: tuple[str, ...]
    near: str


@cache
def parties() -> Mapping[str, Party]:
    """All roles by name. Read once a process."""
    return {
        role: Party(role, tuple(industries.split()), tuple(words.split()), near)
        for role, industries, words, near in tables.rows("parties.csv")
    }
