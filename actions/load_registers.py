"""Load the registers of a folder: items, objects, people, checklists, plans and schemes.

Everything is read and checked before the first row is written, so that a strict load can stop without a trace.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from actions.accounts import cut_off
from actions.approvals import settle_loaded_schemes
from actions.large_load import LargeLoad
from actions.listed_clues import register_listed_clues
from actions.register_versions import keepers_in, record_version
from inspection.calendar.beijing import beijing_day
from inspection.departments import EXPERTS, PREFECTURE, PUBLIC
from inspection.forms.form_sheets import FormFile
from inspection.forms.read_form import ReadForm
from inspection.forms.reading import read_checklist
from inspection.registration import references
from inspection.registration.changes import CLOSED_BY_ABSENCE, VERSIONED, ChangeKind, change_kind, keepers
from inspection.registration.people import outsiders_of, people_of
from inspection.registration.problems import RowProblem, Severity
from inspection.registration.references import Known
from inspection.registration.registers import REGISTERS
from inspection.registration.report import LoadReport, RegisterCount, in_reading_order
from inspection.registration.rights import Keeper, denial
from inspection.registration.rows import GoodRow, ReadRows, Values, read_rows, stratum_of
from inspection.roles import Role
from storage import register_history as history
from storage import registers as stored
from storage.large_lists import LARGE_FROM, Progress
from storage.register_rows import all_rows, rows_by_first
from storage.registers import Written
from storage.spreadsheets import FolderContents, read_folder
from storage.store import Records
from storage.tables.clues import SpecialField
from storage.tables.registers import (
    Absence,
    DeclaredInterest,
    Expert,
    InspectionItem,
    Inspector,
    Person,
    Plan,
    RegisterLabel,
)
from storage.tables.supervision import RiskIndicator

Check = Callable[[GoodRow, Known], list[RowProblem]]


@dataclass
class _Load:
    """What is known so far: per register the rows that hold, and everything that was found wrong."""

    known: Known
    rows: dict[str, list[Values]] = field(default_factory=dict)
    checklists: list[ReadForm] = field(default_factory=list)
    problems: dict[str, list[RowProblem]] = field(default_factory=dict)
    rejected: Counter[str] = field(default_factory=Counter)
    present: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class LoadOrder:
    """How a load is meant. `by` is the id of the person who loads, None for the installation itself; with a `keeper`
    only the rows are taken that this keeper may change. `complete_for` names the departments whose whole list the
    files are said to be: what is missing in them is deactivated. `effective_from` is the first day of the versions.
    """

    at: datetime
    by: str | None = None
    keeper: Keeper | None = None
    strict: bool = False
    complete_for: tuple[str, ...] = ()
    effective_from: date | None = None
    progress: Progress | None = None


def load_folder(
    records: Records,
    folder: Path,
    *,
    at: datetime,
    by: str | None = None,
    strict: bool = False,
    progress: Progress | None = None,
) -> LoadReport:
    """Loads every good row of the folder's spreadsheets; with `strict` none when any row has an error.

    Loading the same folder twice changes nothing. `by` is the id of the person who loads, None for the installation
    itself. What is wrong stands in the report with its place; nothing about a spreadsheet raises.
    """
    order = LoadOrder(at=at, by=by, strict=strict, progress=progress)
    return load_contents(records, read_folder(folder, large_from=LARGE_FROM), order)


def load_contents(records: Records, contents: FolderContents, order: LoadOrder) -> LoadReport:
    """The same for what was read before."""
    history.take_turn(records)
    large = None if contents.large is None else LargeLoad(records, contents.large, order)
    load = _read_and_check(records, contents, order, large)
    problems = in_reading_order(
        [*contents.problems, *(one for found in load.problems.values() for one in found)]
    )
    is_loaded = not (order.strict and any(problem.is_error for problem in problems))
    written = _write(records, load, order) if is_loaded else {}
    if is_loaded:
        filed = written["schemes"].new | written["schemes"].changed
        settle_loaded_schemes(records, sorted(str(key[0]) for key in filed), by=order.by, at=order.at)
    counts = tuple(
        _count(register, load, written.get(register, Written()))
        for register in REGISTERS
        if register in load.present and (register != "strata" or load.rejected[register])
    )
    digests = contents.digests_by_register()
    versions = {
        register: number
        for register, one in written.items()
        if (
            number := record_version(
                records, register, one, load.rows.get(register, []), order, digests.get(register, "")
            )
        )
    }
    if large is not None and is_loaded:
        counts, versions = _with_large(large, counts, versions, digests)
    for count in counts:
        if count.new or count.changed:
            records.journal(
                "registers.loaded",
                count.register,
                by=order.by,
                at=order.at,
                new=count.new,
                changed=count.changed,
            )
    return LoadReport(counts, problems, is_loaded, versions, large.untold if large else 0)


def _with_large(
    large: LargeLoad, counts: tuple[RegisterCount, ...], versions: dict[str, int], digests: Mapping[str, str]
) -> tuple[tuple[RegisterCount, ...], dict[str, int]]:
    """The counts with those of the large list, which is taken only now."""
    done = large.take(digests.get("objects", ""))
    merged = tuple(
        replace(
            one, new=done.new, changed=done.changed, unchanged=done.unchanged,
            deactivated=done.deactivated, reactivated=done.reactivated,
        ) if one.register == "objects" else one
        for one in counts
    )  # fmt: skip
    return merged, versions | ({"objects": done.version} if done.version else {})


def _read_and_check(
    records: Records, contents: FolderContents, order: LoadOrder, large: LargeLoad | None
) -> _Load:
    load = _Load(stored.known_registers(records))
    load.known.today = beijing_day(order.at)
    read: dict[str, ReadRows] = {}
    for register in REGISTERS:
        read[register] = read_rows(sheet for sheet in contents.sheets if sheet.register == register)
        load.problems[register] = list(read[register].problems)
        load.rejected[register] = read[register].rejected + contents.rejected.get(register, 0)
        _keep_own(records, load, register, read, order)
    load.present = {sheet.register for sheet in contents.sheets} | set(contents.rejected)
    if large is not None:
        load.present.add("objects")
        load.problems["objects"] += large.problems
        load.rejected["objects"] += large.rejected
    load.known.objects = _objects_asked_for(records, read, large)
    _take_staff(load, read["staff"])
    load.known.inspectors |= _take(load, "inspectors", read["inspectors"], references.problems_of_inspector)
    _take(load, "experts", read["experts"], references.problems_of_outsider)
    load.known.witnesses |= _take(load, "witnesses", read["witnesses"], references.problems_of_outsider)
    load.known.items |= _take(load, "items", read["items"])
    load.known.owners.update({row["id"]: row["department"] for row in load.rows["items"]})
    load.known.objects |= _take(load, "objects", read["objects"], references.problems_of_object)
    load.problems["objects"] += references.repeated_credit_codes(read["objects"].good)
    _take(load, "labels", read["labels"], references.problems_of_label)
    _take(load, "risks", read["risks"], references.problems_of_risk)
    _take(load, "absences", read["absences"], references.problems_of_absence)
    _take(load, "interests", read["interests"], references.problems_of_interest)
    _take_checklists(load, contents.forms)
    _take(load, "plan", read["plan"], references.problems_of_plan)
    load.known.plans |= {row["id"]: row["district"] for row in load.rows["plan"]}
    _take_schemes(records, load, read["schemes"], read["strata"])
    _take(load, "special_fields", read["special_fields"], references.problems_of_special_field)
    _take(load, "clues", read["clues"], references.problems_of_clue)
    _close_what_is_missing(records, load, read, contents, order)
    return load


def _objects_asked_for(records: Records, read: dict[str, ReadRows], large: LargeLoad | None) -> set[str]:
    """Those objects that other lists name and that there are; all of them would be too many to hold."""
    asked = {row.values["object_id"] for row in read["interests"].good}
    asked |= {row.values["subject_id"] for row in read["labels"].good}
    asked |= {row.values["object_id"] for row in read["risks"].good}
    asked |= {row.values["object_id"] for row in read["clues"].good if row.values["object_id"]}
    return stored.present_objects(records, asked) | (large.present(asked) if large else set())


def _keep_own(
    records: Records, load: _Load, register: str, read: dict[str, ReadRows], order: LoadOrder
) -> None:
    """Sorts out the rows that are not this keeper's to change."""
    if order.keeper is None or order.keeper.is_joint_office:
        return
    rows = read[register]
    firsts = {row.values[REGISTERS[register].key[0]] for row in rows.good}
    before = rows_by_first(records, register, firsts) if register in VERSIONED else {}
    own, found = [], []
    subjects = keepers_in(records, read, register)
    for row in rows.good:
        key = tuple(row.values[name] for name in REGISTERS[register].key)
        code = denial(order.keeper, register, before.get(key), row.values, subjects)
        if code is None:
            own.append(row)
        else:
            found.append(
                row.problem(REGISTERS[register].key[-1], code, departments=(order.keeper.department,))
            )
    load.problems[register] += found
    load.rejected[register] += len(found)
    read[register] = replace(rows, good=tuple(own))


def _close_what_is_missing(
    records: Records, load: _Load, read: dict[str, ReadRows], contents: FolderContents, order: LoadOrder
) -> None:
    """A whole list says by silence what is no longer there. A row that could not be read is there all the same, and a
    list of which a sheet could not be read is not whole."""
    for register in CLOSED_BY_ABSENCE:
        is_large = contents.large is not None and register == contents.large.sheet.register
        if (
            not order.complete_for
            or register not in load.present
            or register in contents.rejected
            or is_large
        ):
            continue
        names = REGISTERS[register].key
        named = {tuple(values[name] for name in names) for values in load.rows[register]}
        spoiled = read[register].spoiled | {row.values[names[0]] for row in read[register].good} - {
            values[names[0]] for values in load.rows[register]
        }
        for department in order.complete_for:
            for row in all_rows(records, register, department):
                key = tuple(row[name] for name in names)
                is_theirs = register != "items" or department in keepers(register, row, {})
                if row["is_active"] and is_theirs and key not in named and str(key[0]) not in spoiled:
                    named.add(key)
                    load.rows[register].append({**row, "is_active": False})


def _take(load: _Load, register: str, read: ReadRows, check: Check | None = None) -> set[str]:
    """Keeps the rows that agree with what is known, and gives back the first part of their keys."""
    held = []
    for row in read.good:
        found = check(row, load.known) if check else []
        load.problems[register] += found
        if any(problem.is_error for problem in found):
            load.rejected[register] += 1
        else:
            held.append(row.values)
    load.rows[register] = held
    return {values[REGISTERS[register].key[0]] for values in held}


def _take_staff(load: _Load, read: ReadRows) -> None:
    _take(load, "staff", read)
    load.known.staff.update({row["id"]: (row["name"], row["department"]) for row in load.rows["staff"]})
    load.known.heads |= {row["department"] for row in load.rows["staff"] if Role.HEAD in row["roles"]}


def _take_checklists(load: _Load, forms: Sequence[FormFile]) -> None:
    """A form of which a row is wrong is not taken: a question that is silently missing is never asked."""
    taken: dict[str, FormFile] = {}
    for file in forms:
        reading = read_checklist(file)
        load.problems["checklists"] += reading.problems
        form = reading.form
        if form is None or form.id in taken:
            load.rejected["checklists"] += 1
            if form is not None:
                load.problems["checklists"].append(_there_before(file, form, taken[form.id]))
            continue
        taken[form.id] = file
        load.checklists.append(form)
    if forms:
        load.present.add("checklists")
    load.known.checklists.update({one.id: one.departments for one in load.checklists})


def _there_before(file: FormFile, form: ReadForm, first: FormFile) -> RowProblem:
    facts = {"value": form.id, "first_file": first.name}
    return RowProblem(file.name, "settings", 0, "", "form_id", "form_twice", Severity.ERROR, facts)


def _take_schemes(records: Records, load: _Load, read: ReadRows, strata: ReadRows) -> None:
    """A scheme and its strata are one thing: one of them alone, or with a row missing, is not taken."""
    mine, strays = _divide(strata.good, {row.values["id"] for row in read.good}, "scheme_id", keep_named=True)
    load.problems["strata"] += [
        row.problem("scheme_id", "unknown_reference", value=row.values["scheme_id"], register="schemes")
        for row in strays
    ]
    load.rejected["strata"] += len(strays)
    complete, broken = _divide(read.good, strata.spoiled, "id")
    load.problems["schemes"] += _not_whole(broken, "id")
    held = []
    for row in complete:
        own = [stratum_of(one.values) for one in mine if one.values["scheme_id"] == row.values["id"]]
        found = references.problems_of_scheme(row, load.known)
        if not own:
            found.append(row.problem("id", "no_strata", value=row.values["id"]))
        load.problems["schemes"] += found
        if not any(problem.is_error for problem in found):
            held.append((row, _scheme_values(row.values, own, load.known.plans)))
    running = stored.differing_running_schemes(records, [values for _, values in held])
    load.problems["schemes"] += [
        row.problem("id", "scheme_running", value=row.values["id"])
        for row, values in held
        if values["id"] in running
    ]
    load.rows["schemes"] = [values for _, values in held if values["id"] not in running]
    load.rejected["schemes"] += len(read.good) - len(load.rows["schemes"])


def _divide(
    rows: Iterable[GoodRow], names: Iterable[str], field_name: str, *, keep_named: bool = False
) -> tuple[list[GoodRow], list[GoodRow]]:
    """The rows to keep and the others; `names` are those to drop, or with `keep_named` those to keep."""
    named = set(names)
    keep: list[GoodRow] = []
    drop: list[GoodRow] = []
    for row in rows:
        (keep if (row.values[field_name] in named) == keep_named else drop).append(row)
    return keep, drop


def _not_whole(broken: Sequence[GoodRow], field_name: str) -> list[RowProblem]:
    """One sentence for each broken thing, at its first row."""
    firsts: dict[str, GoodRow] = {}
    for row in broken:
        firsts.setdefault(row.values[field_name], row)
    return [row.problem(field_name, "not_whole", value=value) for value, row in firsts.items()]


def _scheme_values(row: Values, strata: list[Values], plans: Mapping[str, str]) -> Values:
    """The table's fields: the lead department comes first among the departments. Where the list names no level it is
    that of the line of the plan; where that is the prefecture's too, it stays what it was."""
    kept = {
        name: value for name, value in row.items() if name not in {"lead_department", "joining", "district"}
    }
    level = row["district"] or plans.get(row["plan_id"] or "", PREFECTURE)
    if row["district"] or level != PREFECTURE:
        kept["district"] = level
    return {**kept, "departments": [row["lead_department"], *row["joining"]], "strata": strata}


def _write(records: Records, load: _Load, order: LoadOrder) -> dict[str, Written]:
    at = order.at
    written = _write_people(records, load.rows["staff"], load.rows["inspectors"], order)
    experts, witnesses = load.rows["experts"], load.rows["witnesses"]
    _write_persons(records, outsiders_of(experts, Role.EXPERT, EXPERTS), order)
    written["experts"] = stored.write_rows(records, Expert, experts)
    written["witnesses"] = _write_persons(records, outsiders_of(witnesses, Role.WITNESS, PUBLIC), order)
    written["items"] = stored.write_rows(records, InspectionItem, load.rows["items"])
    written["objects"] = stored.write_objects(records, load.rows["objects"])
    written["labels"] = stored.write_rows(records, RegisterLabel, load.rows["labels"])
    written["risks"] = stored.write_rows(records, RiskIndicator, load.rows["risks"])
    written["absences"] = stored.write_rows(records, Absence, load.rows["absences"])
    written["interests"] = stored.write_rows(records, DeclaredInterest, load.rows["interests"])
    written["checklists"] = stored.write_checklists(records, load.checklists, at=at)
    written["plan"] = stored.write_rows(records, Plan, load.rows["plan"])
    written["schemes"] = stored.write_schemes(records, load.rows["schemes"])
    written["special_fields"] = stored.write_rows(records, SpecialField, load.rows["special_fields"])
    written["clues"] = register_listed_clues(records, load.rows["clues"], at=at)
    return written


def _write_persons(records: Records, rows: Sequence[Values], order: LoadOrder) -> Written:
    """Whoever has left by this list is cut off in the transaction that says so."""
    written = stored.write_rows(records, Person, rows)
    left = [str(key[0]) for key, differing in written.differing.items() if _closes(differing) is True]
    cut_off(records, left, by=order.by, at=order.at)
    return written


def _write_people(
    records: Records, staff: list[Values], inspectors: list[Values], order: LoadOrder
) -> dict[str, Written]:
    ids = list(dict.fromkeys(row["id"] for row in [*staff, *inspectors]))
    people = people_of(staff, inspectors, stored.roles_of(records, ids))
    persons = _write_persons(records, people, order)
    officers = stored.write_rows(
        records,
        Inspector,
        [{name: value for name, value in row.items() if name != "name"} for row in inspectors],
    )
    return {
        "staff": _of(persons, {(row["id"],) for row in staff}),
        "inspectors": _officers(officers, persons),
    }


def _of(written: Written, keys: set[stored.Key]) -> Written:
    differing = {key: one for key, one in written.differing.items() if key in keys}
    return Written(written.new & keys, written.changed & keys, written.unchanged & keys, differing)


def _officers(officers: Written, persons: Written) -> Written:
    """An officer has changed where the person behind has."""
    renamed = {
        key: ({"name": before["name"]}, {"name": after["name"]})
        for key, (before, after) in persons.differing.items()
        if "name" in after and key not in officers.new
    }
    differing = dict(officers.differing)
    for key, (before, after) in renamed.items():
        more = differing.get(key, ({}, {}))
        differing[key] = {**before, **more[0]}, {**after, **more[1]}
    return Written(
        new=officers.new,
        changed=officers.changed | ({*officers.unchanged} & persons.changed),
        unchanged=officers.unchanged - persons.changed,
        differing={key: one for key, one in differing.items() if key not in officers.new},
    )


def _count(register: str, load: _Load, written: Written) -> RegisterCount:
    warnings = sum(not problem.is_error for problem in load.problems[register])
    return RegisterCount(
        register,
        len(written.new),
        len(written.changed),
        len(written.unchanged),
        load.rejected[register],
        warnings,
        *(sum(_closes(one) is closes for one in written.differing.values()) for closes in (True, False)),
    )


def _closes(differing: tuple[Values, Values]) -> bool | None:
    """True where a row is deactivated, False where it is taken up again, None where neither."""
    kind = change_kind(*differing)
    return {ChangeKind.DEACTIVATED: True, ChangeKind.REACTIVATED: False}.get(kind)
