"""Which of the two languages an answer is in."""

from __future__ import annotations

from dataclasses import replace

from flask import g, request, session

from api.wiring import wired
from matcher.domain.access import Actor
from matcher.messages import LANGUAGES


def language() -> str:
    """On a page: what was switched to, else what the account's person chose. Else what the browser or program
    asks for, then what the account chose; at last the setting's."""
    chosen = session.get("language") if is_page() else None
    if chosen in LANGUAGES:
        return str(chosen)
    actor = g.get("actor")
    known = "" if actor is None else str(actor.language)
    if is_page() and known:
        return known
    asked = request.accept_languages.best_match(LANGUAGES)
    return asked or known or wired().settings.language


def speaking(actor: Actor) -> Actor:
    """The actor with the language of this request, for the files that are written in it."""
    g.actor = actor
    return replace(actor, language=language())


def is_page() -> bool:
    """Whether the request wants a page of the console rather than the API."""
    return not (request.path == "/v1" or request.path.startswith("/v1/"))
