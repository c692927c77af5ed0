"""Several processes that send for one bot keep its limits together."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

oldest_serving = "0036"  # versions before it do not ask


def upgrade() -> None:
    op.create_table(
        "pace_mark",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("held_until", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "chat", name="pk_pace_mark"),
    )


def downgrade() -> None:
    op.drop_table("pace_mark")
