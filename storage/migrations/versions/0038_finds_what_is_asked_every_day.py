"""Finds by an index whatever an everyday action asks for, however much there is."""

from storage.while_serving import add_index, drop_index

revision = "0038"
down_revision = "0036"
branch_labels = None
depends_on = None

INDICES = (
    ("ix_assignment_of_person", "assignment", ["person_id", "state"]),
    ("ix_deadline_ended", "deadline", ["department", "ended_at"]),
    ("ix_delivery_state", "delivery", ["state", "number"]),
    ("ix_inspection_ended_at", "inspection", ["ended_at"]),
    ("ix_journal_line_at", "journal_line", ["at"]),
    ("ix_scheme_first_day", "scheme", ["first_day", "id"]),
    ("ix_scheme_plan_id", "scheme", ["plan_id"]),
)


def upgrade() -> None:
    for name, table, columns in INDICES:
        add_index(name, table, columns)


def downgrade() -> None:
    for name, table, _columns in INDICES:
        drop_index(name, table)
