"""Each department reviews its own findings; what is public can be corrected, or be public no more."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_TIME = sa.DateTime(timezone=True)
_RESULT = ("draft", "submitted", "returned", "approved", "published")


def _states(name: str, *states: str) -> sa.Enum:
    return sa.Enum(*states, name=name, native_enum=False, create_constraint=True, length=20)


def _allow(states: tuple[str, ...]) -> None:
    """A result may stand so and no other way. SQLite's table is copied for it, and its old rule is not."""
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("result", schema=None, recreate="always") as batch_op:
            batch_op.alter_column(
                "state",
                existing_type=sa.String(20),
                type_=_states("resultstate", *states),
                existing_nullable=False,
            )
        return
    op.drop_constraint(op.f("ck_result_resultstate"), "result", type_="check")
    listed = ", ".join(f"'{state}'" for state in states)
    op.create_check_constraint(op.f("ck_result_resultstate"), "result", f"state IN ({listed})")


def upgrade() -> None:
    _allow((*_RESULT, "correcting", "withdrawn"))
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(), nullable=False, server_default="result"))
        batch_op.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.add_column(sa.Column("moved_to", sa.String(), nullable=True))
    _create_reviews()
    _create_corrections()


def _create_reviews() -> None:
    op.create_table(
        "department_review",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("inspection_id", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column(
            "state",
            _states("departmentreviewstate", "open", "asked", "agreed", "returned"),
            nullable=False,
        ),
        sa.Column("asked_at", _TIME, nullable=True),
        sa.Column("decided_at", _TIME, nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name="fk_department_review_inspection_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_department_review"),
    )
    op.create_index("ix_department_review_inspection_id", "department_review", ["inspection_id"])
    op.create_index("ix_department_review_state", "department_review", ["state"])


def _create_corrections() -> None:
    op.create_table(
        "correction",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("inspection_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("raised_by", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column(
            "state",
            _states("correctionstate", "registered", "upheld", "rejected", "corrected"),
            nullable=False,
        ),
        sa.Column("registered_at", _TIME, nullable=False),
        sa.Column("registered_by", sa.String(), nullable=False),
        sa.Column("decided_at", _TIME, nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("departments", _JSON, nullable=False),
        sa.Column("corrected_at", _TIME, nullable=True),
        sa.Column("corrected_version", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name="fk_correction_inspection_id"),
        sa.PrimaryKeyConstraint("id", name="pk_correction"),
    )
    op.create_index("ix_correction_inspection_id", "correction", ["inspection_id"])
    op.create_index("ix_correction_state", "correction", ["state"])


def downgrade() -> None:
    """A result that was being corrected, or was withdrawn, reads as public again: so it did before."""
    op.drop_table("correction")
    op.drop_table("department_review")
    op.execute("UPDATE result SET state = 'published' WHERE state IN ('correcting', 'withdrawn')")
    _allow(_RESULT)
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.drop_column("moved_to")
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.drop_column("reason")
        batch_op.drop_column("kind")
