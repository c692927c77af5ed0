"""What lies outside the draw: clues at single objects, and the fields that are watched in full."""

from datetime import date, datetime

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from inspection.states import ClueState
from storage.tables.columns import json_list, state_column


class Clue(SQLModel, table=True):
    """线索 (notice 二㈢5). Who complained is not kept: `reference` is the number under which the department that took
    the complaint finds it."""

    __tablename__ = "clue"
    __table_args__ = (Index("ix_clue_desk", "department", "state", "received_on"),)

    id: str = Field(primary_key=True, max_length=10)
    source: str
    """`inspection.clues.ClueSource`."""
    reference: str = ""
    received_on: date
    sent_by: str = ""
    """The department or platform that sent it, in its own words."""
    department: str
    """That decides and inspects."""
    object_id: str | None = Field(default=None, foreign_key="registered_object.id", index=True)
    place: str = ""
    """Name and address of what is registered nowhere (无证无照); empty where `object_id` says which object."""
    district: str
    items: list[str] = json_list()
    checklist_id: str = ""
    """What is asked on site; empty until somebody says, or a scheme with the same items does."""
    words: str = Field(default="", sa_type=Text)
    """What is said: read by the head and the operators and liaisons of the department, by nobody else."""
    is_urgent: bool = True
    state: ClueState = state_column(ClueState)
    registered_at: datetime
    registered_by: str | None = None
    """None where a list brought it."""
    decided_at: datetime | None = None
    decided_by: str | None = None
    decision_words: str = Field(default="", sa_type=Text)
    scheme_id: str | None = Field(default=None, foreign_key="scheme.id", index=True)
    """What looks into it: an individual case, or a special check."""
    merged_into: str | None = None
    closed_at: datetime | None = None


class SpecialField(SQLModel, table=True):
    """特殊重点领域: watched in full by the strict rules it already has, and outside the draw (notice 二㈢5)."""

    __tablename__ = "special_field"

    id: str = Field(primary_key=True, max_length=14)
    name: str
    department: str = Field(index=True)
    basis: str = Field(default="", sa_type=Text)
    frequency: str = ""
    times_a_year: int = 1
    industries: list[str] = json_list()
    lists: list[str] = json_list()
    """Objects of one of these industries, or on one of these special lists, belong to the field."""
    items: list[str] = json_list()
    """What is inspected there; no draw takes an object of the field for one of these."""
    checklist_id: str = ""
    is_active: bool = True
