"""A department files its lines, from a spreadsheet or one by one from a form, until the plan is published."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from actions.deadlines import end_deadline
from actions.planning import (
    filing_of,
    filing_subject,
    open_year,
    require_joint_office,
    require_liaison,
    start_filing_clock,
    tell_liaisons,
)
from actions.telling import tell
from inspection.deadlines.rules import RuleName
from inspection.departments import PREFECTURE
from inspection.refusals import AlreadyDone, IllegalStep, Incomplete, NotYours, Unacceptable
from inspection.registration.problems import RowProblem
from inspection.registration.registers import PLAN_LINES, STRATUM_FIELDS
from inspection.registration.report import in_reading_order
from inspection.registration.rows import GoodRow, Values, read_rows
from inspection.registration.sheets import Cell, Sheet, SheetRow
from inspection.roles import Role
from inspection.states import (
    PLAN_FILING,
    PLAN_LINE,
    PlanFilingState,
    PlanFilingStep,
    PlanLineState,
    PlanLineStep,
)
from inspection.words import clean_words
from notifications.messages.planning import PlanFiled, PlanReturned
from storage import people, planning
from storage.spreadsheets import FolderContents, read_filed, read_filed_bytes
from storage.store import Records
from storage.tables.planning import PlanFiling, PlanLine
from storage.tables.registers import Person

WORDS_LIMIT = 500
_KIND_OF_OBJECT = "object_kind"


@dataclass(frozen=True)
class FiledLines:
    """What came of a spreadsheet: how many lines are new or changed, or all for which nothing of it was taken."""

    new: int = 0
    changed: int = 0
    problems: tuple[RowProblem, ...] = ()

    @property
    def is_taken(self) -> bool:
        return not any(one.is_error for one in self.problems)


@dataclass(frozen=True)
class ReadLine:
    """One line from a form: its values, or what is wrong with them."""

    values: Values | None
    problems: tuple[RowProblem, ...]


# --- Reading --------------------------------------------------------------------------------------------------------


def read_line(records: Records, form: Mapping[str, str]) -> ReadLine:
    """Reads the fields of a form as the cells of a spreadsheet are read; several values stand with `、` between."""
    cells = {name: Cell("", text.strip()) for name, text in form.items() if text.strip()}
    sheet = Sheet("", "", PLAN_LINES.id, {}, (SheetRow(0, cells),))
    good, problems = _checked(records, FolderContents(sheets=[sheet]))
    is_whole = good and not any(one.is_error for one in problems)
    return ReadLine(good[0].values if is_whole else None, problems)


def _checked(
    records: Records, contents: FolderContents
) -> tuple[tuple[GoodRow, ...], tuple[RowProblem, ...]]:
    read = read_rows(contents.sheets)
    known = planning.items(records)
    missing = [
        row.problem("items", "plan_item_inactive", value=id)
        for row in read.good
        for id in row.values["items"]
        if id not in known or not known[id].is_active
    ]
    return read.good, in_reading_order([*contents.problems, *read.problems, *missing])


# --- Filing ---------------------------------------------------------------------------------------------------------


def file_spreadsheet(records: Records, year: int, path: Path, *, by: Person, at: datetime) -> FiledLines:
    """The lines of a file for the department of `by`, and with them the filing: all of them, or none when a single
    cell is wrong. A line of the same name is changed, others stay as they are."""
    return _file_contents(records, year, read_filed(path, PLAN_LINES), by=by, at=at)


def file_upload(
    records: Records, year: int, name: str, content: bytes, *, by: Person, at: datetime
) -> FiledLines:
    """The same of a file that was sent; the lines are kept and not filed yet."""
    contents = read_filed_bytes(name, content, PLAN_LINES)
    return _file_contents(records, year, contents, by=by, at=at, is_filed=False)


def _file_contents(
    records: Records, year: int, contents: FolderContents, *, by: Person, at: datetime, is_filed: bool = True
) -> FiledLines:
    _open_filing(records, year, by)
    good, problems = _checked(records, contents)
    if any(one.is_error for one in problems):
        return FiledLines(problems=problems)
    named = {one.name: one for one in _own_lines(records, year, by.department)}
    new = changed = 0
    for row in good:
        found = named.get(row.values["name"])
        put_line(records, year, row.values, line_id=found.id if found else None, by=by, at=at)
        new, changed = new + (found is None), changed + (found is not None)
    if is_filed and filing_of(records, year, by.department).state is not PlanFilingState.FILED:
        file_plan(records, year, by=by, at=at)
    return FiledLines(new, changed, problems)


def put_line(
    records: Records, year: int, values: Values, *, line_id: str | None = None, by: Person, at: datetime
) -> PlanLine:
    """A new line of the department of `by`, or another reading of one of its lines. Refuses a second of the same name
    and a line that stands in a joint one."""
    _open_filing(records, year, by)
    if any(
        one.name == values["name"] and one.id != line_id for one in _own_lines(records, year, by.department)
    ):
        raise Unacceptable("plan_name_twice", name=values["name"])
    if by.department in values["joining"]:
        raise Unacceptable("plan_joins_itself", department=by.department)
    fields = line_fields(values)
    if line_id is None:
        id = planning.next_line_id(records, year, by.department)
        line = new_line(id, year, by.department, fields)
        records.add(line)
        records.journal("plan_line.add", id, by=by.id, at=at)
        return line
    line = _own_line(records, line_id, by)
    before = {
        name: _plain(getattr(line, name)) for name, value in fields.items() if getattr(line, name) != value
    }
    for name, value in fields.items():
        setattr(line, name, value)
    if before:
        records.journal("plan_line.change", line.id, by=by.id, at=at, before=before)
    return line


def drop_line(records: Records, line_id: str, *, by: Person, at: datetime) -> PlanLine:
    """The department takes a line back; its number is not used again."""
    line = _own_line(records, line_id, by)
    _open_filing(records, line.year, by)
    records.move(PLAN_LINE, line, PlanLineStep.DROP, by=by.id, at=at)
    return line


def file_plan(
    records: Records, year: int, *, by: Person, at: datetime, is_empty_meant: bool = False
) -> PlanFiling:
    """The department files what stands there, and its clock ends; its head is told. Without a single line only when
    just that is meant."""
    filing = _open_filing(records, year, by)
    if filing.state is PlanFilingState.FILED:
        assert filing.filed_at is not None
        raise AlreadyDone(what="done_plan_filed", done_at=filing.filed_at)
    lines = _own_lines(records, year, by.department)
    if not lines and not is_empty_meant:
        raise Incomplete("plan_no_lines", year=year)
    records.move(PLAN_FILING, filing, PlanFilingStep.FILE, by=by.id, at=at, lines=len(lines))
    filing.filed_at, filing.filed_by, filing.words = at, by.id, ""
    subject = filing_subject(year, by.department)
    end_deadline(records, RuleName.PLAN_SUBMISSION, subject, at=at, by=by)
    message = PlanFiled(
        year=year, department=by.department, lines=tuple(one.name for one in lines), by=by.name
    )
    for head in people.with_role(records, Role.HEAD, by.department, PREFECTURE):
        key = f"plan_filed:{filing.id}:{at.isoformat()}:{head.id}"
        tell(records, head.id, message, key=key, at=at)
    return filing


def return_filing(
    records: Records, year: int, department: str, words: str, *, by: Person, at: datetime
) -> PlanFiling:
    """The joint office sends a filing back with words; the clock runs again. Refuses while a line of it is joined."""
    require_joint_office(by)
    open_year(records, year)
    filing = records.lock(PlanFiling, f"{year}-{department}")
    said = clean_words(words, WORDS_LIMIT)
    if planning.lines(records, year, [PlanLineState.JOINED], department):
        raise IllegalStep("plan_lines_joined", department=department)
    records.move(PLAN_FILING, filing, PlanFilingStep.RETURN, by=by.id, at=at)
    filing.words = said
    due = start_filing_clock(records, year, department, at=at)
    message = PlanReturned(year=year, words=said, by=by.name, due=due)
    tell_liaisons(records, [department], message, key=f"plan_returned:{filing.id}:{at.isoformat()}", at=at)
    return filing


# --- A line ---------------------------------------------------------------------------------------------------------


def line_fields(values: Values) -> dict[str, Any]:
    """The fields of a `PlanLine` that a department writes."""
    names = {**{name: name for name in STRATUM_FIELDS}, "kind": _KIND_OF_OBJECT}
    where = {name: values[given] for name, given in names.items() if values.get(given)}
    asked = {"ratio": values["ratio"]} if values["ratio"] is not None else {"count": values["about_count"]}
    return {
        "name": values["name"],
        "kind": values["kind"],
        "joining": values["joining"],
        "items": values["items"],
        "object_range": values["object_range"],
        "rows": [{"name": values["name"], "where": where, **asked}],
        "frequency": f"每年{values['times']}次",
        "times": values["times"],
        "about_count": values["about_count"],
        "level": values["level"],
        "districts": values["districts"],
        "first_day": values["first_day"],
        "last_day": values["last_day"],
    }


def new_line(id: str, year: int, department: str, fields: Mapping[str, Any]) -> PlanLine:
    """A line at the beginning of its life."""
    state = PLAN_LINE.initial
    assert isinstance(state, PlanLineState)
    return PlanLine(id=id, year=year, department=department, state=state, **fields)


def own_lines(records: Records, year: int, department: str) -> list[PlanLine]:
    """The lines that a department has standing, those in joint lines too."""
    return planning.lines(records, year, [PlanLineState.PROPOSED, PlanLineState.JOINED], department)


def _own_lines(records: Records, year: int, department: str) -> list[PlanLine]:
    """Without the joint ones that this department leads: those are the office's."""
    return [one for one in own_lines(records, year, department) if not one.parts]


def _own_line(records: Records, line_id: str, by: Person) -> PlanLine:
    require_liaison(by)
    line = records.lock(PlanLine, line_id)
    if line.department != by.department or line.parts:
        raise NotYours
    if line.state is PlanLineState.JOINED:
        raise IllegalStep("plan_line_joined", name=line.name)
    if line.state is not PlanLineState.PROPOSED:
        raise IllegalStep
    return line


def _open_filing(records: Records, year: int, by: Person) -> PlanFiling:
    require_liaison(by)
    open_year(records, year)
    filing = filing_of(records, year, by.department)
    if filing.state is PlanFilingState.MERGED:
        raise IllegalStep("plan_is_published", year=year)
    return filing


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
