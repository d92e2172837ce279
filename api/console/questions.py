"""The page of today's visits: whom to ask, and what; for a bank a panel of its products' page."""

from __future__ import annotations

from flask import render_template, request

from api.asking import asking
from api.auth import policy
from api.console.pages import blueprint
from api.language import language
from matcher.services import next_questions as service
from matcher.services.fact_words import money

VISITS_SHOWN = 12


@blueprint.get("/next-questions")
@policy("questions.read", writes=True)
def questions_page() -> str:
    """The facts that settle most, and the firms to ask first."""
    here, tongue = asking(), language()
    by_yuan = request.args.get("by") == "yuan"
    found = service.next_questions(here.session, here.graph, here.actor, VISITS_SHOWN, by_yuan, here.now)
    return render_template(
        "questions.html", found=found, by_yuan=by_yuan, money=lambda yuan: money(yuan, tongue)
    )
