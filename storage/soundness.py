"""Whether a store is whole, asked without changing anything in it: not even brought to the newest tables."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select, text
from sqlmodel import col

from storage.migrate import MIGRATIONS, StoreIsNewer, stands_ahead
from storage.store import Records, Store
from storage.tables.exchange import ExchangeTarget
from storage.tables.inspections import JournalLine

_SHOWN = 5


class Shape(StrEnum):
    """What a store is to this version of the program."""

    READY = "ready"
    """It may be a newer version's, where that one lets us."""
    NONE = "none"
    OLD = "old"
    """The next start brings it to the newest tables."""
    NEWER = "newer"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class Standing:
    """`revision` is that of its tables, empty without any; `flaws` are the database's own words about damage."""

    shape: Shape
    revision: str = ""
    flaws: tuple[str, ...] = ()


def standing_of(store: Store) -> Standing:
    """Reads every page on SQLite. Raises what the database raises."""
    file = store.engine.url.database or ""
    if store.is_sqlite and not Path(file).exists():
        return Standing(Shape.NONE)  # to connect would make it
    with store.engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision() or ""
        flaws = _flaws(connection) if store.is_sqlite else ()
        may_be_served = _may_be_served(connection)
    script = ScriptDirectory(str(MIGRATIONS))
    if not revision:
        return Standing(Shape.NONE)
    if flaws:
        return Standing(Shape.DAMAGED, revision, flaws)
    if not may_be_served:
        return Standing(Shape.NEWER, revision)
    if revision not in {one.revision for one in script.walk_revisions()}:
        return Standing(Shape.READY, revision)
    return Standing(Shape.READY if revision == script.get_current_head() else Shape.OLD, revision)


def _may_be_served(connection: Connection) -> bool:
    try:
        stands_ahead(connection)
    except StoreIsNewer:
        return False
    return True


def _flaws(connection: Connection) -> tuple[str, ...]:
    told = [str(line) for line in connection.execute(text(f"PRAGMA quick_check({_SHOWN})")).scalars()]
    strays = connection.execute(text("PRAGMA foreign_key_check")).fetchmany(_SHOWN)
    damage = [line for line in told if line != "ok"]
    return (*damage, *(f"{row[0]} {row[1]}: points nowhere ({row[2]})" for row in strays))


def newest_line_at(records: Records) -> datetime | None:
    """When the newest line of the journal was written, by the clock of then."""
    newest = select(col(JournalLine.at)).order_by(col(JournalLine.id).desc()).limit(1)
    return records.session.execute(newest).scalar()


def own_clock(records: Records) -> datetime | None:
    """What the database's machine says that it is; None for SQLite, which is on this one."""
    if records.session.get_bind().dialect.name == "sqlite":
        return None
    told: datetime = records.session.execute(select(func.clock_timestamp())).scalar_one()
    return told


def files_with_secrets(records: Records) -> list[Path]:
    """Where the secrets of other platforms lie."""
    rows = select(col(ExchangeTarget.secret_from)).where(col(ExchangeTarget.secret_from).startswith("file:"))
    return [Path(one.removeprefix("file:")) for one in records.session.execute(rows).scalars()]
