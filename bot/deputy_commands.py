"""`shuangsuiji deputy …`: who stands in for whom while that person is away."""

from datetime import date, datetime
from typing import Annotated

import typer
from rich.table import Table

from actions.deputies import set_deputy
from bot.clock import Clock
from bot.console import Stop, helped, opened_store, person_of, read_or_stop, screen
from inspection.calendar.beijing import beijing_day
from notifications.command_line import said
from storage import deputies
from storage.tables.registers import Person

deputy_app = typer.Typer(no_args_is_help=True, help=helped("deputy"))


@deputy_app.command(name="set", help=helped("deputy_set"))
def set_command(
    person: Annotated[str, typer.Argument(help=helped("deputy_person"))],
    deputy: Annotated[str, typer.Argument(help=helped("deputy_deputy"))],
    first: Annotated[str, typer.Argument(help=helped("deputy_first"))],
    last: Annotated[str, typer.Argument(help=helped("deputy_last"))],
) -> None:
    first_day, last_day = _day(first), _day(last)
    with opened_store() as (store, settings), store.transaction("cli") as records:
        away, present = person_of(records, person, settings), person_of(records, deputy, settings)
        set_deputy(records, away.id, present.id, first_day, last_day, at=Clock()())
        facts = {"person": away.name, "deputy": present.name, "first": first_day, "last": last_day}
        typer.echo(said("deputy_kept", settings.language, **facts))


@deputy_app.command(name="list", help=helped("deputy_list"))
def list_command() -> None:
    with opened_store() as (store, settings), store.reading() as records:
        rows = deputies.all_deputies(records, since=beijing_day(Clock()()))
        names = ("column_name", "column_deputy", "column_first_day", "column_last_day")
        table = Table(*(said(name, settings.language) for name in names))
        for row in rows:
            people = [records.get(Person, id).name for id in (row.person_id, row.deputy_id)]
            table.add_row(*people, row.first_day.isoformat(), row.last_day.isoformat())
        screen.print(table)


def _day(text: str) -> date:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError as fault:
        raise Stop(said("deputy_not_a_day", read_or_stop().language, value=text)) from fault
