"""Targets, deliveries, tokens of the API, what others report, and draws that were made elsewhere."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_TIME = sa.DateTime(timezone=True)
_STATES = sa.Enum(
    "pending", "sent", "dead",
    name="deliverystate", native_enum=False, create_constraint=True, length=20,
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "exchange_target",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("kinds", _JSON, nullable=False),
        sa.Column("secret_from", sa.String(), nullable=False),
        sa.Column("is_internal", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_exchange_target"),
    )
    _create_deliveries()
    _create_tokens()
    op.create_table(
        "reported_receipt",
        sa.Column("transfer_id", sa.String(41), nullable=False),
        sa.Column("token_id", sa.String(12), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("outcome_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name="fk_reported_receipt_transfer_id"),
        sa.ForeignKeyConstraint(["token_id"], ["api_token.id"], name="fk_reported_receipt_token_id"),
        sa.PrimaryKeyConstraint("transfer_id", name="pk_reported_receipt"),
    )
    op.create_table(
        "foreign_batch",
        sa.Column("platform", sa.String(60), nullable=False),
        sa.Column("batch", sa.String(60), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("scheme_id", sa.String(10), nullable=False),
        sa.Column("selection_id", sa.String(16), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("brought_at", _TIME, nullable=False),
        sa.Column("brought_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name="fk_foreign_batch_scheme_id"),
        sa.ForeignKeyConstraint(["selection_id"], ["selection.id"], name="fk_foreign_batch_selection_id"),
        sa.PrimaryKeyConstraint("platform", "batch", name="pk_foreign_batch"),
    )


def _create_deliveries() -> None:
    op.create_table(
        "delivery",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("target", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("state", _STATES, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("next_try_at", _TIME, nullable=False),
        sa.Column("claimed_until", _TIME, nullable=True),
        sa.Column("settled_at", _TIME, nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["target"], ["exchange_target.name"], name="fk_delivery_target"),
        sa.PrimaryKeyConstraint("number", name="pk_delivery"),
        sa.UniqueConstraint("target", "id", name="uq_delivery_target_id"),
    )
    op.create_index("ix_delivery_turn", "delivery", ["target", "state", "next_try_at"])
    op.create_index("ix_delivery_subject", "delivery", ["target", "subject", "state"])


def _create_tokens() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.String(12), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("scopes", _JSON, nullable=False),
        sa.Column("target", sa.String(40), nullable=True),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("issued_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=True),
        sa.Column("revoked_at", _TIME, nullable=True),
        sa.Column("last_used_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["target"], ["exchange_target.name"], name="fk_api_token_target"),
        sa.PrimaryKeyConstraint("id", name="pk_api_token"),
        sa.UniqueConstraint("digest", name="uq_api_token_digest"),
    )
    op.create_table(
        "kept_answer",
        sa.Column("token_id", sa.String(12), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["token_id"], ["api_token.id"], name="fk_kept_answer_token_id"),
        sa.PrimaryKeyConstraint("token_id", "key", name="pk_kept_answer"),
    )
    op.create_index("ix_kept_answer_at", "kept_answer", ["at"])


def downgrade() -> None:
    for table in (
        "foreign_batch",
        "reported_receipt",
        "kept_answer",
        "api_token",
        "delivery",
        "exchange_target",
    ):
        op.drop_table(table)
