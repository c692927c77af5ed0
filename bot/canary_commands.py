"""`shuangsuiji canary …`: the trial run that otherwise happens once a day."""

import typer

from bot.canary.watch import result_line, run_trial
from bot.clock import Clock
from bot.console import Stop, helped, opened_store
from notifications.command_line import said
from storage.shadow import ShadowTaken

canary_app = typer.Typer(no_args_is_help=True, help=helped("canary"))


@canary_app.callback()
def canary() -> None:
    """Without it, typer would take the one command for the whole."""


@canary_app.command(help=helped("canary_run"))
def run() -> None:
    with opened_store() as (store, settings):
        try:
            result = run_trial(store, settings.database_url, settings.data_dir, Clock()())
        except ShadowTaken as taken:
            raise Stop(said("canary_taken", settings.language)) from taken
        line = result_line(result, settings.language)
        if result.failure:
            raise Stop(line)
        typer.echo(line)
