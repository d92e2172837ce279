"""Which of the two languages an answer is in."""

from __future__ import annotations

from flask import g, request, session

from api.wiring import wired
from matcher.messages import LANGUAGES


def language() -> str:
    """What was switched to in the console, else what the request asks for, else the account's, else the setting's."""
    chosen = session.get("language") if is_page() else None
    if chosen in LANGUAGES:
        return str(chosen)
    asked = request.accept_languages.best_match(LANGUAGES) if _asks() else None
    actor = g.get("actor")
    if is_page() and actor is not None:
        return str(actor.language)
    if asked is not None:
        return asked
    return str(actor.language) if actor is not None else wired().settings.language


def is_page() -> bool:
    """Whether the request wants a page of the console rather than the API."""
    return not (request.path == "/v1" or request.path.startswith("/v1/"))


def _asks() -> bool:
    return "Accept-Language" in request.headers
