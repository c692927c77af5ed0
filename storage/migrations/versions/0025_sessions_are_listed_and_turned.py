"""Browsers are signed in by a word in the chat; sessions are listed, turned and ended; codes and tokens are bound."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0023"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_STATES = sa.Enum(
    "asked", "confirmed", "refused", "entered",
    name="signinstate", native_enum=False, create_constraint=True, length=20,
)  # fmt: skip


def upgrade() -> None:
    kept = _kept("id")
    _create_sessions()
    for one in kept:
        at = one["made_at"]
        values = {**one, "digest": one["id"], "rotated_at": at, "last_used_at": at, "browser": ""}
        op.get_bind().execute(sa.insert(_sessions()).values(**values, idle_until=one["expires_at"]))
    op.create_table(
        "sign_in_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("browser_digest", sa.String(), nullable=False),
        sa.Column("code_digest", sa.String(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("state", _STATES, nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_sign_in_request_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_request"),
        sa.UniqueConstraint("browser_digest", name="uq_sign_in_request_browser_digest"),
        sa.UniqueConstraint("code_digest", name="uq_sign_in_request_code_digest"),
    )
    op.create_index("ix_sign_in_request_person_id", "sign_in_request", ["person_id"])
    with op.batch_alter_table("enrolment_code") as table:
        table.add_column(sa.Column("department", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("revoked_at", _TIME, nullable=True))
    op.execute(
        "UPDATE enrolment_code SET department ="
        " (SELECT person.department FROM person WHERE person.id = enrolment_code.person_id)"
    )
    with op.batch_alter_table("enrolment_code") as table:
        table.alter_column("department", server_default=None, existing_type=sa.String())
    with op.batch_alter_table("api_token") as table:
        table.add_column(sa.Column("person_id", sa.String(), nullable=True))
        table.create_foreign_key("fk_api_token_person_id", "person", ["person_id"], ["id"])
        table.create_index("ix_api_token_person_id", ["person_id"])


def downgrade() -> None:
    with op.batch_alter_table("api_token") as table:
        table.drop_index("ix_api_token_person_id")
        table.drop_constraint("fk_api_token_person_id", type_="foreignkey")
        table.drop_column("person_id")
    with op.batch_alter_table("enrolment_code") as table:
        table.drop_column("revoked_at")
        table.drop_column("department")
    op.drop_table("sign_in_request")
    kept = _kept("digest")
    op.create_table(
        "web_session",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_web_session"),
    )
    op.create_index("ix_web_session_chat", "web_session", ["chat"])
    if kept:
        op.bulk_insert(_sessions("digest"), [dict(one) for one in kept])


def _create_sessions() -> None:
    op.create_table(
        "web_session",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("next_digest", sa.String(), nullable=True),
        sa.Column("previous_digest", sa.String(), nullable=True),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("rotated_at", _TIME, nullable=False),
        sa.Column("last_used_at", _TIME, nullable=False),
        sa.Column("idle_until", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_web_session"),
    )
    for column in ("digest", "next_digest", "previous_digest", "chat"):
        op.create_index(f"ix_web_session_{column}", "web_session", [column])


def _kept(name: str) -> list[dict[str, object]]:
    """Takes every session out of the table that is to be built anew; `name` is what its digest is called then."""
    table = _sessions("digest")
    rows = op.get_bind().execute(sa.select(table)).mappings().all()
    op.drop_table("web_session")
    return [{name if key == "digest" else str(key): value for key, value in row.items()} for row in rows]


def _sessions(*names: str) -> sa.TableClause:
    texts = names or ("id", "digest", "browser")
    times = ("made_at", "expires_at") if names else (
        "made_at", "rotated_at", "last_used_at", "idle_until", "expires_at",
    )  # fmt: skip
    return sa.table(
        "web_session",
        *(sa.column(one, sa.String()) for one in (*texts, "chat")),
        *(sa.column(one, _TIME) for one in times),
    )
