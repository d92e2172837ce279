"""How notices reach somebody: mail, quiet hours, calendar, webhooks; and the way out of all mail."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from flask import render_template, request
from pydantic import BeforeValidator, Field

from api.adapter import read_form
from api.asking import asking
from api.auth import PUBLIC, policy
from api.console.forms import Form, Said
from api.console.pages import blueprint
from matcher.domain.access import may
from matcher.domain.notice import Hours, MailWish
from matcher.domain.webhook import LONGEST_URL
from matcher.errors import TooManyRequests
from matcher.services.notices import feed, hooks, preferences
from matcher.services.notices.preferences import LONGEST_ADDRESS, Preference

_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)


def _minute(value: Any) -> Any:
    """``08:30`` as the minute of the day."""
    found = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    return value if found is None else int(found[1]) * 60 + int(found[2])


Minute = Annotated[int, BeforeValidator(_minute), Field(ge=0, lt=24 * 60)]


class PreferenceForm(Form):
    """The account's wishes. Kinds that are ticked are not mailed."""

    mail: MailWish
    address: Annotated[Annotated[str, Field(max_length=LONGEST_ADDRESS)] | None, Said] = None
    quiet_from: Minute
    quiet_until: Minute
    digest_at: Minute
    muted: Annotated[list[str], Field(max_length=100)] = []


class HookForm(Form):
    """An address to register."""

    url: Annotated[str, Field(min_length=1, max_length=LONGEST_URL)]


@blueprint.get("/inbox/settings")
@policy("notices.read")
def notice_settings() -> str:
    """Mail, quiet hours, calendar, webhooks."""
    return _page()


@blueprint.post("/inbox/settings")
@policy("notices.read")
def save_notice_settings() -> str:
    """Set the wishes."""
    here, form = asking(), read_form(PreferenceForm, request)
    hours = Hours(form.quiet_from, form.quiet_until, form.digest_at)
    wish = Preference(form.address, form.mail, hours, tuple(form.muted))
    preferences.write(here.session, here.actor, wish, here.now)
    return _page(saved=True)


@blueprint.post("/inbox/calendar")
@policy("notices.read")
def make_calendar() -> str:
    """A new address of the calendar, shown this once."""
    here = asking()
    return _page(calendar_path=f"/v1/calendar/{feed.issue(here.session, here.actor, here.now)}")


@blueprint.post("/inbox/calendar/end")
@policy("notices.read")
def end_calendar() -> str:
    """No address any more."""
    here = asking()
    feed.end(here.session, here.actor, here.now)
    return _page()


@blueprint.post("/inbox/webhooks")
@policy("webhooks.write")
def add_webhook() -> str:
    """Register an address; its secret is shown this once."""
    here, form = asking(), read_form(HookForm, request)
    master = here.wiring.settings.secret_key
    made = hooks.create(here.session, here.actor, form.url.strip(), (), master, here.now)
    return _page(secret_of=made.row.webhook_id, secret=made.secret)


@blueprint.post("/inbox/webhooks/<webhook_id>/<any(enable,rotate,remove):act>")
@policy("webhooks.write")
def change_webhook(webhook_id: str, act: str) -> str:
    """Switch on again, give a new secret, take away."""
    here = asking()
    if act == "rotate":
        master = here.wiring.settings.secret_key
        made = hooks.rotate(here.session, here.actor, webhook_id, master, here.now)
        return _page(secret_of=webhook_id, secret=made.secret)
    change = hooks.enable if act == "enable" else hooks.remove
    change(here.session, here.actor, webhook_id, here.now)
    return _page()


@blueprint.get("/mail-off/<token>")
@policy(PUBLIC)
def way_out(token: str) -> str:
    """Ask before anything changes: programs open the links of a mail to look at them."""
    return render_template("way_out.html", token=token, done=False)


@blueprint.post("/mail-off/<token>")
@policy(PUBLIC)
def take_way_out(token: str) -> str:
    """End all mail to an account (RFC 8058: also by the mail program's own button, with nobody logged in)."""
    here, source = asking(), str(request.remote_addr)
    if not here.wiring.wrong_keys.take(source, here.now):
        raise TooManyRequests("api.wrong_keys")
    preferences.leave(here.session, token, here.wiring.settings.secret_key, here.now)
    return render_template("way_out.html", token=token, done=True)


def _page(**more: Any) -> str:
    here = asking()
    there = hooks.listed(here.session, here.actor) if may(here.actor, "webhooks.write") else None
    home = here.wiring.settings.public_url or request.host_url
    if "calendar_path" in more:
        more["calendar_path"] = home.rstrip("/") + more["calendar_path"]
    return render_template(
        "notice_settings.html",
        wish=preferences.read(here.session, here.actor),
        wishes=list(MailWish),
        kinds=sorted(hooks.kinds()),
        hooks=there,
        clock=lambda minute: f"{minute // 60:02d}:{minute % 60:02d}",
        **more,
    )
