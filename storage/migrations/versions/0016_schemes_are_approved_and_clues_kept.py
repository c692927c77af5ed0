"""Schemes are approved and countersigned, teams briefed; clues and special fields stand outside the draw."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_TIME = sa.DateTime(timezone=True)
_SCHEME_STATES_BEFORE = ("filed", "announced", "drawn", "finished", "voided")
_SCHEME_STATES = ("drafted", "submitted", *_SCHEME_STATES_BEFORE)


def _states(name: str, *states: str) -> sa.Enum:
    return sa.Enum(*states, name=name, native_enum=False, create_constraint=True, length=20)


def _added() -> tuple[sa.Column[object], ...]:
    def text(name: str) -> sa.Column[object]:
        return sa.Column(name, sa.Text(), nullable=False, server_default="")

    return (
        sa.Column("kind", sa.String(), nullable=False, server_default="random"),
        text("temporary_reason"),
        text("key_points"),
        text("notes"),
        sa.Column("needs_briefing", sa.Boolean(), nullable=False, server_default=sa.false()),
        text("list_withheld_basis"),
        sa.Column("paper_approver", sa.String(), nullable=False, server_default=""),
        sa.Column("paper_approved_on", sa.Date(), nullable=True),
        text("paper_opinion"),
        sa.Column("draft", _JSON, nullable=False, server_default="{}"),
        sa.Column("submissions", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("submitted_at", _TIME, nullable=True),
        sa.Column("submitted_by", sa.String(), nullable=True),
        sa.Column("decided_at", _TIME, nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        text("decision_words"),
    )


def _allow(states: tuple[str, ...]) -> None:
    """These states of a scheme and no others. SQLite's table is copied for it, and its old rule is not."""
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("scheme", schema=None, recreate="always") as batch_op:
            batch_op.alter_column(
                "state",
                existing_type=sa.String(20),
                type_=_states("schemestate", *states),
                existing_nullable=False,
            )
        return
    op.drop_constraint(op.f("ck_scheme_schemestate"), "scheme", type_="check")
    listed = ", ".join(f"'{state}'" for state in states)
    op.create_check_constraint(op.f("ck_scheme_schemestate"), "scheme", f"state IN ({listed})")


def upgrade() -> None:
    with op.batch_alter_table("scheme", schema=None) as batch_op:
        for column in _added():
            batch_op.add_column(column)
    _allow(_SCHEME_STATES)
    _create_countersignatures()
    _create_briefings()
    _create_clues()
    _create_special_fields()


def _create_countersignatures() -> None:
    op.create_table(
        "countersignature",
        sa.Column("id", sa.String(28), nullable=False),
        sa.Column("scheme_id", sa.String(), nullable=False),
        sa.Column("submission", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("asked_id", sa.String(), nullable=True),
        sa.Column(
            "state", _states("countersignstate", "asked", "signed", "objected", "over"), nullable=False
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("said_at", _TIME, nullable=True),
        sa.Column("said_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name="fk_countersignature_scheme_id"),
        sa.ForeignKeyConstraint(["asked_id"], ["person.id"], name="fk_countersignature_asked_id"),
        sa.PrimaryKeyConstraint("id", name="pk_countersignature"),
    )
    op.create_index("ix_countersignature_scheme_id", "countersignature", ["scheme_id"])
    op.create_index("ix_countersignature_asked_id", "countersignature", ["asked_id"])


def _create_briefings() -> None:
    op.create_table(
        "briefing",
        sa.Column("id", sa.String(51), nullable=False),
        sa.Column("assignment_id", sa.String(), nullable=False),
        sa.Column("inspection_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", _states("briefingstate", "sent", "read"), nullable=False),
        sa.Column("sent_at", _TIME, nullable=False),
        sa.Column("read_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name="fk_briefing_assignment_id"),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name="fk_briefing_inspection_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_briefing_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_briefing"),
    )
    op.create_index("ix_briefing_assignment_id", "briefing", ["assignment_id"])
    op.create_index("ix_briefing_inspection_id", "briefing", ["inspection_id"])


def _create_clues() -> None:
    states = ("received", "approved", "refused", "under_way", "closed", "merged")
    op.create_table(
        "clue",
        sa.Column("id", sa.String(10), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("sent_by", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("object_id", sa.String(), nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("items", _JSON, nullable=False),
        sa.Column("checklist_id", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("state", _states("cluestate", *states), nullable=False),
        sa.Column("registered_at", _TIME, nullable=False),
        sa.Column("registered_by", sa.String(), nullable=True),
        sa.Column("decided_at", _TIME, nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decision_words", sa.Text(), nullable=False),
        sa.Column("scheme_id", sa.String(), nullable=True),
        sa.Column("merged_into", sa.String(), nullable=True),
        sa.Column("closed_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["object_id"], ["registered_object.id"], name="fk_clue_object_id"),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name="fk_clue_scheme_id"),
        sa.PrimaryKeyConstraint("id", name="pk_clue"),
    )
    op.create_index("ix_clue_object_id", "clue", ["object_id"])
    op.create_index("ix_clue_scheme_id", "clue", ["scheme_id"])
    op.create_index("ix_clue_desk", "clue", ["department", "state", "received_on"])


def _create_special_fields() -> None:
    op.create_table(
        "special_field",
        sa.Column("id", sa.String(14), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("frequency", sa.String(), nullable=False),
        sa.Column("times_a_year", sa.Integer(), nullable=False),
        sa.Column("industries", _JSON, nullable=False),
        sa.Column("lists", _JSON, nullable=False),
        sa.Column("items", _JSON, nullable=False),
        sa.Column("checklist_id", sa.String(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_special_field"),
    )
    op.create_index("ix_special_field_department", "special_field", ["department"])


def downgrade() -> None:
    """A scheme that nobody has approved yet can't be told apart from an approved one before: it is given up."""
    op.execute("UPDATE scheme SET state = 'voided' WHERE state IN ('drafted', 'submitted')")
    for table in ("special_field", "clue", "briefing", "countersignature"):
        op.drop_table(table)
    _allow(_SCHEME_STATES_BEFORE)
    with op.batch_alter_table("scheme", schema=None) as batch_op:
        for column in reversed(_added()):
            batch_op.drop_column(column.name)
