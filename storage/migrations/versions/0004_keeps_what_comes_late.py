"""Keeps what comes late: pictures still to be fetched, what belongs nowhere yet; queues the outbox by person."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_TIME = sa.DateTime(timezone=True)


def _states(name: str, *states: str) -> sa.Enum:
    return sa.Enum(*states, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    _queue_by_addressee()
    _create_awaited_files()
    _create_strays()
    _create_team_groups()
    op.drop_index("ix_inbox_update_chat", table_name="inbox_update")


def _queue_by_addressee() -> None:
    with op.batch_alter_table("outbox_line", schema=None) as batch_op:
        batch_op.add_column(sa.Column("addressee", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("is_reply", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("parts_sent", sa.Integer(), nullable=False, server_default="0"))
    line = sa.table(
        "outbox_line",
        *(sa.column(name) for name in ("addressee", "is_reply", "person_id", "channel", "chat")),
    )
    known = line.c.person_id.is_not(None)
    op.execute(sa.update(line).where(known).values(addressee=line.c.person_id))
    op.execute(
        sa.update(line).where(~known).values(addressee=line.c.channel + ":" + line.c.chat, is_reply=sa.true())
    )
    op.drop_index("ix_outbox_line_turn", table_name="outbox_line")
    op.drop_index("ix_outbox_line_tried", table_name="outbox_line")
    op.create_index("ix_outbox_line_queue", "outbox_line", ["state", "addressee", "id"])
    op.create_index("ix_outbox_line_turn", "outbox_line", ["state", "is_reply", "id"])


def _create_awaited_files() -> None:
    op.create_table(
        "awaited_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("update_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("body", _JSON, nullable=False),
        sa.Column("album", sa.String(), nullable=False),
        sa.Column("inspection_id", sa.String(), nullable=True),
        sa.Column("question_id", sa.String(), nullable=True),
        sa.Column("state", _states("awaitedfilestate", "awaited", "here", "lost"), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("claimed_until", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_awaited_file_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_awaited_file"),
        sa.UniqueConstraint("channel", "update_id", name="uq_awaited_file_channel_update_id"),
    )
    op.create_index("ix_awaited_file_album", "awaited_file", ["channel", "chat", "album"])
    op.create_index("ix_awaited_file_person_id", "awaited_file", ["person_id"])
    op.create_index("ix_awaited_file_turn", "awaited_file", ["state", "due_at"])


def _create_strays() -> None:
    op.create_table(
        "stray",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("update_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("body", _JSON, nullable=False),
        sa.Column("state", _states("straystate", "asked", "placed", "discarded"), nullable=False),
        sa.Column("inspection_id", sa.String(), nullable=True),
        sa.Column("question_id", sa.String(), nullable=True),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("settled_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_stray_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_stray"),
        sa.UniqueConstraint("channel", "update_id", name="uq_stray_channel_update_id"),
    )
    op.create_index("ix_stray_person_id", "stray", ["person_id"])


def _create_team_groups() -> None:
    op.create_table(
        "team_group",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("inspection_id", sa.String(), nullable=False),
        sa.Column("bound_by", sa.String(), nullable=False),
        sa.Column("bound_at", _TIME, nullable=False),
        sa.Column("left_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["bound_by"], ["person.id"], name="fk_team_group_bound_by"),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name="fk_team_group_inspection_id"),
        sa.PrimaryKeyConstraint("channel", "chat", name="pk_team_group"),
    )
    op.create_index("ix_team_group_inspection_id", "team_group", ["inspection_id"])


def downgrade() -> None:
    op.create_index("ix_inbox_update_chat", "inbox_update", ["channel", "chat", "state"])
    for table in ("team_group", "stray", "awaited_file"):
        op.drop_table(table)
    for index in ("ix_outbox_line_queue", "ix_outbox_line_turn"):
        op.drop_index(index, table_name="outbox_line")
    op.create_index("ix_outbox_line_turn", "outbox_line", ["state", "due_at", "id"])
    op.create_index("ix_outbox_line_tried", "outbox_line", ["state", "attempts"])
    with op.batch_alter_table("outbox_line", schema=None) as batch_op:
        for column in ("parts_sent", "is_reply", "addressee"):
            batch_op.drop_column(column)
