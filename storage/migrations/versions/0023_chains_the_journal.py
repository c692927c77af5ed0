"""Journal lines are chained, those of before in the order of their ids; what is evidence may only grow."""

from collections.abc import Iterator
from datetime import UTC
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from inspection.journal_chain import GENESIS, START, Line, linked
from storage.growing import GROWING, Growing, guard, unguard

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_AT_ONCE = 1000
_LINE = sa.table(
    "journal_line",
    sa.column("id", sa.Integer()),
    sa.column("at", sa.DateTime(timezone=True)),
    *(sa.column(name, sa.String()) for name in ("actor", "channel", "verb", "subject")),
    sa.column("details", sa.JSON().with_variant(postgresql.JSONB(), "postgresql")),
)
_TABLES = (
    "journal_line", "journal_link", "public_bundle", "publication", "signing_key", "draw_record",
    "register_version", "register_change", "check_in", "archive_package", "archive_part",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "journal_link",
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("place", name="pk_journal_link"),
        sa.UniqueConstraint("line_id", name="uq_journal_link_line_id"),
    )
    _chain_what_stands(op.get_bind())
    guard(op.get_bind(), _growing())
    if op.get_bind().dialect.name == "postgresql":
        op.get_bind().exec_driver_sql(_APPEND)


_APPEND = f"""
CREATE FUNCTION journal_append(ids integer[], lines text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  head journal_link;
BEGIN
  PERFORM pg_advisory_xact_lock(3141592654);
  SELECT * INTO head FROM journal_link ORDER BY place DESC LIMIT 1;
  IF NOT FOUND THEN
    head.place := 0;
    head.hash := '{GENESIS}';
  END IF;
  FOR i IN 1 .. cardinality(ids) LOOP
    head.place := head.place + 1;
    head.line_id := ids[i];
    head.hash := encode(sha256(convert_to(head.hash || chr(10) || lines[i], 'UTF8')), 'hex');
    INSERT INTO journal_link VALUES (head.*);
  END LOOP;
END $$
"""
"""The head is read by a statement of its own, after the lock, so that it is the head of whoever held it before. The
lock's number is the one after that of the migrations."""


def _growing() -> list[Growing]:
    return [one for one in GROWING if one.table in _TABLES]


def _chain_what_stands(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("LOCK TABLE journal_line IN SHARE MODE"))
    link = sa.table("journal_link", *(sa.column(name) for name in ("place", "line_id", "hash")))
    head = START
    for lines in _stretches(connection):
        links = linked(head, lines)
        head = links[-1]
        rows = [{"place": one.place, "line_id": one.line_id, "hash": one.hash} for one in links]
        connection.execute(sa.insert(link), rows)


def _stretches(connection: sa.Connection) -> Iterator[list[Line]]:
    last = 0
    while True:
        query = sa.select(_LINE).where(_LINE.c.id > last).order_by(_LINE.c.id).limit(_AT_ONCE)
        rows = connection.execute(query).all()
        if not rows:
            return
        last = rows[-1].id
        yield [_line(row) for row in rows]


def _line(row: Any) -> Line:
    at = row.at if row.at.tzinfo else row.at.replace(tzinfo=UTC)
    return Line(row.id, at, row.actor, row.channel, row.verb, row.subject, row.details)


def downgrade() -> None:
    unguard(op.get_bind(), _growing())
    if op.get_bind().dialect.name == "postgresql":
        op.get_bind().exec_driver_sql("DROP FUNCTION journal_append(integer[], text[])")
    op.drop_table("journal_link")
