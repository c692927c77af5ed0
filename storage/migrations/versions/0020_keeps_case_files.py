"""Case files with their packages and rules; what was closed before gets its file too."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_STATES = sa.Enum(
    "open", "archived", "reopened",
    name="archivestate", native_enum=False, create_constraint=True, length=20,
)  # fmt: skip
_EAST = timedelta(hours=8)
_WAIT = timedelta(days=60)
"""As long as the rules of the program wait; what is older than that archives itself after the start."""


def upgrade() -> None:
    op.create_table(
        "archive_rule_version",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("loaded_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_archive_rule_version"),
    )
    op.create_table(
        "case_counter",
        sa.Column("department", sa.String(12), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("department", "year", name="pk_case_counter"),
    )
    _create_case_files()
    _create_packages()
    _find_what_begins_with_an_id("text_pattern_ops")
    op.create_index(
        "ix_assignment_span", "assignment", ["drawn_at", "person_id", "state", "round", "answered_at"]
    )
    op.create_index("ix_draw_record_drawn_at", "draw_record", ["drawn_at"])
    _open_files_of_before()


def _create_case_files() -> None:
    op.create_table(
        "case_file",
        sa.Column("inspection_id", sa.String(26), nullable=False),
        sa.Column("scheme_id", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("object_name", sa.String(), nullable=False),
        sa.Column("credit_code", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("state", _STATES, nullable=False),
        sa.Column("closed_at", _TIME, nullable=False),
        sa.Column("archive_at", _TIME, nullable=False),
        sa.Column("package", sa.Integer(), nullable=False),
        sa.Column("archived_at", _TIME, nullable=True),
        sa.Column("archived_by", sa.String(), nullable=True),
        sa.Column("retention_years", sa.Integer(), nullable=True),
        sa.Column("retention_basis", sa.String(), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=True),
        sa.Column("reopened_at", _TIME, nullable=True),
        sa.Column("reopened_by", sa.String(), nullable=True),
        sa.Column("reopen_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name="fk_case_file_inspection_id"),
        sa.PrimaryKeyConstraint("inspection_id", name="pk_case_file"),
        sa.UniqueConstraint("department", "year", "number", name="uq_case_file_department_year_number"),
    )
    op.create_index("ix_case_file_due", "case_file", ["state", "archive_at"])
    op.create_index("ix_case_file_order", "case_file", ["closed_at", "inspection_id"])
    for column in ("scheme_id", "object_name", "credit_code"):
        op.create_index(f"ix_case_file_{column}", "case_file", [column])
    op.create_table(
        "case_reader",
        sa.Column("inspection_id", sa.String(26), nullable=False),
        sa.Column("department", sa.String(12), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["case_file.inspection_id"], name="fk_case_reader_inspection_id"
        ),
        sa.PrimaryKeyConstraint("inspection_id", "department", name="pk_case_reader"),
    )
    op.create_index("ix_case_reader_department", "case_reader", ["department", "inspection_id"])


def _create_packages() -> None:
    op.create_table(
        "archive_package",
        sa.Column("inspection_id", sa.String(26), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("made_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["case_file.inspection_id"], name="fk_archive_package_inspection_id"
        ),
        sa.PrimaryKeyConstraint("inspection_id", "version", name="pk_archive_package"),
    )
    op.create_table(
        "archive_part",
        sa.Column("inspection_id", sa.String(26), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("restricted_to", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["case_file.inspection_id"], name="fk_archive_part_inspection_id"
        ),
        sa.PrimaryKeyConstraint("inspection_id", "version", "number", name="pk_archive_part"),
    )


def _find_what_begins_with_an_id(operators: str | None) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_journal_line_subject", table_name="journal_line")
        named = {"subject": operators} if operators else {}
        op.create_index("ix_journal_line_subject", "journal_line", ["subject"], postgresql_ops=named)


def _open_files_of_before() -> None:
    """In the order in which they were published, so that their numbers are those they would have had."""
    bind = op.get_bind()
    rows = bind.execute(
        sa.text(
            "SELECT i.id, i.scheme_id, s.departments, o.name, o.credit_code, r.published_at"
            " FROM inspection i JOIN scheme s ON s.id = i.scheme_id"
            " JOIN registered_object o ON o.id = i.object_id JOIN result r ON r.inspection_id = i.id"
            " WHERE i.state = 'closed' AND r.published_at IS NOT NULL ORDER BY r.published_at, i.id"
        )
    ).all()
    numbers: Counter[tuple[str, int]] = Counter()
    for inspection, scheme, departments, name, code, published in rows:
        given = json.loads(departments) if isinstance(departments, str) else departments
        closed = _aware(published)
        year = (closed + _EAST).year
        numbers[given[0], year] += 1
        file = {
            "inspection_id": inspection, "scheme_id": scheme, "department": given[0], "year": year,
            "number": numbers[given[0], year], "object_name": name, "credit_code": code,
            "outcome": _outcome(bind, inspection), "state": "open", "closed_at": closed,
            "archive_at": closed + _WAIT, "package": 0, "retention_basis": "", "reopen_reason": "",
        }  # fmt: skip
        op.bulk_insert(_FILES, [file])
        op.bulk_insert(_READERS, [{"inspection_id": inspection, "department": one} for one in given])
    counters = [
        {"department": department, "year": year, "last": last} for (department, year), last in numbers.items()
    ]
    op.bulk_insert(_COUNTERS, counters)


def _outcome(bind: sa.Connection, inspection: str) -> str:
    known = {"inspection": inspection}
    is_transferred = bind.execute(
        sa.text("SELECT 1 FROM transfer WHERE inspection_id = :inspection LIMIT 1"), known
    ).first()
    if is_transferred:
        return "transferred"
    clean = "('clean', 'passed', 'no_activity', 'closed_down', 'other')"
    has_problem = bind.execute(
        sa.text(
            f"SELECT 1 FROM finding WHERE inspection_id = :inspection AND category NOT IN {clean} LIMIT 1"
        ),
        known,
    ).first()
    return "problem" if has_problem else "clean"


def _aware(value: Any) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    assert isinstance(moment, datetime)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _table(name: str, **columns: Any) -> sa.TableClause:
    return sa.table(name, *(sa.column(one, kind) for one, kind in columns.items()))


_FILES = _table(
    "case_file", inspection_id=sa.String(), scheme_id=sa.String(), department=sa.String(), year=sa.Integer(),
    number=sa.Integer(), object_name=sa.String(), credit_code=sa.String(), outcome=sa.String(),
    state=sa.String(), closed_at=_TIME, archive_at=_TIME, package=sa.Integer(), retention_basis=sa.String(),
    reopen_reason=sa.Text(),
)  # fmt: skip
_READERS = _table("case_reader", inspection_id=sa.String(), department=sa.String())
_COUNTERS = _table("case_counter", department=sa.String(), year=sa.Integer(), last=sa.Integer())


def downgrade() -> None:
    _find_what_begins_with_an_id(None)
    op.drop_index("ix_draw_record_drawn_at", "draw_record")
    op.drop_index("ix_assignment_span", "assignment")
    for table in ("archive_part", "archive_package", "case_reader", "case_file", "case_counter"):
        op.drop_table(table)
    op.drop_table("archive_rule_version")
