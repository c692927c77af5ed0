"""When a row of a register last changed is looked up by its key."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_register_change_key", "register_change", ["register_id", "key"])


def downgrade() -> None:
    op.drop_index("ix_register_change_key", table_name="register_change")
