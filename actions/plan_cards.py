"""How far a year's plan is: for the desk page, and as the card of a liaison or of the joint office."""

from dataclasses import dataclass
from datetime import datetime

from actions.plan_filing import own_lines
from actions.planning import filing_due, is_joint_office, is_liaison
from inspection.deadlines.rules import RuleName
from inspection.refusals import Incomplete, NotYours
from inspection.states import PlanFilingState, PlanYearState
from notifications.messages.planning import OfficeView, OwnFiling, PlanCard
from storage import deadlines, planning
from storage.store import Records
from storage.tables.planning import PlanYear
from storage.tables.registers import Person

_IN = frozenset({PlanFilingState.FILED, PlanFilingState.MERGED})


@dataclass(frozen=True)
class FilingStatus:
    """One department in one year."""

    department: str
    state: PlanFilingState
    lines: int
    filed_at: datetime | None
    due: datetime | None


def filing_states(records: Records, year: int) -> list[FilingStatus]:
    """All departments of a year, those first that have not filed."""
    found = [
        FilingStatus(
            one.department,
            one.state,
            len([line for line in own_lines(records, year, one.department) if not line.parts]),
            one.filed_at,
            filing_due(records, year, one.department),
        )
        for one in planning.filings(records, year)
    ]
    return sorted(found, key=lambda one: (one.state in _IN, one.department))


def publication_due(records: Records, year: int) -> datetime | None:
    """Until when the plan must be out, while that clock runs."""
    running = deadlines.running(records, RuleName.PLAN_PUBLICATION, str(year))
    return running.due_at if running else None


def require_planner(person: Person) -> None:
    """A liaison or somebody of the joint office."""
    if not (is_liaison(person) or is_joint_office(person)):
        raise NotYours("no_plan_here")


def plan_card(records: Records, person: Person, year: int | None = None) -> PlanCard:
    """The year that is asked for, or the one whose plan is in the making, or the newest: what is missing, until when,
    and the next step."""
    require_planner(person)
    found = _year(records, year)
    return PlanCard(
        year=found.year,
        is_published=found.state is PlanYearState.PUBLISHED,
        number=found.document_number,
        own=_own(records, found, person) if is_liaison(person) else None,
        office=_office(records, found) if is_joint_office(person) else None,
    )


def _year(records: Records, year: int | None) -> PlanYear:
    known = planning.years(records)
    found = [one for one in known if one.year == year] if year is not None else known
    opened = [one for one in found if one.state is PlanYearState.OPENED]
    if not found:
        raise Incomplete("no_planning")
    return min(opened, key=lambda one: one.year) if opened else found[0]


def _own(records: Records, year: PlanYear, person: Person) -> OwnFiling:
    filing = next(
        (one for one in planning.filings(records, year.year) if one.department == person.department), None
    )
    lines = [one for one in own_lines(records, year.year, person.department) if not one.parts]
    return OwnFiling(
        state=(filing.state if filing else PlanFilingState.DRAFT).value,
        lines=len(lines),
        due=filing_due(records, year.year, person.department),
        words=filing.words if filing else "",
    )


def _office(records: Records, year: PlanYear) -> OfficeView:
    filings = planning.filings(records, year.year)
    missing = tuple(one.department for one in filings if one.state not in _IN)
    return OfficeView(
        filed=len(filings) - len(missing),
        missing=missing,
        due=publication_due(records, year.year),
    )
