"""Who sees what, field by field, through every route: what the table forbids is heard by nobody.

The target's fields hold words that occur nowhere else. Each audience asks every address for it and posts
every question; the words in its answers are compared with ``facts/fields.csv``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from api.application import build
from api.wiring import Wiring
from matcher.build.compile import compile_snapshot
from matcher.domain.access import Role
from matcher.domain.field_access import Audience, Case, Condition, Sight, consentable, fields, view
from matcher.graph.snapshot import publish
from matcher.services.access import NewAccount, create_account, create_key
from matcher.settings import Settings
from matcher.storage import Base
from matcher.storage.transactions import Transactions
from tests import canaries as house
from tests.api.conftest import OPERATOR, Clock
from tests.api.glass import Heard, all_heard, unsent, words_of
from tests.canaries import BANDED, FULL, SCOPES, VARIANTS, Variant
from tests.conftest import fresh_database
from tests.factories import NOW

REGISTERED = next(one for one in VARIANTS if one.registered)
AUDIENCES = ("anonymous", *SCOPES)

# Where the table of fields names one field and the house holds several words of it.
TABLE_NAME = {"unpublished_need": "need_text"}
# What belongs to the looker where the cell says "own".
HELD = {
    "own": {"consent_records", "attendance", "outcome", "audit_lines"},
    "bank_with_consent": {"consent_records"},
}

_OWN_ROUTES = "a suggestion shows name, trade and what is offered; the rest is asked of the firm itself"
# Granted in full by the table, heard on no route, and why. Everything else that is granted must be heard.
NOT_SERVED: Mapping[tuple[str, str], str] = {
    ("anonymous", "vacancies"): "there is no public list of vacancies",
    ("own", "size_class"): "worked out for criteria, not shown by itself",
    ("own_station", "size_class"): "worked out for criteria, not shown by itself",
    **{
        ("other_firm", field): _OWN_ROUTES
        for field in ("address", "capital", "certificates", "code", "founded_on", "size_class")
    },
    ("other_firm", "need_text"): "of a published need its title is told, not its text",
    ("other_firm", "vacancies"): "no route shows vacancies of others",
    ("other_station", "vacancies"): "no route shows vacancies of others",
    ("bank_with_consent", "need_text"): "the list of firms holds no needs",
    ("bank_with_consent", "unpublished_need"): "the list of firms holds no needs",
    ("bank_with_consent", "loan_need"): "the list of firms holds no needs",
    ("bank_with_consent", "offers"): "the list of firms holds no offers",
    ("organizer", "need_category"): "invitees are listed without their needs",
    ("organizer", "offers"): "invitees are listed without their offers",
    ("administrator", "consent_records"): "no route lists consents to operators",
    ("auditor", "consent_records"): "auditors read disclosures, no route lists consents to them",
}
# Fields that are no words of one enterprise, and who holds them to the table.
NO_WORDS: Mapping[str, str] = {
    "loan_need_exists": "the same row as loan_need",
    "trade_edges": "test_told.py: reasons that rest on deals",
    "suggestions": "test_told.py and test_salons.py: scores and reasons",
    "counts": "test_products.py: counts are rounded, small ones are not told",
    "secrets": "test_keys.py: a key is shown once",
    "runs": "test_operations.py: runs are the operators'",
    "suggested_to": "impressions are read by the command that computes them again; no route holds them",
}
# Fields that the house does not hold yet, and what a column would be called.
NOT_STORED: Mapping[str, str] = {
    "legal_representative": "legal_rep",
    "legal_representative_id": "legal_rep|identity_number",
    "invoice_months": "invoice",
    "contract_amount": "contract",
    "patents": "patent",
    "blacklist": "blacklist|dishonest|public_mark",
    "refusals": "refus",
    "bank_offer": "bank_offer|approved",
    "people": "persons|people|resume",
}
# Whom a variant makes a difference to. "registered" is asked by all of them.
TOUCHED: Mapping[str, tuple[str, ...]] = {
    "registered": AUDIENCES,
    "open": ("organizer",),
    "hidden": ("other_firm", "other_station", "organizer"),
    "person": ("other_firm", "other_station", "organizer", "bank_with_consent"),
    "marked": ("own", "own_station", "other_station"),
}


@dataclass(frozen=True)
class Glass:
    """One variant of the house, served."""

    variant: Variant
    app: Any
    keys: Mapping[str, str]
    store: Transactions

    def heard(self, audience: str) -> list[Heard]:
        """Everything that this audience can get to hear."""
        client = self.app.test_client()
        if audience in self.keys:
            client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {self.keys[audience]}"
        return all_heard(self.app, client)


@pytest.fixture(scope="module")
def glass(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Glass]:
    variant, engine = request.param
    home = tmp_path_factory.mktemp("glass")
    with fresh_database(request, engine, home) as url:
        yield from served(variant, url, home)


def served(variant: Variant, url: str, home: Path) -> Iterator[Glass]:
    """The house behind an application, one key an audience."""
    settings = Settings(home=home, database_url=url, secret_key="s" * 32, log_level="CRITICAL")
    wiring = replace(Wiring.of(settings), clock=Clock())
    with wiring.store.writing.begin() as session:
        house.a_glass_house(session, variant)
        keys = {name: _key(session, name, *scope) for name, scope in SCOPES.items()}
    with wiring.store.reading.begin() as session:
        snapshot_id = compile_snapshot(session, settings.snapshots, NOW)
    publish(settings.snapshots, snapshot_id, 1)
    yield Glass(variant, build(settings, wiring), keys, wiring.store)
    wiring.store.close()


def _key(session: Any, name: str, role: str, scope: str) -> str:
    account = create_account(session, OPERATOR, NewAccount(name, Role(role), scope), NOW)
    return create_key(session, OPERATOR, account.account_id, NOW).token


def sight(audience: str, variant: Variant, field: str) -> Sight:
    """What the table grants here. Unpublished needs are held to the cell without its "published"."""
    table = TABLE_NAME.get(field, field)
    conditions = {Condition.GIVEN, Condition.AGREED}
    if field in ("need_text", "need_category", "offers", "vacancies"):
        conditions.add(Condition.PUBLISHED)
    for held, condition in (
        (variant.listed, Condition.LISTED),
        (variant.invitable, Condition.INVITABLE),
        (variant.registered, Condition.REGISTERED),
        (variant.listed, Condition.STATION_MATCH),
    ):
        if held:
            conditions.add(condition)
    bank = audience == "bank_with_consent"
    case = Case(frozenset(conditions), consentable() if bank else None, variant.sole_trader)
    column = Audience.BANK if bank else Audience(audience)
    found = view(table, column, case)
    return Sight.FULL if found is Sight.OWN and field in HELD.get(audience, ()) else found


def granted(audience: str, variant: Variant) -> tuple[set[str], set[str]]:
    """Fields told in full, and in bands, to this audience."""
    seen = {field: sight(audience, variant, field) for field in FULL}
    full = {field for field, one in seen.items() if one is Sight.FULL}
    # The kind of a need goes with its text, and who reads the exact value may read its band.
    return full, {field for field, one in seen.items() if one in (Sight.BAND, Sight.FULL)}


def words_in(heard: list[Heard], words: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """Field -> the addresses whose answers hold a word of it."""
    found: dict[str, list[str]] = {}
    for one in heard:
        for field in words_of(one.text, words):
            found.setdefault(field, []).append(one.where)
    return found


CASES = [
    pytest.param((variant, "sqlite"), audience, id=f"{variant.name}-{audience}")
    for variant in VARIANTS
    for audience in TOUCHED[variant.name]
] + [
    # The rules are Python's; that the rows behind them come out alike is seen where most of them are read.
    pytest.param(
        (REGISTERED, "postgresql"), who, id=f"registered-{who}-postgresql", marks=pytest.mark.postgresql
    )
    for who in ("own_station", "other_firm", "bank_with_consent")
]


@pytest.mark.parametrize(("glass", "audience"), CASES, indirect=["glass"], scope="module")
def test_nobody_hears_a_field_that_the_table_keeps_back(glass: Glass, audience: str) -> None:
    heard = glass.heard(audience)
    assert not [one.where for one in heard if one.status >= 500]
    full, banded = granted(audience, glass.variant)
    told, told_bands = words_in(heard, FULL), words_in(heard, BANDED)
    assert {field: where for field, where in told.items() if field not in full} == {}
    assert {field: where for field, where in told_bands.items() if field not in banded} == {}
    if glass.variant is REGISTERED:
        excused = {field for who, field in NOT_SERVED if who == audience} | {"status"}  # of "marked" below
        assert full - told.keys() - excused == set(), "granted in full, heard nowhere: serve it or say why"
        assert excused & (told.keys() | told_bands.keys()) == set(), "said not to be served, and it is heard"
    if glass.variant.name == "marked" and audience in ("own", "own_station"):
        assert "status" in told, "its own register entry is told to the enterprise and its station"


@pytest.mark.parametrize("glass", [(REGISTERED, "sqlite")], indirect=True)
def test_everything_that_can_be_sent_is_sent(glass: Glass) -> None:
    assert unsent(glass.app) == set()


def test_every_field_of_the_table_has_words_of_its_own_or_is_held_nowhere() -> None:
    watched = {TABLE_NAME.get(field, field) for field in FULL}
    assert set(fields()) - watched == NO_WORDS.keys() | NOT_STORED.keys()
    columns = {f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.c}
    for field, trace in NOT_STORED.items():
        assert not [one for one in columns if re.search(trace, one)], f"{field} is stored now: watch it"
