"""Visits are approved and announced to the party; what follows from them has states, owners and clocks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_TIME = sa.DateTime(timezone=True)
_TABLES = (
    "inspection_approval",
    "inspection_notice",
    "document_number",
    "follow_up",
    "suspected_crime",
    "credit_feedback",
    "follow_up_document",
)


def _added() -> dict[str, list[sa.Column[object]]]:
    return {
        "scheme": [sa.Column("needs_approval", sa.Boolean(), nullable=False, server_default=sa.false())],
        "leave_request": [
            sa.Column("origin", sa.String(), nullable=False, server_default="self"),
            sa.Column("filed_by", sa.String(), nullable=True),
            sa.Column("answer_words", sa.Text(), nullable=False, server_default=""),
            sa.Column("stops_visit", sa.Boolean(), nullable=False, server_default=sa.false()),
        ],
        "transfer": [
            sa.Column("received_at", _TIME, nullable=True),
            sa.Column("received_by", sa.String(), nullable=True),
            sa.Column("outcome", sa.String(), nullable=False, server_default=""),
            sa.Column("outcome_words", sa.Text(), nullable=False, server_default=""),
            sa.Column("moved_at", _TIME, nullable=True),
            sa.Column("closed_at", _TIME, nullable=True),
        ],
    }


def upgrade() -> None:
    for table, columns in _added().items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.add_column(column)
    _allow_transfers("opened", "received", "accepted", "returned", "closed")
    op.create_index("ix_transfer_to", "transfer", ["to_department", "state"])
    op.create_index("ix_transfer_from", "transfer", ["from_department", "state"])
    op.execute("UPDATE leave_request SET origin = 'ordered' WHERE kind = 'order'")
    _create_inspection_approval()
    _create_inspection_notice()
    _create_document_number()
    _create_follow_up()
    _create_suspected_crime()
    _create_credit_feedback()
    _create_follow_up_document()


def _allow_transfers(*states: str) -> None:
    """These states and no others. SQLite's tables are copied for it, and their old rule is not."""
    if op.get_bind().dialect.name == "sqlite":
        kind = sa.Enum(*states, name="transferstate", native_enum=False, create_constraint=True, length=20)
        with op.batch_alter_table("transfer", schema=None, recreate="always") as batch_op:
            batch_op.alter_column("state", existing_type=sa.String(20), type_=kind, existing_nullable=False)
        return
    op.drop_constraint(op.f("ck_transfer_transferstate"), "transfer", type_="check")
    listed = ", ".join(f"'{state}'" for state in states)
    op.create_check_constraint(op.f("ck_transfer_transferstate"), "transfer", f"state IN ({listed})")


def _create_inspection_approval() -> None:
    op.create_table(
        "inspection_approval",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("inspection_id", sa.String(), nullable=False),
        sa.Column("scheme_id", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "awaited",
                "approved",
                "refused",
                "to_make_up",
                "made_up",
                "dropped",
                name="approvalstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.Column("decided_at", _TIME, nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("urgent_at", _TIME, nullable=True),
        sa.Column("urgent_by", sa.String(), nullable=True),
        sa.Column("nudged_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name="fk_inspection_approval_inspection_id"
        ),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name="fk_inspection_approval_scheme_id"),
        sa.PrimaryKeyConstraint("id", name="pk_inspection_approval"),
    )
    op.create_index(
        "ix_inspection_approval_desk", "inspection_approval", ["department", "state", "scheme_id"]
    )
    op.create_index("ix_inspection_approval_inspection_id", "inspection_approval", ["inspection_id"])


def _create_inspection_notice() -> None:
    op.create_table(
        "inspection_notice",
        sa.Column("inspection_id", sa.String(26), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "issued", "served", name="noticestate", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("issued_at", _TIME, nullable=False),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("check_url", sa.String(), nullable=True),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("served_at", _TIME, nullable=True),
        sa.Column("served_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name="fk_inspection_notice_inspection_id"
        ),
        sa.PrimaryKeyConstraint("inspection_id", name="pk_inspection_notice"),
    )
    op.create_index("ix_inspection_notice_code", "inspection_notice", ["code"], unique=True)


def _create_document_number() -> None:
    op.create_table(
        "document_number",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("department", sa.String(12), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("kind", "department", "year", "number", name="pk_document_number"),
        sa.UniqueConstraint("kind", "subject", name="uq_document_number_kind_subject"),
    )


def _create_follow_up() -> None:
    op.create_table(
        "follow_up",
        sa.Column("id", sa.String(44), nullable=False),
        sa.Column("inspection_id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "opened",
                "ordered",
                "reported",
                "corrected",
                "not_corrected",
                "listed",
                "lifted",
                "dropped",
                name="followupstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("opened_at", _TIME, nullable=False),
        sa.Column("opened_by", sa.String(), nullable=True),
        sa.Column("ordered_at", _TIME, nullable=True),
        sa.Column("ordered_by", sa.String(), nullable=True),
        sa.Column("order_words", sa.Text(), nullable=False),
        sa.Column("is_immediate", sa.Boolean(), nullable=False),
        sa.Column("due_at", _TIME, nullable=True),
        sa.Column("extended_at", _TIME, nullable=True),
        sa.Column("extension_words", sa.Text(), nullable=False),
        sa.Column("reported_at", _TIME, nullable=True),
        sa.Column("report_words", sa.Text(), nullable=False),
        sa.Column("rechecked_at", _TIME, nullable=True),
        sa.Column("rechecked_by", sa.String(), nullable=True),
        sa.Column("recheck_method", sa.String(), nullable=False),
        sa.Column("cap_exemption", sa.String(), nullable=True),
        sa.Column("outcome_words", sa.Text(), nullable=False),
        sa.Column("moved_at", _TIME, nullable=False),
        sa.Column("closed_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name="fk_follow_up_inspection_id"),
        sa.PrimaryKeyConstraint("id", name="pk_follow_up"),
    )
    op.create_index("ix_follow_up_desk", "follow_up", ["department", "state"])
    op.create_index("ix_follow_up_inspection_id", "follow_up", ["inspection_id"])


def _create_suspected_crime() -> None:
    op.create_table(
        "suspected_crime",
        sa.Column("id", sa.String(30), nullable=False),
        sa.Column("inspection_id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "reported",
                "approved",
                "refused",
                "handed_over",
                "filed",
                "declined",
                name="crimestate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("group", _JSON, nullable=False),
        sa.Column("decider_id", sa.String(), nullable=False),
        sa.Column("reported_at", _TIME, nullable=False),
        sa.Column("reported_by", sa.String(), nullable=False),
        sa.Column("decided_at", _TIME, nullable=True),
        sa.Column("decision_words", sa.Text(), nullable=False),
        sa.Column("handed_over_at", _TIME, nullable=True),
        sa.Column("handed_over_by", sa.String(), nullable=True),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("copied_at", _TIME, nullable=True),
        sa.Column("answered_at", _TIME, nullable=True),
        sa.Column("answer_words", sa.Text(), nullable=False),
        sa.Column("moved_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name="fk_suspected_crime_inspection_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_suspected_crime"),
    )
    op.create_index("ix_suspected_crime_desk", "suspected_crime", ["department", "state"])
    op.create_index("ix_suspected_crime_inspection_id", "suspected_crime", ["inspection_id"])


def _create_credit_feedback() -> None:
    op.create_table(
        "credit_feedback",
        sa.Column("inspection_id", sa.String(26), nullable=False),
        sa.Column("object_id", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "sent",
                "taken",
                "left",
                name="feedbackstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("moved_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name="fk_credit_feedback_inspection_id"
        ),
        sa.ForeignKeyConstraint(["object_id"], ["registered_object.id"], name="fk_credit_feedback_object_id"),
        sa.PrimaryKeyConstraint("inspection_id", name="pk_credit_feedback"),
    )
    op.create_index("ix_credit_feedback_object_id", "credit_feedback", ["object_id"])
    op.create_index("ix_credit_feedback_state", "credit_feedback", ["state"])


def _create_follow_up_document() -> None:
    op.create_table(
        "follow_up_document",
        sa.Column("subject", sa.String(44), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_at", _TIME, nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "sha256", name="pk_follow_up_document"),
    )


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
    op.drop_index("ix_transfer_from", "transfer")
    op.drop_index("ix_transfer_to", "transfer")
    op.execute("UPDATE transfer SET state = 'received' WHERE state IN ('accepted', 'returned')")
    _allow_transfers("opened", "received", "closed")
    for table, columns in _added().items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.drop_column(column.name)
