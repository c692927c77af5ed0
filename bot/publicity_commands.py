"""`shuangsuiji publicity …`: what is public as files, checked from outside, and the key that it is signed with."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from actions.signing import keep_public_key
from bot.clock import Clock
from bot.console import Stop, helped, opened_store, read_or_stop
from bot.exporting import NotOurFolder, export
from bot.file_place import open_files
from bot.publicity_checks import Checked, Fault, NothingToCheck, check_folder, check_pages
from bot.settings import Settings
from bot.signing import sign_all
from bot.signing_key import rotate, signing_key
from notifications.command_line import said
from storage import publicity
from storage.store import Store
from web.house import WebHouse
from web.live import Live

publicity_app = typer.Typer(no_args_is_help=True, help=helped("publicity"))
_SHOWN = 20
"""Faults that are told one by one."""


@publicity_app.command(name="export", help=helped("publicity_export"))
def export_command(folder: Annotated[Path, typer.Argument(help=helped("publicity_folder"))]) -> None:
    with opened_store() as (store, settings):
        sign_all(store, signing_key(settings.key_file), Clock())
        try:
            folder.mkdir(parents=True, exist_ok=True)
            done = export(_house(store, settings), folder)
        except NotOurFolder as refusal:
            raise Stop(said("publicity_not_ours", settings.language, folder=folder)) from refusal
        except OSError as failure:
            facts = {"folder": folder, "reason": failure.strerror or str(failure)}
            raise Stop(said("publicity_unwritten", settings.language, **facts)) from failure
        facts = {"files": done.files, "written": done.written, "removed": done.removed}
        typer.echo(said("publicity_exported", settings.language, folder=folder, **facts))


def _house(store: Store, settings: Settings) -> WebHouse:
    """The pages as they are served, for a reader that is no visitor: nobody can sign in here."""
    return WebHouse(
        store=store,
        files=open_files(settings),
        clock=Clock(),
        live=Live(),
        wake=_nobody,
        is_demo=False,
        upload_limit=0,
        new_token=lambda: secrets.token_urlsafe(32),
        move_clock=None,
        language=settings.language,
        public_url=settings.public_url,
        complaint_path=settings.complaint_path,
    )


def _nobody() -> None:
    """There is no worker to wake."""


@publicity_app.command(name="verify", help=helped("publicity_verify"))
def verify_command(
    place: Annotated[str, typer.Argument(help=helped("publicity_place"))],
    key: Annotated[str | None, typer.Option("--key", help=helped("publicity_key"))] = None,
) -> None:
    language, told = read_or_stop().language, Checked()
    is_served = place.startswith(("http://", "https://"))
    looking = (
        check_pages(place, key=key, told=told) if is_served else check_folder(Path(place), key=key, told=told)
    )
    try:
        faults = list(looking)
    except NothingToCheck as nothing:
        raise Stop(said("publicity_nothing", language, place=place, reason=nothing.reason)) from nothing
    for one in faults[:_SHOWN]:
        typer.echo(_sentence(one, language), err=True)
    if faults:
        raise Stop(said("publicity_faults", language, number=len(faults)))
    facts = {"files": told.files, "signatures": told.signatures, "draws": told.draws}
    typer.echo(said("publicity_good", language, **facts, keys=said("comma", language).join(told.keys)))


def _sentence(fault: Fault, language: str) -> str:
    return said(f"publicity_fault_{fault.kind}", language, place=fault.place, words=fault.words)


@publicity_app.command(name="keys", help=helped("publicity_keys"))
def keys_command() -> None:
    with opened_store() as (store, settings):
        present = signing_key(settings.key_file)
        with store.transaction("cli") as records:
            keep_public_key(records, present.id, present.public, at=Clock()())
            for one in publicity.keys(records):
                name = "publicity_key_now" if one.id == present.id else "publicity_key_then"
                typer.echo(said(name, settings.language, id=one.id, key=one.public_key))


@publicity_app.command(name="rotate-key", help=helped("publicity_rotate"))
def rotate_command() -> None:
    with opened_store() as (store, settings):
        old = signing_key(settings.key_file)
        with store.transaction("cli") as records:
            keep_public_key(records, old.id, old.public, at=Clock()())
        new, kept = rotate(settings.key_file)
        with store.transaction("cli") as records:
            keep_public_key(records, new.id, new.public, at=Clock()())
        typer.echo(said("publicity_rotated", settings.language, id=new.id, old=old.id, file=kept))
