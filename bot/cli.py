"""The command line `shuangsuiji`: serve, load, scheme, draw, status, enrol, demo, verify."""

import asyncio
import json
import secrets
import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from actions.draws import announce_draw, run_draw
from actions.enrolment import issue_code
from actions.load_registers import load_folder
from actions.scheme_report import scheme_report
from bot.clock import Clock
from bot.demo import run_demo
from bot.logging import set_up_logging
from bot.service import open_store, serve
from bot.settings import Settings, WrongSettings, read_settings
from draw.double_random import shortage_of
from draw.verify import main as verify_main
from inspection.refusals import Refusal
from notifications.catalogue import label, refusal_sentence
from notifications.load_report import report_lines
from storage import inbox, outbox, schemes
from storage.store import Store
from storage.tables.registers import Person, Scheme

CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without the letters and digits that are mistaken for each other; 13 of them are 65 bits."""
CODE_LENGTH = 13

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
draw_app = typer.Typer(no_args_is_help=True, help="Announce and run a draw from the command line.")
app.add_typer(draw_app, name="draw")
_console = Console()


def _settings() -> Settings:
    try:
        settings = read_settings()
    except WrongSettings as wrong:
        for sentence in wrong.sentences:
            typer.echo(sentence, err=True)
        raise typer.Exit(2) from wrong
    set_up_logging(settings.log_level, settings.log_form)
    return settings


def _store() -> tuple[Store, Settings]:
    settings = _settings()
    return open_store(settings), settings


def _refused(refusal: Refusal, settings: Settings) -> typer.Exit:
    typer.echo(refusal_sentence(refusal, settings.language), err=True)
    return typer.Exit(1)


@app.command(name="serve")
def serve_command() -> None:
    """Run the web chat, the public pages, the worker and the clock."""
    settings = _settings()
    typer.echo(f"{settings.public_url}/  (Ctrl-C stops)")
    asyncio.run(serve(settings))


@app.command()
def load(
    folder: Path,
    strict: Annotated[bool, typer.Option(help="Load nothing when any row is wrong.")] = False,
) -> None:
    """Load the registers, checklists, plan and schemes from a folder of spreadsheets."""
    store, settings = _store()
    with store.transaction("cli") as records:
        report = load_folder(records, folder, strict=strict, at=Clock()())
    for line in report_lines(report, settings.language):
        typer.echo(line)
    if report.errors:
        raise typer.Exit(1)


@app.command()
def scheme(scheme_id: Annotated[str | None, typer.Argument()] = None) -> None:
    """List the schemes, or show one with its numbers."""
    store, settings = _store()
    with store.reading() as records:
        if scheme_id is not None and records.find(Scheme, scheme_id) is None:
            typer.echo(f"no scheme {scheme_id}", err=True)
            raise typer.Exit(1)
        if scheme_id is not None:
            typer.echo(json.dumps(scheme_report(records, scheme_id), ensure_ascii=False, indent=2))
            return
        table = Table("id", "name", "state")
        for row in schemes.all_schemes(records):
            table.add_row(row.id, row.name, label(f"state_scheme_{row.state}", settings.language))
    _console.print(table)


@draw_app.command()
def announce(scheme_id: str, by: Annotated[str, typer.Option(help="The operator's id.")]) -> None:
    """Freeze the pools and publish digest and anchor."""
    store, settings = _store()
    try:
        with store.transaction("cli") as records:
            person = records.get(Person, by)
            made = announce_draw(records, scheme_id, secret=secrets.token_bytes(32), by=person, at=Clock()())
    except Refusal as refusal:
        raise _refused(refusal, settings) from refusal
    typer.echo(f"{made.draw}\ndigest {made.digest}\nanchor {made.anchor}")


@draw_app.command()
def run(
    scheme_id: str,
    number: Annotated[str, typer.Option(help="The public number that the witness said.")],
    by: Annotated[str, typer.Option(help="The operator's id.")],
) -> None:
    """Draw objects and teams with the public number; everybody drawn is told."""
    store, settings = _store()
    try:
        with store.transaction("cli") as records:
            transcript = run_draw(records, scheme_id, value=number, by=records.get(Person, by), at=Clock()())
    except Refusal as refusal:
        raise _refused(refusal, settings) from refusal
    shortage = shortage_of(transcript)
    if shortage is not None:
        typer.echo(shortage.sentence, err=True)
        raise typer.Exit(1)
    first = transcript.rounds[0]
    typer.echo(f"{len(first.objects)} objects, {len(first.seats)} seats\ndigest {transcript.digest}")


@app.command()
def status() -> None:
    """What waits: inbox, outbox, schemes."""
    store, settings = _store()
    table = Table("what", "number")
    with store.reading() as records:
        for name, counts in (("inbox", inbox.counts(records)), ("outbox", outbox.counts(records))):
            for state, number in sorted(counts.items()):
                table.add_row(f"{name} {state}", str(number))
        for row in schemes.all_schemes(records):
            table.add_row(f"{row.id} {row.name}", label(f"state_scheme_{row.state}", settings.language))
        quarantined = inbox.quarantined(records)
    _console.print(table)
    for update in quarantined:
        typer.echo(
            f"set aside: update {update.id} ({update.channel}): {update.error.strip().splitlines()[-1]}"
        )


@app.command()
def enrol(
    person_id: str,
    hours: Annotated[int, typer.Option(min=1, max=24 * 14, help="How long the code holds.")] = 72,
) -> None:
    """Make a one-time code for a person; it is shown once and kept only as a digest."""
    store, settings = _store()
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    try:
        with store.transaction("cli") as records:
            issue_code(records, person_id, code, at=Clock()(), valid_for=timedelta(hours=hours))
    except Refusal as refusal:
        raise _refused(refusal, settings) from refusal
    typer.echo(code)


@app.command()
def demo(
    play: Annotated[str | None, typer.Option(help="1 plays a whole scheme by itself.")] = None,
) -> None:
    """Prepare the samples and open the demo; with --play let it play a whole scheme."""
    raise typer.Exit(run_demo(_settings(), play=play))


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True}, add_help_option=False
)
def verify(context: typer.Context) -> None:
    """Recompute a draw: verify TRANSCRIPT --pools DIR."""
    raise typer.Exit(verify_main(context.args))


if __name__ == "__main__":
    sys.exit(app())
