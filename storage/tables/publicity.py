"""公示: what was made public beside results, in signed bundles; the public keys; and how results are found fast."""

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel


class PublicBundle(SQLModel, table=True):
    """One version of one public thing, frozen: the item list, a plan, the drawn list of a task, a draw record. Results
    are bundles too and stand in `Publication`."""

    __tablename__ = "public_bundle"
    __table_args__ = (
        UniqueConstraint("kind", "subject", "version"),
        Index("ix_public_bundle_kind_id", "kind", "id"),
        Index(
            "ix_public_bundle_unsigned",
            "id",
            sqlite_where=text("signature IS NULL"),
            postgresql_where=text("signature IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    """`inspection.open_data.BundleKind`."""
    subject: str
    """The id of what it is about: a plan, a scheme, a draw; `items` for the item list."""
    version: int
    bundle: str = Field(sa_type=Text)
    """Canonical JSON: the bytes that are signed."""
    digest: str
    """SHA-256 of them, hex."""
    stamp: str
    """What the content was made from, without number and day of the version: the same stamp makes no new version."""
    published_at: datetime
    signature: str | None = None
    """Ed25519 over the bytes, 128 hex digits; None until the signer has come round, a second later."""
    key_id: str | None = None


class SigningKey(SQLModel, table=True):
    """The public half of a key that bundles are signed with. Private halves are never in the store."""

    __tablename__ = "signing_key"

    id: str = Field(primary_key=True, max_length=16)
    """The first 16 hex digits of the SHA-256 of the 32 raw bytes."""
    public_key: str
    """The 32 raw bytes, hex."""
    added_at: datetime


class PublishedResult(SQLModel, table=True):
    """Each inspection with a public result, in its newest version: what lists, look-ups and open data run along.

    `place` counts up with every publication, so that the newest comes first by one index and a page is a cursor; a
    correction moves its line to the front.
    """

    __tablename__ = "published_result"
    __table_args__ = (
        Index("ix_published_result_department", "department", "place"),
        Index("ix_published_result_department_district", "department", "district", "place"),
        Index("ix_published_result_district", "district", "place"),
        Index("ix_published_result_year", "year", "place"),
        Index("ix_published_result_credit_code", "credit_code", "place"),
        Index("ix_published_result_scheme", "scheme_id", "place"),
        Index("ix_published_result_initial", "district", "initial", "place"),
        {"sqlite_autoincrement": True},  # a place that was given up never comes back
    )

    place: int | None = Field(default=None, primary_key=True)
    inspection_id: str = Field(unique=True, max_length=26)
    version: int
    scheme_id: str
    department: str
    """发起部门, which publishes."""
    district: str
    year: int
    """Of the day of publication, in Beijing."""
    object_name: str
    folded_name: str
    """As `inspection.name_search.folded` writes it: what is compared with what somebody looks for."""
    initial: str = Field(max_length=1)
    """`inspection.name_search.initial_of`: for who looks through lists by letter."""
    credit_code: str
    published_at: datetime


class ResultNamePart(SQLModel, table=True):
    """Two neighbouring signs of the name in a published result, by its place: half of Chinese is words of two signs."""

    __tablename__ = "result_name_part"
    __table_args__ = {"sqlite_with_rowid": False}

    part: str = Field(primary_key=True, max_length=2)
    place: int = Field(primary_key=True)
