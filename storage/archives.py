"""Case files, their packages and the rules for both; who has looked into a file."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import col

from inspection.archives import ArchiveRules, IndexLine, read_rules
from inspection.departments import PREFECTURE, is_within, level_of
from inspection.states import ArchiveState
from storage.beginnings import begins
from storage.once import add_once
from storage.store import Records
from storage.tables.archives import (
    ArchivePackage,
    ArchivePart,
    ArchiveRuleVersion,
    CaseCounter,
    CaseFile,
    CaseReader,
)
from storage.tables.deadlines import Deadline
from storage.tables.exchange import ForeignBatch
from storage.tables.inspections import (
    Assignment,
    CheckIn,
    DepartmentReview,
    Inspection,
    JournalLine,
    LeaveRequest,
    Selection,
)
from storage.tables.registers import Person, Scheme
from storage.tables.schemes import Briefing, Countersignature

BUILT_IN = Path(__file__).parent / "archive_rules.toml"
LOOKED = "archive.look"


def look_subject(inspection_id: str) -> str:
    """Under what the journal keeps who has looked into a file."""
    return f"archive:{inspection_id}"


# --- Rules ------------------------------------------------------------------------------------------------------------


@cache
def _read(text: str) -> ArchiveRules:
    return read_rules(text)


def rules_text(records: Records) -> tuple[int, str]:
    """The rules that hold, as TOML, with their version; 0 while nobody has loaded others than the built-in ones."""
    rows = select(ArchiveRuleVersion).order_by(col(ArchiveRuleVersion.version).desc()).limit(1)
    newest = records.session.execute(rows).scalar()
    return (newest.version, newest.rules) if newest else (0, BUILT_IN.read_text(encoding="utf-8"))


def standing_rules(records: Records) -> ArchiveRules:
    return _read(rules_text(records)[1])


def keep_rules(records: Records, text: str, *, at: datetime) -> tuple[int, bool]:
    """Keeps a text that `read_rules` has taken as the next version; the same text as now makes none."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    version, standing = rules_text(records)
    if version and hashlib.sha256(standing.encode()).hexdigest() == digest:
        return version, False
    records.add(ArchiveRuleVersion(version=version + 1, rules=text, digest=digest, loaded_at=at))
    return version + 1, True


# --- Files ------------------------------------------------------------------------------------------------------------


COUNTED_TO = 2_000
"""So many files of a search are counted, and can be leafed through; who looks for older ones says what for."""


def next_number(records: Records, department: str, year: int) -> int:
    """The next case number of a department in a year; held until the transaction ends, so that none is given twice."""
    key = {"department": department, "year": year}
    add_once(records, CaseCounter, [{**key, "last": 0}], key=("department", "year"))
    counter = records.lock(CaseCounter, (department, year))
    counter.last += 1
    return counter.last


@dataclass(frozen=True)
class Search:
    """What somebody looks for; an empty field asks nothing. `text` is part of the firm's name, the beginning of its
    code, or a case number as it is written."""

    text: str = ""
    year: int | None = None
    outcome: str = ""
    state: str = ""


def find_files(
    records: Records, search: Search, *, department: str | None, district: str, skip: int, limit: int
) -> tuple[list[CaseFile], int]:
    """Newest first, with how many there are, counted up to one more than `COUNTED_TO`. `department` None is whoever
    reads those of all; `district` is the level of the reader: a county's are the county's own."""
    wanted = [*_wanted(search)]
    rows = select(CaseFile).where(*wanted)
    if department is not None:
        rows = rows.join(CaseReader, col(CaseReader.inspection_id) == col(CaseFile.inspection_id)).where(
            col(CaseReader.department) == department
        )
    if not is_within(PREFECTURE, district):
        rows = rows.join(Scheme, col(Scheme.id) == col(CaseFile.scheme_id)).where(
            col(Scheme.district) == level_of(district)
        )
    some = rows.with_only_columns(col(CaseFile.inspection_id)).limit(COUNTED_TO + 1).subquery()
    number = records.session.execute(select(func.count()).select_from(some)).scalar_one()
    ordered = rows.order_by(col(CaseFile.closed_at).desc(), col(CaseFile.inspection_id).desc())
    return list(records.session.execute(ordered.offset(skip).limit(limit)).scalars()), number


def _wanted(search: Search) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if search.text:
        code = search.text.upper().replace(" ", "")
        said = [
            col(CaseFile.object_name).contains(search.text, autoescape=True),
            col(CaseFile.credit_code).startswith(code, autoescape=True),
        ]
        department, _, rest = search.text.strip().lower().rpartition("-")
        name, _, year = department.rpartition("-")
        if _is_number(rest) and _is_number(year):
            said.append(
                (col(CaseFile.department) == name)
                & (col(CaseFile.year) == int(year))
                & (col(CaseFile.number) == int(rest))
            )
        wanted.append(or_(*said))
    if search.year is not None:
        wanted.append(col(CaseFile.year) == search.year)
    if search.outcome:
        wanted.append(col(CaseFile.outcome) == search.outcome)
    if search.state in {one.value for one in ArchiveState}:
        wanted.append(col(CaseFile.state) == ArchiveState(search.state))
    return wanted


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9


def years(records: Records) -> list[int]:
    """In which files were closed, the newest first."""
    rows = select(col(CaseCounter.year)).distinct().order_by(col(CaseCounter.year).desc())
    return list(records.session.execute(rows).scalars())


def readers(records: Records, inspection_id: str) -> set[str]:
    rows = select(col(CaseReader.department)).where(col(CaseReader.inspection_id) == inspection_id)
    return set(records.session.execute(rows).scalars())


def due_for_archiving(records: Records, *, at: datetime, limit: int) -> list[str]:
    """Files whose time has come, the longest due first."""
    rows = (
        select(col(CaseFile.inspection_id))
        .where(
            col(CaseFile.state).in_((ArchiveState.OPEN, ArchiveState.REOPENED)),
            col(CaseFile.archive_at) <= at,
        )
        .order_by(col(CaseFile.archive_at), col(CaseFile.inspection_id))
        .limit(limit)
    )
    return list(records.session.execute(rows).scalars())


# --- Packages ---------------------------------------------------------------------------------------------------------


def packages(records: Records, inspection_id: str) -> list[ArchivePackage]:
    """Every package of a file, newest first."""
    rows = select(ArchivePackage).where(col(ArchivePackage.inspection_id) == inspection_id)
    return list(records.session.execute(rows.order_by(col(ArchivePackage.version).desc())).scalars())


def parts(records: Records, inspection_id: str, version: int) -> list[ArchivePart]:
    """The index of one package, in its order; number 0 is the printed index itself."""
    rows = select(ArchivePart).where(
        col(ArchivePart.inspection_id) == inspection_id, col(ArchivePart.version) == version
    )
    return list(records.session.execute(rows.order_by(col(ArchivePart.number))).scalars())


def keep_parts(records: Records, inspection_id: str, version: int, lines: Sequence[IndexLine]) -> None:
    names = [field.name for field in fields(IndexLine)]
    records.add(
        *(
            ArchivePart(
                inspection_id=inspection_id, version=version, **{name: getattr(line, name) for name in names}
            )
            for line in lines
        )
    )


# --- What belongs into a file -----------------------------------------------------------------------------------------


def all_assignments(records: Records, inspection_id: str) -> list[tuple[Assignment, Person]]:
    """Everybody who ever sat in this team, by seat and turn."""
    rows = (
        select(Assignment, Person)
        .join(Person, col(Person.id) == col(Assignment.person_id))
        .where(col(Assignment.inspection_id) == inspection_id)
        .order_by(col(Assignment.seat_id), col(Assignment.drawn_at), col(Assignment.id))
    )
    return [(assignment, person) for assignment, person in records.session.execute(rows)]


def leave_requests(records: Records, inspection_id: str) -> list[tuple[LeaveRequest, Assignment, Person]]:
    rows = (
        select(LeaveRequest, Assignment, Person)
        .join(Assignment, col(Assignment.id) == col(LeaveRequest.assignment_id))
        .join(Person, col(Person.id) == col(Assignment.person_id))
        .where(col(Assignment.inspection_id) == inspection_id)
        .order_by(col(LeaveRequest.filed_at), col(LeaveRequest.id))
    )
    return [(request, assignment, person) for request, assignment, person in records.session.execute(rows)]


def countersignatures(records: Records, scheme_id: str) -> list[Countersignature]:
    """Of every submission of a scheme, by id."""
    rows = select(Countersignature).where(col(Countersignature.scheme_id) == scheme_id)
    return list(records.session.execute(rows.order_by(col(Countersignature.id))).scalars())


def briefings(records: Records, inspection_id: str) -> list[Briefing]:
    """Of every member, the oldest first."""
    rows = select(Briefing).where(col(Briefing.inspection_id) == inspection_id)
    return list(records.session.execute(rows.order_by(col(Briefing.sent_at), col(Briefing.id))).scalars())


def department_reviews(records: Records, inspection_id: str) -> list[DepartmentReview]:
    rows = select(DepartmentReview).where(col(DepartmentReview.inspection_id) == inspection_id)
    return list(records.session.execute(rows.order_by(col(DepartmentReview.id))).scalars())


def foreign_batch(records: Records, selection_id: str) -> ForeignBatch | None:
    """What another platform had drawn, where a selection came from one."""
    selection = records.get(Selection, selection_id)
    found = records.find(ForeignBatch, (selection.platform, selection.batch)) if selection.batch else None
    return found if found is not None and found.selection_id == selection_id else None


def check_ins(records: Records, inspection_id: str) -> list[CheckIn]:
    rows = select(CheckIn).where(col(CheckIn.inspection_id) == inspection_id)
    return list(records.session.execute(rows.order_by(col(CheckIn.at), col(CheckIn.person_id))).scalars())


def journal_of(records: Records, inspection: Inspection) -> list[JournalLine]:
    """All that the journal holds of one inspection, of its parts and of its clocks; oldest first."""
    clocks = select(col(Deadline.id)).where(col(Deadline.inspection_id) == inspection.id)
    numbers = [str(one) for one in records.session.execute(clocks).scalars()]
    below = begins(records, JournalLine.subject, f"{inspection.id}/")
    found = [*_lines(records, col(JournalLine.subject) == inspection.id), *_lines(records, below)]
    is_clock = col(JournalLine.subject).in_(numbers) & col(JournalLine.verb).startswith("deadline.")
    found += _lines(records, is_clock) if numbers else []
    return sorted(found, key=lambda line: line.id or 0)


def _lines(records: Records, which: ColumnElement[bool]) -> list[JournalLine]:
    return list(records.session.execute(select(JournalLine).where(which)).scalars())


def looks(records: Records, inspection_id: str, *, limit: int) -> list[JournalLine]:
    """Who has looked into a file, made, checked or taken out a package of it; newest first."""
    rows = (
        select(JournalLine)
        .where(col(JournalLine.subject) == look_subject(inspection_id))
        .order_by(col(JournalLine.id).desc())
        .limit(limit)
    )
    return list(records.session.execute(rows).scalars())


def names(records: Records, ids: Collection[str | None]) -> dict[str, str]:
    """Names by person id."""
    wanted = {one for one in ids if one}
    rows = select(col(Person.id), col(Person.name)).where(col(Person.id).in_(wanted))
    return dict(records.session.execute(rows).all()) if wanted else {}


def number_unarchived(records: Records, department: str, district: str = PREFECTURE) -> int:
    """Files that this department keeps at this level or below it, or all departments where it is empty, and that are
    still to be archived."""
    open_states = tuple(state for state in ArchiveState if state is not ArchiveState.ARCHIVED)
    rows = select(func.count()).where(col(CaseFile.state).in_(open_states))
    if not is_within(PREFECTURE, district):
        led = select(col(Scheme.id)).where(col(Scheme.district) == level_of(district))
        rows = rows.where(col(CaseFile.scheme_id).in_(led))
    if department:
        rows = rows.where(col(CaseFile.department) == department)
    return int(records.session.execute(rows).scalar_one())
