"""The station's page of loan needs spread over banks."""

from __future__ import annotations

from flask import Response, render_template, url_for

from api.asking import asking
from api.auth import policy
from api.console.pages import blueprint, redirect_to
from matcher.services import portfolio


@blueprint.get("/portfolio")
@policy("portfolio.plan", writes=True)
def portfolio_page() -> str:
    """Who would be offered what, and the proof."""
    here = asking()
    return render_template("portfolio.html", plan=portfolio.plan(here.session, here.actor, here.now))


@blueprint.post("/portfolio")
@policy("portfolio.plan")
def start_portfolio() -> Response:
    """Put every firm served to its banks."""
    here = asking()
    found = portfolio.start(here.session, here.actor, here.now)
    return redirect_to(url_for("console.portfolio_page", after=found.served))
