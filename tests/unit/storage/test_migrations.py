"""The steps of the schema lead exactly to the mapped classes, and back."""

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from matcher.storage import Base
from matcher.storage.migrations import current_revision, downgrade, migrate, newest_revision
from tests.factories import an_enterprise


def differences(engine):
    with engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection), Base.metadata)


def tables(engine):
    return set(sa.inspect(engine).get_table_names())


def test_the_migrated_database_is_what_the_classes_say(engine):
    assert differences(engine) == []
    assert current_revision(engine) == newest_revision()


def test_down_to_nothing_and_up_again_gives_the_same_schema(engine):
    downgrade(engine, "base")
    assert tables(engine) == {"alembic_version"}
    migrate(engine)
    assert differences(engine) == []


def test_migrating_twice_changes_nothing(engine, session):
    kept = an_enterprise(session).enterprise_id
    session.commit()
    migrate(engine)
    assert session.scalar(sa.text("SELECT enterprise_id FROM enterprises")) == kept


def test_foreign_keys_are_enforced_again_after_a_migration_on_sqlite(engine):
    migrate(engine)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
