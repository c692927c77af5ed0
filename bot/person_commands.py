"""`shuangsuiji person …`: what is held about somebody, given out and, once they have left, erased."""

import sys
from typing import Annotated

import typer

from actions.personal_data import erase_person, own_data
from bot.clock import Clock
from bot.console import Stop, helped, opened_store, person_of
from notifications.command_line import said

person_app = typer.Typer(no_args_is_help=True, help=helped("person"))
_Person = Annotated[str, typer.Argument(help=helped("person_id"))]


@person_app.command(name="export", help=helped("person_export"))
def export_command(person: _Person) -> None:
    with opened_store() as (store, settings), store.transaction("cli") as records:
        found = person_of(records, person, settings)
        sys.stdout.buffer.write(own_data(records, found.id, by=None, at=Clock()()))


@person_app.command(name="erase", help=helped("person_erase"))
def erase_command(
    person: _Person,
    is_meant: Annotated[bool, typer.Option("--yes", help=helped("person_yes"))] = False,
) -> None:
    with opened_store() as (store, settings):
        language = settings.language
        with store.transaction("cli") as records:
            found = person_of(records, person, settings)
            done = erase_person(records, found.id, at=Clock()())
            if not is_meant:
                records.session.rollback()
        rows = said("comma", language).join(f"{table} {number}" for table, number in done.items())
        facts = {"person": person, "rows": rows or "0"}
        if not is_meant:
            raise Stop(said("person_would_go", language, **facts), code=2)
        typer.echo(said("person_erased", language, **facts))
