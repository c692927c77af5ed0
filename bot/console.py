"""What every command has in common: settings, the store, and one sentence where something is wrong."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import Progress

from bot.file_place import FilesUnusable, place_name
from bot.logging import set_up_logging
from bot.service import AddressTaken, FolderUnusable, open_store
from bot.settings import Settings, WrongSettings, read_settings
from bot.signing_key import KeyUnusable
from inspection.refusals import Refusal
from notifications.catalogue import LANGUAGES, refusal_sentence
from notifications.command_line import help_on, said
from storage.files import FileFault
from storage.migrate import StoreIsNewer, StoreIsOlder
from storage.store import Records, Store, StoreFault, reason, shown
from storage.tables.inspections import DrawRecord
from storage.tables.registers import Person, Scheme

screen = Console()


def _language_of_help() -> str:
    """Settings that are wrong are the commands' business, not the help's."""
    try:
        return read_settings().language
    except WrongSettings:
        return LANGUAGES[0]


_HELP_LANGUAGE = _language_of_help()


def helped(name: str) -> str:
    """What a command or an option is for."""
    return help_on(name, _HELP_LANGUAGE)


class Stop(typer.Exit):
    """One sentence on standard error, and an exit code."""

    def __init__(self, sentence: str, code: int = 1) -> None:
        typer.echo(sentence, err=True)
        super().__init__(code)


def read_or_stop() -> Settings:
    try:
        settings = read_settings()
    except WrongSettings as wrong:
        raise Stop("\n".join(wrong.sentences), code=2) from wrong
    set_up_logging(settings.log_level, settings.log_form)
    return settings


@contextmanager
def in_one_sentence(settings: Settings) -> Iterator[None]:
    """Whatever the world or a rule says no to becomes one sentence; only our own mistakes leave a trace."""
    language, store = settings.language, shown(settings.database_url)
    try:
        yield
    except Refusal as refusal:
        raise Stop(refusal_sentence(refusal, language)) from refusal
    except StoreIsNewer as newer:
        raise Stop(said("store_newer", language, store=store)) from newer
    except StoreIsOlder as older:
        raise Stop(said("store_older", language, store=store)) from older
    except StoreFault as fault:
        raise Stop(said("store_unusable", language, store=store, reason=reason(fault))) from fault
    except FolderUnusable as fault:
        raise Stop(
            said("folder_unusable", language, folder=settings.data_dir, reason=fault.reason)
        ) from fault
    except FilesUnusable as fault:
        raise Stop(said("files_unusable", language, place=fault.place, reason=fault.reason)) from fault
    except FileFault as fault:
        place, said_so = place_name(settings), f"{type(fault).__name__}: {fault}"
        raise Stop(said("files_unusable", language, place=place, reason=said_so)) from fault
    except KeyUnusable as fault:
        raise Stop(said("key_unusable", language, file=fault.file, reason=fault.reason)) from fault
    except AddressTaken as taken:
        facts = {"host": settings.host, "port": settings.port, "reason": taken.reason}
        raise Stop(said("address_taken", language, **facts)) from taken


@contextmanager
def opened_store() -> Iterator[tuple[Store, Settings]]:
    settings = read_or_stop()
    with in_one_sentence(settings):
        store = open_store(settings)
        try:
            yield store, settings
        finally:
            store.close()


@contextmanager
def progress_shown(settings: Settings, doing: str = "reading_large") -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, and nothing where the output is kept in a file: takes what is done and what there is."""
    with Progress(console=screen, transient=True, disable=not screen.is_terminal) as bar:
        task = bar.add_task(said(doing, settings.language), total=None)
        yield lambda done, whole: bar.update(task, completed=done, total=whole)


def person_of(records: Records, id: str, settings: Settings) -> Person:
    person = records.find(Person, id)
    if person is None:
        raise Stop(said("no_person", settings.language, id=id))
    return person


def need_scheme(records: Records, id: str, settings: Settings) -> None:
    if records.find(Scheme, id) is None:
        raise Stop(said("no_scheme", settings.language, id=id))


def need_draw(records: Records, id: str, settings: Settings) -> None:
    if records.find(DrawRecord, id) is None:
        raise Stop(said("no_draw", settings.language, id=id))
