"""Shapes of vacancies and their occupations."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.schemas.base import Answer, Body, Query, Shown, yuan
from matcher.services.occupations import Vacancy


class OccupationQuery(Query):
    """A code, a name, or a title of everyday speech."""

    q: Annotated[str, Field(min_length=1, max_length=100)]


class OccupationBody(Body):
    """A code or a name of the classification of 2022."""

    occupation: Annotated[str, Field(min_length=1, max_length=100)]


class OccupationOut(Shown):
    """An occupation of the classification; `inferred` tells that nobody gave it, read from the title.

    `code` is null where what was given is none of the classification.
    """

    code: str | None
    name: str
    inferred: bool
    confidence: float | None


class OccupationsFound(Answer):
    """Occupations, best first."""

    items: list[OccupationOut]


class VacancyOut(Answer):
    """A vacancy; wages are yuan a month. `candidates` are what else its title may mean."""

    opening_id: str
    enterprise_id: str
    title: str
    text: str | None
    headcount: int | None
    wage_min_yuan: str | None
    wage_max_yuan: str | None
    education: str | None
    place: str | None
    occupation: OccupationOut | None
    candidates: list[OccupationOut]

    @classmethod
    def of(cls, one: Vacancy) -> VacancyOut:
        """From the service's view."""
        row = one.row
        return cls(
            opening_id=row.opening_id,
            enterprise_id=row.enterprise_id,
            title=row.title,
            text=row.text,
            headcount=row.headcount,
            wage_min_yuan=yuan(row.wage_min_fen),
            wage_max_yuan=yuan(row.wage_max_fen),
            education=row.education,
            place=row.place,
            occupation=None if one.occupation is None else OccupationOut.of(one.occupation),
            candidates=[OccupationOut.of(other) for other in one.candidates],
        )


class VacanciesOut(Answer):
    """The vacancies of one enterprise."""

    items: list[VacancyOut]
