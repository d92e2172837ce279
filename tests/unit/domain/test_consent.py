from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from matcher.domain.consent import (
    Asked,
    ConsentState,
    Grant,
    Purpose,
    checked_fields,
    checked_grantee,
    checked_purpose,
    checked_term,
    covers,
)
from matcher.domain.field_access import consentable
from matcher.errors import InvalidInput

NOW = datetime(2026, 11, 22, 1, tzinfo=UTC)
DAY = timedelta(days=1)
ASKED = Asked("bank-river", Purpose.FINANCING)


def grant(**over) -> Grant:
    plain = {
        "consent_id": "c1",
        "enterprise_id": "e1",
        "grantee": "bank-river",
        "purpose": Purpose.FINANCING,
        "fields": frozenset({"revenue"}),
        "valid_from": NOW,
        "valid_to": NOW + 90 * DAY,
    }
    return Grant(**(plain | over))


@pytest.mark.parametrize(
    ("asked", "firm", "field", "allowed"),
    [
        (ASKED, "e1", "revenue", True),
        (ASKED, "e1", "tax_paid", False),
        (ASKED, "e2", "revenue", False),
        (Asked("bank-lake", Purpose.FINANCING), "e1", "revenue", False),
        (Asked("bank-river", Purpose.EVENT), "e1", "revenue", False),
    ],
)
def test_a_grant_covers_this_party_this_purpose_these_fields_and_nothing_else(asked, firm, field, allowed):
    assert covers([grant()], firm, asked, field, NOW) is allowed


def test_a_grant_lives_from_its_first_moment_up_to_its_last():
    one = grant(valid_from=NOW + DAY)
    assert one.state(NOW) is ConsentState.DRAFT
    assert one.state(NOW + DAY) is ConsentState.LIVE
    assert one.state(one.valid_to - timedelta(microseconds=1)) is ConsentState.LIVE
    assert one.state(one.valid_to) is ConsentState.EXPIRED


def test_a_withdrawal_counts_from_its_own_moment():
    one = grant(revoked_at=NOW + DAY)
    assert covers([one], "e1", ASKED, "revenue", NOW + DAY - timedelta(microseconds=1))
    assert not covers([one], "e1", ASKED, "revenue", NOW + DAY)


@pytest.mark.parametrize("everybody", ["", "*", "ALL", "所有银行", " 全部 "])
def test_there_is_no_grant_to_all_banks(everybody):
    with pytest.raises(InvalidInput) as caught:
        checked_grantee(everybody)
    assert caught.value.reason == "consents.no_grant_to_all"


def test_ninety_days_are_the_default_and_a_year_is_the_most():
    assert checked_term(None, None, NOW) == (NOW, NOW + 90 * DAY)
    with pytest.raises(InvalidInput) as caught:
        checked_term(NOW, NOW + 400 * DAY, NOW)
    assert caught.value.reason == "consents.too_long"
    with pytest.raises(InvalidInput):
        checked_term(NOW - 20 * DAY, NOW - DAY, NOW)


def test_purposes_and_fields_are_closed_lists():
    assert checked_purpose("financing") is Purpose.FINANCING
    with pytest.raises(InvalidInput):
        checked_purpose("marketing")
    with pytest.raises(InvalidInput):
        checked_fields(["revenue", "legal_representative_id"])
    with pytest.raises(InvalidInput):
        checked_fields([])


BANKS = st.sampled_from(["bank-river", "bank-lake"])
PURPOSES = st.sampled_from([Purpose.FINANCING, Purpose.EVENT])
FIELDS = st.sampled_from(["revenue", "tax_paid", "employees"])


class Consents(RuleBasedStateMachine):
    """A model that holds, second by second, what has been agreed; the code must agree with it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.grants: list[Grant] = []
        self.model: list[dict] = []

    @rule(
        bank=BANKS,
        purpose=PURPOSES,
        fields=st.sets(FIELDS, min_size=1),
        begin=st.integers(0, 3),
        days=st.integers(1, 5),
    )
    def agree(self, bank, purpose, fields, begin, days):
        start, end = self.now + begin * DAY, self.now + (begin + days) * DAY
        self.grants.append(
            grant(consent_id=f"c{len(self.grants)}", grantee=bank, purpose=purpose, fields=frozenset(fields),
                  valid_from=start, valid_to=end)
        )  # fmt: skip
        self.model.append({"key": (bank, purpose), "fields": set(fields), "from": start, "to": end})

    @rule(data=st.data())
    def withdraw(self, data):
        if self.grants:
            place = data.draw(st.integers(0, len(self.grants) - 1))
            if self.grants[place].revoked_at is None:
                old = self.grants[place]
                self.grants[place] = Grant(**{**old.__dict__, "revoked_at": self.now})
                self.model[place]["to"] = min(self.model[place]["to"], self.now)

    @rule(days=st.integers(1, 3))
    def wait(self, days):
        self.now += days * DAY

    @invariant()
    def code_and_model_agree(self):
        for bank in ("bank-river", "bank-lake"):
            for purpose in (Purpose.FINANCING, Purpose.EVENT):
                allowed = set()
                for one in self.model:
                    if one["key"] == (bank, purpose) and one["from"] <= self.now < one["to"]:
                        allowed |= one["fields"]
                asked = Asked(bank, purpose)
                for field in consentable():
                    assert covers(self.grants, "e1", asked, field, self.now) == (field in allowed)


Consents.TestCase.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
TestConsents = Consents.TestCase
