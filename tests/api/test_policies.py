"""Every route says who may use it; one that does not keeps the application from starting."""

import re
import subprocess
import sys

import pytest
from apiflask import APIBlueprint

from api import create_app
from api.application import BLUEPRINTS, build
from api.auth import PUBLIC, policy, policy_of
from matcher.domain.access import RULES, Role
from matcher.errors import Misconfigured
from matcher.settings import Settings


def a_blueprint_without_policy() -> APIBlueprint:
    rogue = APIBlueprint("rogue", __name__)

    @rogue.get("/v1/secrets")
    def secrets() -> str:
        return "everything"

    return rogue


def test_a_route_without_a_policy_keeps_the_application_from_starting(settings: Settings) -> None:
    with pytest.raises(Misconfigured, match="route_without_policy"):
        build(settings, blueprints=(*BLUEPRINTS, a_blueprint_without_policy()))


def test_a_route_added_after_the_start_is_refused(own_service) -> None:
    own_service.app.add_url_rule("/v1/late", view_func=lambda: "everything")
    answer = own_service.client(Role.ADMINISTRATOR).get("/v1/late")
    assert answer.status_code == 500
    assert b"everything" not in answer.data


def test_a_policy_names_an_action_of_the_table() -> None:
    with pytest.raises(Misconfigured, match="unknown_action"):
        policy("needs.creat")


def test_there_is_no_default_secret(settings: Settings) -> None:
    from dataclasses import replace

    with pytest.raises(Misconfigured, match="secret_too_short"):
        create_app(replace(settings, secret_key=""))


def test_every_role_gets_exactly_what_the_table_says(service) -> None:
    """One request a route and role: refused exactly where the table refuses."""
    for rule in service.app.url_map.iter_rules():
        action = policy_of(service.app.view_functions[rule.endpoint])
        if action in (None, PUBLIC) or not rule.rule.startswith("/v1"):
            continue
        path = _example(rule.rule)
        for role in Role:
            for method in rule.methods & {"GET", "POST", "PATCH"}:
                status = service.client(role).open(path, method=method).status_code
                assert (status == 403) == (role not in RULES[action]), (method, rule.rule, role, status)


def test_without_a_key_every_guarded_route_is_closed(service) -> None:
    for rule in service.app.url_map.iter_rules():
        if policy_of(service.app.view_functions[rule.endpoint]) == PUBLIC:
            continue
        path = _example(rule.rule)
        for method in rule.methods & {"GET", "POST", "PATCH"}:
            answer = service.client().open(path, method=method)
            assert answer.status_code == (401 if path.startswith("/v1") else 303), (method, path)


def _example(rule: str) -> str:
    """A path that the rule matches: the first choice where it names some, else the parameter's own name."""
    chosen = re.sub(r"<any\((\w+)[^)]*\):\w+>", r"\1", rule)
    return re.sub(r"<(?:\w+:)?(\w+)>", r"\1", chosen)


def test_importing_the_api_loads_nothing_heavy() -> None:
    heavy = "{'sklearn', 'networkx', 'numba', 'pandas', 'scipy', 'apscheduler'}"
    code = f"import sys, api; from api import application; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
