"""What Alembic runs for every command; the connection comes from `storage.migrate`, already inside its transaction."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, DateTime, String
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import storage.tables.archives
import storage.tables.calendars
import storage.tables.clues
import storage.tables.deadlines
import storage.tables.exchange
import storage.tables.follow_ups
import storage.tables.inspections
import storage.tables.journal
import storage.tables.messaging
import storage.tables.planning
import storage.tables.publicity
import storage.tables.register_history
import storage.tables.registers  # these imports fill the metadata  # these imports fill the metadata
import storage.tables.schemes  # these imports fill the metadata
import storage.tables.supervision  # noqa: F401  # these imports fill the metadata


def _render(kind: str, item: Any, page: AutogenContext) -> str | Literal[False]:
    """Writes SQLModel's own column kinds as the plain ones they stand for, so that a migration outlives a library."""
    if kind == "type" and isinstance(item, JSON):
        page.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    if kind == "type" and type(item).__name__ == "UTCDateTime":
        return "sa.DateTime(timezone=True)"
    return False


def _differs(_context: Any, _present: Any, _wanted_column: Any, present: Any, wanted: Any) -> bool | None:
    """SQLModel's times and texts are the database's own; None leaves all others to Alembic."""
    if type(wanted).__name__ == "UTCDateTime":
        return not isinstance(present, DateTime)
    if isinstance(wanted, AutoString):
        return not isinstance(present, String) or present.length != wanted.length
    return None


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    render_item=_render,
    compare_type=_differs,
    transaction_per_migration=True,  # where no transaction has begun outside
)
with context.begin_transaction():
    context.run_migrations()
