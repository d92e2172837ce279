"""The importer over HTTP: a file is taken at once and imported soon; its id tells how far it is."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Final, ParamSpec

from flask import Response, request
from werkzeug.datastructures import FileStorage

from api.asking import asking
from api.auth import policy
from api.idempotent import idempotent
from api.language import language
from api.routing import Routes
from api.schemas.base import answer
from api.schemas.imports import ImportForm, ImportOut
from api.wiring import wired
from matcher.errors import InvalidInput
from matcher.services import uploads
from matcher.services.imports import ColumnMap, map_of
from matcher.services.uploads import FOLDER as UPLOADS
from matcher.services.uploads import Upload
from matcher.storage.imports import Import

LARGEST_FILE: Final = 64 * 1024 * 1024
LARGEST_MAP: Final = 64 * 1024
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
@blueprint.output(ImportOut, status_code=202)
@idempotent
def take(form_and_files_data: ImportForm) -> Response:
    """Take one file of up to 64 MiB; it is imported soon after. Larger ones: `qianxian import`."""
    here, form = asking(), form_and_files_data
    columns = named_columns(form.map)
    # Only the ending of the sender's name is used on this machine; the name itself is for the report.
    name = (form.file.filename or "upload")[-200:]
    path = kept(form.file, name)
    upload = Upload(path, name, form.kind, form.dry_run, form.partial, columns)
    row = uploads.take(here.session, here.actor, upload, here.now)
    return answer(_out(row), 202, Location=f"/v1/imports/{row.import_id}")


def named_columns(file: FileStorage | None) -> ColumnMap:
    """The column map that came beside the file. Raises InvalidInput ``imports.bad_map``."""
    if file is None or not file.filename:
        return ColumnMap()
    content, name = file.stream.read(LARGEST_MAP + 1), file.filename[-200:]
    if len(content) > LARGEST_MAP:
        raise InvalidInput("imports.bad_map", file=name, detail=f"> {LARGEST_MAP >> 10} KiB")
    return map_of(content, name)


def kept(file: FileStorage, name: str) -> Path:
    """The file in the data folder. One whose request fails afterwards is removed by the next import."""
    suffix = Path(name).suffix.lower()[:16]
    folder = wired().settings.uploads
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{secrets.token_hex(16)}{suffix if suffix.isascii() and '/' not in suffix else ''}"
    file.save(path)
    _share(path)
    return path


def _share(path: Path) -> None:
    """Where hosts share snapshots, the job may run on any of them: the file goes to where all can have it."""
    url = wired().settings.snapshots_url
    if url is not None:
        from matcher.graph.remote import remote

        try:
            remote(url).put_file(path, f"{UPLOADS}/{path.name}")
        finally:
            path.unlink()


@blueprint.get("/<import_id>")
@policy("imports.read")
@blueprint.output(ImportOut)
def show(import_id: str) -> Response:
    """How far an import is, its pace and its report, to whoever sent it."""
    here = asking()
    return answer(_out(uploads.report_of(here.session, here.actor, import_id)))


@blueprint.delete("/<import_id>")
@policy("imports.write")
@blueprint.output(ImportOut)
def cancel(import_id: str) -> Response:
    """Cancel an import whose rows are not being written yet; nothing of it stays."""
    here = asking()
    return answer(_out(uploads.cancel(here.session, here.actor, import_id, here.now)))


def _out(row: Import) -> ImportOut:
    return ImportOut.of(row, uploads.pace(row, asking().now), language())
