"""A year's plan is filed, merged and amended; supervision has rules, and objects have risk indicators."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_TIME = sa.DateTime(timezone=True)


def _states(name: str, *values: str) -> "sa.Enum":
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=20)


def upgrade() -> None:
    op.create_table(
        "plan_year",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", _states("planyearstate", "opened", "published"), nullable=False),
        sa.Column("opened_at", _TIME, nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("published_at", _TIME, nullable=True),
        sa.Column("published_by", sa.String(), nullable=True),
        sa.Column("document_number", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("year", name="pk_plan_year"),
    )
    op.create_table(
        "plan_filing",
        sa.Column("id", sa.String(20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column(
            "state", _states("planfilingstate", "draft", "filed", "returned", "merged"), nullable=False
        ),
        sa.Column("filed_at", _TIME, nullable=True),
        sa.Column("filed_by", sa.String(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["year"], ["plan_year.year"], name="fk_plan_filing_year"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_filing"),
    )
    op.create_index("ix_plan_filing_year", "plan_filing", ["year"])
    _create_lines()
    _create_supervision()


def _create_lines() -> None:
    op.create_table(
        "plan_line",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("joining", _JSON, nullable=False),
        sa.Column("items", _JSON, nullable=False),
        sa.Column("object_range", sa.Text(), nullable=False),
        sa.Column("rows", _JSON, nullable=False),
        sa.Column("frequency", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("about_count", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("districts", _JSON, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("parts", _JSON, nullable=False),
        sa.Column("plan_id", sa.String(20), nullable=True),
        sa.Column(
            "state",
            _states(
                "planlinestate",
                "proposed", "joined", "kept", "dropped", "published", "amended", "withdrawn",
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["year"], ["plan_year.year"], name="fk_plan_line_year"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name="fk_plan_line_plan_id"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_line"),
    )  # fmt: skip
    op.create_index("ix_plan_line_year", "plan_line", ["year", "state", "department"])
    op.create_index("ix_plan_line_plan_id", "plan_line", ["plan_id"])
    op.create_table(
        "plan_declined",
        sa.Column("one", sa.String(26), nullable=False),
        sa.Column("other", sa.String(26), nullable=False),
        sa.Column("declined_at", _TIME, nullable=False),
        sa.Column("declined_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["one"], ["plan_line.id"], name="fk_plan_declined_one"),
        sa.ForeignKeyConstraint(["other"], ["plan_line.id"], name="fk_plan_declined_other"),
        sa.PrimaryKeyConstraint("one", "other", name="pk_plan_declined"),
    )
    op.create_table(
        "plan_version",
        sa.Column("plan_id", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("line", _JSON, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name="fk_plan_version_plan_id"),
        sa.PrimaryKeyConstraint("plan_id", "version", name="pk_plan_version"),
    )
    op.create_index("ix_plan_version_year", "plan_version", ["year"])


def _create_supervision() -> None:
    op.create_table(
        "supervision_rule_version",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("loaded_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_supervision_rule_version"),
    )
    op.create_table(
        "risk_indicator",
        sa.Column("object_id", sa.String(14), nullable=False),
        sa.Column("code", sa.String(8), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["object_id"], ["registered_object.id"], name="fk_risk_indicator_object_id"),
        sa.PrimaryKeyConstraint("object_id", "code", name="pk_risk_indicator"),
    )


def downgrade() -> None:
    for table in (
        "risk_indicator", "supervision_rule_version", "plan_version", "plan_declined", "plan_line",
        "plan_filing", "plan_year",
    ):  # fmt: skip
        op.drop_table(table)
