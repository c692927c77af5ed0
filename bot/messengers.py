"""The messengers that run beside the web chat, as the settings say: what carries, what receives, and how it stops."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from actions.channel_trouble import note_trouble
from actions.receiving import Unreadable, receive_updates
from bot.channels.channel import Channel, FileSource
from bot.channels.pace import Fresh, Pace, Pacing
from bot.channels.shared_pace import SharedPace
from bot.channels.telegram.polling import Poller
from bot.channels.telegram.reading import CHANNEL as TELEGRAM
from bot.channels.telegram.reading import Raw, read_batch
from bot.channels.telegram.speaking import Telegram
from bot.channels.telegram.webhook import Webhook, WebhookWatch, secret_of
from bot.channels.telegram.wire import Calls, ProxyWire, Wire, make_bot, make_wire
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
from bot.following import note_received
from bot.owning import Owned, Receiver, own_name
from bot.roles import Role
from bot.rounds import note_fault
from bot.settings import Settings
from notifications.messages.channels import Ailment
from storage import settings as kept_settings
from storage.files import FileStore
from storage.ownership import ownership_of
from storage.store import Store
from web.brought import Brought, Door, Told

_BELOW_THE_LIMIT = 0.98
"""Messages that leave evenly do not arrive so."""
ASK_AGAIN_SECONDS = 30.0
NOTE_AGAIN_SECONDS = 1.0
_log = structlog.get_logger()


@dataclass(frozen=True)
class Messenger:
    """One of them. `webhook` takes what is brought from outside; None where we ask ourselves."""

    channel: Channel
    files: FileSource
    receiver: Receiver
    role: Role
    """Who has it runs the receiver: where a messenger brings everything itself, there is only our own way to it to
    look after."""
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
        pace = _make_pace(store, TELEGRAM, clock, settings.telegram_per_second * _BELOW_THE_LIMIT)
        found[TELEGRAM] = make_telegram(settings, store, files, clock, wake, pace)
    if settings.has_wecom:
        pace = _make_pace(store, WECOM, clock, CALLS_PER_SECOND, bucket_of)
        found[WECOM] = make_wecom(settings, store, files, clock, wake, pace)
    return found


def _make_pace(
    store: Store, channel: str, clock: Callable[[], datetime], per_second: float, fresh: Fresh | None = None
) -> Pacing:
    """Shared where others may send from the same store; SQLite, which writes for one at a time, is spared that."""
    if store.is_sqlite:
        return Pace(per_second, fresh=fresh)
    return SharedPace(store, channel, lambda: clock().timestamp(), per_second, fresh=fresh)


def make_telegram(
    settings: Settings,
    store: Store,
    files: FileStore,
    clock: Callable[[], datetime],
    wake: Callable[[], None],
    pace: Pacing,
    sleep: Callable[[float], Coroutine[Any, Any, None]] = asyncio.sleep,
) -> Messenger:
    """Telegram, of which the token must be set; `sleep` is how the receiver waits between its tries and looks."""
    assert settings.telegram_token is not None
    token = settings.telegram_token.get_secret_value()
    wire = make_wire(token, settings.telegram_api_url, settings.telegram_proxy)
    channel = Telegram(wire, pace, files)
    keeper = _Keeper(TELEGRAM, store, clock, wake, token)

    owning = Owned(
        ownership_of(store, TELEGRAM, token),
        _make_receiver(settings, wire, keeper, token, sleep),
        TELEGRAM,
        keeper.note_owner,
    )

    def stop() -> None:
        owning.stop()
        pace.close()  # what waits for its turn waits in the outbox

    running = _Running(wire, store, owning.run, stop)
    webhook = Webhook(wire, secret_of(token), keeper.keep_updates)

    async def close() -> None:
        await webhook.close()
        await wire.shutdown()
        await keeper.close()

    async def door(brought: Brought) -> Told:
        if brought.method != "POST":
            return Told(405)
        return Told(await webhook.receive(brought.secret, brought.body))

    is_told = settings.telegram_webhook_url is not None
    return Messenger(channel, channel, running, Role.RECEIVE, close, door if is_told else None)


def _make_receiver(
    settings: Settings,
    wire: Wire | ProxyWire,
    keeper: "_Keeper",
    token: str,
    sleep: Callable[[float], Coroutine[Any, Any, None]],
) -> Callable[[], Receiver]:
    """Makes what one process alone may run: the poller, or where updates are brought the watch over the webhook."""
    url = settings.telegram_webhook_url
    if url is None:
        return lambda: Poller(wire, keeper.keep_updates, keeper.note, sleep=sleep)
    bot = make_bot(token, wire, settings.telegram_api_url)
    return lambda: WebhookWatch(bot, url, secret_of(token), keeper.note, sleep=sleep)


def make_wecom(
    settings: Settings,
    store: Store,
    files: FileStore,
    clock: Callable[[], datetime],
    wake: Callable[[], None],
    pace: Pacing,
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

    return Messenger(channel, channel, watch, Role.DELIVER, close, door.receive)


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
        note_received(readable)

    async def keep_updates(self, updates: list[Raw]) -> None:
        """Of Telegram."""
        await asyncio.to_thread(self._keep, updates)
        self._wake()

    def _keep(self, updates: list[Raw]) -> None:
        at = self._clock()
        readable, unreadable = read_batch(updates, at)
        odd = [Unreadable(update_id, raw, reason) for update_id, reason, raw in unreadable]
        receive_updates(self._store, readable, odd, channel=self._channel, at=at)
        note_received(readable)

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

    async def note_owner(self, is_ours: bool) -> None:
        """Who receives is shown to an operator; that it can't be written down stops nobody from receiving."""
        try:
            await asyncio.to_thread(self._note_owner, is_ours)
        except Exception as fault:
            note_fault("noting who receives", fault)

    def _note_owner(self, is_ours: bool) -> None:
        name, us = f"{kept_settings.RECEIVES}{self._channel}", own_name()
        with self._store.transaction() as records:
            if is_ours:
                kept_settings.keep(records, {name: us})
            elif kept_settings.value(records, name) == us:
                kept_settings.forget(records, name)

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
