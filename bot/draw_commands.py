"""`shuangsuiji draw …`: the ceremony of a draw from the command line; commonly it is held in the chat."""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from actions.call_off import call_off_scheme
from actions.ceremony import choose_witness, enter_public_value, give_number, name_public_value
from actions.draws import announce_draw, run_draw, void_draw
from actions.refused_draws import too_few
from actions.rehearsals import rehearse_checked
from bot.clock import Clock
from bot.console import Stop, helped, need_draw, need_scheme, opened_store, person_of
from draw.double_random import RUNS, Rehearsal, shortage_of
from inspection.departments import department_name
from inspection.states import SchemeState
from notifications.catalogue import refusal_sentence
from notifications.command_line import said
from notifications.shares import share_sentence
from storage.tables.registers import Scheme

draw_app = typer.Typer(no_args_is_help=True, help=helped("draw"))
SchemeId = Annotated[str, typer.Argument(help=helped("scheme_id"))]
DrawId = Annotated[str, typer.Argument(help=helped("draw_id"))]
By = Annotated[str, typer.Option(help=helped("draw_by"))]
_BAR = 30
"""Signs of the longest bar."""


@draw_app.command(help=helped("rehearse"))
def rehearse(
    scheme_id: SchemeId,
    runs: Annotated[int, typer.Option(min=1, max=100_000, help=helped("rehearse_runs"))] = RUNS,
    page: Annotated[Path | None, typer.Option(help=helped("rehearse_page"))] = None,
) -> None:
    with opened_store() as (store, settings):
        with store.reading() as records:
            need_scheme(records, scheme_id, settings)
            report, shares = rehearse_checked(records, scheme_id, at=Clock()(), runs=runs)
        out = Console(record=page is not None, width=110 if page else None)
        for part in _report(report, settings.language):
            out.print(part)
        for finding in shares:
            out.print(share_sentence(finding, settings.language))
        if page is not None:
            page.write_text(out.export_html(inline_styles=True), encoding="utf-8")


@draw_app.command(help=helped("announce"))
def announce(
    scheme_id: SchemeId,
    by: By,
    witness: Annotated[list[str] | None, typer.Option(help=helped("announce_witness"))] = None,
    public_value: Annotated[str | None, typer.Option(help=helped("announce_public_value"))] = None,
    hours: Annotated[int, typer.Option(min=1, max=24 * 60, help=helped("announce_hours"))] = 24,
) -> None:
    with opened_store() as (store, settings):
        at = Clock()()
        with store.transaction("cli") as records:
            need_scheme(records, scheme_id, settings)
            person = person_of(records, by, settings)
            chosen = records.get(Scheme, scheme_id).witnesses
            for one in dict.fromkeys(witness or ()):
                if person_of(records, one, settings).id in chosen:
                    continue
                choose_witness(records, scheme_id, one, invited=True, by=person, at=at)
            if public_value is not None:
                name_public_value(records, scheme_id, public_value, by=person, at=at)
            due_at, secret = at + timedelta(hours=hours), secrets.token_bytes(32)
            made = announce_draw(records, scheme_id, secret=secret, by=person, at=at, due_at=due_at)
        facts = {"draw": made.draw, "digest": made.digest, "anchor": made.anchor}
        typer.echo(said("announced", settings.language, **facts))


@draw_app.command(help=helped("number"))
def number(draw_id: DrawId, value: Annotated[str, typer.Option(help=helped("number_value"))], by: By) -> None:
    with opened_store() as (store, settings):
        with store.transaction("cli") as records:
            person = person_of(records, by, settings)
            need_draw(records, draw_id, settings)
            given = give_number(records, draw_id, value, by=person, at=Clock()())
        typer.echo(said("given", settings.language, source=given.name, value=given.value))


@draw_app.command(help=helped("enter"))
def enter(draw_id: DrawId, value: Annotated[str, typer.Option(help=helped("enter_value"))], by: By) -> None:
    with opened_store() as (store, settings):
        with store.transaction("cli") as records:
            person = person_of(records, by, settings)
            need_draw(records, draw_id, settings)
            entry = enter_public_value(records, draw_id, value, by=person, at=Clock()())
        typer.echo(said(f"entry_{entry}", settings.language))


@draw_app.command(help=helped("run"))
def run(scheme_id: SchemeId, by: By) -> None:
    with opened_store() as (store, settings):
        with store.transaction("cli") as records:
            need_scheme(records, scheme_id, settings)
            transcript = run_draw(records, scheme_id, by=person_of(records, by, settings), at=Clock()())
        shortage = shortage_of(transcript)
        if shortage is not None:
            raise Stop(refusal_sentence(too_few(shortage), settings.language))
        first = transcript.rounds[0]
        facts = {"objects": len(first.objects), "seats": len(first.seats), "digest": transcript.digest}
        typer.echo(said("drawn", settings.language, **facts))


@draw_app.command(help=helped("void"))
def void(
    scheme_id: SchemeId, reason: Annotated[str, typer.Option(help=helped("void_reason"))], by: By
) -> None:
    with opened_store() as (store, settings):
        with store.transaction("cli") as records:
            need_scheme(records, scheme_id, settings)
            person = person_of(records, by, settings)
            is_drawn = records.get(Scheme, scheme_id).state is SchemeState.DRAWN
            give_up = call_off_scheme if is_drawn else void_draw
            draw = give_up(records, scheme_id, reason=reason, by=person, at=Clock()())
        typer.echo(said("voided", settings.language, draw=draw.id if draw else scheme_id))


# --- The rehearsal on the screen -------------------------------------------------------------------------------------


def _report(report: Rehearsal, language: str) -> Iterable[Table | str]:
    yield _strata(report, language)
    yield _departments(report, language)
    for shortage in report.shortages:
        yield f"[bold red]{refusal_sentence(too_few(shortage), language)}"
    yield from _plots(report, language)
    yield said("rehearsed", language, runs=report.runs, infeasible=report.infeasible)


def _table(title: str, columns: Iterable[str], language: str) -> Table:
    named = [said(f"column_{name}", language) for name in columns]
    table = Table(*named, title=said(title, language), title_justify="left")
    for column in table.columns[1:]:
        column.justify = "right"
    return table


def _strata(report: Rehearsal, language: str) -> Table:
    table = _table("rehearsal_strata", ("stratum", "size", "quota", "chance", "reserves"), language)
    for one in report.strata:
        chance = f"{one.quota}/{one.size} = {_per_cent(one.chance)}"
        table.add_row(one.name, str(one.size), str(one.quota), chance, str(one.reserves))
    return table


def _departments(report: Rehearsal, language: str) -> Table:
    columns = ("department", "seats", "people", "places", "use", "most_often", "least_often", "short")
    table = _table("rehearsal_departments", columns, language)
    for one in report.departments:
        shares = [share for _, share in one.shares]
        table.add_row(
            department_name(one.department, language),
            str(one.seats),
            str(one.people),
            str(one.places),
            f"[red]{_per_cent(one.use)}" if one.use > TIGHT else _per_cent(one.use),
            _per_cent(shares[0]) if shares else "-",
            _per_cent(shares[-1]) if shares else "-",
            f"[red]{one.short}" if one.short else "0",
        )
    return table


TIGHT = Fraction(9, 10)
"""Of the places of a department; a recusal or two more, and nobody is left."""


def _plots(report: Rehearsal, language: str) -> Iterable[Table]:
    """For each department, how many of its people would hold how many seats."""
    for one in report.departments:
        name = department_name(one.department, language)
        table = Table(box=None, show_header=False, title=said("rehearsal_plot", language, department=name))
        table.title_justify = "left"
        most = max((number for _, number in one.seats_held), default=Fraction(1))
        for seats, number in one.seats_held:
            bar = "█" * round(number / most * _BAR) or "▏"
            table.add_row(said("plot_seats", language, seats=seats), bar, f"{float(number):.1f}")
        yield table


def _per_cent(share: Fraction) -> str:
    return f"{float(share):.1%}"
