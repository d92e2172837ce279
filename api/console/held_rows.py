"""Rows that an import kept apart, by page: each with its cells to correct, and what is odd about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask import Response, make_response, render_template, request, url_for

from api.asking import asking
from api.auth import policy
from api.console.pages import blueprint, redirect_to
from api.errors import FieldsInvalid
from api.language import language
from api.schemas.held_rows import LONGEST_CELL, HeldRowOut
from matcher.services import held_rows
from matcher.services.imports import Problem

SHOWN: Final = 20
CELL: Final = "cell:"  # before a heading in the names of the form's fields


@blueprint.get("/held")
@policy("imports.read")
def held_page() -> str:
    """The rows that wait, by file and line."""
    return _page(request.args.get("after", "")[:100])


@blueprint.post("/held/<held_id>")
@policy("imports.write")
def correct_held(held_id: str) -> Response:
    """Take the row as it now stands in the form, or show what is wrong with it still."""
    here, typed = asking(), _cells()
    correction = held_rows.Correction(typed, request.form.get("sure") == "true")
    problems = held_rows.correct(here.session, here.actor, held_id, correction, here.now)
    if problems:
        return make_response(_page(request.form.get("after", "")[:100], held_id, problems, typed), 422)
    return redirect_to(url_for("console.held_page"))


@blueprint.post("/held/<held_id>/drop")
@policy("imports.write")
def drop_held(held_id: str) -> Response:
    """The row is not to be taken."""
    here = asking()
    held_rows.drop(here.session, here.actor, held_id, here.now)
    return redirect_to(url_for("console.held_page"))


def _cells() -> dict[str, str]:
    cells = {name[len(CELL) :]: text for name, text in request.form.items() if name.startswith(CELL)}
    long = [name for name, text in cells.items() if len(text) > LONGEST_CELL]
    if long:
        faults = [
            (f"/{CELL}{name}", "too_long", "imports.too_long.what", {"longest": LONGEST_CELL})
            for name in long
        ]
        raise FieldsInvalid.at("form", faults)
    return cells


def _page(
    after: str, wrong: str = "", problems: Sequence[Problem] = (), typed: dict[str, str] | None = None
) -> str:
    here, tongue = asking(), language()
    rows = held_rows.listed(here.session, here.actor, SHOWN + 1, after)
    shown = [(HeldRowOut.of(row, tongue), held_rows.is_slip(row)) for row in rows[:SHOWN]]
    return render_template(
        "held.html",
        rows=shown,
        waiting=held_rows.count(here.session, here.actor),
        following=rows[SHOWN - 1].held_id if len(rows) > SHOWN else None,
        after=after,
        wrong=wrong,
        typed=typed or {},
        faults=[(one.column, one.what(tongue), one.remedy(tongue)) for one in problems],
    )
