"""Deadlines: the rules of the installation in their versions, each clock that runs by one of them, and deputies."""

from datetime import date, datetime

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from inspection.states import DeadlineState
from storage.tables.columns import json_list, state_column


class DeadlineRuleVersion(SQLModel, table=True):
    """期限规则 in one version, all rules of it; the newest one holds for what starts from now on."""

    __tablename__ = "deadline_rule_version"

    version: int = Field(primary_key=True)
    rules: str = Field(sa_type=Text)
    """TOML, as `inspection.deadlines.reading` reads it."""
    digest: str
    """SHA-256 of the rules: loading the same twice makes no new version."""
    loaded_at: datetime


class Deadline(SQLModel, table=True):
    """期限: one clock that was started for one thing. What it was started with stands here and does not change when
    the rules do; its reminders and its next escalation are rows of `DueWork` whose subject is `deadline:<id>`."""

    __tablename__ = "deadline"
    __table_args__ = (
        Index("ix_deadline_subject", "subject", "rule", "state"),
        Index("ix_deadline_due", "state", "due_at"),
        Index("ix_deadline_ended", "department", "ended_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    rule: str
    """`inspection.deadlines.rules.RuleName`."""
    version: int = Field(foreign_key="deadline_rule_version.version")
    subject: str
    """The id of what must be done: an assignment, a leave request, an inspection, a plan."""
    inspection_id: str | None = Field(default=None, foreign_key="inspection.id", index=True)
    department: str
    """Whose liaisons and head stand in the chain."""
    district: str
    """Whose office hours count; empty where the thing has no place."""
    asked_id: str | None = Field(default=None, foreign_key="person.id")
    """The one person whose word is awaited, where the rule has such a one."""
    owners: list[str] = json_list()
    """Who was to do it when it started, by person id."""
    started_at: datetime
    due_at: datetime
    is_urgent: bool = False
    waits_for_office: bool = True
    chain: list[dict[str, str]] = json_list()
    """`{"party", "at"}` for each rung, frozen at the start."""
    level: int = 0
    """So many rungs of the chain have been told."""
    state: DeadlineState = state_column(DeadlineState)
    ended_at: datetime | None = None


class Deputy(SQLModel, table=True):
    """代理: who hears in somebody's place of what is overdue, while that person is away. Both days belong to it."""

    __tablename__ = "deputy"

    person_id: str = Field(primary_key=True, foreign_key="person.id", max_length=14)
    first_day: date = Field(primary_key=True)
    last_day: date
    deputy_id: str = Field(foreign_key="person.id", max_length=14)
