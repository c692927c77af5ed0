"""案卷: the case file of each inspection, the packages that were made of it part by part, and the rules for both."""

from datetime import date, datetime

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from inspection.states import ArchiveState
from storage.tables.columns import state_column


class ArchiveRuleVersion(SQLModel, table=True):
    """归档规则 in one version: how long files are kept by outcome, and when one is archived by itself."""

    __tablename__ = "archive_rule_version"

    version: int = Field(primary_key=True)
    rules: str = Field(sa_type=Text)
    """TOML, as `inspection.archives.read_rules` reads it."""
    digest: str
    loaded_at: datetime


class CaseCounter(SQLModel, table=True):
    """The last case number that a department has given in a year; whoever gives the next one locks the row."""

    __tablename__ = "case_counter"

    department: str = Field(primary_key=True, max_length=12)
    year: int = Field(primary_key=True)
    last: int = 0


class CaseFile(SQLModel, table=True):
    """案卷 of one inspection: numbered when the result becomes public, archived when nothing is open any more."""

    __tablename__ = "case_file"
    __table_args__ = (
        UniqueConstraint("department", "year", "number"),
        Index("ix_case_file_due", "state", "archive_at"),
        Index("ix_case_file_order", "closed_at", "inspection_id"),
    )

    inspection_id: str = Field(primary_key=True, foreign_key="inspection.id", max_length=26)
    scheme_id: str = Field(index=True)
    department: str
    """The lead department, which keeps the file (notice 二㈢4)."""
    year: int
    number: int
    """Sequence within department and year."""
    object_name: str = Field(index=True)
    credit_code: str = Field(default="", index=True)
    outcome: str
    """`inspection.archives.Outcome`."""
    state: ArchiveState = state_column(ArchiveState)
    closed_at: datetime
    archive_at: datetime
    """When it is archived by itself, if nobody has done it before and nothing is open."""
    package: int = 0
    """The newest package; 0 while there is none."""
    archived_at: datetime | None = None
    archived_by: str | None = None
    """None where the rule did it."""
    retention_years: int | None = None
    retention_basis: str = ""
    keep_until: date | None = None
    reopened_at: datetime | None = None
    reopened_by: str | None = None
    reopen_reason: str = Field(default="", sa_type=Text)


class CaseReader(SQLModel, table=True):
    """Which departments may read a file: those of the scheme."""

    __tablename__ = "case_reader"
    __table_args__ = (Index("ix_case_reader_department", "department", "inspection_id"),)

    inspection_id: str = Field(primary_key=True, foreign_key="case_file.inspection_id", max_length=26)
    department: str = Field(primary_key=True, max_length=12)


class ArchivePackage(SQLModel, table=True):
    """One package of a file. `digest` is the SHA-256 of its index, which names the SHA-256 of all else."""

    __tablename__ = "archive_package"

    inspection_id: str = Field(primary_key=True, foreign_key="case_file.inspection_id", max_length=26)
    version: int = Field(primary_key=True)
    digest: str
    parts: int
    pages: int
    size: int
    """Bytes of all parts."""
    made_at: datetime
    made_by: str | None = None


class ArchivePart(SQLModel, table=True):
    """One line of an index (卷内目录). The bytes lie in the file store under their SHA-256."""

    __tablename__ = "archive_part"

    inspection_id: str = Field(primary_key=True, foreign_key="case_file.inspection_id", max_length=26)
    version: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    path: str
    """Its name in the package."""
    title: str
    kind: str
    """Which part of the registry it came from, `actions.archive_parts`."""
    media_type: str
    sha256: str = Field(max_length=64)
    size: int
    pages: int | None = None
    """Sheets, where it has any: None for data."""
    restricted_to: str = ""
    """The department whose head alone may read it, besides the auditor; empty for all readers of the file."""
