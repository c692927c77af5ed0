"""What is public is signed and versioned, and is found among a million without counting."""

import sqlalchemy as sa
from alembic import op

from inspection.calendar.beijing import beijing_day
from inspection.name_search import folded, initial_of, parts_of

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_AT_ONCE = 1000
_INDEXES = (
    ("ix_published_result_department", ["department", "place"]),
    ("ix_published_result_department_district", ["department", "district", "place"]),
    ("ix_published_result_district", ["district", "place"]),
    ("ix_published_result_year", ["year", "place"]),
    ("ix_published_result_credit_code", ["credit_code", "place"]),
    ("ix_published_result_scheme", ["scheme_id", "place"]),
    ("ix_published_result_initial", ["district", "initial", "place"]),
)


def upgrade() -> None:
    op.add_column("publication", sa.Column("signature", sa.String(), nullable=True))
    op.add_column("publication", sa.Column("key_id", sa.String(), nullable=True))
    _index_some("ix_publication_unsigned", "publication", ["published_at"], "signature IS NULL")
    _index_some("ix_publication_correction", "publication", ["published_at", "inspection_id"], "version > 1")
    _create_bundles()
    _create_lists()
    _enter_results()


def _index_some(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _create_bundles() -> None:
    op.create_table(
        "public_bundle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("bundle", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("stamp", sa.String(), nullable=False),
        sa.Column("published_at", _TIME, nullable=False),
        sa.Column("signature", sa.String(), nullable=True),
        sa.Column("key_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_public_bundle"),
        sa.UniqueConstraint("kind", "subject", "version", name="uq_public_bundle_kind_subject_version"),
    )
    op.create_index("ix_public_bundle_kind_id", "public_bundle", ["kind", "id"])
    _index_some("ix_public_bundle_unsigned", "public_bundle", ["id"], "signature IS NULL")
    op.create_table(
        "signing_key",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("added_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_signing_key"),
    )


def _create_lists() -> None:
    op.create_table(
        "published_result",
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.String(26), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("scheme_id", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("object_name", sa.String(), nullable=False),
        sa.Column("folded_name", sa.String(), nullable=False),
        sa.Column("initial", sa.String(1), nullable=False),
        sa.Column("credit_code", sa.String(), nullable=False),
        sa.Column("published_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("place", name="pk_published_result"),
        sa.UniqueConstraint("inspection_id", name="uq_published_result_inspection_id"),
        sqlite_autoincrement=True,
    )
    for name, columns in _INDEXES:
        op.create_index(name, "published_result", columns)
    op.create_table(
        "result_name_part",
        sa.Column("part", sa.String(2), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("part", "place", name="pk_result_name_part"),
        sqlite_with_rowid=False,
    )


_NEWEST = sa.text("""
    SELECT publication.inspection_id, publication.version, publication.scheme_id, publication.object_name,
        publication.credit_code, publication.published_at, scheme.departments, registered_object.district
    FROM publication
    JOIN inspection ON inspection.id = publication.inspection_id
    JOIN registered_object ON registered_object.id = inspection.object_id
    JOIN scheme ON scheme.id = publication.scheme_id
    WHERE publication.version = (
        SELECT max(other.version) FROM publication AS other
        WHERE other.inspection_id = publication.inspection_id)
    ORDER BY publication.published_at, publication.inspection_id
""").columns(departments=sa.JSON(), published_at=_TIME)


def _enter_results() -> None:
    """What was published before is found as what is published from now on."""
    connection, place = op.get_bind(), 0
    result = sa.table(
        "published_result",
        *(sa.column(name) for name in ("inspection_id", "version", "scheme_id", "department", "district")),
        *(
            sa.column(name)
            for name in ("place", "year", "object_name", "folded_name", "initial", "credit_code")
        ),
        sa.column("published_at", _TIME),
    )
    part = sa.table("result_name_part", sa.column("part"), sa.column("place"))
    rows = connection.execute(_NEWEST).mappings()
    for some in rows.partitions(_AT_ONCE):
        lines, parts = [], []
        for row in some:
            place += 1
            name = folded(row["object_name"])
            lines.append({
                **{key: row[key] for key in ("inspection_id", "version", "scheme_id", "district")},
                **{key: row[key] for key in ("object_name", "credit_code", "published_at")},
                "place": place,
                "department": (row["departments"] or [""])[0],
                "year": beijing_day(row["published_at"]).year,
                "folded_name": name,
                "initial": initial_of(name),
            })  # fmt: skip
            parts += [{"part": one, "place": place} for one in parts_of(name)]
        op.bulk_insert(result, lines)
        op.bulk_insert(part, parts)
    if place and connection.dialect.name == "postgresql":
        connection.execute(
            sa.text("SELECT setval(pg_get_serial_sequence('published_result', 'place'), :place)"),
            {"place": place},
        )


def downgrade() -> None:
    op.drop_table("result_name_part")
    op.drop_table("published_result")
    op.drop_table("signing_key")
    op.drop_table("public_bundle")
    op.drop_index("ix_publication_correction", table_name="publication")
    op.drop_index("ix_publication_unsigned", table_name="publication")
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.drop_column("key_id")
        batch_op.drop_column("signature")
