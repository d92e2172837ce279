"""What the document must say of a route and its shapes do not: further refusals, files, example bodies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
View = Callable[P, R]

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ICS: Final = "text/calendar"
SVG: Final = "image/svg+xml"
GRAPHML: Final = "application/xml"


def refuses(*statuses: int) -> Callable[[View[P, R]], View[P, R]]:
    """Name statuses that this route answers beyond those of its kind."""

    def decorate(view: View[P, R]) -> View[P, R]:
        view.refuses = frozenset(statuses)  # type: ignore[attr-defined]
        return view

    return decorate


def gives_file(content_type: str, about: str) -> dict[int | str, dict[str, str | dict[str, dict[str, Any]]]]:
    """The `responses` of a route that answers with a file."""
    schema = {"type": "string", "format": "binary"}
    return {200: {"description": about, "content": {content_type: {"schema": schema}}}}
