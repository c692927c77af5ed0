"""Inspections whose officers were named, or drawn on another platform."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "selection",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("scheme_id", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("batch", sa.String(), nullable=False),
        sa.Column("evidence_digest", sa.String(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_selection_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection")),
    )
    op.create_index(op.f("ix_selection_scheme_id"), "selection", ["scheme_id"], unique=False)
    with op.batch_alter_table("inspection") as table:
        table.alter_column("draw_id", existing_type=sa.String(), nullable=True)
        table.add_column(sa.Column("selection_id", sa.String(), nullable=True))
        table.create_foreign_key(op.f("fk_inspection_selection_id"), "selection", ["selection_id"], ["id"])
        table.create_index(op.f("ix_inspection_selection_id"), ["selection_id"], unique=False)
        table.create_check_constraint(
            op.f("ck_inspection_one_way_of_choosing"), "(draw_id IS NULL) <> (selection_id IS NULL)"
        )


def downgrade() -> None:
    with op.batch_alter_table("inspection") as table:
        table.drop_constraint(op.f("ck_inspection_one_way_of_choosing"), type_="check")
        table.drop_index(op.f("ix_inspection_selection_id"))
        table.drop_constraint(op.f("fk_inspection_selection_id"), type_="foreignkey")
        table.drop_column("selection_id")
        table.alter_column("draw_id", existing_type=sa.String(), nullable=False)
    op.drop_index(op.f("ix_selection_scheme_id"), table_name="selection")
    op.drop_table("selection")
