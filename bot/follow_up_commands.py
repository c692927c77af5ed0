"""`shuangsuiji follow-ups …`: credit feedback for the register's side, and how a notice says one is reached."""

import csv
from pathlib import Path
from typing import Annotated

import typer

from actions.credit_feedback import COLUMNS, Row, send_feedback, sent_feedback, settle_feedback
from actions.letters import COMPLAINTS, CONTACT
from bot.clock import Clock
from bot.console import Stop, helped, opened_store
from inspection.departments import DEPARTMENTS
from inspection.registration.written import guarded
from notifications.command_line import said
from storage import settings as kept_settings

follow_up_app = typer.Typer(no_args_is_help=True, help=helped("follow_ups"))


@follow_up_app.command(help=helped("feedback"))
def feedback(
    output: Annotated[Path, typer.Option("--output", "-o", help=helped("feedback_output"))],
    again: Annotated[bool, typer.Option("--again", help=helped("feedback_again"))] = False,
) -> None:
    """What waits is written and counts as sent in one transaction; where the file can't be written nothing does."""
    with opened_store() as (store, settings):
        with store.transaction("cli") as records:
            rows = sent_feedback(records) if again else send_feedback(records, by=None, at=Clock()())
            try:
                _write(output, rows)
            except OSError as failure:
                facts = {"file": output, "reason": failure.strerror}
                raise Stop(said("paper_unwritten", settings.language, **facts)) from failure
        typer.echo(said("feedback_written", settings.language, file=output, number=len(rows)))


@follow_up_app.command(help=helped("feedback_taken"))
def taken(inspections: Annotated[list[str], typer.Argument(help=helped("feedback_inspections"))]) -> None:
    _settle(inspections, is_taken=True)


@follow_up_app.command(help=helped("feedback_left"))
def left(inspections: Annotated[list[str], typer.Argument(help=helped("feedback_inspections"))]) -> None:
    _settle(inspections, is_taken=False)


@follow_up_app.command(help=helped("contact"))
def contact(
    department: Annotated[str, typer.Argument(help=helped("contact_department"))],
    words: Annotated[str, typer.Argument(help=helped("contact_words"))],
    complaints: Annotated[str, typer.Option(help=helped("contact_complaints"))] = "",
) -> None:
    with opened_store() as (store, settings):
        if department not in DEPARTMENTS:
            known = "、".join(DEPARTMENTS)
            raise Stop(said("no_department", settings.language, id=department, known=known))
        values = {f"{CONTACT}{department}": words} | ({COMPLAINTS: complaints} if complaints else {})
        with store.transaction("cli") as records:
            kept_settings.keep(records, values)
        typer.echo(said("contact_kept", settings.language, department=department))


def _settle(inspections: list[str], *, is_taken: bool) -> None:
    with opened_store() as (store, settings):
        with store.transaction("cli") as records:
            settle_feedback(records, inspections, is_taken=is_taken, by=None, at=Clock()())
        typer.echo(said("feedback_settled", settings.language, number=len(inspections)))


def _write(output: Path, rows: list[Row]) -> None:
    with output.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows([guarded(cell) for cell in row] for row in rows)
