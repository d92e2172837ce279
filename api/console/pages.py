"""The console's frame: what every page needs, the way in and out, the language, the static files."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from flask import Flask, Response, g, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf

from api.adapter import read_form
from api.asking import asking
from api.auth import PUBLIC, Person, csrf, policy
from api.console import words
from api.console.forms import LanguageForm, LoginForm
from api.console.menu import menu, page_of
from api.language import language
from api.routing import Routes
from api.wiring import wired
from matcher.domain.access import Role
from matcher.errors import MatcherError, NotFound, TooManyRequests, Unauthenticated, Unavailable
from matcher.messages import explain, say
from matcher.services import access

STATIC: Final = Path(__file__).parent / "static"
YEAR: Final = 365 * 24 * 3600

# Where each role lands; those whose pages are elsewhere see what they may do here.
START: Final = {
    Role.OFFICER: "console.new_need",
    Role.ENTERPRISE: "console.own_page",
    Role.BANK: "console.products_list",
    Role.ORGANIZER: "console.events_list",
}

blueprint = Routes("console", __name__, enable_openapi=False)


def install(app: Flask) -> None:
    """Give the templates their words."""
    app.context_processor(_words)
    words.install(app)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


@blueprint.get("/")
@policy("session.end")
def home() -> Response | str:
    """The role's own page."""
    actor = asking().actor
    if actor.role in START:
        return redirect_to(url_for(START[actor.role]))
    return render_template("home.html")


@blueprint.get("/login")
@policy(PUBLIC)
def login() -> str:
    """The way in."""
    return render_template("login.html", name="", after=_own_address(request.args.get("next", "")))


@blueprint.post("/login")
@policy(PUBLIC, writes=False)
def enter() -> Response:
    """Check name and password; wrong ones are told nothing about which of the two was wrong."""
    csrf.protect()
    form = read_form(LoginForm, request)
    try:
        person = _person(form)
    except (Unauthenticated, TooManyRequests) as refusal:
        return _refused(form, refusal)
    chosen = session.get("language")
    session.clear()
    if chosen is not None:
        session["language"] = chosen
    session.permanent = True
    login_user(person)
    return redirect_to(_own_address(form.after))


@blueprint.post("/logout")
@policy("session.end", writes=False)
def leave() -> Response:
    """The way out."""
    chosen = session.get("language")
    logout_user()
    session.clear()
    if chosen is not None:
        session["language"] = chosen
    return redirect_to(url_for("console.login"))


@blueprint.post("/language")
@policy(PUBLIC, writes=True)
def switch_language() -> Response:
    """Switch the console's language for this browser; of somebody who is logged in it is the choice kept."""
    csrf.protect()
    form = read_form(LanguageForm, request)
    session["language"] = form.language
    if current_user.is_authenticated:
        access.set_language(asking().session, current_user.actor.account_id, form.language)
    return redirect_to(_own_address(form.after))


@blueprint.get("/static/<path:name>")
@policy(PUBLIC)
def static_file(name: str) -> Response:
    """Style sheets, scripts and pictures; addresses carry a digest, so they may be kept for a year."""
    from flask import send_from_directory

    response = send_from_directory(STATIC, name, max_age=YEAR if "v" in request.args else 0)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def redirect_to(address: str) -> Response:
    """See there; htmx is told by its own header, as it would load the page into a part of this one."""
    if "HX-Request" in request.headers:
        return Response(status=204, headers={"HX-Redirect": address})
    return Response(status=303, headers={"Location": address})


def _person(form: LoginForm) -> Person:
    here, source = asking(), f"{request.remote_addr} {form.name}"
    limits = wired().logins
    # Counted before the password is looked at: else many at once would all be let through.
    if not limits.take(source, here.now):
        raise TooManyRequests("console.too_many_logins")
    account = access.check_password(here.session, form.name, form.password)
    limits.give_back(source, here.now)
    mark = access.session_mark(here.session, account.account_id)
    return Person(access.actor_of(here.session, account.account_id), str(mark))


def _refused(form: LoginForm, refusal: MatcherError) -> Response:
    what, remedy = explain(refusal, language())
    html = render_template("login.html", name=form.name, after=form.after, what=what, remedy=remedy)
    return Response(html, 429 if isinstance(refusal, TooManyRequests) else 401, mimetype="text/html")


def _own_address(address: str) -> str:
    """Only a path of this console: an address elsewhere would make the log-in a stranger's signpost."""
    own = address.startswith("/") and not address.startswith(("//", "/\\")) and "\n" not in address
    return address if own and address.isprintable() else url_for("console.home")


def _words() -> dict[str, Any]:
    tongue = language()
    return {
        "t": lambda key, **blanks: say(key, tongue, **blanks),
        "tongue": tongue,
        "lang_tag": "zh-Hans" if tongue == "zh" else "en",
        "asset": asset,
        "csrf": generate_csrf,
        "actor": g.get("actor"),
        "menu": menu,
        "here": page_of,
        "fresh": _fresh,
        "demo": wired().settings.demo,
    }


def _fresh() -> dict[str, Any] | None:
    """Which snapshot is served, for the foot of the page; None before the first."""
    try:
        graph = wired().graph()
    except Unavailable:
        return None
    return {"snapshot_id": graph.snapshot_id, "as_of": graph.as_of}


def asset(name: str) -> str:
    """The address of a static file, with a digest of its content."""
    return url_for("console.static_file", name=name, v=_digest(name))


_DIGESTS: Final[dict[str, str]] = {}


def _digest(name: str) -> str:
    if name not in _DIGESTS:
        path = STATIC / name
        if not path.is_file():
            raise NotFound("api.no_such_page")
        _DIGESTS[name] = sha256(path.read_bytes()).hexdigest()[:12]
    return _DIGESTS[name]
