"""Whether the database has the tables this version writes: an empty one gets them."""

from __future__ import annotations

import sqlalchemy as sa

from matcher.errors import Misconfigured
from matcher.storage import migrations


def make_ready(engine: sa.Engine) -> bool:
    """Create the tables in an empty database; True where that was done.

    Raises Misconfigured for a database of another version: an installation is brought to a new one by
    whoever runs it, at the moment that suits it.
    """
    found, newest = migrations.current_revision(engine), migrations.newest_revision()
    if found == newest:
        return False
    if found is not None:
        raise Misconfigured("cli.other_schema", found=found, newest=newest)
    if sa.inspect(engine).get_table_names():
        return False  # made without steps; what is wrong with it will say so itself
    migrations.migrate(engine)
    return True
