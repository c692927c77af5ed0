"""`shuangsuiji clues …`: when clues are called a widespread problem, for which the desk proposes a special check."""

from typing import Annotated

import typer

from actions.clue_desk import set_threshold, threshold
from bot.clock import Clock
from bot.console import Stop, helped, opened_store
from inspection.refusals import Unacceptable
from notifications.catalogue import refusal_sentence
from notifications.command_line import said

clue_app = typer.Typer(no_args_is_help=True, help=helped("clues"))


@clue_app.callback()
def _clues() -> None:
    """Several commands will live here; typer would else make the only one the app itself."""


@clue_app.command(name="threshold", help=helped("clues_threshold"))
def threshold_command(
    days: Annotated[int | None, typer.Option(help=helped("clues_days"))] = None,
    objects: Annotated[int | None, typer.Option(help=helped("clues_objects"))] = None,
) -> None:
    with opened_store() as (store, settings), store.transaction("cli") as records:
        standing = threshold(records)
        if days is not None or objects is not None:
            days = standing.days if days is None else days
            objects = standing.objects if objects is None else objects
            try:
                standing = set_threshold(records, days=days, objects=objects, by=None, at=Clock()())
            except Unacceptable as refusal:
                raise Stop(refusal_sentence(refusal, settings.language)) from refusal
        facts = {"days": standing.days, "objects": standing.objects}
        typer.echo(said("clues_standing", settings.language, **facts))
