"""A station's figures by page, drawn; the terms of stations for the administrator."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final

from flask import Response, render_template, request, url_for
from pydantic import Field

from api.adapter import read_form
from api.asking import asking
from api.auth import policy
from api.console.forms import Form, Said
from api.console.pages import blueprint, redirect_to
from api.console.sides import anew
from api.console.spans import span
from api.language import language
from matcher.domain.case_figures import CaseFigures, Stage
from matcher.domain.promise import Terms
from matcher.messages import say
from matcher.services import case_figures, enterprises, station_terms

SPANS: Final = (30, 90, 180, 366)
OUTCOMES: Final = ("kept", "late", "overdue", "running", "withdrawn")
STAGES: Final = ("contacted", "introduced", "signed", "closed")
OVERDUE_SHOWN: Final = 12
WIDTH: Final = 420
LEFT: Final = 84
_FROM, _TO = timedelta(minutes=10), timedelta(days=90)
_TICKS: Final = (
    timedelta(hours=1),
    timedelta(days=1),
    timedelta(days=4),
    timedelta(days=30),
)


class TermsForm(Form):
    """Terms as people type them: hours to the first contact, days to the rest; who is reminded last."""

    version: Annotated[int, Field(ge=0)]
    contact_hours: Annotated[float, Field(gt=0, le=2160)]
    question_days: Annotated[float, Field(gt=0, le=90)]
    other_days: Annotated[float, Field(gt=0, le=90)]
    head: Annotated[Annotated[str, Field(max_length=100)] | None, Said] = None


@dataclass(frozen=True)
class Part:
    """A part of the bar: promised against kept."""

    name: str
    count: int
    x: float
    width: float


@dataclass(frozen=True)
class Row:
    """A stage on the axis of time (logarithmic); empty and None where too many wait to tell."""

    name: str
    reached: int
    median: str
    p90: str
    median_x: float | None
    p90_x: float | None
    y: int


@blueprint.get("/figures")
@policy("figures.read")
def figures_page() -> str:
    """Promised against kept, drawn; to the administrator the counts of all stations."""
    here, tongue = asking(), language()
    asked = request.args.get("days", "90")
    days = int(asked) if asked in {str(one) for one in SPANS} else 90
    view = case_figures.view(here.session, here.actor, days, here.now)
    late = [line.enterprise_id for line in view.overdue[:OVERDUE_SHOWN]]
    ticks = [(axis(one), span(one, tongue)) for one in _TICKS]
    return render_template(
        "figures.html",
        view=view,
        spans=SPANS,
        bar=[] if view.own is None else bar(view.own),
        rows=[] if view.own is None else rows(view.own, tongue),
        ticks=ticks,
        firms=enterprises.cards(here.session, here.actor, late) if late else {},
        left=LEFT,
        width=WIDTH,
        most=OVERDUE_SHOWN,
    )


@blueprint.get("/stations")
@policy("terms.write")
def stations_page() -> str:
    """The terms of all stations."""
    here = asking()
    return render_template("stations.html", stations=station_terms.all_stations(here.session, here.actor))


@blueprint.post("/stations/<station_id>/terms")
@policy("terms.write")
def set_terms(station_id: str) -> Response:
    """Set a station's terms; cases that are open keep what they were promised."""
    here, form = asking(), read_form(TermsForm, request)
    terms = Terms(
        timedelta(hours=form.contact_hours),
        timedelta(days=form.question_days),
        timedelta(days=form.other_days),
    )
    station_terms.change(here.session, here.actor, station_id, form.version, terms, form.head, here.now)
    return redirect_to(url_for("console.stations_page", after=anew()))


def bar(found: CaseFigures) -> list[Part]:
    """The bar's parts, as wide as their share of all cases."""
    parts, x = [], 0.0
    for name in OUTCOMES:
        count = getattr(found, name)
        width = 0.0 if not found.opened else WIDTH * count / found.opened
        parts.append(Part(name, count, round(x, 1), round(width, 1)))
        x += width
    return parts


def rows(found: CaseFigures, tongue: str) -> list[Row]:
    """The stages one below the other."""
    return [_row(name, getattr(found, name), 24 + 34 * place, tongue) for place, name in enumerate(STAGES)]


def axis(time: timedelta) -> float:
    """Where a length of time stands on the picture; what is off the axis stands at its end."""
    low, high = math.log(_FROM.total_seconds()), math.log(_TO.total_seconds())
    at = math.log(min(max(time, _FROM), _TO).total_seconds())
    return round(LEFT + (WIDTH - LEFT - 30) * (at - low) / (high - low), 1)


def _row(name: str, stage: Stage, y: int, tongue: str) -> Row:
    return Row(
        name=say(f"cases.stage.{name}", tongue),
        reached=stage.reached,
        median=span(stage.median, tongue) if stage.median is not None else "",
        p90=span(stage.p90, tongue) if stage.p90 is not None else "",
        median_x=None if stage.median is None else axis(stage.median),
        p90_x=None if stage.p90 is None else axis(stage.p90),
        y=y,
    )
