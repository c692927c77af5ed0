"""Which shape the store has, and whether this version of the program works with it."""

from functools import cache

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text

from storage.migrate import MIGRATIONS
from storage.store import Records


def is_of_this_version(records: Records) -> bool:
    """Whether the store stands where this version's migrations end."""
    found = records.session.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    return list(found) == [newest_revision()]


@cache
def newest_revision() -> str:
    """The last migration of this version."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return str(ScriptDirectory.from_config(config).get_current_head())
