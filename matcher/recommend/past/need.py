"""A need of the past as it was asked, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PastNeed:
    """A need as it was asked, and what came of it. A question is one without winners and bidders.

    `day` is a proleptic ordinal. `project` joins rows of one purchase: what is learned of one must not read
    the other. `credentials` is what was said of the winners' qualifications.
    """

    title: str
    text: str
    day: int
    buyer: str = ""
    place: str = ""
    project: str = ""
    winners: tuple[str, ...] = ()
    bidders: tuple[str, ...] = ()
    credentials: str = ""
