"""Cases over HTTP: where a need stands, first contact, the firm's answer; a station's figures."""

from __future__ import annotations

from flask import Response

from api.asking import asking
from api.auth import policy
from api.documented import refuses
from api.idempotent import idempotent
from api.routing import Routes
from api.schemas.base import answer
from api.schemas.cases import AnswerBody, CaseOut, FiguresOut, FiguresQuery
from api.schemas.casework import CasesOut, CasesQuery, NoteBody, NoteOut, TermsBody, TermsOut
from api.versions import conditional, version_read
from matcher.services import case_figures, case_list, cases, notes, station_terms
from matcher.services.station_terms import TermsView

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


@blueprint.get("/cases")
@policy("needs.read")
@blueprint.input(CasesQuery, location="query")
@blueprint.output(CasesOut)
def listing(query_data: CasesQuery) -> Response:
    """Waiting cases of the own station (or enterprise), overdue first."""
    here, asked = asking(), query_data
    found = case_list.waiting(here.session, here.actor, here.now, asked.n, asked.start)
    return answer(CasesOut.of(found))


@blueprint.post("/enterprises/<enterprise_id>/notes")
@policy("notes.write")
@blueprint.input(NoteBody)
@blueprint.output(NoteOut, status_code=201)
@idempotent
def note(enterprise_id: str, json_data: NoteBody) -> Response:
    """Write a note, or a document by reference, into an own enterprise's file."""
    here = asking()
    row = notes.write(here.session, here.actor, enterprise_id, json_data.new(), here.now)
    return answer(NoteOut.model_validate({name: getattr(row, name) for name in NoteOut.model_fields}), 201)


@blueprint.get("/stations/<station_id>/terms")
@policy("terms.read")
@blueprint.output(TermsOut)
def terms(station_id: str) -> Response:
    """What a station promises; its ETag is what a change sends back."""
    here = asking()
    return _terms(station_terms.view(here.session, here.actor, station_id))


@blueprint.put("/stations/<station_id>/terms")
@policy("terms.write")
@conditional
@blueprint.input(TermsBody)
@blueprint.output(TermsOut)
def set_terms(station_id: str, json_data: TermsBody) -> Response:
    """Set what a station promises from now on, and its head (If-Match). Open cases keep their promise."""
    here, body = asking(), json_data
    changed = station_terms.change(
        here.session, here.actor, station_id, version_read(), body.terms(), body.head, here.now
    )
    return _terms(changed)


@blueprint.get("/stations/figures")
@policy("figures.read")
@blueprint.input(FiguresQuery, location="query")
@blueprint.output(FiguresOut)
def figures(query_data: FiguresQuery) -> Response:
    """Promised against kept: the own station exactly; to the administrator rounded counts of each."""
    here = asking()
    return answer(FiguresOut.of(case_figures.view(here.session, here.actor, query_data.days, here.now)))


def _terms(view: TermsView) -> Response:
    return answer(TermsOut.of(view), ETag=f'"{view.version}"')
