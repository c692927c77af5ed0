"""A scheme may set the hour at which its firms are named; until then each visit goes by its number."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("scheme", schema=None) as batch_op:
        batch_op.add_column(sa.Column("names_open_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("names_opened_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.drop_column("number")
    with op.batch_alter_table("scheme", schema=None) as batch_op:
        batch_op.drop_column("names_opened_at")
        batch_op.drop_column("names_open_at")
