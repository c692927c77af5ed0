"""A photo knows where its sender had checked in when it came."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("check_in_at", sa.DateTime(timezone=True)),
    ("check_in_latitude", sa.Float()),
    ("check_in_longitude", sa.Float()),
    ("check_in_distance_m", sa.Integer()),
)


def upgrade() -> None:
    """Photos of before stay without: what was not written down then is not made up now."""
    with op.batch_alter_table("photo", schema=None) as batch_op:
        for name, kind in _COLUMNS:
            batch_op.add_column(sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("photo", schema=None) as batch_op:
        for name, _kind in reversed(_COLUMNS):
            batch_op.drop_column(name)
