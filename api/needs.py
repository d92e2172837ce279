"""Needs over HTTP: read a text, store a need, list, show, change."""

from __future__ import annotations

from flask import Response

from api.asking import asking
from api.auth import policy
from api.documented import refuses
from api.idempotent import idempotent
from api.routing import Routes
from api.schemas.base import answer
from api.schemas.needs import (
    AgainBody,
    AlikeNeed,
    AlikeNeeds,
    DraftBody,
    DraftOut,
    NeedBody,
    NeedChange,
    NeedMergeBody,
    NeedOut,
    NeedPage,
    NeedsQuery,
)
from api.versions import conditional, version_read
from matcher.services import case_merging, intake, needs
from matcher.storage.needs import Need

blueprint = Routes("needs", __name__, url_prefix="/v1/needs")


@blueprint.post("/draft")
@policy("needs.draft", writes=False)
@blueprint.input(DraftBody)
@blueprint.output(DraftOut)
def draft(json_data: DraftBody) -> Response:
    """Read a free text as a draft need. Nothing is stored."""
    here = asking()
    return answer(DraftOut.of(intake.draft(json_data.text, here.now, here.session)))


@blueprint.post("")
@policy("needs.create")
@blueprint.input(NeedBody)
@blueprint.output(NeedOut, status_code=201)
@idempotent
def create(json_data: NeedBody) -> Response:
    """Store a need: its text, and what a person confirmed or corrected of the draft."""
    here = asking()
    return _answer(intake.create(here.session, here.actor, json_data.form(), here.now), 201)


@blueprint.get("")
@policy("needs.read")
@blueprint.input(NeedsQuery, location="query")
@blueprint.output(NeedPage)
def waiting(query_data: NeedsQuery) -> Response:
    """Needs of the own station (or enterprise) that still wait."""
    here, n = asking(), query_data.n
    # One more than asked for tells whether there is a next page.
    rows = needs.list_open(here.session, here.actor, n + 1, query_data.after)
    following = rows[n - 1].need_id if len(rows) > n else None
    return answer(NeedPage(items=[NeedOut.of(row) for row in rows[:n]], next=following))


@blueprint.get("/<need_id>")
@policy("needs.read")
@blueprint.output(NeedOut)
def show(need_id: str) -> Response:
    """One need; its ETag is what an edit sends back."""
    here = asking()
    return _answer(needs.get(here.session, here.actor, need_id), 200)


@blueprint.patch("/<need_id>")
@policy("needs.edit")
@conditional
@blueprint.input(NeedChange)
@blueprint.output(NeedOut)
def change(need_id: str, json_data: NeedChange) -> Response:
    """Change a need as it was read (If-Match). A new text is read anew."""
    here = asking()
    row = needs.edit(here.session, here.actor, need_id, version_read(), json_data.changes(), here.now)
    return _answer(row, 200)


@blueprint.get("/<need_id>/duplicates")
@policy("needs.read")
@blueprint.output(AlikeNeeds)
def duplicates(need_id: str) -> Response:
    """Needs of the same enterprise that say the same, waiting or answered of late; likest first."""
    here = asking()
    found = case_merging.alike_to(here.session, here.actor, need_id, here.now)
    return answer(AlikeNeeds(items=[AlikeNeed.of(one) for one in found]))


@blueprint.post("/<need_id>/again")
@policy("needs.edit")
@blueprint.input(AgainBody)
@blueprint.output(NeedOut)
def again(need_id: str, json_data: AgainBody) -> Response:
    """The need was told again: one that waits keeps the words, one that was answered opens its case."""
    here = asking()
    return _answer(case_merging.tell_again(here.session, here.actor, need_id, json_data.text, here.now), 200)


@blueprint.post("/<need_id>/merge")
@policy("needs.edit")
@refuses(409)
@blueprint.input(NeedMergeBody)
@blueprint.output(NeedOut)
def merge(need_id: str, json_data: NeedMergeBody) -> Response:
    """Join it with another need of its enterprise that says the same; the earlier one goes on."""
    here = asking()
    return _answer(case_merging.merge(here.session, here.actor, need_id, json_data.other_id, here.now), 200)


def _answer(row: Need, status: int) -> Response:
    headers = {"ETag": f'"{row.version}"'}
    if status == 201:
        headers["Location"] = f"/v1/needs/{row.need_id}"
    return answer(NeedOut.of(row), status, **headers)
