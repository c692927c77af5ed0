"""`shuangsuiji plan …`: the year's plan from the command line; commonly it is made on the desk pages."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from actions.plan_cards import filing_states, publication_due
from actions.plan_filing import file_spreadsheet
from actions.plan_publishing import publish_plan
from actions.planning import open_planning
from bot.clock import Clock
from bot.console import Stop, helped, opened_store, person_of, screen
from inspection.departments import department_name
from notifications.catalogue import label
from notifications.command_line import said
from notifications.formats import moment
from notifications.load_report import problem_line
from storage.store import Records
from storage.tables.planning import PlanYear

plan_app = typer.Typer(no_args_is_help=True, help=helped("plan"))
Year = Annotated[int, typer.Argument(min=2000, max=2100, help=helped("plan_year"))]
By = Annotated[str, typer.Option("--as", help=helped("draw_by"))]


@plan_app.command(name="open", help=helped("plan_open"))
def open_year(year: Year, by: By) -> None:
    with opened_store() as (store, settings):
        with store.transaction("cli") as records:
            open_planning(records, year, by=person_of(records, by, settings), at=Clock()())
            departments, due = len(filing_states(records, year)), publication_due(records, year)
        facts = {"year": year, "departments": departments}
        typer.echo(said("plan_opened", settings.language, **facts))
        if due is not None:
            typer.echo(said("plan_due", settings.language, due=moment(due, settings.language)))


@plan_app.command(name="file", help=helped("plan_file"))
def file_lines(
    file: Annotated[Path, typer.Argument(help=helped("plan_file_file"))],
    by: By,
    year: Annotated[int, typer.Option(min=2000, max=2100, help=helped("plan_year"))],
) -> None:
    with opened_store() as (store, settings):
        with store.transaction("cli") as records:
            person = person_of(records, by, settings)
            filed = file_spreadsheet(records, year, file, by=person, at=Clock()())
        for problem in filed.problems:
            typer.echo(problem_line(problem, settings.language))
        if not filed.is_taken:
            errors = sum(one.is_error for one in filed.problems)
            typer.echo(said("plan_not_filed", settings.language, errors=errors))
            raise typer.Exit(1)
        facts = {"year": year, "new": filed.new, "changed": filed.changed}
        department = department_name(person.department, settings.language)
        typer.echo(said("plan_filed", settings.language, **facts, department=department))


@plan_app.command(help=helped("plan_status"))
def status(year: Year) -> None:
    with opened_store() as (store, settings), store.reading() as records:
        _need_year(records, year, settings.language)
        language = settings.language
        table = Table(
            *(said(f"column_{name}", language) for name in ("department", "state", "number", "due"))
        )
        for one in filing_states(records, year):
            due = moment(one.due, language) if one.due else ""
            state = label(f"plan_filing_{one.state}", language)
            table.add_row(department_name(one.department, language), state, str(one.lines), due)
        screen.print(table)


@plan_app.command(help=helped("plan_publish"))
def publish(year: Year, document: Annotated[str, typer.Option(help=helped("plan_document"))], by: By) -> None:
    with opened_store() as (store, settings):
        with store.transaction("cli") as records:
            publish_plan(records, year, document, by=person_of(records, by, settings), at=Clock()())
        typer.echo(said("plan_published", settings.language, year=year, document=document))


def _need_year(records: Records, year: int, language: str) -> None:
    if records.find(PlanYear, year) is None:
        raise Stop(said("no_plan_year", language, year=year))
