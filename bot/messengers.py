"""The messengers that run beside the web chat, as the settings say: what carries, what receives, and how it stops."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import structlog

from actions.channel_trouble import note_trouble
from actions.receiving import Unreadable, receive_updates
from bot.channels.channel import Channel, FileSource
from bot.channels.pace import Pace
from bot.channels.telegram.polling import Poller
from bot.channels.telegram.reading import CHANNEL as TELEGRAM
from bot.channels.telegram.reading import Raw, read_batch
from bot.channels.telegram.speaking import Telegram
from bot.channels.telegram.webhook import Webhook, secret_of
from bot.channels.telegram.wire import Calls, make_bot, make_wire
from bot.channels.wecom import reading as wecom_reading
from bot.channels.wecom.callbacks import Door as WecomDoor
from bot.channels.wecom.card_book import CardBook
from bot.channels.wecom.crypto import Envelope
from bot.channels.wecom.limits import CALLS_PER_SECOND
from bot.channels.wecom.reading import CHANNEL as WECOM
from bot.channels.wecom.reading import Callback, code_of, read_callback
from bot.channels.wecom.speaking import WeCom, bucket_of
from bot.channels.wecom.watching import Watch
from bot.channels.wecom.wire import Wire as WecomWire
from bot.rounds import note_fault
from bot.settings import Settings
from notifications.messages.channels import Ailment
from storage import settings as kept_settings
from storage.files import FileStore
from storage.store import Store
from web.brought import Brought, Door, Told

_BELOW_THE_LIMIT = 0.98
"""Messages that leave evenly do not arrive so."""
ASK_AGAIN_SECONDS = 30.0
NOTE_AGAIN_SECONDS = 1.0
_log = structlog.get_logger()


class Receiver(Protocol):
    """What runs beside the house until it is told to stop."""

    async def run(self) -> None: ...

    def stop(self) -> None: ...


@dataclass(frozen=True)
class Messenger:
    """One of them. `webhook` takes what is brought from outside; None where we ask ourselves."""

    channel: Channel
    files: FileSource
    receiver: Receiver
    close: Callable[[], Awaitable[None]]
    """Hangs up; called when nothing is in hand any more."""
    webhook: Door | None = None


def make_messengers(
    settings: Settings,
    store: Store,
    files: FileStore,
    clock: Callable[[], datetime],
    wake: Callable[[], None],
) -> Mapping[str, Messenger]:
    """By channel; `files` holds what is sent along, `wake` is called when updates are in the store."""
    found: dict[str, Messenger] = {}
    if settings.telegram_token is not None:
        pace = Pace(settings.telegram_per_second * _BELOW_THE_LIMIT)
        found[TELEGRAM] = make_telegram(settings, store, files, clock, wake, pace)
    if settings.has_wecom:
        pace = Pace(CALLS_PER_SECOND, fresh=bucket_of)
        found[WECOM] = make_wecom(settings, store, files, clock, wake, pace)
    return found


def make_telegram(
    settings: Settings,
    store: Store,
    files: FileStore,
    clock: Callable[[], datetime],
    wake: Callable[[], None],
    pace: Pace,
    sleep: Callable[[float], Coroutine[Any, Any, None]] = asyncio.sleep,
) -> Messenger:
    """Telegram, of which the token must be set; `sleep` is how the receiver waits between its tries and looks."""
    assert settings.telegram_token is not None
    token = settings.telegram_token.get_secret_value()
    wire = make_wire(token, settings.telegram_api_url, settings.telegram_proxy)
    channel = Telegram(wire, pace, files)
    keeper = _Keeper(TELEGRAM, store, clock, wake, token)

    async def close() -> None:
        await wire.shutdown()
        await keeper.close()

    def stop_with(receiver: Poller | Webhook) -> Callable[[], None]:
        def stop() -> None:
            receiver.stop()
            pace.close()  # what waits for its turn waits in the outbox

        return stop

    if settings.telegram_webhook_url is None:
        poller = Poller(wire, keeper.keep_updates, keeper.note, sleep=sleep)
        running = _Running(wire, store, poller.run, stop_with(poller))
        return Messenger(channel, channel, running, close)
    bot = make_bot(token, wire, settings.telegram_api_url)
    url, secret = settings.telegram_webhook_url, secret_of(token)
    webhook = Webhook(wire, bot, url, secret, keeper.keep_updates, keeper.note, sleep=sleep)
    running = _Running(wire, store, webhook.watch, stop_with(webhook))

    async def door(brought: Brought) -> Told:
        if brought.method != "POST":
            return Told(405)
        return Told(await webhook.receive(brought.secret, brought.body))

    return Messenger(channel, channel, running, close, door)


def make_wecom(
    settings: Settings,
    store: Store,
    files: FileStore,
    clock: Callable[[], datetime],
    wake: Callable[[], None],
    pace: Pace,
    sleep: Callable[[float], Coroutine[Any, Any, None]] = asyncio.sleep,
) -> Messenger:
    """WeCom, of which all five settings must be there."""
    corp_id, agent_id, secret = settings.wecom_corp_id, settings.wecom_agent_id, settings.wecom_secret
    token, aes_key = settings.wecom_token, settings.wecom_aes_key
    assert corp_id is not None
    assert agent_id is not None
    assert secret is not None
    assert token is not None
    assert aes_key is not None
    wire = WecomWire(corp_id, secret.get_secret_value(), settings.wecom_api_url)
    keeper = _Keeper(WECOM, store, clock, wake, secret.get_secret_value())
    book = CardBook(store, clock)
    watch = Watch(wire, agent_id, keeper.note, settings.language, book.forget_old, pace.close, sleep=sleep)
    channel = WeCom(wire, agent_id, book, pace, files, settings.public_url, watch.heard)
    envelope = Envelope(token.get_secret_value(), aes_key.get_secret_value(), corp_id)
    door = WecomDoor(envelope, agent_id, keeper.keep_callbacks)

    async def close() -> None:
        await wire.close()
        await keeper.close()

    return Messenger(channel, channel, watch, close, door.receive)


class _Keeper:
    """Between a messenger's loop and the store, whose work is done in threads. `secret` is kept out of every reason."""

    def __init__(
        self, channel: str, store: Store, clock: Callable[[], datetime], wake: Callable[[], None], secret: str
    ) -> None:
        self._channel, self._store, self._clock, self._wake, self._secret = (
            channel,
            store,
            clock,
            wake,
            secret,
        )
        self._unnoted: tuple[Ailment | None, str] | None = None
        self._noting: asyncio.Task[None] | None = None
        self._is_closing = False

    async def keep_callbacks(self, take: Callable[[], list[Callback]]) -> None:
        """Of WeCom, in one commit with the codes that came with them: all that have come when it is our turn."""
        await asyncio.to_thread(self._keep_callbacks, take)
        self._wake()

    def _keep_callbacks(self, take: Callable[[], list[Callback]]) -> None:
        with self._store.turn_to_write(is_waited_for=True):
            self._keep_all(take())

    def _keep_all(self, callbacks: list[Callback]) -> None:
        at, readable, odd = self._clock(), [], []
        for callback in callbacks:
            try:
                if (incoming := read_callback(callback, at)) is not None:
                    readable.append(incoming)
            except wecom_reading.Unreadable as reason:
                odd.append(Unreadable(callback.update_id, callback.fields, str(reason)))
        codes = [code for callback in callbacks if (code := code_of(callback)) is not None]
        receive_updates(self._store, readable, odd, codes, channel=WECOM, at=at)

    async def keep_updates(self, updates: list[Raw]) -> None:
        """Of Telegram."""
        await asyncio.to_thread(self._keep, updates)
        self._wake()

    def _keep(self, updates: list[Raw]) -> None:
        at = self._clock()
        readable, unreadable = read_batch(updates, at)
        odd = [Unreadable(update_id, raw, reason) for update_id, reason, raw in unreadable]
        receive_updates(self._store, readable, odd, channel=self._channel, at=at)

    def note(self, ailment: Ailment | None, reason: str) -> None:
        reason = reason.replace(
            self._secret, "(secret)"
        )  # what stands before Telegram may repeat its address
        if ailment is None:
            _log.info("channel_well", channel=self._channel)
        else:
            _log.warning("channel_trouble", channel=self._channel, ailment=ailment.value, detail=reason)
        self._unnoted = ailment, reason
        if self._noting is None:
            self._noting = asyncio.get_running_loop().create_task(self._note_all())

    async def _note_all(self) -> None:
        """One after the other, the newest until the store takes it: what stands there is shown as the state of now."""
        while (noted := self._unnoted) is not None:
            try:
                await asyncio.to_thread(self._note, *noted)
            except Exception as fault:
                note_fault("noting a trouble", fault)
                if self._is_closing:
                    return
                await asyncio.sleep(NOTE_AGAIN_SECONDS)
            else:
                self._unnoted = None if self._unnoted is noted else self._unnoted
        self._noting = None

    def _note(self, ailment: Ailment | None, reason: str) -> None:
        with self._store.transaction() as records:
            note_trouble(records, self._channel, ailment, reason, at=self._clock())

    async def close(self) -> None:
        """What is being noted is noted, if the store will have it."""
        self._is_closing = True
        if self._noting is not None:
            await self._noting


class _Running:
    """Receives, and finds out once who we are there."""

    def __init__(
        self,
        calls: Calls,
        store: Store,
        receive: Callable[[], Coroutine[Any, Any, None]],
        stop: Callable[[], None],
    ) -> None:
        self._calls, self._store, self._receive, self._stop = calls, store, receive, stop

    def stop(self) -> None:
        self._stop()

    async def run(self) -> None:
        asking = asyncio.create_task(self._learn_name())
        try:
            await self._receive()
        finally:
            asking.cancel()

    async def _learn_name(self) -> None:
        """Whatever goes wrong is told by the receiver; until it goes well, links are not offered."""
        while True:
            try:
                me = await self._calls.call("getMe", {})
                await asyncio.to_thread(self._keep_name, str(me["username"]))
                return
            except Exception as fault:
                _log.debug("name_not_learnt", fault=type(fault).__name__)
                await asyncio.sleep(ASK_AGAIN_SECONDS)

    def _keep_name(self, username: str) -> None:
        with self._store.transaction() as records:
            kept_settings.keep(records, {kept_settings.TELEGRAM_USERNAME: username})
