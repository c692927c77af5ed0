"""`shuangsuiji journal …`: whether the journal is still what was written, its head, and all of it as lines."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from actions.journal_check import Trust, examine, trusted_keys, written_out
from bot.clock import Clock
from bot.console import Stop, helped, opened_store
from bot.signing_key import signing_key
from inspection.calendar.beijing import beijing_day
from inspection.journal_chain import Anchor, Flaw, NoAnchor, anchor_of
from notifications.command_line import said
from storage import chain

journal_app = typer.Typer(no_args_is_help=True, help=helped("journal"))
_Since = Annotated[
    datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help=helped("journal_since"))
]


@journal_app.command(name="verify", help=helped("journal_verify"))
def verify_command(
    since: _Since = None,
    anchor: Annotated[list[Path] | None, typer.Option("--anchor", help=helped("journal_anchor"))] = None,
    key: Annotated[list[str] | None, typer.Option("--key", help=helped("journal_key"))] = None,
) -> None:
    with opened_store() as (store, settings):
        kept, own = _kept(anchor or (), settings.language), signing_key(settings.key_file)
        with store.reading() as records:
            keys = trusted_keys(records, (own.id, own.public), only=key or ())
            flaw, told = examine(records, Trust(keys, kept), since=_day(since))
        if flaw:
            raise Stop(_sentence(flaw, settings.language))
        facts = {"lines": told.lines, "anchors": told.anchors, "after": told.start.place}
        head = {"place": told.head.place, "hash": told.head.hash}
        typer.echo(said("journal_good", settings.language, **facts, **head))


def _day(since: datetime | None) -> date | None:
    return since.date() if since else None


def _kept(files: Sequence[Path], language: str) -> list[Anchor]:
    """Anchors that somebody keeps: bundles from the public page, or what `journal head` wrote."""
    found = []
    for file in files:
        try:
            found.append(anchor_of(json.loads(file.read_bytes())))
        except OSError as failure:
            reason = failure.strerror or str(failure)
            raise Stop(said("journal_anchor_unread", language, file=file, reason=reason)) from failure
        except (NoAnchor, ValueError) as wrong:
            raise Stop(said("journal_anchor_none", language, file=file)) from wrong
    return found


def _sentence(flaw: Flaw, language: str) -> str:
    facts = {"place": flaw.place, "line": flaw.line, "what": flaw.what, "since": flaw.since}
    return said("journal_bad", language, words=said(f"journal_flaw_{flaw.kind}", language, **facts))


@journal_app.command(name="head", help=helped("journal_head"))
def head_command() -> None:
    with opened_store() as (store, _):
        with store.reading() as records:
            head = chain.head(records.session)
        typer.echo(json.dumps(Anchor(beijing_day(Clock()()), head).content))


@journal_app.command(name="export", help=helped("journal_export"))
def export_command(since: _Since = None) -> None:
    with opened_store() as (store, _), store.reading() as records:
        for one in written_out(records, since=_day(since)):
            typer.echo(json.dumps(one))
