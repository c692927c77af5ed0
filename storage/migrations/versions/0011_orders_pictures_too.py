"""Pictures are ordered like papers: of a scheme, or of what is due for the person who asks."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("paper_order") as table:
        table.alter_column("inspection_id", existing_type=sa.String(), nullable=True)
        table.add_column(sa.Column("scheme_id", sa.String(), nullable=True))
        table.create_foreign_key(op.f("fk_paper_order_scheme_id"), "scheme", ["scheme_id"], ["id"])


def downgrade() -> None:
    op.execute("DELETE FROM paper_order WHERE inspection_id IS NULL")
    with op.batch_alter_table("paper_order") as table:
        table.drop_constraint(op.f("fk_paper_order_scheme_id"), type_="foreignkey")
        table.drop_column("scheme_id")
        table.alter_column("inspection_id", existing_type=sa.String(), nullable=False)
