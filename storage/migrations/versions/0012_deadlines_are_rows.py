"""Deadlines are rows by rules in versions, and a reminder knows whom it is for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_TIME = sa.DateTime(timezone=True)
_STATES = sa.Enum(
    "running", "met", "missed", "cancelled",
    name="deadlinestate", native_enum=False, create_constraint=True, length=20,
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "deadline_rule_version",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("loaded_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_deadline_rule_version"),
    )
    _create_deadlines()
    op.create_table(
        "deputy",
        sa.Column("person_id", sa.String(14), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("deputy_id", sa.String(14), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_deputy_person_id"),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"], name="fk_deputy_deputy_id"),
        sa.PrimaryKeyConstraint("person_id", "first_day", name="pk_deputy"),
    )
    with op.batch_alter_table("due_work", schema=None) as batch_op:
        batch_op.add_column(sa.Column("person_id", sa.String(), nullable=True))
    op.create_index("ix_due_work_person", "due_work", ["person_id", "done_at", "due_at"])
    _set_aside_old_reminders()


def _set_aside_old_reminders() -> None:
    """Nobody knows these kinds any more; what lapses or is decided by default at its end still does."""
    work = sa.table("due_work", *(sa.column(name) for name in ("kind", "due_at", "done_at", "outcome")))
    pending = work.c.kind.in_(("remind_answer", "publicity")) & work.c.done_at.is_(None)
    op.execute(sa.update(work).where(pending).values(done_at=work.c.due_at, outcome="superseded"))


def _create_deadlines() -> None:
    op.create_table(
        "deadline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("inspection_id", sa.String(), nullable=True),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("asked_id", sa.String(), nullable=True),
        sa.Column("owners", _JSON, nullable=False),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("waits_for_office", sa.Boolean(), nullable=False),
        sa.Column("chain", _JSON, nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("state", _STATES, nullable=False),
        sa.Column("ended_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["version"], ["deadline_rule_version.version"], name="fk_deadline_version"),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name="fk_deadline_inspection_id"),
        sa.ForeignKeyConstraint(["asked_id"], ["person.id"], name="fk_deadline_asked_id"),
        sa.PrimaryKeyConstraint("id", name="pk_deadline"),
    )
    op.create_index("ix_deadline_subject", "deadline", ["subject", "rule", "state"])
    op.create_index("ix_deadline_due", "deadline", ["state", "due_at"])
    op.create_index("ix_deadline_inspection_id", "deadline", ["inspection_id"])


def downgrade() -> None:
    """What a deadline would have reminded of is forgotten; what lapses or is decided by default stays due."""
    op.execute("DELETE FROM due_work WHERE kind IN ('remind', 'escalate')")
    op.drop_index("ix_due_work_person", table_name="due_work")
    with op.batch_alter_table("due_work", schema=None) as batch_op:
        batch_op.drop_column("person_id")
    op.drop_table("deputy")
    op.drop_table("deadline")
    op.drop_table("deadline_rule_version")
