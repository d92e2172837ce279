"""Keys and passwords: what is stored cannot be used, what was wrong is not told."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.domain.access import Actor, Role
from matcher.errors import Conflict, Forbidden, InvalidInput, NotFound, Unauthenticated
from matcher.services import access
from matcher.services.access import NewAccount
from matcher.storage.accounts import Account, ApiKey
from matcher.storage.journal import JournalLine
from tests.factories import NOW, an_account

PASSWORD = "湖心街道服务站的长口令"


def test_a_key_names_its_account(session: Session, administrator: Actor) -> None:
    account = an_account(session, role="officer")
    key = access.create_key(session, administrator, account.account_id, NOW)
    assert access.check_key(session, key.token, NOW) == Actor(
        account.account_id, Role.OFFICER, account.scope, language=""
    )


def test_only_a_digest_of_the_key_is_kept(session: Session, administrator: Actor) -> None:
    key = access.create_key(session, administrator, an_account(session).account_id, NOW)
    secret = key.token.split("_")[2]
    stored = session.get_one(ApiKey, key.prefix)
    assert len(bytes.fromhex(secret[:64])) == 32
    for column in sa.inspect(ApiKey).columns.keys():  # noqa: SIM118
        assert secret not in str(getattr(stored, column))
    for line in session.scalars(sa.select(JournalLine)):
        assert secret not in str(line.detail) + line.object_id


@pytest.mark.parametrize("token", ["", "qx", "qx_1_2", "密钥", "\ud800", "qx_%_" + "0" * 72, "a" * 10_000])
def test_nonsense_is_unauthenticated_and_never_an_exception(session: Session, token: str) -> None:
    with pytest.raises(Unauthenticated):
        access.check_key(session, token, NOW)


def test_a_key_ends_when_it_expires_is_revoked_or_its_account_is_disabled(
    session: Session, administrator: Actor
) -> None:
    account = an_account(session)
    expiring = access.create_key(session, administrator, account.account_id, NOW, NOW + timedelta(days=1))
    revoked = access.create_key(session, administrator, account.account_id, NOW)
    living = access.create_key(session, administrator, account.account_id, NOW)
    access.revoke_key(session, administrator, revoked.prefix, NOW)
    with pytest.raises(Unauthenticated):
        access.check_key(session, expiring.token, NOW + timedelta(days=1))
    with pytest.raises(Unauthenticated):
        access.check_key(session, revoked.token, NOW)
    access.check_key(session, living.token, NOW)
    account.disabled = True
    with pytest.raises(Unauthenticated):
        access.check_key(session, living.token, NOW)


def test_only_the_administrator_handles_keys(session: Session, officer: Actor) -> None:
    account = an_account(session)
    with pytest.raises(Forbidden):
        access.create_key(session, officer, account.account_id, NOW)
    with pytest.raises(Forbidden):
        access.list_keys(session, officer)
    with pytest.raises(Forbidden):
        access.revoke_key(session, officer, "00000000", NOW)
    with pytest.raises(Forbidden):
        access.create_account(session, officer, NewAccount("新专员", Role.OFFICER), NOW)


def test_keys_are_listed_with_their_accounts(session: Session, administrator: Actor) -> None:
    account = an_account(session)
    key = access.create_key(session, administrator, account.account_id, NOW)
    assert [(row.prefix, owner.name) for row, owner in access.list_keys(session, administrator)] == [
        (key.prefix, account.name)
    ]


def test_what_does_not_exist_is_not_found(session: Session, administrator: Actor) -> None:
    with pytest.raises(NotFound):
        access.create_key(session, administrator, "nobody", NOW)
    with pytest.raises(NotFound):
        access.revoke_key(session, administrator, "00000000", NOW)


def test_a_password_opens_and_a_wrong_name_sounds_like_a_wrong_password(
    session: Session, administrator: Actor
) -> None:
    account = NewAccount("王专员", Role.OFFICER, "ST-01", password=PASSWORD)
    row = access.create_account(session, administrator, account, NOW)
    assert access.check_password(session, "王专员", PASSWORD).account_id == row.account_id
    refusals = []
    for name, password in (("王专员", "错"), ("没有这人", PASSWORD), ("王专员", ""), ("王专员", "长" * 500)):
        with pytest.raises(Unauthenticated) as refusal:
            access.check_password(session, name, password)
        refusals.append(str(refusal.value))
    assert len(set(refusals)) == 1


def test_an_account_without_a_password_enters_with_keys_only(session: Session) -> None:
    account = an_account(session)
    with pytest.raises(Unauthenticated):
        access.check_password(session, account.name, "")


def test_a_short_password_and_a_taken_name_are_refused(session: Session, administrator: Actor) -> None:
    an_account(session, name="王专员")
    with pytest.raises(InvalidInput, match="password_short"):
        access.create_account(session, administrator, NewAccount("李专员", Role.OFFICER, password="短"), NOW)
    with pytest.raises(Conflict, match="account_name_taken"):
        access.create_account(session, administrator, NewAccount("王专员", Role.OFFICER), NOW)


def test_a_new_password_ends_the_sessions_of_the_old_one(session: Session, administrator: Actor) -> None:
    account = access.create_account(
        session, administrator, NewAccount("王专员", Role.OFFICER, password=PASSWORD), NOW
    )
    before = access.session_mark(session, account.account_id)
    session.get_one(Account, account.account_id).password_hash = "another"
    assert before is not None
    assert access.session_mark(session, account.account_id) != before
    assert access.session_mark(session, "nobody") is None
