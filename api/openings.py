"""Vacancies over HTTP: what a firm looks for, the occupation given or read, and the classification."""

from __future__ import annotations

from flask import Response

from api.asking import asking
from api.auth import policy
from api.routing import Routes
from api.schemas.base import answer
from api.schemas.openings import (
    OccupationBody,
    OccupationOut,
    OccupationQuery,
    OccupationsFound,
    VacanciesOut,
    VacancyOut,
)
from matcher.services import occupations

blueprint = Routes("openings", __name__, url_prefix="/v1")


@blueprint.get("/occupations")
@policy("openings.read")
@blueprint.input(OccupationQuery, location="query")
@blueprint.output(OccupationsFound)
def search(query_data: OccupationQuery) -> Response:
    """Occupations of the classification of 2022 by code, name or a title of everyday speech."""
    found = occupations.search(query_data.q)
    return answer(OccupationsFound(items=[OccupationOut.of(one) for one in found]))


@blueprint.get("/enterprises/<enterprise_id>/openings")
@policy("openings.read")
@blueprint.output(VacanciesOut)
def of_firm(enterprise_id: str) -> Response:
    """A firm's vacancies with their occupations; where one was read from the title, how surely."""
    here = asking()
    found = occupations.vacancies(here.session, here.actor, enterprise_id)
    return answer(VacanciesOut(items=[VacancyOut.of(one) for one in found]))


@blueprint.put("/openings/<opening_id>/occupation")
@policy("openings.write")
@blueprint.input(OccupationBody)
@blueprint.output(VacancyOut)
def give(opening_id: str, json_data: OccupationBody) -> Response:
    """Confirm or correct the occupation of a vacancy; it is given from then on."""
    here = asking()
    done = occupations.confirm(here.session, here.actor, opening_id, json_data.occupation, here.now)
    return answer(VacancyOut.of(done))
