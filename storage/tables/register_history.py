"""What became of the registers: their versions, every change of a row, and loads that wait for their day."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, Text
from sqlmodel import Field, SQLModel

from inspection.states import RegisterLoadState
from storage.tables.columns import Json, json_object, state_column


class RegisterVersion(SQLModel, table=True):
    """One accepted change of one register, whole: a file that was loaded or a form that was saved."""

    __tablename__ = "register_version"

    register_id: str = Field(primary_key=True)
    """An id of `inspection.registration.registers.REGISTERS`."""
    number: int = Field(primary_key=True)
    effective_from: date
    loaded_at: datetime
    loaded_by: str | None = None
    """The person, or None for the installation itself."""
    digest: str
    """SHA-256 over what was loaded: the bytes of the files, or the values of the form."""
    new: int = 0
    changed: int = 0
    deactivated: int = 0
    reactivated: int = 0
    unchanged: int = 0


class RegisterChange(SQLModel, table=True):
    """变更: one row that a version changed, once for each department that keeps it."""

    __tablename__ = "register_change"
    __table_args__ = (
        Index("ix_register_change_register", "register_id", "version", "id"),
        Index("ix_register_change_key", "register_id", "key"),
        Index("ix_register_change_department", "department", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    register_id: str
    version: int
    key: str
    """The fields of the key, divided by blanks."""
    department: str
    kind: str
    """`new`, `changed`, `deactivated` or `reactivated`."""
    before: dict[str, Any] | None = Field(default=None, sa_type=Json)
    """The fields that differ, as they were; None for a new row."""
    after: dict[str, Any] | None = Field(default=None, sa_type=Json)
    """The same fields as they are now; None for a new row, which stands in the register."""
    at: datetime
    actor: str | None = None


class RegisterLoad(SQLModel, table=True):
    """What somebody wants to load: looked at before it is accepted, kept until its day."""

    __tablename__ = "register_load"

    id: int | None = Field(default=None, primary_key=True)
    state: RegisterLoadState = state_column(RegisterLoadState, index=True)
    file_name: str
    content: bytes = Field(sa_type=LargeBinary)
    """The file as it came, or a ZIP of the files."""
    digest: str
    effective_from: date
    is_complete: bool = False
    departments: list[str] = Field(default_factory=list, sa_type=Json)
    """Whose whole register this is said to be."""
    seen: dict[str, int] = json_object()
    """The version that each register had when the differences were shown."""
    filed_at: datetime
    filed_by: str | None = Field(default=None, index=True)
    outcome: str = Field(default="", sa_type=Text)
    """What came of it on its day: counts, or what stood in the way."""
