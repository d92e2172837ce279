"""Rows that an import kept apart: listed, corrected, dropped."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response

from api.asking import asking
from api.auth import policy
from api.errors import FieldsInvalid
from api.language import language
from api.routing import Routes
from api.schemas.base import answer
from api.schemas.held_rows import HeldReasonOut, HeldRowBody, HeldRowOut, HeldRowPage, HeldRowsQuery
from matcher.services import held_rows
from matcher.services.imports import Problem
from matcher.storage.held import HeldRow

blueprint = Routes("held_rows", __name__, url_prefix="/v1/held-rows")


@blueprint.get("")
@policy("imports.read")
@blueprint.input(HeldRowsQuery, location="query")
@blueprint.output(HeldRowPage)
def listed(query_data: HeldRowsQuery) -> Response:
    """Rows of files that wait until somebody has asked: as they stood, what is odd, what to do."""
    here, n = asking(), query_data.n
    search = held_rows.Search(query_data.q, query_data.reason)
    rows = held_rows.listed(here.session, here.actor, n + 1, query_data.after, search)
    following = rows[n - 1].held_id if len(rows) > n else None
    waiting = held_rows.count(here.session, here.actor, search)
    told = held_rows.reasons(here.session, here.actor, search.text)
    reasons = [HeldReasonOut.of(reason, count, language()) for reason, count in told]
    items = [_out(row) for row in rows[:n]]
    return answer(HeldRowPage(items=items, next=following, waiting=waiting, reasons=reasons))


@blueprint.patch("/<held_id>")
@policy("imports.write")
@blueprint.input(HeldRowBody)
@blueprint.output(HeldRowOut)
def correct(held_id: str, json_data: HeldRowBody) -> Response:
    """Take a held row with corrected cells; it passes every check of an import, or 422 says what is wrong."""
    here = asking()
    correction = held_rows.Correction(json_data.cells, json_data.sure)
    refuse_problems("json", held_rows.correct(here.session, here.actor, held_id, correction, here.now))
    return answer(_out(held_rows.by_id(here.session, here.actor, held_id)))


@blueprint.delete("/<held_id>")
@policy("imports.write")
@blueprint.output(HeldRowOut)
def drop(held_id: str) -> Response:
    """The row is not to be taken; it stays on record, and its line is not held again."""
    here = asking()
    return answer(_out(held_rows.drop(here.session, here.actor, held_id, here.now)))


def refuse_problems(location: str, problems: Sequence[Problem]) -> None:
    """Raise FieldsInvalid for what is wrong with the corrected cells."""
    faults = [
        (f"/cells/{one.column}", "invalid", f"imports.{one.reason}.what", {"value": one.value, **one.params})
        for one in problems
    ]
    if faults:
        raise FieldsInvalid.at(location, faults)


def _out(row: HeldRow) -> HeldRowOut:
    return HeldRowOut.of(row, language())
