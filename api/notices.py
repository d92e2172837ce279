"""The inbox over HTTP."""

from __future__ import annotations

import re

from flask import Response, request

from api.asking import asking
from api.auth import PUBLIC, policy
from api.documented import ICS, gives_file, refuses
from api.routing import Routes
from api.schemas.base import answer
from api.schemas.notices import (
    CalendarOut,
    NoticeOut,
    NoticesOut,
    NoticesQuery,
    PreferenceBody,
    PreferenceOut,
    ReadBody,
    ReadOut,
)
from matcher.errors import NotFound, TooManyRequests
from matcher.services import notices
from matcher.services.notices import feed, preferences

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


@blueprint.get("/notices/settings")
@policy("notices.read")
@blueprint.output(PreferenceOut)
def settings() -> Response:
    """How the account wants its notices by mail."""
    here = asking()
    return answer(PreferenceOut.of(preferences.read(here.session, here.actor)))


@blueprint.put("/notices/settings")
@policy("notices.read")
@blueprint.input(PreferenceBody)
@blueprint.output(PreferenceOut)
def change_settings(json_data: PreferenceBody) -> Response:
    """Set all of it. Only what comes from now on is mailed."""
    here = asking()
    return answer(PreferenceOut.of(preferences.write(here.session, here.actor, json_data.wish(), here.now)))


@blueprint.post("/calendar")
@policy("notices.read")
@blueprint.output(CalendarOut)
def issue_calendar() -> Response:
    """A new address of the account's calendar; an earlier one ends."""
    here = asking()
    return answer(CalendarOut(path=f"/v1/calendar/{feed.issue(here.session, here.actor, here.now)}"))


@blueprint.delete("/calendar")
@policy("notices.read")
@blueprint.output(PreferenceOut)
def end_calendar() -> Response:
    """The calendar has no address any more."""
    here = asking()
    feed.end(here.session, here.actor, here.now)
    return answer(PreferenceOut.of(preferences.read(here.session, here.actor)))


@blueprint.get("/calendar/<token>")
@policy(PUBLIC)
@blueprint.doc(responses=gives_file(ICS, "The calendar"))
def calendar(token: str) -> Response:
    """An account's calendar, to whoever has its address: calendar programs cannot log in."""
    here = asking()
    source, limits = str(request.remote_addr), here.wiring.wrong_keys
    if not limits.take(source, here.now):
        raise TooManyRequests("api.wrong_keys")
    found = feed.read(here.session, token, here.now)
    limits.give_back(source, here.now)
    return Response(found, mimetype=ICS, headers={"Cache-Control": "private, max-age=300"})


def numbered(notice_id: str) -> int:
    """The number in an address. Raises NotFound for what no notice can be called."""
    if re.fullmatch(r"[1-9][0-9]{0,14}", notice_id) is None:
        raise NotFound("notices.no_such_notice", value=notice_id)
    return int(notice_id)
