"""The inbox over HTTP."""

from __future__ import annotations

import re

from flask import Response

from api.asking import asking
from api.auth import policy
from api.documented import refuses
from api.routing import Routes
from api.schemas.base import answer
from api.schemas.notices import NoticeOut, NoticesOut, NoticesQuery, ReadBody, ReadOut
from matcher.errors import NotFound
from matcher.services import notices

blueprint = Routes("notices", __name__, url_prefix="/v1")


@blueprint.get("/notices")
@policy("notices.read")
@blueprint.input(NoticesQuery, location="query")
@blueprint.output(NoticesOut)
def inbox(query_data: NoticesQuery) -> Response:
    """The inbox: one's own notices and those of the own station, enterprise or party."""
    here, asked = asking(), query_data
    found = notices.inbox(here.session, here.actor, asked.n, asked.before, asked.unread == "1")
    return answer(NoticesOut.of(found))


@blueprint.post("/notices/<notice_id>/read")
@policy("notices.read")
@refuses(404)
@blueprint.output(NoticeOut)
def read(notice_id: str) -> Response:
    """Mark a notice as read, for the account that asks alone."""
    here = asking()
    return answer(NoticeOut.of(notices.read(here.session, here.actor, numbered(notice_id), here.now)))


@blueprint.post("/notices/read")
@policy("notices.read")
@blueprint.input(ReadBody)
@blueprint.output(ReadOut)
def read_all(json_data: ReadBody) -> Response:
    """Mark all up to one as read."""
    here = asking()
    marked = notices.read_all(here.session, here.actor, json_data.through, here.now)
    return answer(ReadOut(marked=marked, unread=notices.unread(here.session, here.actor)))


def numbered(notice_id: str) -> int:
    """The number in an address. Raises NotFound for what no notice can be called."""
    if re.fullmatch(r"[1-9][0-9]{0,14}", notice_id) is None:
        raise NotFound("notices.no_such_notice", value=notice_id)
    return int(notice_id)
