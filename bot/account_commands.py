"""`shuangsuiji account …`: what speaks for a person, ended at once; and whose the accounts of a directory are."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from actions.accounts import Here, account_lines, bind_directory_account, end_all
from bot.clock import Clock
from bot.console import Stop, helped, opened_store, person_of, screen
from inspection.refusals import Refusal
from notifications.catalogue import label, refusal_sentence
from notifications.command_line import said
from notifications.formats import moment
from storage import accounts
from storage.store import Records
from storage.tables.registers import Person

account_app = typer.Typer(no_args_is_help=True, help=helped("account"))
PersonId = Annotated[str, typer.Argument(help=helped("account_person"))]
Channel = Annotated[str, typer.Option("--channel", help=helped("account_channel"))]


@account_app.command(name="list", help=helped("account_list"))
def list_command(person_id: PersonId) -> None:
    with opened_store() as (store, settings), store.reading() as records:
        language, at = settings.language, Clock()()
        person = person_of(records, person_id, settings)
        table = Table(*(said(f"column_{name}", language) for name in ("channel", "since", "last_used")))
        for one in account_lines(records, person.id, Here(), at=at):
            name = one.name if one.is_browser else label(one.name, language)
            table.add_row(name, moment(one.since, language), moment(one.last_used_at, language))
        screen.print(table)
        number = len(accounts.open_codes(records, person.id, at=at))
        typer.echo(said("account_codes", language, number=number))


@account_app.command(help=helped("account_revoke"))
def revoke(person_id: PersonId) -> None:
    with opened_store() as (store, settings):
        with store.transaction("cli") as records:
            person = person_of(records, person_id, settings)
            number = end_all(records, person.id, by=None, at=Clock()())
            name = person.name
        typer.echo(said("account_revoked", settings.language, person=name, number=number))


@account_app.command(help=helped("account_bind"))
def bind(
    person_id: PersonId,
    account: Annotated[str, typer.Argument(help=helped("account_id"))],
    channel: Channel = "wecom",
) -> None:
    with opened_store() as (store, settings):
        with store.transaction("cli") as records:
            person = person_of(records, person_id, settings)
            bind_directory_account(
                records, person.id, channel=channel, account=account, by=None, at=Clock()()
            )
            name = person.name
        typer.echo(said("account_bound", settings.language, person=name))


@account_app.command(help=helped("account_load"))
def load(
    file: Annotated[Path, typer.Argument(help=helped("account_file"))], channel: Channel = "wecom"
) -> None:
    """Every line that is right is taken; each of the others is told with its number."""
    with opened_store() as (store, settings):
        language = settings.language
        lines = _lines(file, language)
        with store.transaction("cli") as records:
            wrong = {one.number: _bind_line(records, one, channel, language) for one in lines}
        for number, reason in wrong.items():
            if reason:
                typer.echo(said("account_bad_line", language, number=number, reason=reason))
        bad = sum(bool(one) for one in wrong.values())
        typer.echo(said("account_loaded", language, number=len(lines) - bad))
    if bad:
        raise typer.Exit(1)


@dataclass(frozen=True)
class _Line:
    number: int
    person: str
    account: str


def _bind_line(records: Records, line: _Line, channel: str, language: str) -> str:
    """What is wrong with this line, empty where it was taken."""
    if records.find(Person, line.person) is None:
        return said("no_person", language, id=line.person)
    try:
        with records.attempt():
            bind_directory_account(
                records, line.person, channel=channel, account=line.account, by=None, at=Clock()()
            )
    except Refusal as refusal:
        return refusal_sentence(refusal, language)
    return ""


def _lines(file: Path, language: str) -> list[_Line]:
    """The lines of a .csv with two columns, a person's id and the id in the directory; a first line of headings is
    passed over."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = list(csv.reader(opened))
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise Stop(said("account_no_file", language, file=file, reason=fault)) from fault
    lines = [(number, row) for number, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)]
    short = next((number for number, row in lines if len(row) < 2), None)
    if short is not None:
        raise Stop(said("account_two_columns", language, file=file, number=short))
    return [
        _Line(number, row[0].strip(), row[1].strip()) for number, row in lines if not _is_heading(number, row)
    ]


def _is_heading(number: int, row: list[str]) -> bool:
    return number == 1 and not row[0].strip().isascii()
