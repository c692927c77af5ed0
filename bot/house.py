"""What runs in one process, wired once, as far as its roles go."""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import uvicorn

from bot.archivist import Archivist
from bot.auditor import Auditor, Pulse
from bot.canary.watch import CanaryWatch
from bot.channels.webchat import WebChat
from bot.clock import Clock, DemoClock, clock_for
from bot.delivering import Deliverer
from bot.errands import AFTER_WORK, Errand, Errands
from bot.evidence_watch import EvidenceWatch
from bot.exchanging import Sender
from bot.fetching import Fetcher
from bot.health import alarms, health
from bot.listening import Listener, listening_for
from bot.messengers import Messenger, make_messengers
from bot.metrics import Metrics
from bot.owning import Receiver
from bot.pages import has_visitors, make_server
from bot.presence import Presence
from bot.printing import Printer
from bot.readiness import Readiness
from bot.roles import ALL_ROLES, Role
from bot.rounds import Rounds
from bot.settings import Settings
from bot.signing import Signer
from bot.signing_key import signing_key
from bot.store_metrics import StoreMetrics
from bot.working import Worker
from handlers.turn import Tools
from storage.files import FileStore
from storage.store import Store
from web.house import WebHouse
from web.live import Live
from web.watching import Watch


@dataclass(frozen=True)
class Watching:
    """What only the process that ticks has."""

    pulse: Pulse
    """Of the tick."""
    auditor: Auditor
    canary: CanaryWatch | None


@dataclass(frozen=True)
class House:
    """Everything that runs in this process."""

    roles: frozenset[Role]
    store: Store
    clock: Clock
    public_url: str
    messengers: Mapping[str, Messenger]
    rounds: Sequence[Rounds]
    listener: Listener
    evidence: EvidenceWatch
    wake_deliverer: Callable[[], None]
    watching: Watching | None
    server: uvicorn.Server | None
    looking: Store
    """Another way into the store, for those who ask whether the first one works."""
    metrics: Metrics
    readiness: Readiness
    watch_doors: Watch

    @property
    def needs_to_listen(self) -> bool:
        """A process that does everything over a store on SQLite would only hear itself."""
        return not self.store.is_sqlite or self.roles != ALL_ROLES

    @property
    def receivers(self) -> Mapping[str, Receiver]:
        """By channel: those that run in this process."""
        return {name: one.receiver for name, one in self.messengers.items() if one.role in self.roles}


@dataclass(frozen=True)
class _Site:
    """What every part of the house is built on."""

    settings: Settings
    store: Store
    looking: Store
    files: FileStore
    clock: Clock
    live: Live
    errands: Errands
    messengers: Mapping[str, Messenger]
    metrics: Metrics

    def wake_worker(self) -> None:
        self.errands.call(Errand.ANSWER)

    def wake_deliverer(self) -> None:
        self.errands.call(Errand.SEND)

    def after_work(self) -> None:
        self.errands.call(*AFTER_WORK)


def make_house(settings: Settings, store: Store, files: FileStore) -> House:
    """Called on the loop that will run it. Raises `bot.signing_key.KeyUnusable`."""
    errands, roles = Errands(), settings.roles
    clock = clock_for(store, is_demo=settings.demo)

    def wake_worker() -> None:
        errands.call(Errand.ANSWER)

    messengers = make_messengers(settings, store, files, clock, wake_worker)
    looking, metrics = Store(settings.database_url), Metrics()
    live = Live()
    site = _Site(settings, store, looking, files, clock, live, errands, messengers, metrics)
    watching = _watching(site) if Role.TICK in roles else None
    readiness = Readiness(looking, settings.language)
    doors = _watch_doors(site, watching, readiness)
    return House(
        roles=roles,
        store=store,
        clock=clock,
        public_url=settings.public_url,
        messengers=messengers,
        rounds=list(_rounds(site)),
        listener=listening_for(store, errands, live),
        evidence=EvidenceWatch(store, files, clock, after=site.wake_deliverer),
        wake_deliverer=site.wake_deliverer,
        watching=watching,
        server=_server(site, doors),
        looking=looking,
        metrics=metrics,
        readiness=readiness,
        watch_doors=doors,
    )


def _rounds(site: _Site) -> Iterator[Rounds]:
    for role, make in ((Role.WORK, _working), (Role.DELIVER, _delivering), (Role.TICK, _ticking)):
        if role in site.settings.roles:
            yield from make(site)
    yield Presence(site.store, site.settings.roles, site.clock.world)


def _working(site: _Site) -> Iterator[Rounds]:
    settings, store, files, clock = site.settings, site.store, site.files, site.clock
    sources = {name: one.files for name, one in site.messengers.items()}
    tools = Tools(new_secret=lambda: secrets.token_bytes(32))
    key, public_url = signing_key(settings.key_file), settings.public_url
    doers = {
        Errand.ANSWER: Worker(store, tools, clock, after=site.after_work, meter=site.metrics),
        Errand.FETCH: Fetcher(store, files, sources, clock, after=site.wake_worker),
        Errand.PRINT: Printer(
            store, files, clock, after=site.wake_deliverer, fonts=settings.fonts, public_url=public_url
        ),
        Errand.SIGN: Signer(store, key, clock, message_days=settings.message_days),
    }
    for errand, doer in doers.items():
        site.errands.are_done_by(doer, errand)
        yield doer


def _delivering(site: _Site) -> Iterator[Rounds]:
    carried = {name: messenger.channel for name, messenger in site.messengers.items()}
    web_chat = WebChat(site.store, site.live, site.clock)
    deliverer = Deliverer(site.store, {WebChat.name: web_chat, **carried}, site.clock, site.metrics)
    site.errands.are_done_by(deliverer, Errand.SEND)
    yield deliverer
    yield Sender(site.store, site.clock, after=deliverer.wake)


def _ticking(site: _Site) -> Iterator[Rounds]:
    yield Archivist(site.store, site.files, site.clock, fonts=site.settings.fonts)


def _watching(site: _Site) -> Watching:
    settings, pulse, canary = site.settings, Pulse(), None
    if settings.has_canary:
        canary = CanaryWatch(site.looking, settings.database_url, settings.data_dir, site.clock)
    daily = canary.look if canary is not None else _nothing
    auditor = Auditor(site.looking, site.clock, pulse, after=site.wake_deliverer, daily=daily)
    return Watching(pulse, auditor, canary)


def _nothing() -> None:
    pass


def _watch_doors(site: _Site, watching: Watching | None, readiness: Readiness) -> Watch:
    """What machines that watch may ask: the store's figures of every process, the tick's of the one that has it."""
    auditor, canary = (watching.auditor, watching.canary) if watching else (None, None)
    figures = StoreMetrics(
        site.looking, site.clock, lambda records: alarms(records, auditor, canary, site.clock)
    )
    site.metrics.registry.register(figures)
    if watching is not None:
        pulse = watching.pulse
        words = "Since when nothing was heard of the tick"
        site.metrics.watch("tick_silence_seconds", words, lambda: pulse.silence)
    token = site.settings.metrics_token
    return Watch(
        health=lambda: health(site.looking, site.messengers, auditor, canary, site.clock),
        ready=readiness.why_not,
        metrics=site.metrics.page,
        token=token.get_secret_value() if token is not None else "",
    )


def _server(site: _Site, doors: Watch) -> uvicorn.Server | None:
    settings = site.settings
    if not has_visitors(settings):
        return None
    webhooks = {name: one.webhook for name, one in site.messengers.items() if one.webhook is not None}
    web = WebHouse(
        store=site.store,
        files=site.files,
        clock=site.clock,
        live=site.live,
        wake=site.wake_worker,
        is_demo=settings.demo,
        upload_limit=settings.upload_limit_mb * 1024 * 1024,
        new_token=lambda: secrets.token_urlsafe(32),
        move_clock=site.clock.move if isinstance(site.clock, DemoClock) else None,
        watch=doors,
        new_request_id=lambda: secrets.token_hex(8),
        webhooks=webhooks if Role.RECEIVE in settings.roles else {},
        language=settings.language,
        api_per_minute=settings.api_per_minute,
        fonts=settings.fonts,
        public_url=settings.public_url,
        complaint_path=settings.complaint_path,
        has_pages=Role.WEB in settings.roles,
    )
    return make_server(web, settings)
