"""Keeps the ceremony of a draw: its public sources, who gave them, and why one was voided."""

import json
from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _filled(name: str, kind: sa.types.TypeEngine, value: str) -> sa.Column:
    """A column that must not be empty, with what the rows that are there get."""
    return sa.Column(name, kind, nullable=False, server_default=value)


def _added() -> dict[str, list[sa.Column]]:
    """New columns by table, made anew at each call: a column belongs to one table only."""
    return {
        "draw_record": [
            _filled("codes", sa.Text(), ""),
            sa.Column("voided_by", sa.String(), nullable=True),
            _filled("void_reason", sa.Text(), ""),
        ],
        "expert": [_filled("capacity", sa.Integer(), "3")],
        "inspection": [_filled("items", _JSON, "[]")],
        "person": [_filled("title", sa.String(), "")],
        "registered_object": [
            _filled("visits_by_department", _JSON, "{}"),
            sa.Column("visits_counted_on", sa.Date(), nullable=True),
        ],
        "scheme": [
            _filled("expert_field", sa.String(), ""),
            _filled("expert_seats", sa.Integer(), "0"),
            _filled("stays_away_days", sa.Integer(), "0"),
            sa.Column("cap_exemption", sa.String(), nullable=True),
        ],
    }


def upgrade() -> None:
    for table, columns in _added().items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.add_column(column)
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                if column.server_default is not None:
                    batch_op.alter_column(column.name, server_default=None)
    _create_sources()
    _fill_items()
    _fill_sources()


def _create_sources() -> None:
    op.create_table(
        "draw_source",
        sa.Column("draw_id", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("witness_id", sa.String(), nullable=True),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_value", sa.String(), nullable=False),
        sa.Column("first_by", sa.String(), nullable=True),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["draw_id"], ["draw_record.id"], name="fk_draw_source_draw_id"),
        sa.ForeignKeyConstraint(["witness_id"], ["person.id"], name="fk_draw_source_witness_id"),
        sa.PrimaryKeyConstraint("draw_id", "number", name="pk_draw_source"),
    )
    with op.batch_alter_table("draw_source", schema=None) as batch_op:
        batch_op.create_index("ix_draw_source_witness_id", ["witness_id"], unique=False)


def _fill_items() -> None:
    """Until now every object of a scheme was visited for all of its items."""
    op.execute(
        "UPDATE inspection SET items = (SELECT scheme.items FROM scheme WHERE scheme.id = inspection.scheme_id)"
    )


def _fill_sources() -> None:
    """Draws that were announced before have the one source that their announcement names."""
    bind = op.get_bind()
    for draw_id, announcement in bind.execute(sa.text("SELECT id, announcement FROM draw_record")).all():
        for number, source in enumerate(json.loads(announcement)["sources"], start=1):
            bind.execute(
                sa.text(
                    "INSERT INTO draw_source (draw_id, number, name, due, first_value)"
                    " VALUES (:draw, :number, :name, :due, '')"
                ).bindparams(sa.bindparam("due", type_=sa.DateTime(timezone=True))),
                {
                    "draw": draw_id,
                    "number": number,
                    "name": source["name"],
                    "due": datetime.fromisoformat(source["due"]),
                },
            )


def downgrade() -> None:
    with op.batch_alter_table("draw_source", schema=None) as batch_op:
        batch_op.drop_index("ix_draw_source_witness_id")
    op.drop_table("draw_source")
    for table, columns in _added().items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.drop_column(column.name)
