"""`shuangsuiji backup`, `restore` and `doctor`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bot.backup_faults import BackupFault
from bot.backup_keys import Keys
from bot.backups import Backup, back_up, newest_backup
from bot.clock import Clock
from bot.console import Stop, helped, in_one_sentence, opened_store, progress_shown, read_or_stop
from bot.doctor import Finding, Patient, examine
from bot.file_place import check_files, open_files
from bot.restoring import (
    Kept,
    Place,
    check_backup,
    keys_of,
    read_backup,
    refuse_what_is_not_empty,
    restore,
)
from bot.service import open_store
from bot.settings import Settings
from notifications.command_line import said
from storage.store import Store

_SHOWN = 10
Folder = Annotated[Path, typer.Argument(help=helped("restore_folder"))]


@contextmanager
def _told(settings: Settings) -> Iterator[None]:
    """What this machine or a backup says no to, in one sentence."""
    try:
        with in_one_sentence(settings):
            yield
    except BackupFault as fault:
        raise Stop(said(fault.name, settings.language, **fault.facts)) from fault
    except OSError as failure:
        facts = {"file": failure.filename or settings.data_dir, "reason": failure.strerror or str(failure)}
        raise Stop(said("backup_unwritten", settings.language, **facts)) from failure


def backup_command(
    folder: Annotated[Path, typer.Argument(help=helped("backup_folder"))],
    keys: Annotated[Path | None, typer.Option("--keys", help=helped("backup_keys"))] = None,
) -> None:
    with opened_store() as (store, settings), _told(settings):
        kept_in = keys or folder.resolve().with_name(f"{folder.resolve().name}.keys")
        with progress_shown(settings, "backup_copies") as progress:
            files = open_files(settings)
            made = back_up(store, files, settings.key_file, folder, kept_in, at=Clock()(), progress=progress)
        for line in _made_lines(made, settings.language):
            typer.echo(line)
    if made.missing or made.damaged:
        raise typer.Exit(1)


def _made_lines(made: Backup, language: str) -> Iterator[str]:
    rows = sum(made.facts.rows.values())
    yield said("backup_made", language, folder=made.folder, rows=rows, copied=made.copied, known=made.known)
    if made.keys is None:
        yield said("backup_without_keys", language)
    else:
        yield said("backup_keys_kept", language, file=made.keys)
    for name, digests in (("backup_damaged", made.damaged), ("backup_missing", made.missing)):
        if digests:
            yield said(name, language, number=len(digests), names="\n".join(digests[:_SHOWN]))


def restore_command(
    folder: Folder,
    keys: Annotated[Path | None, typer.Option("--keys", help=helped("restore_keys"))] = None,
    is_only_checked: Annotated[bool, typer.Option("--check", help=helped("restore_check"))] = False,
) -> None:
    settings = read_or_stop()
    with _told(settings):
        kept = read_backup(newest_backup(folder) or folder)
        if is_only_checked:
            _check(kept, settings)
            return
        _restore(kept, keys_of(kept, keys), settings)
        store = open_store(settings)
    _examine(store, settings)


def _check(kept: Kept, settings: Settings) -> None:
    with progress_shown(settings, "restore_checks") as progress:
        check_backup(kept, progress)
    facts = {"folder": kept.folder, "rows": sum(kept.facts.rows.values()), "files": kept.number_of_files}
    typer.echo(said("restore_whole", settings.language, **facts))


def _restore(kept: Kept, keys: Keys | None, settings: Settings) -> None:
    files = open_files(settings)
    place = Place(settings.database_url, files, settings.files_url is not None, settings.key_file)
    refuse_what_is_not_empty(kept, keys, place)
    _check(kept, settings)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    check_files(files, settings)
    with progress_shown(settings, "restore_copies") as progress:
        restore(kept, keys, place, progress)
    typer.echo(said("restore_done", settings.language, folder=kept.folder))
    if keys is None and kept.keys is not None:
        typer.echo(said("restore_without_keys", settings.language, file=kept.keys_file))


def doctor_command(
    as_json: Annotated[bool, typer.Option("--json", help=helped("doctor_json"))] = False,
) -> None:
    settings = read_or_stop()
    with _told(settings):
        _examine(Store(settings.database_url), settings, as_json=as_json)


def _examine(store: Store, settings: Settings, *, as_json: bool = False) -> None:
    try:
        with progress_shown(settings, "doctor_reads") as progress:
            findings = list(examine(Patient(settings, store, Clock()(), progress)))
    finally:
        store.close()
    if as_json:
        told = [{"ok": one.is_ok, **asdict(one)} for one in findings]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for line in _finding_lines(findings, settings.language):
            typer.echo(line)
    if not all(one.is_ok for one in findings):
        raise typer.Exit(1)


def _finding_lines(findings: list[Finding], language: str) -> Iterator[str]:
    for one in findings:
        yield said("doctor_ok" if one.is_ok else "doctor_not_ok", language, check=one.title)
        for flaw, step in one.flaws:
            yield f"  {flaw}"
            yield f"  {said('doctor_step', language, step=step)}"
    number = sum(not one.is_ok for one in findings)
    yield said("doctor_bad" if number else "doctor_good", language, number=number)
