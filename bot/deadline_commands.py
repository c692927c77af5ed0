"""`shuangsuiji deadlines …`: see the rules by which deadlines run, and load others as a new version."""

from pathlib import Path
from typing import Annotated

import typer

from actions.load_deadline_rules import check_deadline_rules, keep_deadline_rules
from bot.clock import Clock
from bot.console import helped, opened_store
from inspection.deadlines.rules import as_toml
from notifications.command_line import said
from notifications.load_report import problem_line
from storage import deadlines

deadline_app = typer.Typer(no_args_is_help=True, help=helped("deadlines"))


@deadline_app.command(help=helped("deadlines_show"))
def show() -> None:
    """As TOML, so that what is shown can be changed and loaded."""
    with opened_store() as (store, settings), store.reading() as records:
        version, rules = deadlines.standing_rules(records)
    typer.echo("# " + said("deadlines_version", settings.language, version=version))
    typer.echo("")
    typer.echo(as_toml(rules.values()), nl=False)


@deadline_app.command(help=helped("deadlines_load"))
def load(file: Annotated[Path, typer.Argument(help=helped("deadlines_file"))]) -> None:
    with opened_store() as (store, settings):
        reading = check_deadline_rules(file)
        for problem in reading.problems:
            typer.echo(problem_line(problem, settings.language))
        if reading.problems:
            typer.echo(said("deadlines_refused", settings.language, errors=len(reading.problems)))
            raise typer.Exit(1)
        with store.transaction("cli") as records:
            version, is_new = keep_deadline_rules(records, reading.rules, at=Clock()())
        name = "deadlines_kept" if is_new else "deadlines_known"
        typer.echo(said(name, settings.language, version=version, number=len(reading.rules)))
