"""`shuangsuiji draw what-if`: other shares, reckoned through; nothing is written."""

from collections.abc import Iterable
from typing import Annotated

import typer
from rich.table import Table

from actions.what_ifs import RUNS, WhatIf, what_if
from bot.clock import Clock
from bot.console import helped, need_scheme, opened_store, screen
from inspection.departments import department_name
from inspection.refusals import Unacceptable
from inspection.supervision.rules import per_cent
from notifications.catalogue import label
from notifications.command_line import said
from notifications.shares import share_sentence


def what_if_command(
    scheme_id: Annotated[str, typer.Argument(help=helped("scheme_id"))],
    ratio: Annotated[list[str] | None, typer.Option(help=helped("what_if_ratio"))] = None,
    runs: Annotated[int, typer.Option(min=1, max=100_000, help=helped("rehearse_runs"))] = RUNS,
) -> None:
    with opened_store() as (store, settings):
        with store.reading() as records:
            need_scheme(records, scheme_id, settings)
            asked = dict(_pair(one) for one in ratio or ())
            outlook = what_if(records, scheme_id, asked, at=Clock()(), runs=runs)
        for part in _shown(outlook, settings.language):
            screen.print(part)


def _pair(text: str) -> tuple[str, str]:
    name, sign, share = text.rpartition("=")
    if not sign or not name.strip():
        raise Unacceptable("what_if_ratio", value=text[:40])
    return name.strip(), share.strip()


def _shown(outlook: WhatIf, language: str) -> Iterable[Table | str]:
    strata = _table("what_if_strata", ("stratum", "size", "quota"), language)
    for one in outlook.rehearsal.strata:
        strata.add_row(one.name, str(one.size), str(one.quota))
    yield strata
    classes = _table("what_if_classes", ("class", "size", "visits", "found"), language)
    for of_class in outlook.classes:
        rate = of_class.found_rate
        found = f"{of_class.problems}/{of_class.inspected} = {per_cent(rate)}" if rate is not None else "-"
        classes.add_row(of_class.credit_class, str(of_class.size), str(of_class.visits), found)
    yield classes
    columns = ("department", "seats", "people", "days_wanted", "days_there", "busiest", "idlest", "short")
    departments = _table("what_if_departments", columns, language)
    for of_one in outlook.departments:
        wanted = f"{float(of_one.days_wanted):g}"
        departments.add_row(
            department_name(of_one.department, language),
            str(of_one.seats),
            str(of_one.people),
            f"[red]{wanted}" if of_one.is_tight else wanted,
            str(of_one.days_there),
            per_cent(of_one.busiest),
            per_cent(of_one.idlest),
            str(of_one.short),
        )
    yield departments
    for cause, number in outlook.left_out:
        yield said("what_if_left_out", language, cause=label(f"left_out_{cause}", language), number=number)
    for finding in outlook.shares:
        yield share_sentence(finding, language)
    yield said("what_if_end", language, visits=outlook.visits, runs=outlook.rehearsal.runs)


def _table(title: str, columns: Iterable[str], language: str) -> Table:
    table = Table(
        *(said(f"column_{name}", language) for name in columns),
        title=said(title, language),
        title_justify="left",
    )
    for column in table.columns[1:]:
        column.justify = "right"
    return table
