"""The blueprint of all routes. Importing it puts our adapter in, before any route is declared."""

from __future__ import annotations

from apiflask import APIBlueprint

from api import adapter

# A route's inputs take their adapter when the decorator runs, at import: later would be too late.
adapter.install()


class Routes(APIBlueprint):
    """A noun's routes."""
