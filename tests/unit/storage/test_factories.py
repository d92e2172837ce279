"""The factories themselves: every row they make is one the database takes."""

import pytest

from matcher.storage import Base
from tests import factories

MAKERS = [
    factories.a_station,
    factories.a_building,
    factories.an_enterprise,
    factories.an_offer,
    factories.a_need,
    factories.a_deal,
    factories.a_product,
    factories.a_consent,
    factories.an_opening,
    factories.a_talent,
    factories.an_event,
    factories.an_account,
]


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
def test_every_factory_makes_a_row_that_both_databases_keep(session, maker):
    row = maker(session)
    session.commit()
    session.expire_all()
    assert isinstance(row, Base)
    assert session.get(type(row), session.identity_key(instance=row)[1]) is row


def test_two_enterprises_of_one_test_differ_in_identifier_and_code(session):
    one, other = factories.an_enterprise(session), factories.an_enterprise(session)
    assert one.enterprise_id != other.enterprise_id
    assert one.code != other.code
