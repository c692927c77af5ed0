"""`shuangsuiji token …`: which programs of which departments may use the API."""

import secrets
from datetime import UTC, datetime, time
from typing import Annotated

import typer
from rich.table import Table

from actions.api_tokens import issue_token, revoke_token
from bot.clock import Clock
from bot.console import Stop, helped, opened_store, read_or_stop, screen
from inspection.calendar.beijing import BEIJING
from inspection.departments import DISTRICT_BY_NAME, department_name, district_name
from notifications.command_line import said
from notifications.formats import moment
from storage import api_tokens
from storage.tables.exchange import ApiToken

token_app = typer.Typer(no_args_is_help=True, help=helped("token"))
PREFIX = "ssj_"
"""So that a token is known as one wherever it is left lying about."""
_ID_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@token_app.command(help=helped("token_issue"))
def issue(
    department: Annotated[str, typer.Option("--department", help=helped("token_department"))],
    district: Annotated[str | None, typer.Option("--district", help=helped("token_district"))] = None,
    scopes: Annotated[str, typer.Option("--scopes", help=helped("token_scopes"))] = "read",
    expires: Annotated[str | None, typer.Option("--expires", help=helped("token_expires"))] = None,
    label: Annotated[str, typer.Option("--label", help=helped("token_label"))] = "",
    target: Annotated[str | None, typer.Option("--target", help=helped("token_target"))] = None,
    person: Annotated[str | None, typer.Option("--for", help=helped("token_person"))] = None,
) -> None:
    token = PREFIX + secrets.token_urlsafe(32)
    id = "".join(secrets.choice(_ID_ALPHABET) for _ in range(8))
    chosen = [one.strip() for one in scopes.split(",") if one.strip()]
    ends = _end_of(expires) if expires else None
    with opened_store() as (store, settings):
        with store.transaction("cli") as records:
            issue_token(
                records,
                id,
                token,
                department,
                chosen,
                district=_district_of(district),
                expires_at=ends,
                label=label,
                target=target,
                person_id=person,
                at=Clock()(),
            )
        typer.echo(token)
        typer.echo(said("token_issued", settings.language, id=id), err=True)


def _district_of(text: str | None) -> str | None:
    """Its code, as written or by its name; what is neither is refused later on."""
    known = DISTRICT_BY_NAME.get(text or "")
    return known.code if known else text


def _end_of(text: str) -> datetime:
    """The end of that day in Beijing."""
    try:
        day = datetime.fromisoformat(text).date()
    except ValueError as fault:
        raise Stop(said("deputy_not_a_day", read_or_stop().language, value=text)) from fault
    return datetime.combine(day, time(23, 59, 59), BEIJING).astimezone(UTC)


@token_app.command(name="list", help=helped("token_list"))
def list_command() -> None:
    with opened_store() as (store, settings), store.reading() as records:
        language, at = settings.language, Clock()()
        names = ("id", "department", "district", "scopes", "label", "expires", "last_used", "state")
        table = Table(*(said(f"column_{name}", language) for name in names))
        for one in api_tokens.all_tokens(records):
            table.add_row(
                one.id,
                department_name(one.department, language),
                district_name(one.district, language),
                said("comma", language).join(one.scopes),
                one.label,
                _moment(one.expires_at, language),
                _moment(one.last_used_at, language),
                said(f"token_{_state(one, at)}", language),
            )
        screen.print(table)


def _moment(at: datetime | None, language: str) -> str:
    return moment(at, language) if at else ""


def _state(one: ApiToken, at: datetime) -> str:
    if one.revoked_at is not None:
        return "revoked"
    return "active" if one.expires_at is None or at < one.expires_at else "expired"


@token_app.command(help=helped("token_revoke"))
def revoke(id: Annotated[str, typer.Argument(help=helped("token_id"))]) -> None:
    with opened_store() as (store, settings):
        with store.transaction("cli") as records:
            if records.find(ApiToken, id) is None:
                raise Stop(said("no_token", settings.language, id=id))
            revoke_token(records, id, at=Clock()())
        typer.echo(said("token_revoked_now", settings.language, id=id))
