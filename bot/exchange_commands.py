"""`shuangsuiji exchange …`: the platforms that things are handed over to, and what waits, is dead or has arrived."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from actions.exchange import resend_delivery, set_target, stop_target
from actions.load_foreign_draw import LoadedDraw, load_foreign_draw
from bot.clock import Clock
from bot.console import Stop, helped, opened_store, screen
from inspection.refusals import NotFound
from inspection.states import DeliveryState
from notifications.catalogue import label
from notifications.command_line import said
from notifications.formats import moment
from notifications.load_report import problem_line
from storage import exchange
from storage.store import Records
from storage.tables.exchange import Delivery, ExchangeTarget

exchange_app = typer.Typer(no_args_is_help=True, help=helped("exchange"))
SHOWN = 50
_OPEN = (DeliveryState.PENDING, DeliveryState.DEAD)


@exchange_app.command(name="list", help=helped("exchange_list"))
def list_command(
    everything: Annotated[bool, typer.Option("--all", help=helped("exchange_all"))] = False,
    target: Annotated[str | None, typer.Option("--target", help=helped("exchange_target_name"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=helped("exchange_json"))] = False,
) -> None:
    states = tuple(DeliveryState) if everything else _OPEN
    with opened_store() as (store, settings), store.reading() as records:
        limit = 1_000_000 if as_json else SHOWN + 1
        found = exchange.listed(records, states, target=target, limit=limit)
        if as_json:
            typer.echo(json.dumps([_as_json(one) for one in found], ensure_ascii=False, indent=2))
        elif not found:
            typer.echo(said("exchange_empty", settings.language))
        else:
            screen.print(_table(found[:SHOWN], settings.language))
            if len(found) > SHOWN:
                typer.echo(said("exchange_more", settings.language, number=SHOWN))


def _table(found: Iterable[Delivery], language: str) -> Table:
    names = ("id", "platform", "what", "about", "state", "tries", "next_try", "said")
    table = Table(*(said(f"column_{name}", language) for name in names))
    for one in found:
        is_waiting = one.state is DeliveryState.PENDING
        table.add_row(
            str(one.number),
            one.target,
            label(f"delivery_{one.kind}", language),
            f"{one.subject} v{one.version}",
            label(f"state_delivery_{one.state}", language),
            str(one.attempts),
            moment(one.next_try_at, language) if is_waiting else "",
            _said(one),
        )
    return table


def _said(one: Delivery) -> str:
    status = str(one.last_status) if one.last_status is not None else ""
    return f"{status} {one.last_answer}".strip()[:80]


def _as_json(one: Delivery) -> dict[str, Any]:
    """Times in ISO 8601, UTC."""
    return {
        "number": one.number,
        "id": one.id,
        "target": one.target,
        "kind": one.kind,
        "subject": one.subject,
        "version": one.version,
        "sha256": one.sha256,
        "state": one.state.value,
        "attempts": one.attempts,
        "created_at": one.created_at.isoformat(),
        "next_try_at": one.next_try_at.isoformat() if one.state is DeliveryState.PENDING else None,
        "settled_at": one.settled_at.isoformat() if one.settled_at else None,
        "last_status": one.last_status,
        "last_answer": one.last_answer,
    }


@exchange_app.command(help=helped("exchange_show"))
def show(number: Annotated[int, typer.Argument(help=helped("exchange_number"))]) -> None:
    with opened_store() as (store, settings), store.reading() as records:
        delivery = records.find(Delivery, number)
        if delivery is None:
            raise Stop(said("no_delivery", settings.language, number=number))
        typer.echo(json.dumps(_as_json(delivery), ensure_ascii=False, indent=2))
        typer.echo(delivery.body.decode())


@exchange_app.command(help=helped("exchange_resend"))
def resend(numbers: Annotated[list[int], typer.Argument(help=helped("exchange_numbers"))]) -> None:
    with opened_store() as (store, settings):
        with store.transaction("cli") as records:
            _resend(records, numbers, settings.language, at=Clock()())
        typer.echo(said("exchange_resent", settings.language, number=len(numbers)))


@exchange_app.command(name="resend-dead", help=helped("exchange_resend_dead"))
def resend_dead(
    target: Annotated[str | None, typer.Option("--target", help=helped("exchange_target_name"))] = None,
) -> None:
    with opened_store() as (store, settings):
        with store.transaction("cli") as records:
            numbers = exchange.dead_numbers(records, target)
            _resend(records, numbers, settings.language, at=Clock()())
        typer.echo(said("exchange_resent", settings.language, number=len(numbers)))


def _resend(records: Records, numbers: Iterable[int], language: str, *, at: datetime) -> None:
    """All of them or none."""
    for number in numbers:
        try:
            resend_delivery(records, number, by=None, at=at)
        except NotFound as refusal:
            raise Stop(said("no_delivery", language, number=number)) from refusal


@exchange_app.command(help=helped("exchange_targets"))
def targets() -> None:
    with opened_store() as (store, settings), store.reading() as records:
        language = settings.language
        names = ("platform", "address", "what", "secret", "waiting", "dead", "sent", "state")
        table = Table(*(said(f"column_{name}", language) for name in names))
        rows = {one.name: one for one in exchange.targets(records)}
        for counted in exchange.counted(records):
            one = rows[counted.target]
            sent = f"{exchange.COUNTED_TO}+" if counted.sent > exchange.COUNTED_TO else str(counted.sent)
            numbers = (str(counted.waiting), str(counted.dead), sent)
            table.add_row(one.name, *_described(one, language), *numbers, _state(one, language))
        if rows:
            screen.print(table)
        else:
            typer.echo(said("exchange_no_targets", language))


def _described(one: ExchangeTarget, language: str) -> tuple[str, str, str]:
    kinds = said("comma", language).join(label(f"delivery_{kind}", language) for kind in one.kinds)
    return (
        one.url or said("exchange_fetches", language),
        kinds or said("exchange_everything", language),
        one.secret_from,
    )


def _state(one: ExchangeTarget, language: str) -> str:
    return said("exchange_active" if one.is_active else "exchange_stopped", language)


@exchange_app.command(help=helped("exchange_set_target"))
def target(
    name: Annotated[str, typer.Argument(help=helped("exchange_target_name"))],
    url: Annotated[str, typer.Option("--url", help=helped("exchange_url"))] = "",
    kinds: Annotated[str, typer.Option("--kinds", help=helped("exchange_kinds"))] = "",
    secret_file: Annotated[
        Path | None, typer.Option("--secret-file", help=helped("exchange_secret_file"))
    ] = None,
    secret_env: Annotated[str, typer.Option("--secret-env", help=helped("exchange_secret_env"))] = "",
    internal: Annotated[bool, typer.Option("--internal", help=helped("exchange_internal"))] = False,
) -> None:
    secret_from = f"env:{secret_env}" if secret_env else ""
    if secret_file is not None:
        secret_from = f"file:{secret_file.absolute()}"
    chosen = [one.strip() for one in kinds.split(",") if one.strip()]
    with opened_store() as (store, settings):
        with store.transaction("cli") as records:
            set_target(
                records, name, url, kinds=chosen, secret_from=secret_from, is_internal=internal, at=Clock()()
            )
        typer.echo(said("exchange_target_kept", settings.language, platform=name))


@exchange_app.command(name="stop-target", help=helped("exchange_stop_target"))
def stop(name: Annotated[str, typer.Argument(help=helped("exchange_target_name"))]) -> None:
    with opened_store() as (store, settings):
        with store.transaction("cli") as records:
            if records.find(ExchangeTarget, name) is None:
                raise Stop(said("no_target", settings.language, platform=name))
            stop_target(records, name, at=Clock()())
        typer.echo(said("exchange_target_stopped", settings.language, platform=name))


@exchange_app.command(help=helped("exchange_draw"))
def draw(
    file: Annotated[Path, typer.Argument(help=helped("exchange_draw_file"))],
    check: Annotated[bool, typer.Option("--check", help=helped("exchange_draw_check"))] = False,
    evidence: Annotated[
        Path | None, typer.Option("--evidence", help=helped("exchange_draw_evidence"))
    ] = None,
) -> None:
    with opened_store() as (store, settings):
        language = settings.language
        digest = _digest_of(evidence, language) if evidence is not None else ""
        with store.transaction("cli") as records:
            loaded = load_foreign_draw(records, file, evidence_sha256=digest, only_check=check, at=Clock()())
        for line in _told(loaded, language, only_checked=check):
            typer.echo(line)
    if loaded.errors:
        raise typer.Exit(1)


def _digest_of(evidence: Path, language: str) -> str:
    try:
        return hashlib.sha256(evidence.read_bytes()).hexdigest()
    except OSError as fault:
        raise Stop(said("exchange_draw_no_evidence", language, file=evidence.name)) from fault


def _told(loaded: LoadedDraw, language: str, *, only_checked: bool) -> Iterator[str]:
    yield from (problem_line(one, language) for one in loaded.problems)
    if loaded.errors:
        yield said("exchange_draw_refused", language, errors=loaded.errors)
    elif only_checked:
        yield said("exchange_draw_right", language, objects=loaded.objects, officers=loaded.officers)
    elif loaded.brought is not None:
        name = "exchange_draw_taken" if loaded.brought.is_new else "exchange_draw_known"
        selection = loaded.brought.selection
        facts = {"batch": selection.batch, "objects": loaded.objects, "officers": loaded.officers}
        yield said(name, language, selection=selection.id, **facts)
