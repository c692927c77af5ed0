"""Reads the visits of a scheme in the order of their ids, a page at a time, without sorting all of them."""

from storage.while_serving import add_index, drop_index

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_index("ix_inspection_of_scheme", "inspection", ["scheme_id", "id"])
    drop_index("ix_inspection_scheme_id", "inspection")


def downgrade() -> None:
    add_index("ix_inspection_scheme_id", "inspection", ["scheme_id"])
    drop_index("ix_inspection_of_scheme", "inspection")
