"""The migrations and the tables of the code say the same, on both databases, up and down."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import Inspector
from sqlmodel import SQLModel

from storage.migrate import StoreIsNewer, configuration, migrate, migrating
from storage.store import Store
from tests.postgres import fresh_database
from tests.stores import DATABASES


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without a single table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.db'}"
    else:
        with fresh_database() as address:
            yield address


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def _checks(inspector: Inspector) -> dict[tuple[str, str | None], str]:
    return {
        (table, check["name"]): check["sqltext"]
        for table in inspector.get_table_names()
        for check in inspector.get_check_constraints(table)
    }


def test_the_migrations_lead_to_the_tables_of_the_code(store: Store) -> None:
    with migrating(store) as connection:
        command.check(configuration(connection))
        assert _tables(connection) == set(SQLModel.metadata.tables)


def test_the_migrations_allow_the_same_states_as_the_code(store: Store) -> None:
    """Alembic does not compare these, so a new state would be refused by the database only."""
    with store.engine.begin() as connection:
        migrated = _checks(inspect(connection))
        SQLModel.metadata.drop_all(connection)
        SQLModel.metadata.create_all(connection)
        assert migrated == _checks(inspect(connection))
    assert ("assignment", "ck_assignment_assignmentstate") in migrated


def test_the_way_down_leaves_nothing_and_the_way_up_works_again(url: str) -> None:
    migrate(url)
    with migrating(url) as connection:
        command.downgrade(configuration(connection), "base")
        assert _tables(connection) == set()
    migrate(url)
    with migrating(url) as connection:
        assert _tables(connection) == set(SQLModel.metadata.tables)


def test_a_second_migration_changes_nothing(store: Store) -> None:
    with store.transaction() as records:
        records.journal("test", "it", by=None, at=datetime(2026, 5, 15, tzinfo=UTC))
    migrate(store)
    with store.reading() as records:
        assert records.session.execute(text("SELECT count(*) FROM journal_line")).scalar_one() == 1


def test_processes_that_start_together_migrate_once(url: str) -> None:
    failed: list[BaseException] = []

    def start() -> None:
        try:
            migrate(url)
        except BaseException as error:
            failed.append(error)

    starting = [threading.Thread(target=start) for _ in range(4)]
    for one in starting:
        one.start()
    for one in starting:
        one.join()
    assert failed == []
    with migrating(url) as connection:
        command.check(configuration(connection))


def test_a_store_of_a_newer_version_is_left_alone(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreIsNewer, match="9999"):
        migrate(store)
