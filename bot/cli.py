"""The command line `shuangsuiji`: what an installation does from a terminal, one command for each deed."""

import asyncio
import json
import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from actions.enrolment import code_of, issue_code
from actions.load_registers import load_folder
from actions.menus import offer_menus
from actions.scheme_report import scheme_report
from actions.set_aside import NothingSetAside, release_update, send_again
from bot.account_commands import account_app
from bot.archive_commands import archive_app
from bot.auditor import audit_lines
from bot.backup_commands import backup_command, doctor_command, restore_command
from bot.calendar_commands import calendar_app
from bot.canary.watch import canary_lines
from bot.canary_commands import canary_app
from bot.checklist_commands import checklist_app
from bot.clock import Clock, clock_for
from bot.clue_commands import clue_app
from bot.console import (
    Stop,
    helped,
    in_one_sentence,
    need_scheme,
    opened_store,
    person_of,
    progress_shown,
    read_or_stop,
    screen,
)
from bot.deadline_commands import deadline_app
from bot.demo import run_demo
from bot.deputy_commands import deputy_app
from bot.draw_commands import draw_app
from bot.evidence_watch import alarm_lines
from bot.exchange_commands import exchange_app
from bot.follow_up_commands import follow_up_app
from bot.journal_commands import journal_app
from bot.outbox_commands import outbox_as_json, show_outbox
from bot.paper_commands import paper
from bot.person_commands import person_app
from bot.plan_commands import plan_app
from bot.presence import process_lines
from bot.publicity_commands import publicity_app
from bot.register_commands import registers_app
from bot.roles import ALL_ROLES, roles_line
from bot.service import open_store, serve
from bot.status_lines import log_trace, waiting_lines
from bot.supervision_commands import supervision_app
from bot.token_commands import token_app
from bot.what_if_commands import what_if_command
from draw.verify import main as verify_main
from notifications.catalogue import label
from notifications.command_line import said
from notifications.formats import moment
from notifications.load_report import report_lines
from notifications.messages.channels import channel_label
from storage import inbox, outbox, schemes, troubles
from storage import settings as kept_settings
from storage.store import Records, shown
from storage.traces import trace_of_update

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=helped("app")
)


app.add_typer(draw_app, name="draw")
app.add_typer(account_app, name="account")
app.add_typer(checklist_app, name="checklist")
app.add_typer(calendar_app, name="calendar")
app.add_typer(canary_app, name="canary")
app.add_typer(deadline_app, name="deadlines")
app.add_typer(deputy_app, name="deputy")
app.add_typer(exchange_app, name="exchange")
app.add_typer(token_app, name="token")
app.add_typer(publicity_app, name="publicity")
app.add_typer(journal_app, name="journal")
app.add_typer(person_app, name="person")
app.add_typer(clue_app, name="clues")
app.add_typer(follow_up_app, name="follow-ups")
app.add_typer(archive_app, name="archive")
app.add_typer(plan_app, name="plan")
app.add_typer(supervision_app, name="supervision")
draw_app.command(name="what-if", help=helped("what_if"))(what_if_command)
app.add_typer(registers_app, name="registers")
app.command(name="paper", help=helped("paper"))(paper)
app.command(name="backup", help=helped("backup"))(backup_command)
app.command(name="restore", help=helped("restore"))(restore_command)
app.command(name="doctor", help=helped("doctor"))(doctor_command)


@app.command(name="serve", help=helped("serve"))
def serve_command(
    roles: Annotated[str | None, typer.Option("--roles", help=helped("serve_roles"))] = None,
    no_migrate: Annotated[bool, typer.Option("--no-migrate", help=helped("serve_no_migrate"))] = False,
) -> None:
    given: dict[str, object] = {} if roles is None else {"roles": roles}
    settings = read_or_stop(**given, **({"migrate": False} if no_migrate else {}))

    def on_listening(url: str) -> None:
        played = roles_line(settings.roles)
        name = "serving" if settings.roles == ALL_ROLES else "serving_roles"
        typer.echo(said(name, settings.language, url=url, roles=played))

    with in_one_sentence(settings):
        asyncio.run(serve(settings, on_listening))


@app.command(name="migrate", help=helped("migrate"))
def migrate_command() -> None:
    settings = read_or_stop()
    with in_one_sentence(settings):
        open_store(settings.model_copy(update={"migrate": True})).close()
    typer.echo(said("migrated", settings.language, store=shown(settings.database_url)))


@app.command(help=helped("load"))
def load(
    folder: Annotated[Path, typer.Argument(help=helped("load_folder"))],
    strict: Annotated[bool, typer.Option("--strict", help=helped("load_strict"))] = False,
) -> None:
    with opened_store() as (store, settings):
        with store.transaction("cli") as records, progress_shown(settings) as progress:
            report = load_folder(records, folder, strict=strict, at=Clock()(), progress=progress)
            offer_menus(records, at=Clock()())
        for line in report_lines(report, settings.language):
            typer.echo(line)
    if report.errors:
        raise typer.Exit(1)


@app.command(help=helped("scheme"))
def scheme(scheme_id: Annotated[str | None, typer.Argument(help=helped("scheme_id"))] = None) -> None:
    with opened_store() as (store, settings), store.reading() as records:
        if scheme_id is not None:
            need_scheme(records, scheme_id, settings)
            typer.echo(json.dumps(scheme_report(records, scheme_id), ensure_ascii=False, indent=2))
            return
        table = Table(*(said(f"column_{name}", settings.language) for name in ("id", "name", "state")))
        for row in schemes.all_schemes(records):
            table.add_row(row.id, row.name, label(f"state_scheme_{row.state}", settings.language))
        screen.print(table)


@app.command(help=helped("status"))
def status() -> None:
    with opened_store() as (store, settings), store.reading() as records:
        _show_counts(records, settings.language)
        clock = clock_for(store, is_demo=settings.demo)
        for line in process_lines(records, settings.language, clock.world()):
            typer.echo(line)
        for line in waiting_lines(records, settings.language, at=clock()):
            typer.echo(line)
        for lines in (_receiving, _troubles, audit_lines, canary_lines, alarm_lines, _waiting):
            for line in lines(records, settings.language):
                typer.echo(line)


def _show_counts(records: Records, language: str) -> None:
    table = Table(*(said(f"column_{name}", language) for name in ("what", "number")))
    for name, counts in (("inbox", inbox.counts(records)), ("outbox", outbox.counts(records))):
        for state, number in sorted(counts.items()):
            table.add_row(said(f"{name}_{state}", language), str(number))
    for row in schemes.all_schemes(records):
        table.add_row(f"{row.id} {row.name}", label(f"state_scheme_{row.state}", language))
    screen.print(table)


def _receiving(records: Records, language: str) -> Iterator[str]:
    for channel, by in kept_settings.beginning_with(records, kept_settings.RECEIVES).items():
        yield said("receiving", language, channel=label(channel_label(channel), language), by=by)


def _troubles(records: Records, language: str) -> Iterator[str]:
    for trouble in troubles.present(records):
        yield said(
            "trouble",
            language,
            channel=label(channel_label(trouble.channel), language),
            since=moment(trouble.since, language),
            means=label(f"ailment_{trouble.ailment}", language),
            step=label(f"ailment_step_{trouble.ailment}", language),
            reason=trouble.reason,
        )


def _waiting(records: Records, language: str) -> Iterator[str]:
    """Of a fault only its kind is shown: its own words may quote what a person wrote."""
    for update in inbox.quarantined(records):
        kind = (update.error.strip().splitlines() or ["?"])[-1].partition(":")[0]
        at = moment(update.received_at, language)
        sentence = said("set_aside", language, number=update.id, channel=update.channel, at=at, kind=kind)
        yield sentence + log_trace(trace_of_update(update.channel, update.update_id), language)
    for line in outbox.dead(records):
        facts = {"number": line.id, "kind": line.kind, "person": line.person_id or line.chat}
        at = moment(line.created_at, language)
        sentence = said("not_delivered", language, **facts, at=at, reason=line.error)
        yield sentence + log_trace(line.trace, language)


@app.command(help=helped("release"))
def release(numbers: Annotated[list[int], typer.Argument(help=helped("release_numbers"))]) -> None:
    _set_right(numbers, release_update, done="released", missing="no_update")


@app.command(help=helped("resend"))
def resend(numbers: Annotated[list[int], typer.Argument(help=helped("resend_numbers"))]) -> None:
    _set_right(numbers, send_again, done="resent", missing="no_letter")


@app.command(name="outbox", help=helped("outbox"))
def outbox_command(
    resend: Annotated[list[int] | None, typer.Option("--resend", help=helped("outbox_resend"))] = None,
    resend_all: Annotated[bool, typer.Option("--resend-all", help=helped("outbox_resend_all"))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=helped("outbox_json"))] = False,
) -> None:
    if resend_all:
        with opened_store() as (store, _settings), store.reading() as records:
            resend = [line.id for line in outbox.dead(records) if line.id is not None]
    if resend:
        _set_right(resend, send_again, done="resent", missing="no_letter")
        return
    with opened_store() as (store, settings), store.reading() as records:
        if as_json:
            typer.echo(outbox_as_json(records, at=Clock()()))
        else:
            show_outbox(records, settings.language, at=Clock()())


def _set_right(numbers: list[int], action: Callable[..., None], *, done: str, missing: str) -> None:
    """All of them or none."""
    with opened_store() as (store, settings):
        with store.transaction("cli") as records:
            for number in numbers:
                try:
                    action(records, number, at=Clock()())
                except NothingSetAside as refusal:
                    raise Stop(said(missing, settings.language, number=number)) from refusal
        for number in numbers:
            typer.echo(said(done, settings.language, number=number))


@app.command(help=helped("enrol"))
def enrol(
    person_id: Annotated[str, typer.Argument(help=helped("enrol_person"))],
    hours: Annotated[int, typer.Option(min=1, max=24 * 14, help=helped("enrol_hours"))] = 72,
) -> None:
    code = code_of(secrets.token_urlsafe(32))
    with opened_store() as (store, settings):
        with store.transaction("cli") as records:
            person = person_of(records, person_id, settings)
            issue_code(records, person.id, code, at=Clock()(), valid_for=timedelta(hours=hours))
            bot = kept_settings.value(records, kept_settings.TELEGRAM_USERNAME)
        typer.echo(code)
        if bot:
            url = f"https://t.me/{bot}?start={code}"
            typer.echo(said("enrol_link", settings.language, url=url, person=person.name))


@app.command(help=helped("demo"))
def demo(play: Annotated[str | None, typer.Option(help=helped("demo_play"))] = None) -> None:
    settings = read_or_stop()
    with in_one_sentence(settings):
        raise typer.Exit(run_demo(settings, play=play))


@app.command(
    help=helped("verify"),
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    add_help_option=False,
)
def verify(context: typer.Context) -> None:
    raise typer.Exit(verify_main(context.args))
