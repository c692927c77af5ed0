"""What every command has in common: settings, the store, and one sentence where something is wrong."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console
from rich.progress import Progress

from bot.file_place import FilesUnusable, place_name
from bot.logging import set_up_logging
from bot.service import AddressTaken, FolderUnusable, open_store
from bot.settings import Settings, WrongSettings, read_settings
from bot.signing_key import KeyUnusable
from bot.watch_port import WatchPortTaken
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


def read_or_stop(**given: Any) -> Settings:
    """`given` are settings of the command line."""
    try:
        settings = read_settings(**given)
    except WrongSettings as wrong:
        raise Stop("\n".join(wrong.sentences), code=2) from wrong
    set_up_logging(settings.log_level, settings.log_form)
    return settings


@contextmanager
def in_one_sentence(settings: Settings) -> Iterator[None]:
    """Whatever the world or a rule says no to becomes one sentence; only our own mistakes leave a trace."""
    try:
        yield
    except Refusal as refusal:
        raise Stop(refusal_sentence(refusal, settings.language)) from refusal
    except tuple(_SAID) as fault:
        name, facts = next(told for kind, told in _SAID.items() if isinstance(fault, kind))
        raise Stop(said(name, settings.language, **facts(fault, settings))) from fault


_Facts = Callable[[Any, Settings], Mapping[str, object]]


def _store(_fault: Exception, settings: Settings) -> Mapping[str, object]:
    return {"store": shown(settings.database_url)}


def _watch_address(fault: WatchPortTaken, settings: Settings) -> Mapping[str, object]:
    return {"host": settings.metrics_host, "port": settings.metrics_port, "reason": fault.reason}


_SAID: Mapping[type[Exception], tuple[str, _Facts]] = {
    StoreIsNewer: ("store_newer", _store),
    StoreIsOlder: ("store_older", _store),
    StoreFault: ("store_unusable", lambda fault, given: {**_store(fault, given), "reason": reason(fault)}),
    FolderUnusable: (
        "folder_unusable",
        lambda fault, given: {"folder": given.data_dir, "reason": fault.reason},
    ),
    FilesUnusable: ("files_unusable", lambda fault, _: {"place": fault.place, "reason": fault.reason}),
    FileFault: (
        "files_unusable",
        lambda fault, given: {"place": place_name(given), "reason": f"{type(fault).__name__}: {fault}"},
    ),
    KeyUnusable: ("key_unusable", lambda fault, _: {"file": fault.file, "reason": fault.reason}),
    AddressTaken: (
        "address_taken",
        lambda fault, given: {"host": given.host, "port": given.port, "reason": fault.reason},
    ),
    WatchPortTaken: ("metrics_port_taken", _watch_address),
}
"""What the world says no to: the sentence for each kind, and the facts in it; the first that fits counts."""


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
