"""Loading the registers with a look first: differences are shown, accepted, and may wait for a day."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from actions.load_registers import LoadOrder, load_contents
from actions.telling import tell
from inspection.calendar.beijing import BEIJING, beijing_day
from inspection.departments import DEPARTMENTS, is_within
from inspection.refusals import NotYours, Refusal, Unacceptable
from inspection.registration.changes import VERSIONED
from inspection.registration.problems import RowProblem, Severity
from inspection.registration.report import LoadReport
from inspection.registration.rights import Keeper, keeper_of
from inspection.states import REGISTER_LOAD, RegisterLoadState, RegisterLoadStep
from notifications.messages.registers import RegisterLoadDone, RegisterLoadFailed, RegisterNews
from storage import due
from storage import register_history as history
from storage import register_loads as kept
from storage.large_lists import LARGE_FROM
from storage.register_files import pack_files, unpacked
from storage.spreadsheets import FolderContents, read_folder
from storage.store import Records
from storage.tables.messaging import DueWork
from storage.tables.register_history import RegisterLoad
from storage.tables.registers import Person

Seen = TypeVar("Seen")
REGISTER_LOAD_DUE = "register_load"


class _TakenBack(Exception):
    """A look is over: nothing of it stays."""


def keeper_for(records: Records, person_id: str) -> Keeper:
    """For which department this person keeps registers; refuses `keeps_no_registers`."""
    person = records.get(Person, person_id)
    keeper = keeper_of(person.department, person.roles, person.district) if person.is_active else None
    if keeper is None:
        raise NotYours("keeps_no_registers")
    return keeper


def order_of(
    records: Records,
    *,
    at: datetime,
    by: str | None,
    complete: bool = False,
    departments: Sequence[str] = (),
    effective_from: date | None = None,
    strict: bool = False,
) -> LoadOrder:
    """How a load by this person is meant; None is the installation itself, which may change everything. A complete
    list is the whole register of the named departments, of all that this person keeps where none is named."""
    keeper = keeper_for(records, by) if by is not None else None
    whole: tuple[str, ...] = ()
    if complete:
        own = tuple(DEPARTMENTS) if keeper is None or keeper.is_joint_office else (keeper.department,)
        whole = tuple(departments) or own
        if not set(whole) <= set(own) or not (keeper is None or keeper.is_prefecture):
            raise NotYours("not_your_department")
    return LoadOrder(
        at=at, by=by, keeper=keeper, strict=strict, complete_for=whole, effective_from=effective_from
    )


def read_registers(path: Path, order: LoadOrder | None = None) -> FolderContents:
    """What of a folder or a file belongs to the registers; plans, schemes and checklists are pointed out and left. A
    very large list of objects is left in its file, unless rows must be sorted out by who keeps them."""
    is_whole = order is None or order.keeper is None or order.keeper.is_joint_office
    contents = read_folder(path, large_from=LARGE_FROM if is_whole else None)
    others = [sheet for sheet in contents.sheets if sheet.register not in VERSIONED]
    for sheet in others:
        facts = {"register": sheet.register}
        problem = RowProblem(sheet.file, sheet.name, 0, "", "", "no_register", Severity.WARNING, facts)
        contents.problems.append(problem)
    for form in contents.forms:
        facts = {"register": "checklists"}
        contents.problems.append(RowProblem(form.name, "", 0, "", "", "no_register", Severity.WARNING, facts))
    contents.sheets = [sheet for sheet in contents.sheets if sheet.register in VERSIONED]
    contents.forms = []
    return contents


def look_at(
    records: Records, contents: FolderContents, order: LoadOrder, look: Callable[[LoadReport], Seen]
) -> Seen:
    """What a load would do, as `look` reads it out of the report and the records; afterwards nothing has happened."""
    seen: list[Seen] = []
    try:
        with records.attempt():
            seen.append(look(load_contents(records, contents, order)))
            raise _TakenBack
    except _TakenBack:
        return seen[0]


def propose_load(
    records: Records,
    files: Sequence[tuple[str, bytes]],
    *,
    by: str | None,
    at: datetime,
    effective_from: date | None = None,
    complete: bool = False,
    departments: Sequence[str] = (),
) -> RegisterLoad:
    """Keeps the files until somebody has looked at what they would do (`accept_load`, `withdraw_load`)."""
    order = order_of(records, at=at, by=by, complete=complete, departments=departments)
    content = pack_files(files)
    load = RegisterLoad(
        state=RegisterLoadState.PROPOSED,
        file_name="、".join(name for name, _ in files)[:200],
        content=content,
        digest=sha256(content).hexdigest(),
        effective_from=effective_from or beijing_day(at),
        is_complete=complete,
        departments=list(order.complete_for),
        seen=history.newest_numbers(records),
        filed_at=at,
        filed_by=by,
    )
    records.add(load)
    records.journal("registers.proposed", str(load.id), by=by, at=at, digest=load.digest)
    return load


def accept_load(records: Records, load_id: int, *, by: str | None, at: datetime) -> RegisterLoad:
    """From its day on it holds: today's at once, a later one by due work. Refuses `register_moved` where a register
    has changed since the differences were shown."""
    load = _own(records, load_id, by)
    history.take_turn(records)
    if load.state is RegisterLoadState.PROPOSED and load.seen != history.newest_numbers(records):
        raise Unacceptable("register_moved")
    records.move(REGISTER_LOAD, load, RegisterLoadStep.ACCEPT, by=by, at=at)
    if load.effective_from <= beijing_day(at):
        _take_effect(records, load, at=at)
    else:
        due_at = datetime.combine(load.effective_from, datetime.min.time(), BEIJING)
        due.plan(records, kind=REGISTER_LOAD_DUE, subject=str(load.id), due_at=due_at)
    return load


def withdraw_load(records: Records, load_id: int, *, by: str | None, at: datetime) -> RegisterLoad:
    """Before its day has come; by whoever filed it, the own department, or the joint office."""
    load = _own(records, load_id, by)
    records.move(REGISTER_LOAD, load, RegisterLoadStep.WITHDRAW, by=by, at=at)
    due.cancel(records, str(load.id), at=at, kind=REGISTER_LOAD_DUE)
    return load


def do_waiting_load(records: Records, work: DueWork, *, at: datetime) -> None:
    """Its day has come. What stands in the way is told to whoever filed it, and nothing of the load is taken."""
    load = records.lock(RegisterLoad, int(work.subject))
    if load.state is not RegisterLoadState.WAITING:
        return
    try:
        with records.attempt():
            _take_effect(records, load, at=at)
    except Refusal as refusal:
        load = records.lock(RegisterLoad, int(work.subject))
        load.outcome = "not_allowed" if isinstance(refusal, NotYours) else "nothing_loaded"
        records.move(REGISTER_LOAD, load, RegisterLoadStep.FAIL, by=None, at=at, why=load.outcome)
        _tell_filer(records, load, RegisterLoadFailed(load.id or 0, load.file_name, load.outcome), at=at)


def load_report(
    records: Records, load: RegisterLoad, *, at: datetime, look: Callable[[LoadReport], Seen]
) -> Seen:
    """What a load that was not accepted yet would do now."""
    order = _order_for(records, load, at=at)
    with unpacked(load.content) as folder:
        return look_at(records, read_registers(folder, order), order, look)


def _take_effect(records: Records, load: RegisterLoad, *, at: datetime) -> None:
    order = replace(_order_for(records, load, at=at), effective_from=load.effective_from)
    with unpacked(load.content) as folder:
        report = load_contents(records, read_registers(folder, order), order)
    lines = tuple(
        RegisterNews(one.register, one.new, one.changed - one.deactivated - one.reactivated,
                     one.deactivated, one.reactivated)
        for one in report.counts if one.new or one.changed
    )  # fmt: skip
    if not lines and report.errors:
        raise Unacceptable("nothing_loaded")
    load.outcome = " ".join(f"{register}:{number}" for register, number in report.versions.items())
    records.move(REGISTER_LOAD, load, RegisterLoadStep.TAKE_EFFECT, by=load.filed_by, at=at)
    if beijing_day(load.filed_at) < load.effective_from:
        rejected = sum(one.rejected for one in report.counts)
        message = RegisterLoadDone(load.id or 0, load.file_name, lines, rejected, load.effective_from)
        _tell_filer(records, load, message, at=at)


def _order_for(records: Records, load: RegisterLoad, *, at: datetime) -> LoadOrder:
    return order_of(records, at=at, by=load.filed_by, complete=load.is_complete, departments=load.departments)


def _tell_filer(
    records: Records, load: RegisterLoad, message: RegisterLoadDone | RegisterLoadFailed, *, at: datetime
) -> None:
    if load.filed_by is not None:
        tell(records, load.filed_by, message, key=f"register_load:{load.id}", at=at)


def _own(records: Records, load_id: int, by: str | None) -> RegisterLoad:
    load = records.lock(RegisterLoad, load_id)
    if by is None or by == load.filed_by:
        return load
    keeper = keeper_for(records, by)
    filer = records.find(Person, load.filed_by) if load.filed_by else None
    if not sees_load_of(keeper, filer):
        raise NotYours
    return load


def sees_load_of(keeper: Keeper, filer: Person | None) -> bool:
    """A load is its department's, at the level of whoever filed it and above; the joint office sees all."""
    if keeper.is_joint_office or filer is None:
        return keeper.is_joint_office
    return filer.department == keeper.department and is_within(filer.district, keeper.district)


def loads_for(records: Records, person_id: str | None) -> list[RegisterLoad]:
    """Those that are looked at or wait, the newest first; of a department its own, for the joint office all."""
    found = kept.open_loads(records)
    if person_id is None:
        return found
    keeper = keeper_for(records, person_id)
    filers = {one.filed_by: records.find(Person, one.filed_by) for one in found if one.filed_by}
    own = {id for id, person in filers.items() if sees_load_of(keeper, person)}
    return [one for one in found if keeper.is_joint_office or one.filed_by in own]
