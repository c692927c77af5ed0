"""What was loaded over the built-in calendar. Nothing is ever overwritten: the newest version of a thing holds."""

from datetime import date, datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from storage.tables.columns import json_list, json_object


class CalendarVersion(SQLModel, table=True):
    """One load that changed something: who loaded which file when, and the digest of the calendar that came of it."""

    __tablename__ = "calendar_version"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    """From 1; two loads at once would both want the next one, and the database lets one of them have it."""
    digest: str
    file: str = ""
    """The name of the file; empty where only what the program itself knows has changed."""
    loaded_at: datetime
    loaded_by: str | None = None
    """A person's id, or None for the installation itself."""


class CalendarNotice(SQLModel, table=True):
    """节假日安排通知: the days off and the made-up days of one year by one level (`inspection.calendar.notices`)."""

    __tablename__ = "calendar_notice"

    version: int = Field(primary_key=True, foreign_key="calendar_version.number")
    year: int = Field(primary_key=True)
    level: str = Field(primary_key=True, max_length=20)
    off: list[str] = json_list()
    """`2027-02-05/2027-02-11`, first and last day."""
    made_up: list[str] = json_list()
    """`2027-02-14`."""
    source: str = Field(default="", sa_type=Text)
    published: date | None = None


class CalendarHours(SQLModel, table=True):
    """作息时间: all seasons of one district, or of `*` for everywhere else."""

    __tablename__ = "calendar_hours"

    version: int = Field(primary_key=True, foreign_key="calendar_version.number")
    district: str = Field(primary_key=True, max_length=6)
    seasons: dict[str, list[str]] = json_object()
    """The seasons in the order of the file: `05-01/09-30` → its source, then spans as `10:00-14:00`."""
