"""`shuangsuiji archive …`: case files made, shown, verified and taken out; the rules as a file."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from actions.archive_check import Checked, Flaw, check_package, note_check, to_check
from actions.archive_package import take_package, zip_chunks
from actions.archiving import build, gather, keep_package
from actions.case_files import number_of
from actions.load_archive_rules import check_archive_rules, keep_archive_rules
from bot.clock import Clock
from bot.console import Stop, helped, opened_store, screen
from bot.file_place import open_files
from bot.settings import Settings
from inspection.departments import PREFECTURE
from inspection.states import ArchiveState
from notifications.command_line import said
from notifications.load_report import problem_line
from storage import archives
from storage.archives import Search
from storage.files import FileStore
from storage.store import Records, Store
from storage.tables.archives import CaseFile

archive_app = typer.Typer(no_args_is_help=True, help=helped("archive"))
InspectionId = Annotated[str, typer.Argument(help=helped("archive_inspection"))]
Version = Annotated[int | None, typer.Option("--version", min=1, help=helped("archive_version"))]
_PLACE, _AT_ONCE = "cli", 500


@archive_app.command(name="list", help=helped("archive_list"))
def list_command(text: Annotated[str, typer.Argument(help=helped("archive_text"))] = "") -> None:
    with opened_store() as (store, settings), store.reading() as records:
        table = Table(
            *(said(f"column_{name}", settings.language) for name in ("case_number", "id", "object", "state"))
        )
        found, _ = archives.find_files(
            records, Search(text=text), department=None, district=PREFECTURE, skip=0, limit=_AT_ONCE
        )
        for file in found:
            table.add_row(number_of(file), file.inspection_id, file.object_name, _state(file, settings))
        screen.print(table)


@archive_app.command(help=helped("archive_make"))
def make(inspection: InspectionId) -> None:
    with opened_store() as (store, settings):
        at = Clock()()
        with store.reading() as records:
            _need_file(records, inspection, settings)
            gathered = gather(records, inspection, by=None, at=at)
        built = build(gathered, open_files(settings), fonts=settings.fonts)
        with store.transaction("cli") as records:
            file = keep_package(records, built, by=None, at=at)
            number = number_of(file)
        facts = {"number": number, "version": built.head.version, "digest": built.digest}
        pages = sum(line.pages or 0 for line in built.lines)
        typer.echo(said("archive_made", settings.language, **facts, parts=len(built.lines), pages=pages))


@archive_app.command(help=helped("archive_show"))
def show(inspection: InspectionId, version: Version = None) -> None:
    with opened_store() as (store, settings), store.reading() as records:
        file = _need_file(records, inspection, settings)
        facts = {"number": number_of(file), "object": file.object_name, "state": _state(file, settings)}
        typer.echo(said("archive_state", settings.language, **facts))
        names = ("number", "part", "pages", "bytes", "digest")
        table = Table(*(said(f"column_{name}", settings.language) for name in names))
        for part in archives.parts(records, inspection, version or file.package):
            pages = "—" if part.pages is None else str(part.pages)
            table.add_row(str(part.number), part.title, pages, str(part.size), part.sha256)
        screen.print(table)


@archive_app.command(help=helped("archive_verify"))
def verify(
    inspection: Annotated[str | None, typer.Argument(help=helped("archive_inspection"))] = None,
    version: Version = None,
    everything: Annotated[bool, typer.Option("--all", help=helped("archive_all"))] = False,
) -> None:
    with opened_store() as (store, settings):
        files, at, flaws, number = open_files(settings), Clock()(), 0, 0
        for one in _to_verify(store, settings, inspection, everything):
            number += 1
            flaws += _verify_one(store, files, settings, one, version, at)
        if everything:
            typer.echo(said("archive_flaws", settings.language, files=number, flaws=flaws))
    if flaws:
        raise typer.Exit(1)


@archive_app.command(help=helped("archive_export"))
def export(
    inspection: InspectionId,
    output: Annotated[Path, typer.Option("--output", "-o", help=helped("archive_output"))],
    version: Version = None,
) -> None:
    with opened_store() as (store, settings):
        with store.transaction("cli") as records:
            _need_file(records, inspection, settings)
            taken = take_package(records, inspection, by=None, at=Clock()(), place=_PLACE, version=version)
        try:
            with output.open("wb") as file:
                size = sum(file.write(chunk) for chunk in zip_chunks(taken, open_files(settings)))
        except OSError as failure:
            facts = {"file": output, "reason": failure.strerror}
            raise Stop(said("archive_unwritten", settings.language, **facts)) from failure
        typer.echo(said("archive_written", settings.language, file=output, size=size))


@archive_app.command(help=helped("archive_rules"))
def rules() -> None:
    with opened_store() as (store, settings), store.reading() as records:
        version, text = archives.rules_text(records)
    typer.echo("# " + said("archive_rules_version", settings.language, version=version))
    typer.echo(text, nl=False)


@archive_app.command(name="load-rules", help=helped("archive_load_rules"))
def load_rules(file: Annotated[Path, typer.Argument(help=helped("archive_rules_file"))]) -> None:
    with opened_store() as (store, settings):
        try:
            text = file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as fault:
            facts = {"file": file.name, "reason": getattr(fault, "strerror", None) or "UTF-8"}
            raise Stop(said("archive_rules_unreadable", settings.language, **facts)) from fault
        problems = check_archive_rules(text, file.name)
        for problem in problems:
            typer.echo(problem_line(problem, settings.language))
        if problems:
            typer.echo(said("archive_rules_refused", settings.language, errors=len(problems)))
            raise typer.Exit(1)
        with store.transaction("cli") as records:
            version, is_new = keep_archive_rules(records, text, at=Clock()())
        name = "archive_rules_kept" if is_new else "archive_rules_known"
        typer.echo(said(name, settings.language, version=version))


def _to_verify(store: Store, settings: Settings, inspection: str | None, everything: bool) -> Iterator[str]:
    if not everything:
        with store.reading() as records:
            yield _need_file(records, inspection or "", settings).inspection_id
        return
    skip = 0
    while True:
        search = Search(state=ArchiveState.ARCHIVED.value)
        with store.reading() as records:
            found, _ = archives.find_files(
                records, search, department=None, district=PREFECTURE, skip=skip, limit=_AT_ONCE
            )
            ids = [file.inspection_id for file in found]
        yield from ids
        if len(ids) < _AT_ONCE:
            return
        skip += len(ids)


def _verify_one(
    store: Store,
    files: FileStore,
    settings: Settings,
    inspection: str,
    version: int | None,
    at: datetime,
) -> int:
    with store.reading() as records:
        number = number_of(_need_file(records, inspection, settings))
        what = to_check(records, inspection, by=None, version=version)
    checked = check_package(what, files)
    with store.transaction("cli") as records:
        note_check(records, inspection, checked, by=None, at=at, place=_PLACE)
    for flaw in checked.flaws:
        typer.echo(_flaw_line(number, checked, flaw, settings))
    if not checked.flaws:
        facts = {"number": number, "version": checked.version, "parts": checked.parts}
        typer.echo(said("archive_whole", settings.language, **facts))
    return len(checked.flaws)


def _flaw_line(number: str, checked: Checked, flaw: Flaw, settings: Settings) -> str:
    damage = said(f"archive_damage_{flaw.damage}", settings.language, detail=flaw.detail)
    facts = {"number": number, "version": checked.version, "title": flaw.title, "path": flaw.path}
    return said("archive_flaw", settings.language, **facts, damage=damage)


def _need_file(records: Records, inspection: str, settings: Settings) -> CaseFile:
    file = records.find(CaseFile, inspection)
    if file is None:
        raise Stop(said("no_case_file", settings.language, id=inspection))
    return file


def _state(file: CaseFile, settings: Settings) -> str:
    return said(f"archive_state_{file.state}", settings.language)
