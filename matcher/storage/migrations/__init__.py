"""The schema, step by step (Alembic). `migrate(engine)` brings a database to the newest step.

All steps of one call are one transaction on both engines: killed half way, nothing has happened.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from matcher.storage import outbox

# Two processes may start on an empty PostgreSQL at once; any constant serves as the lock's number.
_ADVISORY_LOCK = 0x71_69_61_6E


def migrate(engine: sa.Engine, revision: str = "head") -> None:
    """Upgrade the database to `revision`. Waits for another process that does the same."""
    _run(engine, revision, upgrade=True)


def downgrade(engine: sa.Engine, revision: str) -> None:
    """Take the steps after `revision` back ("base": all of them). Their tables' rows are lost."""
    _run(engine, revision, upgrade=False)


def current_revision(engine: sa.Engine) -> str | None:
    """The step the database stands on; None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """The newest step this version of the program knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "matcher.storage:migrations")
    config.set_main_option("path_separator", "os")
    return config


def _run(engine: sa.Engine, revision: str, *, upgrade: bool) -> None:
    config = _config()
    with engine.connect() as connection:
        _foreign_keys(connection, on=False)
        try:
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
                config.attributes["connection"] = connection
                (command.upgrade if upgrade else command.downgrade)(config, revision)
                if sa.inspect(connection).has_table(outbox.Touched.__tablename__):
                    outbox.install(connection)
                _check_foreign_keys(connection)
        finally:
            _foreign_keys(connection, on=True)


def _foreign_keys(connection: sa.Connection, *, on: bool) -> None:
    # SQLite alters a table by building it anew and dropping the old one, which enforced keys refuse;
    # the switch has no effect inside a transaction, hence by hand before it begins.
    if connection.dialect.name == "sqlite":
        driver = connection.connection.dbapi_connection
        if driver is not None:
            driver.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def _check_foreign_keys(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise sa.exc.IntegrityError("foreign_key_check", {}, ValueError(str(broken[:5])))
