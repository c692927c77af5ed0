"""One process that serves, in all roles or in some: hears, works, speaks, ticks and shows pages, until it is told to
stop."""

import asyncio
import contextlib
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Callable, Collection

import structlog

from actions.check_codes import keep_check_key
from actions.menus import offer_menus
from bot.channels.webchat import WebChat
from bot.clock import Clock
from bot.file_place import check_files, open_files
from bot.house import House, make_house
from bot.lines import open_port
from bot.pages import has_visitors
from bot.roles import ALL_ROLES, Role
from bot.rounds import IDLE_SECONDS, note_fault
from bot.settings import Settings
from bot.ticking import tick, ticking
from bot.watch_port import listen, watched
from storage import awaited_files, exchange, outbox, paper_orders, troubles
from storage import settings as kept_settings
from storage.files import FileStore
from storage.migrate import StoreIsOlder, is_migrated, migrate
from storage.store import Records, Store, StoreFault

_log = structlog.get_logger()


class CannotStart(Exception):
    """The machine says no; `reason` is its own word for it."""

    def __init__(self, failure: OSError) -> None:
        self.reason = failure.strerror or str(failure)
        super().__init__(self.reason)


class AddressTaken(CannotStart):
    """Nothing can listen on the address of the settings."""


class FolderUnusable(CannotStart):
    """The data folder cannot be made or written."""


def open_store(settings: Settings) -> Store:
    """The store at its newest shape; the data folder is made when it is missing.

    Raises `FolderUnusable`, `storage.migrate.StoreIsNewer`, `storage.store.StoreFault`, and where the settings leave
    the tables to `shuangsuiji migrate`, `storage.migrate.StoreIsOlder`.
    """
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        raise FolderUnusable(failure) from failure
    store = Store(settings.database_url)
    if settings.migrate:
        migrate(store)
    elif not is_migrated(store):
        raise StoreIsOlder
    with store.transaction() as records:
        keep_check_key(records, secrets.token_hex(32), at=Clock()())
    return store


async def serve(settings: Settings, on_listening: Callable[[str], object] | None = None) -> None:
    """Runs until SIGTERM or Ctrl-C; what is in hand is finished, everything else is in the store.

    `on_listening` is called with where we are when the address is ours and the store is open. Raises what `open_store`
    raises, `FilesUnusable`, and `AddressTaken` before anything else is touched. Told not to change the tables, it waits
    until somebody else has, and does not answer meanwhile.
    """
    if not settings.migrate:
        await _until_migrated(settings)
    with contextlib.ExitStack() as closing:
        address = closing.enter_context(_listening(settings)) if has_visitors(settings) else None
        watch_address = listen(settings)
        store = open_store(settings)
        closing.callback(store.close)
        house = make_house(settings, store, _opened_files(settings))
        closing.callback(house.looking.close)
        if on_listening is not None:
            on_listening(_where(settings, address))
        async with _running(house), watched(house.watch_doors, watch_address):
            await _serving(house, address)


async def _until_migrated(settings: Settings) -> None:
    """A store that does not answer yet is waited for, too: in a deployment all begin at once."""
    has_told = False
    while not await asyncio.to_thread(_is_migrated, settings):
        if not has_told:
            _log.info("waiting_for_migrate")
        has_told = True
        await asyncio.sleep(IDLE_SECONDS)


def _is_migrated(settings: Settings) -> bool:
    try:
        return is_migrated(settings.database_url)
    except StoreFault as fault:
        note_fault("waiting for the tables", fault)
        return False


def _opened_files(settings: Settings) -> FileStore:
    files = open_files(settings)
    check_files(files, settings)
    return files


def _where(settings: Settings, address: socket.socket | None) -> str:
    """The public address; of a port that was left to the system, the one it gave."""
    if address is None or settings.port:
        return settings.public_url
    return f"http://{settings.host}:{address.getsockname()[1]}"


def _listening(settings: Settings) -> socket.socket:
    try:
        return open_port(settings.host, settings.port)
    except OSError as failure:
        raise AddressTaken(failure) from failure


async def _serving(house: House, address: socket.socket | None) -> None:
    """Until somebody tells us to stop, with or without visitors."""
    if house.server is not None and address is not None:
        await house.server.serve(sockets=[address])
        return
    told, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    await told.wait()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.remove_signal_handler(number)


@contextlib.asynccontextmanager
async def _running(house: House) -> AsyncIterator[None]:
    await asyncio.to_thread(_begin, house)
    hearing = {name: asyncio.create_task(one.run()) for name, one in house.receivers.items()}
    house.readiness.begin(hearing)
    working = [asyncio.create_task(one.run()) for one in house.rounds]
    if house.needs_to_listen:
        house.listener.start()
    house.clock.start()
    try:
        async with _ticking(house):
            yield
    finally:
        await asyncio.to_thread(house.listener.close)
        await asyncio.to_thread(house.clock.close)
        house.readiness.end()
        await _end(house, hearing.values(), working)


def _begin(house: House) -> None:
    with house.store.transaction() as records:
        _take_over(house, records)
        if Role.WEB in house.roles:
            kept_settings.keep(records, {kept_settings.PUBLIC_URL: house.public_url})
        if Role.DELIVER in house.roles and house.messengers:
            offer_menus(records, at=house.clock())


@contextlib.asynccontextmanager
async def _ticking(house: House) -> AsyncIterator[None]:
    """The clock, and who watches it, where this process has that role."""
    watching = house.watching
    if watching is None:
        yield
        return

    def on_tick() -> None:
        tick(house.store, house.clock, house.wake_deliverer, beat=watching.pulse.beat, meter=house.metrics)
        house.evidence.look_again()

    watching.auditor.start()
    async with ticking(on_tick):
        yield


async def _end(house: House, *tasks: Collection[asyncio.Task[None]]) -> None:
    """Nobody begins anything any more; what is in hand is finished, and then everybody hangs up."""
    for messenger in house.messengers.values():
        messenger.receiver.stop()
    for one in house.rounds:
        one.stop()
    await asyncio.gather(*(task for some in tasks for task in some))
    await asyncio.gather(*(one.close() for one in house.messengers.values()))
    await asyncio.to_thread(house.evidence.close)
    if (watching := house.watching) is not None:
        if watching.canary is not None:
            await asyncio.to_thread(watching.canary.wait)
        await asyncio.to_thread(watching.auditor.close)


def _take_over(house: House, records: Records) -> None:
    """What a process that was killed had in hand goes on at once, where nobody else can have it in hand: a chat must
    not stay silent for as long as a lease lasts.

    A store on SQLite that one process serves in all roles is that process's, and the address, which is ours by now, was
    its predecessor's too. Elsewhere others may be sending at this moment, so their leases count, except for the web
    chat, which knows what it has shown.
    """
    if house.store.is_sqlite and house.roles == ALL_ROLES:
        outbox.let_go(records)
        awaited_files.let_go(records)
        paper_orders.let_go(records)
        exchange.let_go(records)
        for one in troubles.present(records):
            if one.channel not in house.messengers:
                # It was turned off, and nobody would ever say that it is over.
                troubles.forget(records, one.channel)
    elif Role.DELIVER in house.roles:
        outbox.let_go(records, WebChat.name)
