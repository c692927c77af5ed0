"""The command line `shuangsuiji`: serve, load, scheme, draw, status, release, resend, enrol, demo, verify."""

import asyncio
import json
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
from actions.set_aside import NothingSetAside, release_update, send_again
from bot.clock import Clock
from bot.demo import run_demo
from bot.logging import set_up_logging
from bot.service import AddressTaken, FolderUnusable, open_store, serve
from bot.settings import Settings, WrongSettings, read_settings
from draw.double_random import shortage_of
from draw.verify import main as verify_main
from inspection.refusals import Refusal
from notifications.catalogue import LANGUAGES, label, refusal_sentence
from notifications.command_line import help_on, said
from notifications.formats import moment
from notifications.load_report import report_lines
from storage import inbox, outbox, schemes
from storage.migrate import StoreIsNewer
from storage.store import Records, Store, StoreFault, reason, shown
from storage.tables.registers import Person, Scheme

CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without the letters and digits that are mistaken for each other; 13 of them are 65 bits."""
CODE_LENGTH = 13


def _language_of_help() -> str:
    """Settings that are wrong are the commands' business, not the help's."""
    try:
        return read_settings().language
    except WrongSettings:
        return LANGUAGES[0]


def _help(name: str) -> str:
    return help_on(name, _HELP_LANGUAGE)


_HELP_LANGUAGE = _language_of_help()
app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=_help("app")
)
draw_app = typer.Typer(no_args_is_help=True, help=_help("draw"))
app.add_typer(draw_app, name="draw")
_console = Console()


class _Stop(typer.Exit):
    """One sentence on standard error, and an exit code."""

    def __init__(self, sentence: str, code: int = 1) -> None:
        typer.echo(sentence, err=True)
        super().__init__(code)


def _settings() -> Settings:
    try:
        settings = read_settings()
    except WrongSettings as wrong:
        raise _Stop("\n".join(wrong.sentences), code=2) from wrong
    set_up_logging(settings.log_level, settings.log_form)
    return settings


@contextmanager
def _in_one_sentence(settings: Settings) -> Iterator[None]:
    """Whatever the world or a rule says no to becomes one sentence; only our own mistakes leave a trace."""
    language, store = settings.language, shown(settings.database_url)
    try:
        yield
    except Refusal as refusal:
        raise _Stop(refusal_sentence(refusal, language)) from refusal
    except StoreIsNewer as newer:
        raise _Stop(said("store_newer", language, store=store)) from newer
    except StoreFault as fault:
        raise _Stop(said("store_unusable", language, store=store, reason=reason(fault))) from fault
    except FolderUnusable as fault:
        raise _Stop(
            said("folder_unusable", language, folder=settings.data_dir, reason=fault.reason)
        ) from fault
    except AddressTaken as taken:
        facts = {"host": settings.host, "port": settings.port, "reason": taken.reason}
        raise _Stop(said("address_taken", language, **facts)) from taken


@contextmanager
def _store() -> Iterator[tuple[Store, Settings]]:
    settings = _settings()
    with _in_one_sentence(settings):
        store = open_store(settings)
        try:
            yield store, settings
        finally:
            store.close()


def _person(records: Records, id: str, settings: Settings) -> Person:
    person = records.find(Person, id)
    if person is None:
        raise _Stop(said("no_person", settings.language, id=id))
    return person


def _need_scheme(records: Records, id: str, settings: Settings) -> None:
    if records.find(Scheme, id) is None:
        raise _Stop(said("no_scheme", settings.language, id=id))


@app.command(name="serve", help=_help("serve"))
def serve_command() -> None:
    settings = _settings()

    def on_listening(url: str) -> None:
        typer.echo(said("serving", settings.language, url=url))

    with _in_one_sentence(settings):
        asyncio.run(serve(settings, on_listening))


@app.command(help=_help("load"))
def load(
    folder: Annotated[Path, typer.Argument(help=_help("load_folder"))],
    strict: Annotated[bool, typer.Option("--strict", help=_help("load_strict"))] = False,
) -> None:
    with _store() as (store, settings):
        with store.transaction("cli") as records:
            report = load_folder(records, folder, strict=strict, at=Clock()())
        for line in report_lines(report, settings.language):
            typer.echo(line)
    if report.errors:
        raise typer.Exit(1)


@app.command(help=_help("scheme"))
def scheme(scheme_id: Annotated[str | None, typer.Argument(help=_help("scheme_id"))] = None) -> None:
    with _store() as (store, settings), store.reading() as records:
        if scheme_id is not None:
            _need_scheme(records, scheme_id, settings)
            typer.echo(json.dumps(scheme_report(records, scheme_id), ensure_ascii=False, indent=2))
            return
        table = Table(*(said(f"column_{name}", settings.language) for name in ("id", "name", "state")))
        for row in schemes.all_schemes(records):
            table.add_row(row.id, row.name, label(f"state_scheme_{row.state}", settings.language))
        _console.print(table)


@draw_app.command(help=_help("announce"))
def announce(
    scheme_id: Annotated[str, typer.Argument(help=_help("scheme_id"))],
    by: Annotated[str, typer.Option(help=_help("draw_by"))],
) -> None:
    with _store() as (store, settings):
        with store.transaction("cli") as records:
            person = _person(records, by, settings)
            _need_scheme(records, scheme_id, settings)
            made = announce_draw(records, scheme_id, secret=secrets.token_bytes(32), by=person, at=Clock()())
        facts = {"draw": made.draw, "digest": made.digest, "anchor": made.anchor}
        typer.echo(said("announced", settings.language, **facts))


@draw_app.command(help=_help("run"))
def run(
    scheme_id: Annotated[str, typer.Argument(help=_help("scheme_id"))],
    number: Annotated[str, typer.Option(help=_help("run_number"))],
    by: Annotated[str, typer.Option(help=_help("draw_by"))],
) -> None:
    with _store() as (store, settings):
        with store.transaction("cli") as records:
            person = _person(records, by, settings)
            _need_scheme(records, scheme_id, settings)
            transcript = run_draw(records, scheme_id, value=number, by=person, at=Clock()())
        shortage = shortage_of(transcript)
        if shortage is not None:
            raise _Stop(shortage.sentence)
        first = transcript.rounds[0]
        facts = {"objects": len(first.objects), "seats": len(first.seats), "digest": transcript.digest}
        typer.echo(said("drawn", settings.language, **facts))


@app.command(help=_help("status"))
def status() -> None:
    with _store() as (store, settings), store.reading() as records:
        _show_counts(records, settings.language)
        for line in _waiting_for_an_operator(records, settings.language):
            typer.echo(line)


def _show_counts(records: Records, language: str) -> None:
    table = Table(*(said(f"column_{name}", language) for name in ("what", "number")))
    for name, counts in (("inbox", inbox.counts(records)), ("outbox", outbox.counts(records))):
        for state, number in sorted(counts.items()):
            table.add_row(said(f"{name}_{state}", language), str(number))
    for row in schemes.all_schemes(records):
        table.add_row(f"{row.id} {row.name}", label(f"state_scheme_{row.state}", language))
    _console.print(table)


def _waiting_for_an_operator(records: Records, language: str) -> Iterator[str]:
    """Of a fault only its kind is shown: its own words may quote what a person wrote."""
    for update in inbox.quarantined(records):
        kind = (update.error.strip().splitlines() or ["?"])[-1].partition(":")[0]
        at = moment(update.received_at, language)
        yield said("set_aside", language, number=update.id, channel=update.channel, at=at, kind=kind)
    for line in outbox.dead(records):
        facts = {"number": line.id, "kind": line.kind, "person": line.person_id or line.chat}
        at = moment(line.created_at, language)
        yield said("not_delivered", language, **facts, at=at, reason=line.error)


@app.command(help=_help("release"))
def release(numbers: Annotated[list[int], typer.Argument(help=_help("release_numbers"))]) -> None:
    _set_right(numbers, release_update, done="released", missing="no_update")


@app.command(help=_help("resend"))
def resend(numbers: Annotated[list[int], typer.Argument(help=_help("resend_numbers"))]) -> None:
    _set_right(numbers, send_again, done="resent", missing="no_letter")


def _set_right(numbers: list[int], action: Callable[..., None], *, done: str, missing: str) -> None:
    """All of them or none."""
    with _store() as (store, settings):
        with store.transaction("cli") as records:
            for number in numbers:
                try:
                    action(records, number, at=Clock()())
                except NothingSetAside as refusal:
                    raise _Stop(said(missing, settings.language, number=number)) from refusal
        for number in numbers:
            typer.echo(said(done, settings.language, number=number))


@app.command(help=_help("enrol"))
def enrol(
    person_id: Annotated[str, typer.Argument(help=_help("enrol_person"))],
    hours: Annotated[int, typer.Option(min=1, max=24 * 14, help=_help("enrol_hours"))] = 72,
) -> None:
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    with _store() as (store, settings):
        with store.transaction("cli") as records:
            person = _person(records, person_id, settings)
            issue_code(records, person.id, code, at=Clock()(), valid_for=timedelta(hours=hours))
        typer.echo(code)


@app.command(help=_help("demo"))
def demo(play: Annotated[str | None, typer.Option(help=_help("demo_play"))] = None) -> None:
    settings = _settings()
    with _in_one_sentence(settings):
        raise typer.Exit(run_demo(settings, play=play))


@app.command(
    help=_help("verify"),
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    add_help_option=False,
)
def verify(context: typer.Context) -> None:
    raise typer.Exit(verify_main(context.args))


if __name__ == "__main__":
    sys.exit(app())
