"""年度计划 in the making: the year, what each department files, its lines, and what was changed after publication."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from inspection.states import PlanFilingState, PlanLineState, PlanYearState
from storage.tables.columns import json_list, json_object, state_column


class PlanYear(SQLModel, table=True):
    """年度计划编制: opened by the joint office, published with a document number."""

    __tablename__ = "plan_year"

    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    state: PlanYearState = state_column(PlanYearState)
    opened_at: datetime
    opened_by: str
    published_at: datetime | None = None
    published_by: str | None = None
    document_number: str = ""


class PlanFiling(SQLModel, table=True):
    """部门报送: `id` is `<year>-<department>`."""

    __tablename__ = "plan_filing"

    id: str = Field(primary_key=True, max_length=20)
    year: int = Field(foreign_key="plan_year.year", index=True)
    department: str
    state: PlanFilingState = state_column(PlanFilingState)
    filed_at: datetime | None = None
    filed_by: str | None = None
    words: str = Field(default="", sa_type=Text)
    """Why it was returned."""


class PlanLine(SQLModel, table=True):
    """计划项目: `id` is `<year>-<department>-<n>`, n counting the lines of a department from 1; of a joint line the
    department is the lead."""

    __tablename__ = "plan_line"
    __table_args__ = (Index("ix_plan_line_year", "year", "state", "department"),)

    id: str = Field(primary_key=True, max_length=26)
    year: int = Field(foreign_key="plan_year.year")
    department: str
    name: str
    kind: str = "directed"
    """`directed` (定向) or `undirected` (不定向)."""
    joining: list[str] = json_list()
    items: list[str] = json_list()
    object_range: str = Field(default="", sa_type=Text)
    rows: list[dict[str, Any]] = json_list()
    """The range as a program reads it: rows as in `Scheme.strata`, one of a filed line, those of all of a joint one."""
    frequency: str = ""
    times: int = 1
    """So many times in the year."""
    about_count: int = 0
    level: str = ""
    districts: list[str] = json_list()
    """Where it is carried out; empty means everywhere."""
    first_day: date
    last_day: date
    parts: list[str] = json_list()
    """Of a joint line the lines that it was made of."""
    plan_id: str | None = Field(default=None, foreign_key="plan.id", index=True, max_length=20)
    """Its line in the published plan."""
    state: PlanLineState = state_column(PlanLineState)


class PlanDeclined(SQLModel, table=True):
    """Two lines that could be one joint visit and shall not; `one` is the lesser id."""

    __tablename__ = "plan_declined"

    one: str = Field(primary_key=True, foreign_key="plan_line.id", max_length=26)
    other: str = Field(primary_key=True, foreign_key="plan_line.id", max_length=26)
    declined_at: datetime
    declined_by: str


class PlanVersion(SQLModel, table=True):
    """A line of the plan as it was published or changed, with who, when and why; version 1 is how it came out."""

    __tablename__ = "plan_version"

    plan_id: str = Field(primary_key=True, foreign_key="plan.id", max_length=20)
    version: int = Field(primary_key=True)
    year: int = Field(index=True)
    change: str
    """`published`, `added`, `changed` or `withdrawn`."""
    reason: str = Field(default="", sa_type=Text)
    line: dict[str, Any] = json_object()
    """The line as it stood from then on."""
    at: datetime
    by: str
