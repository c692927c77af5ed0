"""Each scheme says who leads it, the prefecture or a county; all that there are, are the prefecture's."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("scheme", sa.Column("district", sa.String(), nullable=False, server_default="652700"))
    with op.batch_alter_table("scheme") as table:
        table.alter_column("district", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("scheme") as table:
        table.drop_column("district")
