"""`shuangsuiji supervision …`: see the rules of shares, frequency and risk, and load others as a new version."""

from pathlib import Path
from typing import Annotated

import typer

from actions.load_supervision_rules import check_supervision_rules, keep_supervision_rules
from bot.clock import Clock
from bot.console import helped, opened_store
from inspection.supervision.rules import as_toml
from notifications.command_line import said
from notifications.load_report import problem_line
from storage import supervision

supervision_app = typer.Typer(no_args_is_help=True, help=helped("supervision"))


@supervision_app.command(help=helped("supervision_show"))
def show() -> None:
    """As TOML, so that what is shown can be changed and loaded."""
    with opened_store() as (store, settings), store.reading() as records:
        version, rules = supervision.standing_supervision(records)
    typer.echo("# " + said("supervision_version", settings.language, version=version))
    typer.echo("")
    typer.echo(as_toml(rules), nl=False)


@supervision_app.command(help=helped("supervision_load"))
def load(file: Annotated[Path, typer.Argument(help=helped("supervision_file"))]) -> None:
    with opened_store() as (store, settings):
        reading = check_supervision_rules(file)
        for problem in reading.problems:
            typer.echo(problem_line(problem, settings.language))
        if reading.problems:
            typer.echo(said("deadlines_refused", settings.language, errors=len(reading.problems)))
            raise typer.Exit(1)
        with store.transaction("cli") as records:
            version, is_new = keep_supervision_rules(records, reading.sections, at=Clock()())
        name = "supervision_kept" if is_new else "deadlines_known"
        typer.echo(said(name, settings.language, version=version, number=len(reading.sections)))
