"""What stands beside a scheme: what the joining departments say of it, and what its teams are briefed with."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from inspection.states import BriefingState, CountersignState
from storage.tables.columns import state_column


class Countersignature(SQLModel, table=True):
    """会签: the word of one joining department on one submission of a scheme; `id` is `<scheme>/<n>/<department>`."""

    __tablename__ = "countersignature"

    id: str = Field(primary_key=True, max_length=28)
    scheme_id: str = Field(foreign_key="scheme.id", index=True)
    submission: int
    department: str
    asked_id: str | None = Field(default=None, foreign_key="person.id", index=True)
    """The head who was asked; None where the register names none."""
    state: CountersignState = state_column(CountersignState)
    words: str = Field(default="", sa_type=Text)
    """Why the department objects."""
    said_at: datetime | None = None
    said_by: str | None = None


class Briefing(SQLModel, table=True):
    """任务交底 of one member: the first with the confirmed team, further ones with a supplement to all teams of the
    scheme; `id` is `<assignment>/b<n>`."""

    __tablename__ = "briefing"

    id: str = Field(primary_key=True, max_length=51)
    assignment_id: str = Field(foreign_key="assignment.id", index=True)
    inspection_id: str = Field(foreign_key="inspection.id", index=True)
    person_id: str = Field(foreign_key="person.id")
    words: str = Field(default="", sa_type=Text)
    """The supplement; empty in the first, whose words stand in the scheme."""
    state: BriefingState = state_column(BriefingState)
    sent_at: datetime
    read_at: datetime | None = None
