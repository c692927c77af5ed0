"""The registers have versions, changes and labels; objects say who supervises them and what kind of thing they are."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_TIME = sa.DateTime(timezone=True)
_STATES = sa.Enum(
    "proposed", "waiting", "in_force", "failed", "withdrawn",
    name="registerloadstate", native_enum=False, create_constraint=True, length=20,
)  # fmt: skip
_TEXTS = ("model", "batch", "maker", "project_number", "builder", "conduct_category", "performer")


def upgrade() -> None:
    with op.batch_alter_table("registered_object") as table:
        table.add_column(sa.Column("departments", _JSON, nullable=False, server_default="[]"))
        for name in _TEXTS:
            table.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("expert") as table:
        table.add_column(sa.Column("department", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "register_label",
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(14), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint(
            "subject_kind", "subject_id", "level", "district", "label", name="pk_register_label"
        ),
    )
    _create_history()
    op.create_table(
        "register_load",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", _STATES, nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.Column("departments", _JSON, nullable=False),
        sa.Column("seen", _JSON, nullable=False),
        sa.Column("filed_at", _TIME, nullable=False),
        sa.Column("filed_by", sa.String(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_register_load"),
    )
    op.create_index("ix_register_load_state", "register_load", ["state"])
    op.create_index("ix_register_load_filed_by", "register_load", ["filed_by"])


def _create_history() -> None:
    op.create_table(
        "register_version",
        sa.Column("register_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("loaded_at", _TIME, nullable=False),
        sa.Column("loaded_by", sa.String(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("new", "changed", "deactivated", "reactivated", "unchanged")
        ),
        sa.PrimaryKeyConstraint("register_id", "number", name="pk_register_version"),
    )
    op.create_table(
        "register_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("register_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("before", _JSON, nullable=True),
        sa.Column("after", _JSON, nullable=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("actor", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_register_change"),
    )
    op.create_index("ix_register_change_register", "register_change", ["register_id", "version", "id"])
    op.create_index("ix_register_change_department", "register_change", ["department", "id"])


def downgrade() -> None:
    for table in ("register_load", "register_change", "register_version", "register_label"):
        op.drop_table(table)
    with op.batch_alter_table("expert") as batch:
        batch.drop_column("department")
    with op.batch_alter_table("registered_object") as batch:
        for name in ("departments", *_TEXTS):
            batch.drop_column(name)
