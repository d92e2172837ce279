"""Everything that the trade's words name has a name for people, in both languages."""

from __future__ import annotations

import pytest

from matcher.domain.consent import ConsentState, Purpose
from matcher.domain.event import AttendanceState, EventKind, Label
from matcher.domain.field_access import fields
from matcher.domain.party import parties
from matcher.domain.product import FIELDS, Operator, ProductKind, Quantifier, Truth, access_field
from matcher.messages import LANGUAGES, catalogue

KEYS = {
    *(f"products.field.{name}" for name in FIELDS),
    *(f"products.unit.{field.unit}" for field in FIELDS.values() if field.unit),
    *(f"products.operator.{one.value}" for one in Operator),
    *(f"products.kind.{one.value}" for one in ProductKind),
    *(f"products.truth.{one.value}" for one in Truth),
    *(f"products.group.{one.value}" for one in Quantifier),
    *(f"consents.purpose.{one.value}" for one in Purpose),
    *(f"consents.state.{one.value}" for one in ConsentState),
    *(f"consents.field.{name}" for name in fields()),
    *(f"events.label.{one.value}" for one in Label),
    *(f"events.kind.{one.value}" for one in EventKind),
    *(f"events.state.{one.value}" for one in AttendanceState),
    *(f"groups.role.{role}" for role in parties()),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_products_consents_events_and_parties_has_its_sentence(language):
    assert sorted(KEYS - set(catalogue(language))) == []


def test_every_fact_a_criterion_may_ask_for_stands_in_the_table_of_fields():
    assert {access_field(name) for name in FIELDS} <= set(fields())
