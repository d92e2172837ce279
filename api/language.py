"""Which of the two languages an answer is in."""

from __future__ import annotations

from flask import g, request, session

from api.wiring import wired
from matcher.messages import LANGUAGES


def language() -> str:
    """On a page: what was switched to, else the account's. Else what is asked for; at last the setting's."""
    chosen = session.get("language") if is_page() else None
    if chosen in LANGUAGES:
        return str(chosen)
    actor = g.get("actor")
    if is_page() and actor is not None:
        return str(actor.language)
    asked = request.accept_languages.best_match(LANGUAGES)
    if asked is not None:
        return asked
    return wired().settings.language if actor is None else str(actor.language)


def is_page() -> bool:
    """Whether the request wants a page of the console rather than the API."""
    return not (request.path == "/v1" or request.path.startswith("/v1/"))
