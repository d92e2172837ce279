"""Why a certain enterprise is not in a need's list, or not higher, and what would move it up."""

from __future__ import annotations

from flask import render_template, request

from api.asking import asking
from api.auth import policy
from api.console.drawing import thread
from api.console.pages import blueprint
from api.console.words import part_key
from api.language import language
from matcher.messages import say
from matcher.services import partner_view, partners

FIRMS_SHOWN = 8


@blueprint.get("/needs/<need_id>/partners/ask")
@policy("partners.read")
def ask_why(need_id: str) -> str:
    """Enterprises for the part of a name typed so far."""
    here, typed = asking(), request.args.get("q", "").strip()[:100]
    found = partners.to_ask_about(here.session, here.actor, need_id, typed, FIRMS_SHOWN)
    enough = len(typed) >= partners.LEAST_TYPED
    return render_template("fragments/why_firms.html", firms=found, need_id=need_id, q=typed, enough=enough)


@blueprint.post("/needs/<need_id>/partners/why/<enterprise_id>")
@policy("partners.read", writes=True)
def tell_why(need_id: str, enterprise_id: str) -> str:
    """Its standing: the reasons, what would change it, part by part against the last one listed, the path."""
    here, tongue = asking(), language()
    standing = partners.why(here.session, here.graph, here.actor, need_id, enterprise_id, here.now)
    told = partner_view.explanation(here.session, here.actor, standing)
    return render_template(
        "fragments/why_not.html",
        why=told,
        parts=[(say(part_key(key), tongue), value, told.last.get(key)) for key, value in told.parts.items()],
        thread=thread(told.path, lambda edge: say(f"reasons.edge.{edge}", tongue)),
    )
