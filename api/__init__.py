"""The HTTP API and the console. Importing this loads nothing heavy: the rest comes with the first app."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apiflask import APIFlask

    from matcher.settings import Settings


def create_app(settings: Settings | None = None) -> APIFlask:
    """Make the application; settings come from the environment unless given. Opens no connection yet."""
    from api.application import build
    from matcher.settings import Settings as FromEnvironment

    return build(FromEnvironment.from_env() if settings is None else settings)
