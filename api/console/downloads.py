"""Files to take along: a station's own rows, and how a file is sent."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from flask import Response, render_template

from api.asking import asking
from api.auth import policy
from api.console.pages import blueprint
from matcher.services import exports

# What an officer may want on paper; each as CSV and as a workbook.
KINDS: Final = ("needs", "enterprises", "offers", "deals")
TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ics": "text/calendar; charset=utf-8",
}


def as_file(content: bytes, name: str) -> Response:
    """An answer that the browser saves under `name` (ASCII)."""
    response = Response(content, mimetype=None, content_type=TYPES[name.rpartition(".")[2]])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.get("/take")
@policy("exports.read", writes=False)
def take_list() -> str:
    """What can be taken along."""
    return render_template("take.html", kinds=KINDS)


@blueprint.get("/take/<any(needs,enterprises,offers,deals):kind>.<any(csv,xlsx):form>")
@policy("exports.read", writes=True)
def take(kind: str, form: str) -> Response:
    """The station's own rows of a kind. The act is written down, so this read writes."""
    here = asking()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{kind}.{form}"
        exports.export_kind(here.session, here.actor, here.now, kind, path)
        return as_file(path.read_bytes(), path.name)
