"""Load the registers of a folder: items, objects, people, checklists, plans and schemes.

Everything is read and checked before the first row is written, so that a strict load can stop without a trace.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from actions.approvals import settle_loaded_schemes
from actions.listed_clues import register_listed_clues
from inspection.calendar.beijing import beijing_day
from inspection.departments import EXPERTS, PUBLIC
from inspection.forms.form_sheets import FormFile
from inspection.forms.read_form import ReadForm
from inspection.forms.reading import read_checklist
from inspection.registration import references
from inspection.registration.people import outsiders_of, people_of
from inspection.registration.problems import RowProblem, Severity
from inspection.registration.references import Known
from inspection.registration.registers import REGISTERS
from inspection.registration.report import LoadReport, RegisterCount, in_reading_order
from inspection.registration.rows import GoodRow, ReadRows, Values, read_rows, stratum_of
from inspection.roles import Role
from storage import registers as stored
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


def load_folder(
    records: Records, folder: Path, *, at: datetime, by: str | None = None, strict: bool = False
) -> LoadReport:
    """Loads every good row of the folder's spreadsheets; with `strict` none when any row has an error.

    Loading the same folder twice changes nothing. `by` is the id of the person who loads, None for the installation
    itself. What is wrong stands in the report with its place; nothing about a spreadsheet raises.
    """
    contents = read_folder(folder)
    load = _read_and_check(records, contents, today=beijing_day(at))
    problems = in_reading_order(
        [*contents.problems, *(one for found in load.problems.values() for one in found)]
    )
    is_loaded = not (strict and any(problem.is_error for problem in problems))
    written = _write(records, load, at=at) if is_loaded else {}
    if is_loaded:
        filed = written["schemes"].new | written["schemes"].changed
        settle_loaded_schemes(records, sorted(str(key[0]) for key in filed), by=by, at=at)
    counts = tuple(
        _count(register, load, written.get(register, Written()))
        for register in REGISTERS
        if register in load.present and (register != "strata" or load.rejected[register])
    )
    for count in counts:
        if count.new or count.changed:
            records.journal(
                "registers.loaded", count.register, by=by, at=at, new=count.new, changed=count.changed
            )
    return LoadReport(counts, problems, is_loaded)


def _read_and_check(records: Records, contents: FolderContents, *, today: date) -> _Load:
    load = _Load(stored.known_registers(records))
    load.known.today = today
    read: dict[str, ReadRows] = {}
    for register in REGISTERS:
        read[register] = read_rows(sheet for sheet in contents.sheets if sheet.register == register)
        load.problems[register] = list(read[register].problems)
        load.rejected[register] = read[register].rejected + contents.rejected.get(register, 0)
    load.present = {sheet.register for sheet in contents.sheets} | set(contents.rejected)
    _take_staff(load, read["staff"])
    load.known.inspectors |= _take(load, "inspectors", read["inspectors"], references.problems_of_inspector)
    _take(load, "experts", read["experts"], references.problems_of_outsider)
    load.known.witnesses |= _take(load, "witnesses", read["witnesses"], references.problems_of_outsider)
    load.known.items |= _take(load, "items", read["items"])
    load.known.owners.update({row["id"]: row["department"] for row in load.rows["items"]})
    load.known.objects |= _take(load, "objects", read["objects"], references.problems_of_object)
    load.problems["objects"] += references.repeated_credit_codes(read["objects"].good)
    _take(load, "risks", read["risks"], references.problems_of_risk)
    _take(load, "absences", read["absences"], references.problems_of_absence)
    _take(load, "interests", read["interests"], references.problems_of_interest)
    _take_checklists(load, contents.forms)
    load.known.plans |= _take(load, "plan", read["plan"], references.problems_of_plan)
    _take_schemes(records, load, read["schemes"], read["strata"])
    _take(load, "special_fields", read["special_fields"], references.problems_of_special_field)
    _take(load, "clues", read["clues"], references.problems_of_clue)
    return load


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
            held.append((row, _scheme_values(row.values, own)))
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


def _scheme_values(row: Values, strata: list[Values]) -> Values:
    """The table's fields: the lead department comes first among the departments."""
    kept = {name: value for name, value in row.items() if name not in {"lead_department", "joining"}}
    return {**kept, "departments": [row["lead_department"], *row["joining"]], "strata": strata}


def _write(records: Records, load: _Load, *, at: datetime) -> dict[str, Written]:
    written = _write_people(records, load.rows["staff"], load.rows["inspectors"])
    experts, witnesses = load.rows["experts"], load.rows["witnesses"]
    stored.write_rows(records, Person, outsiders_of(experts, Role.EXPERT, EXPERTS))
    written["experts"] = stored.write_rows(records, Expert, experts)
    written["witnesses"] = stored.write_rows(records, Person, outsiders_of(witnesses, Role.WITNESS, PUBLIC))
    written["items"] = stored.write_rows(records, InspectionItem, load.rows["items"])
    written["objects"] = stored.write_objects(records, load.rows["objects"])
    written["risks"] = stored.write_rows(records, RiskIndicator, load.rows["risks"])
    written["absences"] = stored.write_rows(records, Absence, load.rows["absences"])
    written["interests"] = stored.write_rows(records, DeclaredInterest, load.rows["interests"])
    written["checklists"] = stored.write_checklists(records, load.checklists, at=at)
    written["plan"] = stored.write_rows(records, Plan, load.rows["plan"])
    written["schemes"] = stored.write_schemes(records, load.rows["schemes"])
    written["special_fields"] = stored.write_rows(records, SpecialField, load.rows["special_fields"])
    written["clues"] = register_listed_clues(records, load.rows["clues"], at=at)
    return written


def _write_people(records: Records, staff: list[Values], inspectors: list[Values]) -> dict[str, Written]:
    ids = list(dict.fromkeys(row["id"] for row in [*staff, *inspectors]))
    people = people_of(staff, inspectors, stored.roles_of(records, ids))
    persons = stored.write_rows(records, Person, people)
    officers = stored.write_rows(
        records,
        Inspector,
        [{name: value for name, value in row.items() if name != "name"} for row in inspectors],
    )
    return {
        "staff": _of(persons, {(row["id"],) for row in staff}),
        "inspectors": Written(
            new=officers.new,
            changed=officers.changed | ({*officers.unchanged} & persons.changed),
            unchanged=officers.unchanged - persons.changed,
        ),
    }


def _of(written: Written, keys: set[stored.Key]) -> Written:
    return Written(written.new & keys, written.changed & keys, written.unchanged & keys)


def _count(register: str, load: _Load, written: Written) -> RegisterCount:
    warnings = sum(not problem.is_error for problem in load.problems[register])
    return RegisterCount(
        register,
        len(written.new),
        len(written.changed),
        len(written.unchanged),
        load.rejected[register],
        warnings,
    )
