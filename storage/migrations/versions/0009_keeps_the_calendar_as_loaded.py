"""Holidays and office hours may be loaded over what the program knows, version by version."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "calendar_version",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("loaded_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_calendar_version"),
    )
    op.create_table(
        "calendar_notice",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("off", _JSON, nullable=False),
        sa.Column("made_up", _JSON, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("published", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["version"], ["calendar_version.number"], name="fk_calendar_notice_version"),
        sa.PrimaryKeyConstraint("version", "year", "level", name="pk_calendar_notice"),
    )
    op.create_table(
        "calendar_hours",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("district", sa.String(6), nullable=False),
        sa.Column("seasons", _JSON, nullable=False),
        sa.ForeignKeyConstraint(["version"], ["calendar_version.number"], name="fk_calendar_hours_version"),
        sa.PrimaryKeyConstraint("version", "district", name="pk_calendar_hours"),
    )


def downgrade() -> None:
    for table in ("calendar_hours", "calendar_notice", "calendar_version"):
        op.drop_table(table)
