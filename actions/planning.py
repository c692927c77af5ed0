"""A year's planning is opened: who may do what in it, and the clocks that run until the plan is out (notice 二㈢1)."""

from collections.abc import Iterable
from datetime import date, datetime

from actions.deadline_parties import Matter
from actions.deadlines import start_deadline
from actions.rights import is_allowed
from actions.telling import tell
from inspection.deadlines.rules import RuleName
from inspection.deadlines.times import end_of
from inspection.departments import JOINT_OFFICE, PREFECTURE
from inspection.planning.lines import PlannedLine
from inspection.refusals import AlreadyDone, IllegalStep, Incomplete, NotYours, Unacceptable
from inspection.rights import Deed
from inspection.roles import Role
from inspection.states import PLAN_FILING, PLAN_YEAR, PlanFilingState, PlanYearState
from inspection.strata import Row
from inspection.supervision.rules import effective_class, risk_level
from notifications.messages.message import Message
from notifications.messages.planning import PlanOpened
from storage import deadlines, people, planning, supervision
from storage.store import Records
from storage.tables.planning import PlanFiling, PlanLine, PlanYear
from storage.tables.registers import Person

EARLIEST, LATEST = 2019, 2100
NAME_LIMIT = 200


def is_joint_office(person: Person) -> bool:
    """联席会议办公室: the liaisons and operators of the department where it is."""
    return is_allowed(Deed.MERGE_PLAN, person)


def is_liaison(person: Person) -> bool:
    return is_allowed(Deed.FILE_PLAN, person)


def require_joint_office(person: Person) -> None:
    if not is_joint_office(person):
        raise NotYours("not_joint_office")


def require_liaison(person: Person) -> None:
    if not is_liaison(person):
        raise NotYours("not_liaison")


def no_such_page() -> NotYours:
    """For a page of the desk that is not there, or not the reader's."""
    return NotYours("plan_page_not_here")


def open_planning(records: Records, year: int, *, by: Person, at: datetime) -> PlanYear:
    """Asks every department for its plan: a filing and a clock for each, one clock more for the publication, and their
    liaisons are told. Refuses anybody but the joint office, a second time, and a year that is over."""
    require_joint_office(by)
    if not max(EARLIEST, at.year) <= year <= LATEST:
        raise Unacceptable("plan_year_wrong", year=str(year)[:12], first=at.year)
    found = records.find(PlanYear, year)
    if found is not None:
        raise AlreadyDone(what="done_plan_opened", done_at=found.opened_at)
    opened = PlanYear(year=year, state=PLAN_YEAR.initial, opened_at=at, opened_by=by.id)  # type: ignore[arg-type]
    departments = planning.departments_at_work(records)
    records.add(opened)
    records.add(*(_filing(year, one) for one in departments))
    records.journal("plan_year.open", str(year), by=by.id, at=at, departments=len(departments))
    for department in departments:
        _ask(records, year, department, at=at)
    matter = Matter(department=JOINT_OFFICE)
    start_deadline(
        records,
        RuleName.PLAN_PUBLICATION,
        str(year),
        matter=matter,
        at=at,
        ends_at=_end_in(records, RuleName.PLAN_PUBLICATION, year),
    )
    return opened


def filing_subject(year: int, department: str) -> str:
    """What the clock of a department's filing bears as its subject."""
    return f"{year}/{department}"


def start_filing_clock(records: Records, year: int, department: str, *, at: datetime) -> datetime:
    """The clock by which a department files; gives when it ends."""
    rule = RuleName.PLAN_SUBMISSION
    deadline = start_deadline(
        records,
        rule,
        filing_subject(year, department),
        matter=Matter(department=department),
        at=at,
        ends_at=_end_in(records, rule, year),
    )
    return deadline.due_at


def filing_due(records: Records, year: int, department: str) -> datetime | None:
    """Until when, while the clock runs."""
    running = deadlines.running(records, RuleName.PLAN_SUBMISSION, filing_subject(year, department))
    return running.due_at if running else None


def open_year(records: Records, year: int) -> PlanYear:
    """The year, locked, while its plan is being made; whoever changes anything of it comes one after the other."""
    if records.find(PlanYear, year) is None:
        raise Incomplete("plan_not_opened", year=year)
    found = records.lock(PlanYear, year)
    if found.state is not PlanYearState.OPENED:
        raise IllegalStep("plan_is_published", year=year)
    return found


def filing_of(records: Records, year: int, department: str) -> PlanFiling:
    """The filing of a department; one that came to work here after the opening gets one now."""
    found = records.find(PlanFiling, f"{year}-{department}")
    if found is None:
        found = _filing(year, department)
        records.add(found)
    return found


def planned(line: PlanLine) -> PlannedLine:
    """A stored line as something to reckon with."""
    return PlannedLine(
        id=line.id,
        name=line.name,
        department=line.department,
        joining=tuple(line.joining),
        items=tuple(line.items),
        rows=tuple(Row.from_json(one) for one in line.rows),
        times=line.times,
        about_count=line.about_count,
        first_day=line.first_day,
        last_day=line.last_day,
        districts=tuple(line.districts),
    )


def special_objects(records: Records) -> dict[str, tuple[str, str]]:
    """The effective class and the risk level of the objects of which indicators are known."""
    _version, rules = supervision.standing_supervision(records)
    classes = planning.classes_of(records, known := supervision.indicators(records))
    found = {}
    for id, values in known.items():
        level = risk_level(rules.risk, values)
        if level is not None and id in classes:
            found[id] = (effective_class(rules.risk, classes[id], level), level.value)
    return found


def tell_liaisons(
    records: Records, departments: Iterable[str], message: Message, *, key: str, at: datetime
) -> None:
    """Tells the liaisons of these departments, each once; the plan is the prefecture's, and a county's file nothing."""
    for department in dict.fromkeys(departments):
        for person in people.with_role(records, Role.LIAISON, department, PREFECTURE):
            tell(records, person.id, message, key=f"{key}:{person.id}", at=at)


def _ask(records: Records, year: int, department: str, *, at: datetime) -> None:
    due = start_filing_clock(records, year, department, at=at)
    tell_liaisons(records, [department], PlanOpened(year=year, due=due), key=f"plan_opened:{year}", at=at)


def _end_in(records: Records, name: RuleName, year: int) -> datetime | None:
    """The day of the rule in the year of the plan; None where a rule counts from the opening."""
    on = deadlines.standing_rules(records)[1][name].on
    return end_of(date(year, *on)) if on else None


def _filing(year: int, department: str) -> PlanFiling:
    state = PLAN_FILING.initial
    assert isinstance(state, PlanFilingState)
    return PlanFiling(id=f"{year}-{department}", year=year, department=department, state=state)
