"""A message knows the mark of what caused it, and an answer when it was asked for; nobody knows of the older ones."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox_line", sa.Column("trace", sa.String(), nullable=True))
    op.add_column("outbox_line", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("paper_order", sa.Column("trace", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("paper_order") as table:
        table.drop_column("trace")
    with op.batch_alter_table("outbox_line") as table:
        table.drop_column("asked_at")
        table.drop_column("trace")
