"""The version before serves while the tables are brought to those of this one."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, text

from storage.migrate import MIGRATIONS, migrate
from storage.store import Store
from tests.on_telegram.crowd import Crowd
from tests.on_telegram.house import TelegramHouse
from tests.storage.serving_rules import FIRST, faults_of, unexplained
from tests.telegram.server import FakeTelegram

_VERSIONS = [path for path in sorted((MIGRATIONS / "versions").glob("*.py")) if path.name[:4] >= FIRST]


@pytest.mark.parametrize("path", _VERSIONS, ids=lambda path: path.stem)
def test_a_migration_breaks_and_holds_up_nothing_of_the_version_before(path: Path) -> None:
    """See CONTRIBUTING.md: expand first, and take away a version later."""
    assert unexplained(path) == []


def _upgrade(*lines: str) -> str:
    body = "\n".join(f"    {line}" for line in lines)
    return f"def upgrade() -> None:\n{body}\n\ndef downgrade() -> None:\n    op.drop_table('x')\n"


_BATCH = 'with op.batch_alter_table("scheme") as table:'


@pytest.mark.parametrize(
    ("lines", "name", "takes_away"),
    [
        (['op.drop_column("scheme", "colour")'], "drop_column scheme.colour", True),
        ([_BATCH, '    table.drop_column("colour")'], "drop_column scheme.colour", True),
        (['op.drop_table("scheme")'], "drop_table scheme", True),
        (['op.rename_table("scheme", "plan")'], "rename_table scheme.plan", True),
        ([_BATCH, '    table.alter_column("a", new_column_name="b")'], "alter_column scheme.a", True),
        (['op.alter_column("scheme", "a", type_=sa.Text())'], "alter_column scheme.a", True),
        (['op.alter_column("scheme", "a", nullable=False)'], "alter_column scheme.a", True),
        ([_BATCH, '    table.alter_column("a", server_default=None)'], "alter_column scheme.a", True),
        (['op.add_column("scheme", sa.Column("a", sa.String(), nullable=False))'], "add_column scheme.a", True),
        ([_BATCH, '    table.add_column(sa.Column("a", X, nullable=False))'], "add_column scheme.a", True),
        (['op.create_index("ix_a", "scheme", ["a"])'], "create_index scheme.ix_a", False),
        ([_BATCH, '    table.create_index("ix_a", ["a"])'], "create_index scheme.ix_a", False),
        (['op.create_foreign_key("fk", "scheme", "plan", ["a"], ["b"])'], "create_foreign_key scheme.fk", False),
        (['op.drop_constraint("ck", "scheme")'], "drop_constraint scheme.ck", False),
        (['op.execute("ALTER TABLE scheme ADD x int")'], "ALTER in SQL", False),
        (['op.get_bind().execute(sa.text("update scheme set x = 1"))'], "UPDATE in SQL", False),
    ],
)  # fmt: skip
def test_what_would_be_felt_is_found(lines: list[str], name: str, takes_away: bool) -> None:
    (found,) = faults_of(_upgrade(*lines))
    assert (found.name, found.takes_away) == (name, takes_away)


@pytest.mark.parametrize(
    "lines",
    [
        [
            'op.create_table("x", sa.Column("a", sa.String(), nullable=False))',
            'op.create_index("i", "x", ["a"])',
        ],
        ['op.add_column("scheme", sa.Column("a", sa.String(), nullable=True))'],
        ['op.add_column("scheme", sa.Column("a", sa.String(), nullable=False, server_default="x"))'],
        [_BATCH, '    table.add_column(sa.Column("a", sa.String()))'],
        ['op.alter_column("scheme", "a", nullable=True)'],
        ['add_index("ix_a", "scheme", ["a"])'],
    ],
)
def test_what_nobody_feels_is_let_through(lines: list[str]) -> None:
    assert faults_of(_upgrade(*lines)) == []


def test_an_explanation_must_be_of_something_and_say_who_may_go_on(tmp_path: Path) -> None:
    path, reason = tmp_path / "0099_x.py", "explained = {'drop_column scheme.a': 'nobody reads it'}\n"
    path.write_text(reason + _upgrade('op.drop_column("scheme", "a")'))
    assert [one[:8] for one in unexplained(path)] == ["it takes"]
    path.write_text("oldest_serving = '0098'\n" + path.read_text())
    assert unexplained(path) == []
    path.write_text(reason + _upgrade("pass"))
    assert unexplained(path) == ["drop_column scheme.a: explained, and not done"]


_MADE_UP = """
import sqlalchemy as sa
from alembic import op
from storage.while_serving import add_index

revision, down_revision, branch_labels, depends_on = "9999", {head!r}, None, None

def upgrade():
    for table in ("inbox_update", "outbox_line", "person", "conversation"):
        op.add_column(table, sa.Column("colour", sa.String(), nullable=False, server_default="red"))
    op.create_table("paint", sa.Column("id", sa.Integer(), primary_key=True))
    add_index("ix_inbox_update_colour", "inbox_update", ["colour"])
    add_index("ix_outbox_line_red", "outbox_line", ["colour"], where=sa.text("colour = 'red'"))
"""


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """A folder with one more migration, as a newer version has it."""
    heads = (MIGRATIONS / "versions").glob("*.py")
    said = "".join(path.read_text("utf-8") for path in heads)
    revisions = set(re.findall(r'^revision = "(\w+)"', said, re.MULTILINE))
    (head,) = revisions - set(re.findall(r'^down_revision = "(\w+)"', said, re.MULTILINE))
    folder = tmp_path / "newer"
    folder.mkdir()
    (folder / "9999_adds_a_colour.py").write_text(_MADE_UP.format(head=head))
    return folder


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with FakeTelegram(patience=10) as running:
        yield running


def _colours(connection: Connection) -> list[str]:
    named = inspect(connection).get_indexes("inbox_update") + inspect(connection).get_indexes("outbox_line")
    return sorted(
        str(one["name"]) for one in named if "colour" in str(one["name"]) or "red" in str(one["name"])
    )


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_updates_are_answered_while_the_tables_are_changed(
    store: Store, telegram: FakeTelegram, tmp_path: Path, newer: Path
) -> None:
    """Statements that were prepared before the change go on after it, too."""
    crowd = Crowd(store, telegram)
    with TelegramHouse(store, telegram, tmp_path) as house:
        crowd.says(60)
        house.rests()
        crowd.says(60)
        migrate(store, [newer])
        crowd.says(60)
        house.rests()
        crowd.all_were_answered_once()
        crowd.were_answered_in_order()
    with store.reading() as records:
        assert _colours(records.session.connection()) == ["ix_inbox_update_colour", "ix_outbox_line_red"]
    migrate(store)  # the version before, started again
    with TelegramHouse(store, telegram, tmp_path) as house:
        crowd.says(10)
        house.rests()
        crowd.all_were_answered_once()


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_migration_that_waits_for_a_lock_makes_nobody_wait_behind_it(store: Store, newer: Path) -> None:
    """Somebody reads for long; without a limit to its patience the migration would stand between him and all others."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            migrate(store, [newer])
        except BaseException as fault:
            failed.append(fault)

    with store.reading() as reader:
        reader.session.execute(text("SELECT count(*) FROM person"))
        changing = threading.Thread(target=run)
        changing.start()
        _until_somebody_waits(store)
        with store.reading() as other:
            other.session.execute(text("SET lock_timeout = '20s'"))
            other.session.execute(text("SELECT count(*) FROM person"))
        assert changing.is_alive()
    changing.join(60)
    assert (failed, changing.is_alive()) == ([], False)


def _until_somebody_waits(store: Store) -> None:
    for _ in range(2_000):
        with store.reading() as records:
            asked = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'")
            if records.session.execute(asked).scalar_one():
                return
            records.session.execute(text("SELECT pg_sleep(0.01)"))
    raise AssertionError("nobody waited")
