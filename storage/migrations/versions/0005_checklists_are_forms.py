"""A checklist is kept as a form; answers can be of any kind and stand in repeated groups."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("checklist", schema=None) as batch_op:
        batch_op.add_column(sa.Column("xform", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.add_column(sa.Column("answers_revision", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.alter_column("question_id", existing_type=sa.String(6), type_=sa.String(16))
        batch_op.alter_column("value", existing_type=sa.String(), type_=sa.Text())
    with op.batch_alter_table("photo", schema=None) as batch_op:
        batch_op.alter_column("question_id", existing_type=sa.String(6), type_=sa.String(16))


def downgrade() -> None:
    with op.batch_alter_table("photo", schema=None) as batch_op:
        batch_op.alter_column("question_id", existing_type=sa.String(16), type_=sa.String(6))
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.alter_column("value", existing_type=sa.Text(), type_=sa.String())
        batch_op.alter_column("question_id", existing_type=sa.String(16), type_=sa.String(6))
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.drop_column("answers_revision")
    with op.batch_alter_table("checklist", schema=None) as batch_op:
        batch_op.drop_column("xform")
