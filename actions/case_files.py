"""案卷: opened when a result becomes public, archived when nothing is open any more, opened again when something comes
later."""

from datetime import datetime, time

from actions.archive_parts.registry import open_ends
from actions.rights import is_allowed, require
from inspection.archives import Outcome, case_number, outcome_of
from inspection.calendar.beijing import BEIJING, beijing_day
from inspection.refusals import AlreadyDone, IllegalStep, Incomplete, NotFound, NotYours
from inspection.rights import NO_DEPARTMENT, Deed
from inspection.roles import Role
from inspection.states import ARCHIVE, ArchiveState, ArchiveStep, InspectionState
from inspection.words import clean_words
from storage import archives, results
from storage.calendars import calendar_of
from storage.store import Records
from storage.tables.archives import CaseFile, CaseReader
from storage.tables.inspections import Inspection
from storage.tables.registers import Person, RegisteredObject, Scheme

READING = (Role.OPERATOR, Role.HEAD, Role.REVIEWER, Role.LIAISON)
"""Of the departments of the scheme; of the joint office they read every file."""


def open_case_file(records: Records, inspection: Inspection, *, at: datetime) -> CaseFile:
    """Gives the inspection its case number, in the moment in which its result becomes public; the locks of scheme and
    inspection are held."""
    scheme = records.get(Scheme, inspection.scheme_id)
    registered = records.get(RegisteredObject, inspection.object_id)
    lead, year = scheme.departments[0], beijing_day(at).year
    file = CaseFile(
        inspection_id=inspection.id,
        scheme_id=scheme.id,
        department=lead,
        year=year,
        number=archives.next_number(records, lead, year),
        object_name=registered.name,
        credit_code=registered.credit_code,
        outcome=outcome_now(records, inspection).value,
        state=ArchiveState.OPEN,
        closed_at=at,
        archive_at=_archived_by_itself(records, at),
    )
    records.add(file)
    records.add(*(CaseReader(inspection_id=inspection.id, department=one) for one in scheme.departments))
    records.journal("archive.open", inspection.id, by=None, at=at, number=number_of(file))
    return file


def reopen_case_file(
    records: Records, inspection_id: str, reason: str, *, by: Person, at: datetime
) -> CaseFile:
    """An operator or the head of the lead department opens an archived file again, with a reason; what was archived
    stays as it is, and the next package is one more version."""
    words = clean_words(reason)
    file = lock_file(records, inspection_id)
    _require_keeper(records, file, by, Deed.REOPEN_ARCHIVE)
    if file.state is not ArchiveState.ARCHIVED:
        raise IllegalStep("archive_not_archived")
    _reopen(records, file, words, by=by, at=at)
    return file


def reopen_for(records: Records, inspection_id: str, reason: str, *, by: Person | None, at: datetime) -> bool:
    """Something came later (a correction, a follow-up): an archived file is open again. For the actions that bring it,
    with a reason that says nothing that only some readers of the file may know; False where there was nothing to
    open."""
    file = records.find(CaseFile, inspection_id)
    if file is None or file.state is not ArchiveState.ARCHIVED:
        return False
    _reopen(records, records.lock(CaseFile, inspection_id), reason, by=by, at=at)
    return True


def _reopen(records: Records, file: CaseFile, reason: str, *, by: Person | None, at: datetime) -> None:
    records.move(ARCHIVE, file, ArchiveStep.REOPEN, by=by.id if by else None, at=at, reason=reason)
    file.reopened_at, file.reopened_by, file.reopen_reason = at, by.id if by else None, reason
    file.archive_at = _archived_by_itself(records, at)


def require_archivable(
    records: Records, file: CaseFile, inspection: Inspection, *, by: Person | None
) -> None:
    """Whether this file can be archived now by this operator of the lead department; `by` None is the rule."""
    if by is not None:
        _require_keeper(records, file, by, Deed.ARCHIVE)
    if file.state is ArchiveState.ARCHIVED and file.archived_at is not None:
        raise AlreadyDone(what="done_archived", done_at=file.archived_at)
    if inspection.state is not InspectionState.CLOSED:
        raise IllegalStep
    waiting = open_ends(records, inspection)
    if waiting:
        raise Incomplete("archive_open_ends", number=waiting)


def readable_file(records: Records, inspection_id: str, reader: Person) -> CaseFile:
    """The file, for whoever may read it; one that is not there and one of others are refused in the same words."""
    file = records.find(CaseFile, inspection_id)
    if file is None or not may_read(records, file, reader):
        raise NotYours("archive_not_yours")
    return file


def may_read(records: Records, file: CaseFile, reader: Person) -> bool:
    """Operators, heads, reviewers and liaisons of the departments of the scheme and of the joint office; auditors."""
    if not reader.is_active:
        return False
    of_it, level = archives.readers(records, file.inspection_id), _level_of(records, file)
    return any(is_allowed(Deed.READ_ARCHIVE, reader, of=one, in_=level) for one in (NO_DEPARTMENT, *of_it))


def reads_all(reader: Person) -> bool:
    """The prefecture's joint office, which puts the year together (notice 二㈤), and its auditors."""
    return is_allowed(Deed.READ_ARCHIVE, reader, of=NO_DEPARTMENT)


def reads_level(reader: Person) -> bool:
    """The same of a county: its joint office and its auditors see every department's files of the county's schemes."""
    return is_allowed(Deed.READ_ARCHIVE, reader, of=NO_DEPARTMENT, in_=reader.district)


def reads_own(reader: Person) -> bool:
    return is_allowed(Deed.READ_ARCHIVE, reader)


def may_read_restricted(reader: Person, department: str) -> bool:
    """Grounds of leave: the head of the officer's own department, who decides on them, and the auditor."""
    return not department or is_allowed(Deed.READ_GROUNDS, reader, of=department, in_=reader.district)


def may_see_looks(file: CaseFile, reader: Person) -> bool:
    """Who has looked is shown to the head of the department that keeps the file, and to auditors."""
    return is_allowed(Deed.READ_GROUNDS, reader, of=file.department, in_=reader.district)


def may_archive(records: Records, file: CaseFile, reader: Person) -> bool:
    return is_allowed(Deed.ARCHIVE, reader, of=file.department, in_=_level_of(records, file))


def may_reopen(records: Records, file: CaseFile, reader: Person) -> bool:
    return is_allowed(Deed.REOPEN_ARCHIVE, reader, of=file.department, in_=_level_of(records, file))


def _level_of(records: Records, file: CaseFile) -> str:
    return records.get(Scheme, file.scheme_id).district


def lock_file(records: Records, inspection_id: str) -> CaseFile:
    try:
        return records.lock(CaseFile, inspection_id)
    except NotFound as unknown:
        raise NotYours("archive_not_yours") from unknown


def number_of(file: CaseFile) -> str:
    return case_number(file.department, file.year, file.number)


def outcome_now(records: Records, inspection: Inspection) -> Outcome:
    """By the findings and transfers as they stand."""
    categories = [one.category for one in results.findings(records, inspection.id).values()]
    return outcome_of(categories, is_transferred=bool(results.transfers(records, inspection.id)))


def _archived_by_itself(records: Records, at: datetime) -> datetime:
    """When the day begins on which a file that nobody has archived is archived by the rule."""
    days = archives.standing_rules(records).working_days
    day = calendar_of(records).working_days_after(beijing_day(at), days)
    return datetime.combine(day, time.min, BEIJING)


def _require_keeper(records: Records, file: CaseFile, person: Person, deed: Deed) -> None:
    """Who may not even read it hears what is said of one that is not there."""
    if not may_read(records, file, person):
        raise NotYours("archive_not_yours")
    require(deed, person, of=file.department, in_=_level_of(records, file))
