"""The importer over HTTP: one file a request, all or nothing, with the same report as on the command line."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, ParamSpec

from flask import Response, request

from api.asking import asking
from api.auth import policy
from api.idempotent import idempotent
from api.language import language
from api.routing import Routes
from api.schemas.base import answer
from api.schemas.imports import ImportForm, ImportOut
from matcher.services import uploads
from matcher.services.uploads import Upload

LARGEST_FILE: Final = 64 * 1024 * 1024
blueprint = Routes("imports", __name__, url_prefix="/v1/imports")

P = ParamSpec("P")


def large(view: Callable[P, Response]) -> Callable[P, Response]:
    """Let this route read a larger body than the others. Stands above its inputs."""

    @wraps(view)
    def reading(*args: P.args, **kwargs: P.kwargs) -> Response:
        request.max_content_length = LARGEST_FILE
        return view(*args, **kwargs)

    return reading


@blueprint.post("")
@policy("imports.write")
@large
@blueprint.input(ImportForm, location="form_and_files")
@blueprint.output(ImportOut, status_code=201)
@idempotent
def take(form_and_files_data: ImportForm) -> Response:
    """Import one file of up to 64 MiB; the answer is its report. Larger ones: `qianxian import`."""
    here, form = asking(), form_and_files_data
    with TemporaryDirectory() as folder:
        # Only the ending of the sender's name is used on this machine; the name itself is for the report.
        name = (form.file.filename or "upload")[-200:]
        path = Path(folder) / f"upload{Path(name).suffix.lower()[:16]}"
        form.file.save(path)
        upload = Upload(path, name, form.kind, form.dry_run, form.partial)
        run = uploads.take(here.session, here.actor, upload, here.now)
    return answer(ImportOut.of(run, language()), 201, Location=f"/v1/imports/{run.run_id}")


@blueprint.get("/<import_id>")
@policy("imports.read")
@blueprint.output(ImportOut)
def show(import_id: str) -> Response:
    """The report of an import, to whoever sent it."""
    here = asking()
    return answer(ImportOut.of(uploads.report_of(here.session, here.actor, import_id), language()))
