"""One process that does it all: hears, works, speaks, ticks and shows pages, until it is told to stop."""

import asyncio
import contextlib
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass
from types import FrameType

import structlog
import uvicorn

from actions.check_codes import keep_check_key
from actions.menus import offer_menus
from bot.archivist import Archivist
from bot.auditor import Auditor, Pulse, alarm_reasons
from bot.canary.watch import CanaryWatch, canary_state
from bot.channels.webchat import WebChat
from bot.clock import Clock, DemoClock
from bot.delivering import Deliverer
from bot.evidence_watch import EvidenceWatch, alarm_counts
from bot.exchanging import Sender
from bot.fetching import Fetcher
from bot.file_place import FilesUnusable, check_files, open_files
from bot.lines import PatientLine
from bot.messengers import Messenger, make_messengers
from bot.printing import Printer
from bot.rounds import IDLE_SECONDS, note_fault
from bot.settings import Settings
from bot.signing import Signer
from bot.signing_key import signing_key
from bot.ticking import tick, ticking
from bot.working import Worker
from handlers.turn import Tools
from storage import awaited_files, exchange, inbox, outbox, paper_orders, troubles
from storage import settings as kept_settings
from storage.files import FileStore
from storage.migrate import StoreIsOlder, is_migrated, migrate
from storage.store import Records, Store, StoreFault
from web.app import make_app
from web.house import WebHouse
from web.live import Live

_log = structlog.get_logger()
GRACE_SECONDS = 3
"""A browser's open stream must not hold up a restart."""


class _Server(uvicorn.Server):
    """Ends the open streams before it waits for its visitors to go, and does not raise the signal again afterwards, as
    uvicorn would: that kills the process while worker and deliverer finish what they have in hand."""

    def __init__(self, config: uvicorn.Config, live: Live) -> None:
        super().__init__(config)
        self._live = live

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._live.close()
        self.force_exit = self.should_exit  # told a second time, it waits for nobody
        self.should_exit = True


@dataclass(frozen=True)
class House:
    """Everything that runs, wired once."""

    store: Store
    clock: Clock
    worker: Worker
    deliverer: Deliverer
    fetcher: Fetcher
    printer: Printer
    signer: Signer
    archivist: Archivist
    messengers: Mapping[str, Messenger]
    live: Live
    server: uvicorn.Server
    watch: EvidenceWatch
    auditor: Auditor
    canary: CanaryWatch | None
    pulse: Pulse
    """Of the tick."""
    sender: Sender


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


def make_house(settings: Settings) -> House:
    """Wires the rooms; called on the loop that will run them."""
    loop = asyncio.get_running_loop()
    store = open_store(settings)
    files = _opened_files(settings, store)
    with store.transaction() as records:
        kept_settings.keep(records, {kept_settings.PUBLIC_URL: settings.public_url})
    clock = DemoClock(store) if settings.demo else Clock()
    live = Live()

    def wake_worker() -> None:
        loop.call_soon_threadsafe(worker.wake)

    messengers = make_messengers(settings, store, files, clock, wake_worker)
    channels = {name: messenger.channel for name, messenger in messengers.items()}
    deliverer = Deliverer(store, {WebChat.name: WebChat(store, live, clock), **channels}, clock)
    tools = Tools(new_secret=lambda: secrets.token_bytes(32))
    sources = {name: one.files for name, one in messengers.items()}
    fetcher = Fetcher(store, files, sources, clock, after=wake_worker)

    public_url = settings.public_url
    printer = Printer(store, files, clock, after=deliverer.wake, fonts=settings.fonts, public_url=public_url)
    signer = Signer(store, signing_key(settings.key_file), clock, message_days=settings.message_days)

    def after_work() -> None:
        deliverer.wake()
        fetcher.wake()
        printer.wake()
        signer.wake()

    def wake_deliverer() -> None:
        loop.call_soon_threadsafe(deliverer.wake)

    sender = Sender(store, clock, after=deliverer.wake)
    watch = EvidenceWatch(store, files, clock, after=wake_deliverer)
    pulse, canary = Pulse(), None
    own_store = Store(settings.database_url)
    if settings.has_canary:
        canary = CanaryWatch(own_store, settings.database_url, settings.data_dir, clock)
    daily = canary.look if canary is not None else _nothing
    auditor = Auditor(own_store, clock, pulse, after=wake_deliverer, daily=daily)

    worker = Worker(store, tools, clock, after=after_work)
    web = WebHouse(
        store=store,
        files=files,
        clock=clock,
        live=live,
        wake=wake_worker,
        is_demo=settings.demo,
        upload_limit=settings.upload_limit_mb * 1024 * 1024,
        new_token=lambda: secrets.token_urlsafe(32),
        move_clock=clock.move if isinstance(clock, DemoClock) else None,
        health=lambda: health(own_store, messengers, auditor, canary),
        webhooks={name: one.webhook for name, one in messengers.items() if one.webhook is not None},
        language=settings.language,
        api_per_minute=settings.api_per_minute,
        fonts=settings.fonts,
        public_url=settings.public_url,
        complaint_path=settings.complaint_path,
    )
    config = uvicorn.Config(
        make_app(web),
        host=settings.host,
        port=settings.port,
        http=PatientLine,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = _Server(config, live)
    return House(
        store,
        clock,
        worker,
        deliverer,
        fetcher,
        printer,
        signer,
        Archivist(store, files, clock, fonts=settings.fonts),
        messengers,
        live,
        server,
        watch,
        auditor,
        canary,
        pulse,
        sender,
    )


def _nothing() -> None:
    pass


def _opened_files(settings: Settings, store: Store) -> FileStore:
    try:
        files = open_files(settings)
        check_files(files, settings)
    except FilesUnusable:
        store.close()
        raise
    return files


async def serve(settings: Settings, on_listening: Callable[[str], object] | None = None) -> None:
    """Runs until SIGTERM or Ctrl-C; what is in hand is finished, everything else is in the store.

    `on_listening` is called with where we are when the address is ours and the store is open. Raises what `open_store`
    raises, `FilesUnusable`, and `AddressTaken` before anything else is touched. Told not to change the tables, it waits
    until somebody else has, and does not answer meanwhile.
    """
    if not settings.migrate:
        await _until_migrated(settings)
    with _listening(settings) as address:
        house = make_house(settings)
        if on_listening is not None:
            on_listening(_where(settings, address))
        async with _running(house):
            await house.server.serve(sockets=[address])
        house.store.close()


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


def _where(settings: Settings, address: socket.socket) -> str:
    """The public address; of a port that was left to the system, the one it gave."""
    return settings.public_url if settings.port else f"http://{settings.host}:{address.getsockname()[1]}"


def _listening(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as failure:
        raise AddressTaken(failure) from failure


@contextlib.asynccontextmanager
async def _running(house: House) -> AsyncIterator[None]:
    loop = asyncio.get_running_loop()

    def wake_deliverer() -> None:
        loop.call_soon_threadsafe(house.deliverer.wake)

    def on_tick() -> None:
        tick(house.store, house.clock, wake_deliverer, beat=house.pulse.beat)
        house.watch.look_again()

    with house.store.transaction() as records:
        _take_over(house.store, records, house.messengers)
        if house.messengers:
            offer_menus(records, at=house.clock())
    receivers = [one.receiver for one in house.messengers.values()]
    hearing = [asyncio.create_task(one.run()) for one in receivers]
    rounds = (
        house.worker,
        house.deliverer,
        house.fetcher,
        house.printer,
        house.signer,
        house.sender,
        house.archivist,
    )
    working = [asyncio.create_task(one.run()) for one in rounds]
    house.auditor.start()
    try:
        async with ticking(on_tick):
            yield
    finally:
        for one in (*receivers, *rounds):
            one.stop()
        await asyncio.gather(*hearing, *working)
        await asyncio.gather(*(one.close() for one in house.messengers.values()))
        await asyncio.to_thread(house.watch.close)
        if house.canary is not None:
            await asyncio.to_thread(house.canary.wait)
        await asyncio.to_thread(house.auditor.close)


def _take_over(store: Store, records: Records, channels: Collection[str]) -> None:
    """What a process that was killed had in hand goes on at once, where nobody else can have it in hand: a chat must
    not stay silent for as long as a lease lasts.

    A store on SQLite is one process's, and the address, which is ours by now, was that process's too. On PostgreSQL
    others may be sending at this moment, so their leases count, except for the web chat, which knows what it has shown.
    """
    if store.is_sqlite:
        outbox.let_go(records)
        awaited_files.let_go(records)
        paper_orders.let_go(records)
        exchange.let_go(records)
        for one in troubles.present(records):
            if one.channel not in channels:  # it was turned off, and nobody would ever say that it is over
                troubles.forget(records, one.channel)
    else:
        outbox.let_go(records, WebChat.name)


def health(
    store: Store,
    channels: Collection[str] = (),
    auditor: Auditor | None = None,
    canary: CanaryWatch | None = None,
) -> dict[str, object]:
    """Whether the store answers, what waits in it, what ails these channels, and what the auditor and the canary found.

    `status` is "red", and `ok` false, with the `reasons`: kinds of flaws with their number (docs/operations.md). It is
    "ok" beside an ailing messenger: the pages and the web chat work, and a restart, which is what a watch dog can do,
    would not help.
    """
    with store.reading() as records:
        reasons = alarm_reasons(records)
        for kind, number in (auditor.reasons() if auditor is not None else {}).items():
            reasons[kind] = max(number, reasons.get(kind, 0))
        if canary is not None:
            reasons |= canary.reasons(records)
        return {
            "status": "red" if reasons else "ok",
            "ok": not reasons,
            "reasons": reasons,
            "inbox": inbox.counts(records),
            "outbox": outbox.counts(records),
            "exchange": exchange.counts(records),
            "evidence": alarm_counts(records),
            "canary": canary_state(records),
            "channels": {
                one.channel: {"ailment": one.ailment, "since": one.since.isoformat()}
                for one in troubles.present(records)
                if one.channel in channels
            },
            "receiving": kept_settings.beginning_with(records, kept_settings.RECEIVES),
        }
