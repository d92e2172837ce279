"""Rows that an import kept apart, by page: each with its cells to correct, and what is odd about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, make_response, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from api.asking import asking
from api.auth import policy
from api.console.pages import blueprint, redirect_to
from api.errors import FieldsInvalid
from api.language import language
from api.schemas.held_rows import LONGEST_CELL, LONGEST_SEARCH, HeldReasonOut, HeldRowOut
from matcher.services import held_rows
from matcher.services.imports import Problem

SHOWN: Final = 20
CELL: Final = "cell:"  # before a heading in the names of the form's fields


@dataclass(frozen=True)
class Place:
    """Where in the list a person is: what is sought, and behind which row."""

    q: str = ""
    reason: str = ""
    after: str = ""

    @classmethod
    def of(cls, given: MultiDict[str, str]) -> Place:
        """From a query string or a form."""
        return cls(*(given.get(name, "")[:LONGEST_SEARCH].strip() for name in ("q", "reason", "after")))

    @property
    def search(self) -> held_rows.Search:
        """What is sought."""
        return held_rows.Search(self.q, self.reason)

    def address(self, **others: str | None) -> str:
        """The page there, or with other parts."""
        parts: dict[str, Any] = {"q": self.q, "reason": self.reason, "after": self.after, **others}
        return url_for("console.held_page", **{name: part for name, part in parts.items() if part})


@blueprint.get("/held")
@policy("imports.read")
def held_page() -> str:
    """The rows that wait, by file and line."""
    return _page(Place.of(request.args))


@blueprint.post("/held/<held_id>")
@policy("imports.write")
def correct_held(held_id: str) -> Response:
    """Take the row as it now stands in the form, or show what is wrong with it still."""
    here, typed, place = asking(), _cells(), Place.of(request.form)
    correction = held_rows.Correction(typed, request.form.get("sure") == "true")
    problems = held_rows.correct(here.session, here.actor, held_id, correction, here.now)
    if problems:
        return make_response(_page(place, held_id, problems, typed), 422)
    return redirect_to(place.address())


@blueprint.post("/held/<held_id>/drop")
@policy("imports.write")
def drop_held(held_id: str) -> Response:
    """The row is not to be taken."""
    here = asking()
    held_rows.drop(here.session, here.actor, held_id, here.now)
    return redirect_to(Place.of(request.form).address())


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
    place: Place, wrong: str = "", problems: Sequence[Problem] = (), typed: dict[str, str] | None = None
) -> str:
    here, tongue = asking(), language()
    rows = held_rows.listed(here.session, here.actor, SHOWN + 1, place.after, place.search)
    shown = [(HeldRowOut.of(row, tongue), held_rows.is_slip(row)) for row in rows[:SHOWN]]
    told = held_rows.reasons(here.session, here.actor, place.q)
    return render_template(
        "held.html",
        rows=shown,
        all_waiting=held_rows.count(here.session, here.actor),
        waiting=held_rows.count(here.session, here.actor, place.search),
        reasons=[HeldReasonOut.of(reason, count, tongue) for reason, count in told],
        following=rows[SHOWN - 1].held_id if len(rows) > SHOWN else None,
        place=place,
        wrong=wrong,
        typed=typed or {},
        faults=[(one.column, one.what(tongue), one.remedy(tongue)) for one in problems],
    )
