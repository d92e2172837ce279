"""Shapes of rows that an import kept apart."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.schemas.base import Answer, Body, Count, Moment, Query
from matcher.messages import catalogue, say
from matcher.storage.held import HeldRow

MOST_A_PAGE = 200
MOST_CELLS = 256
LONGEST_CELL = 32_767
LONGEST_SEARCH = 100

Heading = Annotated[str, Field(min_length=1, max_length=200)]
Cell = Annotated[str, Field(max_length=LONGEST_CELL)]


class HeldRowsQuery(Query):
    """A page of the rows that wait: all, those with a text in a cell, or those for one reason."""

    n: Annotated[Count, Field(ge=1, le=MOST_A_PAGE)] = 50
    after: Annotated[str, Field(max_length=100)] = ""
    q: Annotated[str, Field(max_length=LONGEST_SEARCH)] = ""
    reason: Annotated[str, Field(max_length=100)] = ""


class HeldRowBody(Body):
    """New cells by their heading in the file; cells that are not named stay as they are."""

    cells: Annotated[
        dict[Heading, Cell], Field(max_length=MOST_CELLS, examples=[{"code": "914403001922038216"}])
    ] = {}
    sure: Annotated[bool, Field(description="The amounts have been looked at and are right")] = False


class HeldRowOut(Answer):
    """A row as it stood in its file, and what is to be asked."""

    held_id: str
    kind: str
    file: str
    line: int
    column: str
    value: str
    reason: str
    what: str
    remedy: str
    cells: dict[str, str]
    held_at: Moment
    resolution: str | None

    @classmethod
    def of(cls, row: HeldRow, language: str) -> HeldRowOut:
        """From the stored row, its sentences in one language."""
        told = {"value": row.value, **row.params}
        return cls(
            held_id=row.held_id,
            kind=row.kind,
            file=row.file,
            line=row.line,
            column=row.column,
            value=row.value,
            reason=row.reason,
            what=say(f"{row.reason}.what", language, **told),
            remedy=say(f"{row.reason}.remedy", language, **told),
            cells={name: str(cell) for name, cell in row.cells.items()},
            held_at=row.held_at,
            resolution=row.resolution,
        )


class HeldReasonOut(Answer):
    """A reason for which rows wait: its key, its sentence with … for what differs, and how many rows."""

    reason: str
    what: str
    count: int

    @classmethod
    def of(cls, reason: str, count: int, language: str) -> HeldReasonOut:
        """The sentence in one language."""
        sentence = catalogue(language)[f"{reason}.what"]
        return cls(reason=reason, what=sentence.format_map(_Dots()), count=count)


class _Dots(dict[str, str]):
    """Blanks that are not filled."""

    def __missing__(self, name: str) -> str:
        return "…"


class HeldRowPage(Answer):
    """A page of held rows; `next` is the `after` of the page that follows, null at the end.

    `waiting` counts the rows sought; `reasons` those with the text sought, by reason.
    """

    items: list[HeldRowOut]
    next: str | None
    waiting: int
    reasons: list[HeldReasonOut]
