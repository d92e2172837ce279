"""Cases by page: the list with the overdue first, one enterprise's file and timeline, the moves of a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from flask import Response, render_template, request, url_for
from pydantic import Field

from api.adapter import read_form
from api.asking import asking
from api.auth import policy
from api.console.forms import Form, Said
from api.console.pages import blueprint, redirect_to
from api.console.sides import anew, file_sides
from api.console.spans import until
from api.language import language
from matcher.domain.access import Role
from matcher.domain.case import NEED_MOVES
from matcher.domain.need import NeedState
from matcher.domain.promise import Due
from matcher.messages import say
from matcher.services import case_list, cases, enterprises, needs, notes, timeline
from matcher.services.cases import CaseView, FirmAnswer
from matcher.services.notes import NewNote
from matcher.services.timeline import Entry, said

CASES_SHOWN: Final = 50
# What a firm does with its own need; the rest is the station's to say.
FIRMS_MOVES: Final = frozenset({NeedState.WITHDRAWN, NeedState.OPEN})
AREAS: Final = ("need", "suggestion", "introduction", "deal", "event", "visit", "note", "file")
Line = Annotated[Annotated[str, Field(max_length=500)] | None, Said]


class MoveForm(Form):
    """The state to go to, and what shows it."""

    state: NeedState
    version: Annotated[int, Field(ge=1)]
    evidence: Line = None


class AnswerForm(Form):
    """The firm's own word."""

    served: bool
    satisfaction: Annotated[int, Field(ge=1, le=5)]
    reason: Line = None


class NoteForm(Form):
    """A note, or with a reference a document."""

    text: Annotated[str, Field(min_length=1, max_length=2000)]
    reference: Annotated[Annotated[str, Field(max_length=300)] | None, Said] = None


@dataclass(frozen=True)
class Deadline:
    """One promise on the page: how it stands and in how long."""

    name: str
    by: datetime
    due: Due
    words: str


@dataclass(frozen=True)
class Told:
    """An entry of the timeline in one language."""

    entry: Entry
    words: str


@blueprint.get("/cases")
@policy("needs.read")
def cases_list() -> str:
    """Waiting cases, overdue first."""
    here, tongue = asking(), language()
    start = request.args.get("start", "0")
    place = int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 0
    page = case_list.waiting(here.session, here.actor, here.now, CASES_SHOWN, place)
    lines = [(line, until(line.answer_by, here.now, tongue)) for line in page.lines]
    return render_template("cases.html", page=page, lines=lines)


@blueprint.get("/enterprises/<enterprise_id>/case-file")
@policy("enterprises.read")
def case_file(enterprise_id: str) -> str:
    """One file an enterprise: its cases and one timeline of all that happened."""
    here, tongue = asking(), language()
    entries = timeline.of_enterprise(here.session, here.actor, enterprise_id)
    told = [Told(entry, said(entry, tongue)) for entry in entries]
    waiting = [
        line
        for line in case_list.all_waiting(here.session, here.actor, here.now)
        if line.enterprise_id == enterprise_id
    ]
    present = {entry.area for entry in entries}
    return render_template(
        "case_file.html",
        card=enterprises.get(here.session, here.actor, enterprise_id)[1],
        told=told,
        **file_sides(enterprise_id),
        areas=[area for area in AREAS if area in present],
        lines=[(line, until(line.answer_by, here.now, tongue)) for line in waiting],
    )


@blueprint.post("/enterprises/<enterprise_id>/notes")
@policy("notes.write")
def write_note(enterprise_id: str) -> Response:
    """Add a note or a document by reference to the file."""
    here, form = asking(), read_form(NoteForm, request)
    row = notes.write(here.session, here.actor, enterprise_id, NewNote(form.text, form.reference), here.now)
    place = url_for("console.case_file", enterprise_id=enterprise_id, after=row.note_id)
    return redirect_to(f"{place}#timeline")


@blueprint.post("/needs/<need_id>/contacted")
@policy("needs.contact")
def contacted(need_id: str) -> Response:
    """The station has just spoken with the firm."""
    here = asking()
    cases.contact(here.session, here.actor, need_id, here.now)
    return _back(need_id, "contacted")


@blueprint.post("/needs/<need_id>/state")
@policy("needs.edit")
def move_need(need_id: str) -> Response:
    """The next state, where the domain allows it."""
    here, form = asking(), read_form(MoveForm, request)
    changes = {"state": form.state.value, "evidence": form.evidence}
    needs.edit(here.session, here.actor, need_id, form.version, changes, here.now)
    return _back(need_id, form.state.value)


@blueprint.post("/needs/<need_id>/answer")
@policy("needs.answer")
def answer_need(need_id: str) -> Response:
    """The firm says whether it was served."""
    here, form = asking(), read_form(AnswerForm, request)
    told = FirmAnswer(form.served, form.satisfaction, form.reason)
    cases.answer(here.session, here.actor, need_id, told, here.now)
    return _back(need_id, "answered")


def panel(need_id: str) -> dict[str, Any]:
    """What fragments/case.html shows of a need's case: deadlines, moves, ledger."""
    here, tongue = asking(), language()
    view = cases.view(here.session, here.actor, need_id, here.now)
    return {
        "view": view,
        "deadlines": _deadlines(view, here.now, tongue),
        "moves": moves(view, here.actor.role),
        "answerable": here.actor.role is Role.ENTERPRISE and view.case.state is not NeedState.WITHDRAWN,
    }


def moves(view: CaseView, role: Role) -> list[NeedState]:
    """The states a case may go to from here, in the order of the way."""
    allowed = NEED_MOVES[view.case.state]
    return [
        state for state in NeedState if state in allowed and (role is Role.OFFICER or state in FIRMS_MOVES)
    ]


def _deadlines(view: CaseView, now: datetime, tongue: str) -> list[Deadline]:
    promise, found = view.case.promise, []
    if promise.contact_by is not None and view.contact is not None:
        words = _standing(view.contact, promise.contact_by, now, tongue)
        found.append(Deadline("contact", promise.contact_by, view.contact, words))
    if view.answer is not None:
        words = _standing(view.answer, promise.answer_by, now, tongue)
        found.append(Deadline("answer", promise.answer_by, view.answer, words))
    return found


def _standing(due: Due, by: datetime, now: datetime, tongue: str) -> str:
    if due in (Due.KEPT, Due.LATE):
        return say(f"cases.due.{due}", tongue)
    return until(by, now, tongue)


def _back(need_id: str, mark: str) -> Response:
    """The need's page anew."""
    return redirect_to(url_for("console.show_need", need_id=need_id, after=f"{mark}-{anew()}"))
