"""Files brought in by a page: sent, followed with pace and time left, cancelled, their reports read."""

from __future__ import annotations

import tempfile
from pathlib import Path

from flask import Response, render_template, request, url_for
from pydantic import Field

from api.adapter import read_form
from api.asking import asking
from api.auth import policy
from api.console.downloads import as_file
from api.console.forms import Form
from api.console.pages import blueprint, redirect_to
from api.errors import FieldsInvalid
from api.imports import kept, large, named_columns
from api.language import language
from matcher.domain.imports import CANCELLABLE, UNDER_WAY
from matcher.services import held_rows, uploads
from matcher.services.imports import write_problems
from matcher.services.imports.kinds import KINDS
from matcher.services.uploads import Upload


class FileForm(Form):
    """How a file is to be taken; the file stands beside."""

    kind: str = Field("", max_length=40)
    dry_run: bool = False
    partial: bool = False


@blueprint.get("/imports")
@policy("imports.read")
def imports_page() -> str:
    """The form, and the newest files of this account."""
    here = asking()
    held = held_rows.count(here.session, here.actor)
    return render_template("imports.html", kinds=KINDS.values(), held=held, **_newest())


@blueprint.get("/imports/list")
@policy("imports.read")
def imports_list() -> str:
    """The files alone: the page asks anew while one is under way."""
    return render_template("fragments/imports.html", **_newest())


@blueprint.post("/imports")
@policy("imports.write")
@large
def send_file() -> Response:
    """Receive a file; the timetable's process imports it soon after."""
    here, form = asking(), read_form(FileForm, request)
    file = request.files.get("file")
    if file is None or not file.filename:
        raise FieldsInvalid.at("form", [("/file", "missing", "api.field.missing", {})])
    name = file.filename[-200:]
    columns = named_columns(request.files.get("map"))
    upload = Upload(kept(file, name), name, form.kind or None, form.dry_run, form.partial, columns)
    uploads.take(here.session, here.actor, upload, here.now)
    return redirect_to(url_for("console.imports_page"))


@blueprint.post("/imports/<import_id>/cancel")
@policy("imports.write")
def cancel_import(import_id: str) -> Response:
    """Ask for the end of an import whose rows are not being written yet."""
    here = asking()
    uploads.cancel(here.session, here.actor, import_id, here.now)
    return redirect_to(url_for("console.imports_page"))


@blueprint.get("/imports/<import_id>/report.csv")
@policy("imports.read")
def import_report(import_id: str) -> Response:
    """What was wrong with the file, line by line, for Excel."""
    here, tongue = asking(), language()
    told = uploads.report_of(here.session, here.actor, import_id).report.get(tongue, {})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.csv"
        write_problems(told.get("problems", ()), told.get("more_problems", 0), path, tongue)
        return as_file(path.read_bytes(), f"import-report-{import_id[:8]}.csv")


def _newest() -> dict[str, object]:
    here, tongue = asking(), language()
    rows = uploads.newest(here.session, here.actor)
    return {
        "rows": [(row, row.report.get(tongue, {}), uploads.pace(row, here.now)) for row in rows],
        "busy": any(row.state in UNDER_WAY for row in rows),
        "cancellable": CANCELLABLE,
    }
