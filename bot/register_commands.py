"""`shuangsuiji registers …`: look at a load before it is accepted, load, export, and read what has changed."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from actions.load_registers import LoadOrder, load_contents
from actions.register_exports import export_register, names_of, need_register
from actions.register_loads import (
    accept_load,
    loads_for,
    look_at,
    order_of,
    propose_load,
    read_registers,
    withdraw_load,
)
from bot.clock import Clock
from bot.console import Stop, helped, opened_store, person_of, progress_shown, screen
from bot.settings import Settings
from inspection.calendar.beijing import BEIJING, beijing_day
from inspection.departments import DEPARTMENTS
from inspection.registration.registers import REGISTERS
from inspection.registration.report import LoadReport
from inspection.registration.words import DEPARTMENT_WORDS
from notifications.catalogue import label
from notifications.command_line import said
from notifications.formats import moment
from notifications.load_report import problem_line
from notifications.register_differences import change_line, count_line, difference_words, field_lines
from storage import register_history as history
from storage.register_files import csv_lines, files_of, workbook
from storage.store import Records, Store

registers_app = typer.Typer(no_args_is_help=True, help=helped("registers"))
Folder = Annotated[Path, typer.Argument(help=helped("registers_folder"))]
Name = Annotated[str, typer.Argument(help=helped("registers_name"))]
By = Annotated[str | None, typer.Option("--as", help=helped("registers_as"))]
Full = Annotated[bool, typer.Option("--full", help=helped("registers_full"))]
Complete = Annotated[bool, typer.Option("--complete", help=helped("registers_complete"))]
Departments = Annotated[list[str] | None, typer.Option("--department", help=helped("registers_departments"))]
Department = Annotated[str | None, typer.Option("--department", help=helped("registers_department"))]
_SHOWN = 10
"""Differences of one register, where not all are asked for."""


@registers_app.command(help=helped("registers_check"))
def check(
    folder: Folder,
    full: Full = False,
    complete: Complete = False,
    department: Departments = None,
    by: By = None,
) -> None:
    with opened_store() as (store, settings):
        order = _order(store, settings, by, complete, department)
        report = _look(store, settings, folder, order, is_full=full)
    if report.errors:
        raise typer.Exit(1)


@registers_app.command(help=helped("registers_load"))
def load(
    folder: Folder,
    effective_from: Annotated[str | None, typer.Option(help=helped("registers_effective"))] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=helped("registers_yes"))] = False,
    full: Full = False,
    complete: Complete = False,
    department: Departments = None,
    by: By = None,
) -> None:
    with opened_store() as (store, settings):
        day = _day(effective_from, settings)
        order = _order(store, settings, by, complete, department)
        seen = _numbers(store)
        report = _look(store, settings, folder, order, is_full=full)
        if not report.has_changed_anything:
            typer.echo(said("registers_same", settings.language))
        elif yes or typer.confirm(said("registers_ask", settings.language)):
            if seen != _numbers(store):
                raise Stop(said("registers_moved", settings.language))
            if day is not None and day > beijing_day(order.at):
                _keep_until(store, settings, folder, order, day, complete=complete)
            else:
                _load_now(store, settings, folder, order)
        else:
            raise Stop(said("registers_left", settings.language))
    if report.errors:
        raise typer.Exit(1)


@registers_app.command(name="loads", help=helped("registers_loads"))
def loads_command(by: By = None) -> None:
    with opened_store() as (store, settings), store.reading() as records:
        names = ("number", "state", "file", "effective", "person")
        table = Table(*(said(f"column_{name}", settings.language) for name in names))
        for one in loads_for(records, by):
            state = label(f"state_register_load_{one.state}", settings.language)
            table.add_row(str(one.id), state, one.file_name, str(one.effective_from), one.filed_by or "–")
        screen.print(table)


@registers_app.command(help=helped("registers_withdraw"))
def withdraw(number: Annotated[int, typer.Argument(help=helped("registers_number"))], by: By = None) -> None:
    with opened_store() as (store, settings):
        with store.transaction("cli") as records:
            withdraw_load(records, number, by=by, at=Clock()())
        typer.echo(said("registers_withdrawn", settings.language, number=number))


@registers_app.command(name="versions", help=helped("registers_versions"))
def versions_command(
    register: Annotated[str | None, typer.Argument(help=helped("registers_name"))] = None,
) -> None:
    with opened_store() as (store, settings), store.reading() as records:
        if register is not None:
            need_register(register)
        names = (
            "register",
            "number",
            "effective",
            "loaded",
            "person",
            "new",
            "changed",
            "deactivated",
            "digest",
        )
        table = Table(*(said(f"column_{name}", settings.language) for name in names))
        for one in history.versions(records, register):
            table.add_row(
                REGISTERS[one.register_id].title, str(one.number), str(one.effective_from),
                moment(one.loaded_at, settings.language), one.loaded_by or "–", str(one.new),
                str(one.changed + one.reactivated), str(one.deactivated), one.digest[:12],
            )  # fmt: skip
        screen.print(table)


@registers_app.command(help=helped("registers_export"))
def export(
    register: Name,
    to: Annotated[Path | None, typer.Option("--to", help=helped("registers_to"))] = None,
    format: Annotated[str, typer.Option("--format", help=helped("registers_format"))] = "xlsx",
    department: Department = None,
    as_of: Annotated[str | None, typer.Option(help=helped("registers_as_of"))] = None,
    version: Annotated[int | None, typer.Option(min=1, help=helped("registers_version"))] = None,
) -> None:
    with opened_store() as (store, settings), store.reading() as records:
        if format not in ("xlsx", "csv"):
            raise Stop(said("registers_no_format", settings.language, value=format))
        day = _day(as_of, settings)
        kept_by = _department(department, settings) if department else None
        found = export_register(records, register, department=kept_by, version=version, day=day)
        path = to or Path(f"{found.stem}.{format}")
        try:
            if format == "xlsx":
                path.write_bytes(workbook(found.name, found.titles, found.rows))
            else:
                with path.open("w", encoding="utf-8", newline="") as file:
                    file.writelines(csv_lines(found.titles, found.rows))
        except OSError as fault:
            raise Stop(
                said("registers_no_file", settings.language, path=path, reason=fault.strerror)
            ) from fault
        typer.echo(said("registers_exported", settings.language, register=found.name, path=path))


@registers_app.command(name="changes", help=helped("registers_changes"))
def changes_command(
    department: Annotated[str, typer.Option("--department", help=helped("registers_department"))],
    since: Annotated[str | None, typer.Option(help=helped("registers_since"))] = None,
    format: Annotated[str, typer.Option("--format", help=helped("registers_feed_format"))] = "text",
) -> None:
    with opened_store() as (store, settings), store.reading() as records:
        day = _day(since, settings)
        at = datetime.combine(day, time(), BEIJING) if day else None
        found = history.changes_for(records, _department(department, settings), since=at)
        names = names_of(records, found)
        if format == "json":
            for one in found:
                typer.echo(json.dumps(_as_json(one, names), ensure_ascii=False, default=str))
        elif format == "csv":
            _write_csv(found, names, settings)
        elif format == "text":
            for one in found:
                head = f"{moment(one.at, settings.language)} {REGISTERS[one.register].title}"
                name = names.get((one.register, one.key), "")
                line = change_line(
                    one.register, one.kind, one.key, name, one.before, one.after, settings.language
                )
                typer.echo(head + line)
        else:
            raise Stop(said("registers_no_feed_format", settings.language, value=format))


def _as_json(one: history.SeenChange, names: dict[tuple[str, str], str]) -> dict[str, object]:
    return {
        "id": one.id, "at": one.at.isoformat(), "register": one.register, "version": one.version, "key": one.key,
        "name": names.get((one.register, one.key), ""), "department": one.department, "kind": one.kind.value,
        "before": one.before, "after": one.after, "by": one.actor,
    }  # fmt: skip


def _write_csv(
    found: list[history.SeenChange], names: dict[tuple[str, str], str], settings: Settings
) -> None:
    words = difference_words(settings.language)
    columns = ("loaded", "register", "number", "kind", "key", "name", "difference", "person")
    rows = (
        [
            moment(one.at, settings.language), REGISTERS[one.register].title, one.version, words[one.kind.value],
            one.key, names.get((one.register, one.key), ""),
            words["between"].join(field_lines(one.register, one.before, one.after, settings.language)), one.actor,
        ]
        for one in found
    )  # fmt: skip
    for line in csv_lines([said(f"column_{name}", settings.language) for name in columns], rows):
        typer.echo(line, nl=False)


def _order(
    store: Store, settings: Settings, by: str | None, complete: bool, departments: list[str] | None
) -> LoadOrder:
    wanted = [_department(one, settings) for one in departments or ()]
    with store.reading() as records:
        if by is not None:
            person_of(records, by, settings)
        return order_of(records, at=Clock()(), by=by, complete=complete or bool(wanted), departments=wanted)


def _look(store: Store, settings: Settings, folder: Path, order: LoadOrder, *, is_full: bool) -> LoadReport:
    contents = read_registers(folder, order)

    def look(report: LoadReport) -> LoadReport:
        for problem in report.problems:
            typer.echo(problem_line(problem, settings.language))
        for count in report.counts:
            typer.echo(count_line(count, settings.language))
            for line in _differences(records, report, count.register, settings.language, is_full=is_full):
                typer.echo(line)
        return report

    with store.transaction("cli") as records, progress_shown(settings) as progress:
        return look_at(records, contents, replace(order, progress=progress), look)


def _differences(
    records: Records, report: LoadReport, register: str, language: str, *, is_full: bool
) -> Iterator[str]:
    version = report.versions.get(register)
    if version is None:
        return
    limit = None if is_full else _SHOWN
    shown = 0
    names = (
        {}
        if is_full
        else names_of(records, list(history.changes_of(records, register, version, limit=_SHOWN)))
    )
    for one in history.changes_of(records, register, version, limit=limit):
        shown += 1
        name = names.get((register, one.key), "")
        yield change_line(register, one.kind, one.key, name, one.before, one.after, language)
    count = next(one for one in report.counts if one.register == register)
    if count.new + count.changed > shown:
        yield difference_words(language)["more"].format(number=count.new + count.changed - shown)


def _load_now(store: Store, settings: Settings, folder: Path, order: LoadOrder) -> None:
    with store.transaction("cli") as records, progress_shown(settings) as progress:
        report = load_contents(records, read_registers(folder, order), replace(order, progress=progress))
    done = "、".join(f"{REGISTERS[one].title} v{number}" for one, number in report.versions.items())
    typer.echo(said("registers_loaded", settings.language, versions=done))


def _keep_until(
    store: Store, settings: Settings, folder: Path, order: LoadOrder, day: date, *, complete: bool
) -> None:
    with store.transaction("cli") as records:
        proposed = propose_load(
            records, files_of(folder), by=order.by, at=order.at, effective_from=day,
            complete=complete or bool(order.complete_for), departments=order.complete_for,
        )  # fmt: skip
        kept = accept_load(records, proposed.id or 0, by=order.by, at=order.at)
    typer.echo(said("registers_waiting", settings.language, number=kept.id, day=day))


def _numbers(store: Store) -> dict[str, int]:
    with store.reading() as records:
        return history.newest_numbers(records)


def _department(word: str, settings: Settings) -> str:
    found = DEPARTMENT_WORDS.get(word)
    if found is None:
        raise Stop(said("registers_no_department", settings.language, value=word, ids="、".join(DEPARTMENTS)))
    return found


def _day(text: str | None, settings: Settings) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as fault:
        raise Stop(said("registers_not_a_day", settings.language, value=text)) from fault
