"""Industries and places that nobody gave, read from scopes and addresses in chunks that nobody waits for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final, TypeVar

from sqlalchemy.orm import Session

from jobs.engine import engine
from jobs.task import Task
from matcher.services import industries, occupations, places

STAGE: Final = "industries"
OCCUPATIONS: Final = "occupations"
OCCUPATIONS_AT_ONCE: Final = 500
ADDRESSES: Final = "addresses"
TOWERS: Final = "towers"
HERE: Final = "processes:1"
Row = TypeVar("Row", industries.Unread, places.Unread)


def infer(task: Task) -> dict[str, Any]:
    """Read every enterprise without a given industry; argument `again=yes` reads those read before, too."""
    found = infer_unread(task, again=task.errand.arguments.get("again") == "yes")
    return {**found, "openings": read_occupations(task)}


def infer_unread(task: Task, again: bool = False) -> dict[str, Any]:
    """Infer what is unread; how many were read, how many got an industry, how many examples were learned."""
    with task.wiring.views() as session:
        waiting = industries.unread(session)
        if not waiting and not again:
            return {"read": 0, "found": 0, "examples": 0}
        learned, examples = industries.learned_from_rows(session)
    read = found = 0
    chunk = partial(industries.unread_after, again=again)
    # What was learned is large: to send it along with each chunk would cost more than it saves.
    where = task.wiring.settings.engine if learned is None else HERE
    with engine(where, task.wiring.settings.engine_tls) as run:
        for changes in run(partial(industries.read, learned=learned), _chunks(task, chunk)):
            task.progress(STAGE, read, max(waiting, read))
            with task.wiring.transactions.begin() as session:
                found += industries.write(session, changes, task.wiring.clock())
            read += len(changes)
    return {"read": read, "found": found, "examples": examples if learned is not None else 0}


def _chunks(task: Task, chunk: Callable[[Session, str], list[Row]]) -> Iterator[list[Row]]:
    """Chunk after chunk in the order of ids, each read in a short transaction of its own.

    What was written waits no longer, so a run that is broken off goes on where it stopped.
    """
    after = ""
    while True:
        with task.wiring.views() as session:
            rows = chunk(session, after)
        if not rows:
            return
        yield rows
        after = rows[-1].enterprise_id


def read_occupations(task: Task) -> dict[str, Any]:
    """Read the titles of vacancies and the wishes of classes that are new or say something else now.

    Short transactions; a run that is broken off goes on where it stopped. Nothing waits, nothing is done.
    """
    with task.wiring.views() as session:
        waiting = occupations.unread(session)
        if not waiting:
            return {"read": 0, "told": 0, "examples": 0}
        recogniser, examples = occupations.learned_from_rows(session)
    told = 0
    for start in range(0, len(waiting), OCCUPATIONS_AT_ONCE):
        task.progress(OCCUPATIONS, start, len(waiting))
        with task.wiring.transactions.begin() as session:
            told += occupations.read(session, recogniser, waiting[start : start + OCCUPATIONS_AT_ONCE])
    return {"read": len(waiting), "told": told, "examples": examples}


def place(task: Task) -> dict[str, Any]:
    """Read every address that was not read yet, and put enterprises into the towers they name."""
    return place_unread(task)


def place_unread(task: Task) -> dict[str, Any]:
    """Region, floor and tower from addresses, in short transactions; how many were read and housed."""
    with task.wiring.views() as session:
        waiting = places.unread(session)
    if not waiting:
        return {"read": 0, "housed": 0}
    read = 0
    with engine(task.wiring.settings.engine, task.wiring.settings.engine_tls) as run:
        for found in run(places.read, _chunks(task, places.unread_after)):
            task.progress(ADDRESSES, read, max(waiting, read))
            with task.wiring.transactions.begin() as session:
                places.write(session, found, task.wiring.clock())
            read += len(found)
    return {"read": read, "housed": _housed(task)}


def _housed(task: Task) -> int:
    with task.wiring.views() as session:
        known = places.known_buildings(session)
    key: str | None = ""
    housed = 0
    while key is not None:
        task.progress(TOWERS, housed, 0)
        with task.wiring.transactions.begin() as session:
            key, put = places.settle_next(session, known, task.wiring.clock(), key)
        housed += put
    return housed
