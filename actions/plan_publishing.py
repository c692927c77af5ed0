"""The plan comes out, and is amended after: every change keeps what stood before, who made it, when and why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from actions.deadlines import end_deadline
from actions.exchange import hand_over_plan
from actions.plan_filing import line_fields, new_line
from actions.plan_merging import mergeable_lines
from actions.planning import filing_subject, open_year, require_joint_office, tell_liaisons
from inspection.deadlines.rules import RuleName
from inspection.departments import DEPARTMENTS, JOINT_OFFICE
from inspection.refusals import AlreadyDone, IllegalStep, Incomplete, Unacceptable
from inspection.registration.rows import Values
from inspection.states import (
    PLAN_FILING,
    PLAN_LINE,
    PLAN_YEAR,
    DeadlineStep,
    PlanFilingState,
    PlanFilingStep,
    PlanLineState,
    PlanLineStep,
    PlanYearState,
    PlanYearStep,
)
from inspection.supervision.rules import per_cent
from inspection.words import clean_words
from notifications.messages.planning import PlanAmended, PlanPublished
from storage import planning
from storage.store import Records
from storage.tables.planning import PlanLine, PlanVersion, PlanYear
from storage.tables.registers import Person, Plan

REASON_LIMIT = 500
NUMBER_LIMIT = 60
CHANGED, ADDED, WITHDRAWN, PUBLISHED = "changed", "added", "withdrawn", "published"


# --- Publication ----------------------------------------------------------------------------------------------------


def publish_plan(records: Records, year: int, document_number: str, *, by: Person, at: datetime) -> PlanYear:
    """What was filed is merged, and every line that stands comes out under the document number; from now on it is
    changed by amendments only. The clocks end. Refuses a plan without a line."""
    require_joint_office(by)
    found = records.find(PlanYear, year)
    if found is not None and found.published_at is not None:
        raise AlreadyDone(what="done_plan_published", done_at=found.published_at)
    opened = open_year(records, year)
    number = clean_words(document_number, NUMBER_LIMIT)
    lines = mergeable_lines(records, year)
    if not lines:
        raise Incomplete("plan_empty", year=year)
    for filing in planning.filings(records, year):
        if filing.state is PlanFilingState.FILED:
            records.move(PLAN_FILING, filing, PlanFilingStep.MERGE, by=by.id, at=at)
        subject = filing_subject(year, filing.department)
        end_deadline(records, RuleName.PLAN_SUBMISSION, subject, DeadlineStep.CANCEL, at=at)
    for line in lines:
        _bring_out(records, line, number, PUBLISHED, "", by=by, at=at)
    records.move(PLAN_YEAR, opened, PlanYearStep.PUBLISH, by=by.id, at=at, lines=len(lines), document=number)
    opened.published_at, opened.published_by, opened.document_number = at, by.id, number
    end_deadline(records, RuleName.PLAN_PUBLICATION, str(year), at=at, by=by)
    for department in planning.departments_at_work(records):
        mine = [one for one in lines if department in (one.department, *one.joining)]
        led = sum(one.department == department for one in mine)
        message = PlanPublished(year=year, number=number, lines=len(lines), led=led, joined=len(mine) - led)
        tell_liaisons(records, [department], message, key=f"plan_published:{year}", at=at)
    return opened


def _bring_out(
    records: Records,
    line: PlanLine,
    document_number: str,
    change: str,
    reason: str,
    *,
    by: Person,
    at: datetime,
) -> Plan:
    if line.state is PlanLineState.PROPOSED:
        records.move(PLAN_LINE, line, PlanLineStep.KEEP, by=by.id, at=at)
    plan = Plan(
        id=_next_plan_id(records, line.year),
        year=line.year,
        document_number=document_number,
        ratio=ratio_words(line.rows),
        **{name: getattr(line, name) for name in _SHARED},
        lead_department=line.department,
    )
    records.add(plan)
    line.plan_id = plan.id
    records.move(PLAN_LINE, line, PlanLineStep.PUBLISH, by=by.id, at=at, plan=plan.id)
    hand_over_plan(records, _keep_version(records, plan, change, reason, by=by, at=at), at=at)
    return plan


_SHARED = (
    "name", "kind", "joining", "items", "object_range", "frequency", "about_count", "level", "first_day", "last_day",
)  # fmt: skip
"""What a line and its published form have in common, under one name."""


def _next_plan_id(records: Records, year: int) -> str:
    """`P2027-01`, behind those that were loaded."""
    start = f"P{year}-"
    used = [id.removeprefix(start) for id in planning.plan_ids(records, year) if id.startswith(start)]
    return f"{start}{max((int(one) for one in used if one.isdigit()), default=0) + 1:02d}"


def ratio_words(rows: list[dict[str, Any]]) -> str:
    """`5%`, or of a joint line each with the name of its part."""
    shares = [(str(row["name"]), per_cent(Fraction(str(row["ratio"])))) for row in rows if row.get("ratio")]
    if len(shares) == 1:
        return shares[0][1]
    return "、".join(f"{name} {share}" for name, share in shares)


# --- Amendments -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Amended:
    plan: Plan
    departments: tuple[str, ...]
    """Those of before and those of now."""


def change_plan(
    records: Records, plan_id: str, values: Mapping[str, Any], *, reason: str, by: Person, at: datetime
) -> Plan:
    """Another reading of a published line: `values` are those fields of `Plan` that change. What stood before stays on
    record; schemes that use the line go on."""
    plan, line = _standing(records, plan_id, by=by, at=at)
    said = clean_words(reason, REASON_LIMIT)
    changed = {name: value for name, value in values.items() if getattr(plan, name) != value}
    if not changed:
        raise Unacceptable("plan_unchanged", name=plan.name)
    first, last = changed.get("first_day", plan.first_day), changed.get("last_day", plan.last_day)
    if last < first:
        raise Unacceptable("plan_window_wrong", first=first, last=last)
    before = _departments(plan)
    for name, value in changed.items():
        setattr(plan, name, value)
        if name in _SHARED:
            setattr(line, name, value)
    records.move(PLAN_LINE, line, PlanLineStep.AMEND, by=by.id, at=at, fields=sorted(changed))
    _amended(records, _Amended(plan, (*before, *_departments(plan))), CHANGED, said, by=by, at=at)
    return plan


def withdraw_plan(records: Records, plan_id: str, *, reason: str, by: Person, at: datetime) -> Plan:
    """A published line will not be carried out; it stays on the page, struck out, with the reason."""
    plan, line = _standing(records, plan_id, by=by, at=at)
    said = clean_words(reason, REASON_LIMIT)
    records.move(PLAN_LINE, line, PlanLineStep.WITHDRAW, by=by.id, at=at)
    _amended(records, _Amended(plan, _departments(plan)), WITHDRAWN, said, by=by, at=at)
    return plan


def add_plan(
    records: Records, year: int, department: str, values: Values, *, reason: str, by: Person, at: datetime
) -> Plan:
    """A line more in a published plan; `values` as a department files them."""
    require_joint_office(by)
    found = _published_year(records, year, by=by, at=at)
    said = clean_words(reason, REASON_LIMIT)
    if department not in DEPARTMENTS:
        raise Unacceptable("plan_no_department")
    if department in values["joining"]:
        raise Unacceptable("plan_joins_itself", department=department)
    id = planning.next_line_id(records, year, department)
    line = new_line(id, year, department, line_fields(values))
    records.add(line)
    records.journal("plan_line.add", id, by=by.id, at=at)
    plan = _bring_out(records, line, found.document_number, ADDED, said, by=by, at=at)
    _tell(records, _Amended(plan, _departments(plan)), ADDED, said, version=1, by=by, at=at)
    return plan


def _standing(records: Records, plan_id: str, *, by: Person, at: datetime) -> tuple[Plan, PlanLine]:
    """A published line with what stands behind it, both locked. A loaded line counts as published: its record begins
    with how it was loaded."""
    require_joint_office(by)
    year = records.get(Plan, plan_id).year
    found = _published_year(records, year, by=by, at=at)
    plan = records.lock(Plan, plan_id)
    line = planning.line_of_plan(records, plan_id)
    if line is None:
        line = _behind_loaded(records, plan, found, by=by, at=at)
    line = records.lock(PlanLine, line.id)
    if line.state is PlanLineState.WITHDRAWN:
        raise IllegalStep("plan_withdrawn", name=plan.name)
    return plan, line


def _published_year(records: Records, year: int, *, by: Person, at: datetime) -> PlanYear:
    found = records.find(PlanYear, year)
    if found is None:
        if not planning.plan_ids(records, year):
            raise Incomplete("plan_not_opened", year=year)
        state = PLAN_YEAR.initial
        assert isinstance(state, PlanYearState)
        found = PlanYear(year=year, state=state, opened_at=at, opened_by=by.id)
        records.add(found)
        records.move(PLAN_YEAR, found, PlanYearStep.PUBLISH, by=by.id, at=at, loaded=True)
        found.published_at, found.published_by = at, by.id
    found = records.lock(PlanYear, year)
    if found.state is not PlanYearState.PUBLISHED:
        raise IllegalStep("plan_not_published", year=year)
    return found


def _behind_loaded(records: Records, plan: Plan, year: PlanYear, *, by: Person, at: datetime) -> PlanLine:
    fields = {name: getattr(plan, name) for name in _SHARED}
    line = new_line(
        planning.next_line_id(records, plan.year, plan.lead_department),
        plan.year,
        plan.lead_department,
        fields,
    )
    records.add(line)
    line.plan_id = plan.id
    for step in (PlanLineStep.KEEP, PlanLineStep.PUBLISH):
        records.move(PLAN_LINE, line, step, by=by.id, at=at, plan=plan.id)
    _keep_version(records, plan, PUBLISHED, "", by=by, at=year.published_at or at)
    return line


def _departments(plan: Plan) -> tuple[str, ...]:
    return (plan.lead_department, *plan.joining)


def _amended(
    records: Records, amended: _Amended, change: str, reason: str, *, by: Person, at: datetime
) -> None:
    kept = _keep_version(records, amended.plan, change, reason, by=by, at=at)
    hand_over_plan(records, kept, at=at)
    _tell(records, amended, change, reason, version=kept.version, by=by, at=at)


def _keep_version(
    records: Records, plan: Plan, change: str, reason: str, *, by: Person, at: datetime
) -> PlanVersion:
    version = planning.newest_version(records, plan.id) + 1
    line = {name: _PLAIN.get(type(value), _same)(value) for name, value in plan.model_dump().items()}
    kept = PlanVersion(
        plan_id=plan.id,
        version=version,
        year=plan.year,
        change=change,
        reason=reason,
        line=line,
        at=at,
        by=by.id,
    )
    records.add(kept)
    return kept


def _same(value: Any) -> Any:
    return value


_PLAIN: Mapping[type, Callable[[Any], Any]] = {date: date.isoformat}


def _tell(
    records: Records, amended: _Amended, change: str, reason: str, *, version: int, by: Person, at: datetime
) -> None:
    plan = amended.plan
    message = PlanAmended(
        year=plan.year,
        plan=plan.id,
        name=plan.name,
        change=change,
        reason=reason,
        first_day=plan.first_day,
        last_day=plan.last_day,
        by=by.name,
    )
    key = f"plan_amended:{plan.id}:{version}"
    tell_liaisons(records, [*amended.departments, JOINT_OFFICE], message, key=key, at=at)
