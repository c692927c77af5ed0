"""Finds the open updates of each chat by an index that holds nothing else, so that several workers share the inbox."""

import sqlalchemy as sa

from storage.while_serving import add_index, drop_index

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_IS_OPEN = sa.text("state = 'pending'")


def upgrade() -> None:
    add_index("ix_inbox_update_open", "inbox_update", ["channel", "chat", "id"], where=_IS_OPEN)


def downgrade() -> None:
    drop_index("ix_inbox_update_open", "inbox_update")
