"""Who is it, and may they: bearer keys, console sessions, and a policy on every route."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar

from flask import Flask, current_app, g, request
from flask_login import LoginManager, UserMixin, current_user
from flask_wtf.csrf import CSRFProtect

from api.asking import Asking
from api.language import speaking
from api.wiring import wired
from matcher.domain.access import RULES, Actor, require
from matcher.errors import Misconfigured, TooManyRequests, Unauthenticated
from matcher.services import access, firm_links

PUBLIC: Final = "public"
BY_LINK: Final = "link-"  # begins the mark of a session that a one-time link opened
SAFE: Final = frozenset({"GET", "HEAD"})

P = ParamSpec("P")
R = TypeVar("R")

csrf = CSRFProtect()


class Person(UserMixin):  # type: ignore[misc]  # Flask-Login brings no types
    """Whom a console session stands for. Its id ends with the mark of the password: a new one ends it."""

    def __init__(self, actor: Actor, mark: str) -> None:
        self.actor = actor
        self.id = f"{actor.account_id}.{mark}"


def policy(action: str, *, writes: bool | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Name the action of `domain.access.RULES` that a route performs; ``"public"`` asks nobody.

    The view runs inside one `Asking`: it writes unless the method is safe, or as `writes` says.
    Raises Misconfigured at import for an action that the table does not have.
    """
    if action != PUBLIC and action not in RULES:
        raise Misconfigured("api.unknown_action", action=action)

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            actor = None if action == PUBLIC else admit(action)
            changes = request.method not in SAFE if writes is None else writes
            with Asking(wired(), actor, changes):
                return view(*args, **kwargs)

        guarded.policy = action  # type: ignore[attr-defined]
        return guarded

    return decorate


def policy_of(view: Callable[..., Any]) -> str | None:
    """The action of a route, or None where nobody thought of one."""
    return getattr(view, "policy", None)


def require_policies(app: Flask) -> None:
    """Raise Misconfigured, naming the route, unless every route has a policy."""
    for rule in app.url_map.iter_rules():
        if policy_of(app.view_functions[rule.endpoint]) is None:
            raise Misconfigured("api.route_without_policy", route=rule.rule)


def install(app: Flask) -> None:
    """Set sessions and their protection up."""
    # Checked by hand, where a session (not a key) speaks: a key cannot be sent by a foreign page.
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    csrf.init_app(app)
    manager = LoginManager(app)
    # "strong" would log an officer out between two doors, when the phone changes its address.
    manager.session_protection = "basic"
    manager.user_loader(_load)
    app.before_request(_refuse_unguarded)


def admit(action: str) -> Actor:
    """Find out who asks and whether they may. Raises Unauthenticated, TooManyRequests or Forbidden."""
    actor = _bearer() if "Authorization" in request.headers else _person()
    known = speaking(actor)
    g.actor = known
    require(known, action)
    return known


def _bearer() -> Actor:
    scheme, _, token = request.headers["Authorization"].partition(" ")
    wiring, now = wired(), wired().clock()
    try:
        if scheme.lower() != "bearer":
            raise Unauthenticated("api.not_bearer")
        with wiring.store.reading.begin() as session:
            return access.check_key(session, token.strip(), now)
    except Unauthenticated:
        return _wrong_key()


def _wrong_key() -> Actor:
    """Answer 401, or 429 from the eleventh in a minute on. A right key is never held up by wrong ones."""
    wiring, source, now = wired(), str(request.remote_addr), wired().clock()
    if not wiring.wrong_keys.take(source, now):
        raise TooManyRequests("api.wrong_keys")
    raise Unauthenticated("api.key_refused")


def _person() -> Actor:
    if not current_user.is_authenticated:
        raise Unauthenticated("api.no_key")
    if request.method not in SAFE:
        csrf.protect()
    actor: Actor = current_user.actor
    return actor


def _load(identifier: str) -> Person | None:
    account_id, _, mark = identifier.partition(".")
    with wired().store.reading.begin() as session:
        if mark.startswith(BY_LINK):
            holder = firm_links.holder(session, mark.removeprefix(BY_LINK), wired().clock())
            return None if holder is None or holder.account_id != account_id else Person(holder, mark)
        if access.session_mark(session, account_id) != mark:
            return None
        return Person(access.actor_of(session, account_id), mark)


def _refuse_unguarded() -> None:
    """A second lock, for a route that was added after the start."""
    if request.endpoint is None:
        return
    if policy_of(current_app.view_functions[request.endpoint]) is None:
        raise Misconfigured("api.route_without_policy", route=str(request.url_rule))
