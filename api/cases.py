"""Cases over HTTP: where a need stands, first contact, the firm's answer; a station's figures."""

from __future__ import annotations

from flask import Response

from api.asking import asking
from api.auth import policy
from api.documented import refuses
from api.routing import Routes
from api.schemas.base import answer
from api.schemas.cases import AnswerBody, CaseOut, FiguresOut, FiguresQuery
from matcher.services import case_figures, cases

blueprint = Routes("cases", __name__, url_prefix="/v1")


@blueprint.get("/needs/<need_id>/case")
@policy("needs.read")
@blueprint.output(CaseOut)
def show(need_id: str) -> Response:
    """The case of a need: what was promised, how it stands, and its ledger."""
    here = asking()
    return answer(CaseOut.of(cases.view(here.session, here.actor, need_id, here.now)))


@blueprint.post("/needs/<need_id>/contact")
@policy("needs.contact")
@blueprint.output(CaseOut)
def contact(need_id: str) -> Response:
    """Write down that the station has just spoken with the firm."""
    here = asking()
    return answer(CaseOut.of(cases.contact(here.session, here.actor, need_id, here.now)))


@blueprint.post("/needs/<need_id>/answer")
@policy("needs.answer")
@refuses(409)
@blueprint.input(AnswerBody)
@blueprint.output(CaseOut)
def firm_answer(need_id: str, json_data: AnswerBody) -> Response:
    """The firm says whether it was served: yes closes the case, no opens it again."""
    here = asking()
    return answer(CaseOut.of(cases.answer(here.session, here.actor, need_id, json_data.told(), here.now)))


@blueprint.get("/stations/figures")
@policy("figures.read")
@blueprint.input(FiguresQuery, location="query")
@blueprint.output(FiguresOut)
def figures(query_data: FiguresQuery) -> Response:
    """Promised against kept: the own station exactly; to the administrator rounded counts of each."""
    here = asking()
    return answer(FiguresOut.of(case_figures.view(here.session, here.actor, query_data.days, here.now)))
