"""The inbox's page: what was told, what waits, and where to go from it."""

from __future__ import annotations

from typing import Annotated, Final

from flask import Response, render_template, request, url_for
from pydantic import Field

from api.adapter import read_form
from api.asking import asking
from api.auth import policy
from api.console.forms import Form
from api.console.pages import blueprint, redirect_to
from api.notices import numbered
from matcher.domain.access import Actor, Role, may
from matcher.domain.notice import AboutKind
from matcher.services import notices
from matcher.services.notices import NoticeView

SHOWN: Final = 30


class ReadForm(Form):
    """Up to which notice all are read."""

    through: Annotated[int, Field(ge=1, le=2**53)]


@blueprint.get("/inbox")
@policy("notices.read")
def inbox_page() -> str:
    """Notices, newest first; `before` for older ones."""
    here, before = asking(), request.args.get("before")
    found = notices.inbox(here.session, here.actor, SHOWN, None if before is None else numbered(before))
    return render_template("inbox.html", inbox=found, leads=leads)


@blueprint.get("/inbox/count")
@policy("notices.read")
def inbox_count() -> str:
    """How many wait, for the head of every page."""
    here = asking()
    return render_template("fragments/inbox_count.html", unread=notices.unread(here.session, here.actor))


@blueprint.post("/inbox/<notice_id>")
@policy("notices.read")
def open_notice(notice_id: str) -> Response:
    """Mark it as read and go to what it is about."""
    here = asking()
    notice = notices.read(here.session, here.actor, numbered(notice_id), here.now)
    return redirect_to(leads(notice, here.actor) or url_for("console.inbox_page"))


@blueprint.post("/inbox/read")
@policy("notices.read")
def read_inbox() -> Response:
    """Mark all that were shown as read."""
    here, form = asking(), read_form(ReadForm, request)
    notices.read_all(here.session, here.actor, form.through, here.now)
    return redirect_to(url_for("console.inbox_page"))


def leads(notice: NoticeView, actor: Actor) -> str | None:
    """The page of what a notice is about, where this actor has one."""
    about, key = notice.about_kind, notice.about_id
    if about is AboutKind.NEED and may(actor, "needs.read"):
        return url_for("console.show_need", need_id=key)
    if about is AboutKind.INTRODUCTION and may(actor, "introductions.answer"):
        return url_for("console.show_introduction", introduction_id=key)
    if notice.kind.startswith("handover_") and may(actor, "handovers.write"):
        return url_for("console.handovers_page")
    if notice.kind.startswith("relation_") and may(actor, "relations.read"):
        return url_for("console.case_file", enterprise_id=key) + "#relations"
    if about is AboutKind.ENTERPRISE and may(actor, "enterprises.read"):
        return url_for("console.show_file", enterprise_id=key)
    if about is AboutKind.CONSENT and actor.role is Role.ENTERPRISE:
        return url_for("console.show_file", enterprise_id=actor.scope) + "#consents"
    if about is AboutKind.PRODUCT and may(actor, "products.write"):
        return url_for("console.show_product", product_id=key)
    if about is AboutKind.EVENT and may(actor, "events.read"):
        return url_for("console.show_event", event_id=key)
    if about is AboutKind.RUN and may(actor, "operations.read"):
        return url_for("console.operations_page")
    return None
