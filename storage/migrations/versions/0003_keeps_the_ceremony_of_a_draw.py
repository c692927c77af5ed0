"""Keeps the ceremony of a draw: its public sources, who gave them, and why one was voided."""

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _filled(name: str, kind: Any, value: str) -> Any:
    """A column that must not be empty, with what the rows that are there get."""
    return sa.Column(name, kind, nullable=False, server_default=value)


def _added() -> dict[str, list[Any]]:
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
            _filled("witnesses", _JSON, "[]"),
            _filled("public_value", sa.String(), ""),
            sa.Column("cap_exemption", sa.String(), nullable=True),
        ],
    }


_INSPECTION = ("assembling", "ready", "visiting", "gone_reported", "replaced", "visited", "closed")
_ASSIGNMENT = (
    "drawn", "notified", "accepted", "confirmed", "leave_asked", "recused", "unavailable", "lapsed", "sent_back",
    "released", "completed",
)  # fmt: skip
_STATES_BEFORE = {
    "inspection": ("inspectionstate", _INSPECTION),
    "assignment": ("assignmentstate", _ASSIGNMENT),
}
_STATES_NOW = {
    "inspection": ("inspectionstate", (*_INSPECTION[:5], "called_off", *_INSPECTION[5:])),
    "assignment": ("assignmentstate", (*_ASSIGNMENT[:9], "ordered_off", *_ASSIGNMENT[9:])),
}


def _allow(table: str, name: str, states: tuple[str, ...]) -> None:
    """These states and no others. SQLite's tables are copied for it, and their old rule is not."""
    kind = sa.Enum(*states, name=name, native_enum=False, create_constraint=True, length=20)
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table(table, schema=None, recreate="always") as batch_op:
            batch_op.alter_column("state", existing_type=sa.String(20), type_=kind, existing_nullable=False)
        return
    op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
    listed = ", ".join(f"'{state}'" for state in states)
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, f"state IN ({listed})")


def upgrade() -> None:
    for table, columns in _added().items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.add_column(column)
    for table, (name, states) in _STATES_NOW.items():
        _allow(table, name, states)
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
    """Draws of before have the one source that their announcement names, with what the operator typed, if drawn."""
    bind = op.get_bind()
    insert = sa.text(
        "INSERT INTO draw_source (draw_id, number, name, due, first_value, value, given_at, given_by)"
        " VALUES (:draw, :number, :name, :due, '', :value, :given_at, :given_by)"
    ).bindparams(
        sa.bindparam("due", type_=sa.DateTime(timezone=True)),
        sa.bindparam("given_at", type_=sa.DateTime(timezone=True)),
    )
    draws = sa.text("SELECT id, announcement, transcript, drawn_at, announced_by FROM draw_record").columns(
        drawn_at=sa.DateTime(timezone=True)
    )
    for draw in bind.execute(draws).all():
        inputs = json.loads(draw.transcript)["inputs"] if draw.transcript else []
        given = {one["source"]: one["value"] for one in inputs}
        for number, source in enumerate(json.loads(draw.announcement)["sources"], start=1):
            value = given.get(source["name"])
            facts = {
                "draw": draw.id,
                "number": number,
                "name": source["name"],
                "due": datetime.fromisoformat(source["due"]),
                "value": value,
                "given_at": draw.drawn_at if value is not None else None,
                "given_by": draw.announced_by if value is not None else None,
            }
            bind.execute(insert, facts)


def downgrade() -> None:
    for table, (name, states) in _STATES_BEFORE.items():
        _allow(table, name, states)
    with op.batch_alter_table("draw_source", schema=None) as batch_op:
        batch_op.drop_index("ix_draw_source_witness_id")
    op.drop_table("draw_source")
    for table, columns in _added().items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.drop_column(column.name)
