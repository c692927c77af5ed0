"""What the members of teams were briefed with, and who has read it."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlmodel import col

from inspection.states import AssignmentState, BriefingState, TeamState
from storage.store import Records
from storage.tables.inspections import Assignment, Inspection, Team
from storage.tables.registers import Person
from storage.tables.schemes import Briefing


def of_assignment(records: Records, assignment_id: str) -> list[Briefing]:
    """All briefings of one seat's holder, in order."""
    rows = select(Briefing).where(col(Briefing.assignment_id) == assignment_id)
    return sorted(records.session.execute(rows).scalars(), key=lambda one: number_of(one.id))


def number_of(briefing_id: str) -> int:
    return int(briefing_id.rpartition("/b")[2])


_UNREAD = (col(Briefing.state) == BriefingState.SENT, col(Assignment.state) == AssignmentState.CONFIRMED)
"""Of somebody who still sits there."""


def unread_of(records: Records, inspection_id: str) -> list[Person]:
    """The members of a confirmed team who have not read all that they were briefed with, by id."""
    holders = (
        select(col(Assignment.person_id))
        .join(Briefing, col(Briefing.assignment_id) == col(Assignment.id))
        .where(col(Briefing.inspection_id) == inspection_id, *_UNREAD)
    )
    rows = select(Person).where(col(Person.id).in_(holders)).order_by(col(Person.id))
    return list(records.session.execute(rows).scalars())


def unread_by(records: Records, person_id: str) -> list[Briefing]:
    """What this person has still to read, the oldest first."""
    rows = (
        select(Briefing)
        .join(Assignment, col(Briefing.assignment_id) == col(Assignment.id))
        .where(col(Assignment.person_id) == person_id, *_UNREAD)
        .order_by(col(Briefing.sent_at), col(Briefing.id))
    )
    return list(records.session.execute(rows).scalars())


def unread_in(records: Records, scheme_id: str) -> int:
    """How many briefings of a scheme nobody has read yet."""
    rows = (
        select(func.count())
        .select_from(Briefing)
        .join(Assignment, col(Briefing.assignment_id) == col(Assignment.id))
        .join(Inspection, col(Inspection.id) == col(Briefing.inspection_id))
        .where(col(Inspection.scheme_id) == scheme_id, *_UNREAD)
    )
    return int(records.session.execute(rows).scalar_one())


def confirmed_teams(records: Records, scheme_id: str) -> list[str]:
    """The inspections of a scheme whose team is confirmed, by id."""
    rows = (
        select(col(Inspection.id))
        .join(Team, col(Team.inspection_id) == col(Inspection.id))
        .where(col(Inspection.scheme_id) == scheme_id, col(Team.state) == TeamState.CONFIRMED)
        .order_by(col(Inspection.id))
    )
    return list(records.session.execute(rows).scalars())


def ids_of(records: Records, inspection_id: str) -> Sequence[str]:
    """Every briefing about one visit."""
    rows = select(col(Briefing.id)).where(col(Briefing.inspection_id) == inspection_id)
    return list(records.session.execute(rows).scalars())
