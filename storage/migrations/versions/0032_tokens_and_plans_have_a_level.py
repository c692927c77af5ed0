"""Each token of the API and each line of a plan says for which level it is: the prefecture, or one county.

A token that somebody answers for is of that person's level; all others, and all lines, are the prefecture's.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0030"
branch_labels = None
depends_on = None

explained = {"UPDATE in SQL": "there are a few tokens, and nobody waits for them longer than for a look"}
_TABLES = ("api_token", "plan")


def upgrade() -> None:
    for name in _TABLES:
        op.add_column(name, sa.Column("district", sa.String(), nullable=False, server_default="652700"))
    op.execute(
        "UPDATE api_token SET district = (SELECT person.district FROM person WHERE person.id = api_token.person_id)"
        " WHERE EXISTS (SELECT 1 FROM person WHERE person.id = api_token.person_id AND person.district <> '')"
    )


def downgrade() -> None:
    for name in _TABLES:
        with op.batch_alter_table(name) as table:
            table.drop_column("district")
