"""The deliverer: takes what is due from the outbox, hands it to its channels, writes down how it went."""

import asyncio
import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from actions.unreachable import note_unreachable
from bot import rounds
from bot.channels.channel import Channel, Fate, SendError, Sent, Trouble
from bot.following import note_fates
from bot.meters import Meter
from bot.rounds import Rounds, note_fault
from storage import outbox
from storage.outbox import Letter, Room
from storage.store import Records, Store

REPLIES = 200
NOTICES = 30
"""In hand at most, so many to each channel: of the notices no more than a second's worth of the strictest messenger,
for whoever asks something meanwhile waits behind them."""
GATHERING = 0.005
"""Seconds that who is busy waits for more to write down together: a commit costs the same for one as for fifty."""
TRIES = 12
_UNCOUNTED = Meter()
_RENEWS_AFTER = outbox.LEASE.total_seconds() / 3
_log = structlog.get_logger()


@dataclass(eq=False)
class _Lease:
    """Since when a letter is ours: not before it was asked for."""

    letter: Letter
    since: float

    def is_good(self, now: Callable[[], float]) -> bool:
        """With a third of it left, for what is begun now must be over before it ends."""
        return now() - self.since < 2 * _RENEWS_AFTER


class Deliverer(Rounds):
    """What was sent is kept until it stands in the store, however long that takes: to forget it would be to send it
    twice."""

    doing = "delivering"

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        meter: Meter = _UNCOUNTED,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._store, self._channels, self._clock, self._meter = store, channels, clock, meter
        self._now = now
        self._leases: dict[int, _Lease] = {}
        """Of what is in hand, by line; how long they last is reckoned by a clock that nobody can set."""
        self._fates: list[tuple[Letter, Fate]] = []
        self._in_hand: Counter[tuple[str, bool]] = Counter()
        self._carrying: set[asyncio.Task[None]] = set()

    async def _turn(self) -> bool:
        letters = await self._exchange()
        for name, group in _by_channel(letters).items():
            task = asyncio.create_task(self._carry(name, group))
            self._carrying.add(task)
            task.add_done_callback(self._carrying.discard)
        if letters:
            await asyncio.sleep(GATHERING)
        return bool(letters)

    async def _finish(self) -> None:
        if self._carrying:
            await asyncio.wait(self._carrying)
        for _ in range(TRIES):
            try:
                await self._exchange(is_last=True)
                return
            except Exception as fault:
                note_fault("noting what was delivered", fault)
                await asyncio.sleep(rounds.IDLE_SECONDS)

    async def deliver_batch(self) -> int:
        """Sends what is due now and gives how many there were; each one's fate is on record when it returns."""
        letters = await self._exchange()
        await asyncio.gather(*(self._carry(name, group) for name, group in _by_channel(letters).items()))
        await self._exchange(is_last=True)
        return len(letters)

    async def _exchange(self, *, is_last: bool = False) -> list[Letter]:
        """One transaction: how it went with what was in hand, and what is taken in hand next."""
        fates, self._fates = self._fates, []
        now = self._now()
        old = [one.letter for one in self._leases.values() if now - one.since >= _RENEWS_AFTER]
        try:
            letters, renewed = await asyncio.to_thread(self._note_and_claim, fates, old, is_last)
        except BaseException:
            self._fates = fates + self._fates
            raise
        self._note_renewal(old, renewed, now)
        self._in_hand.update((letter.channel, letter.is_urgent) for letter in letters)
        return [self._hold(letter, now) for letter in letters]

    def _note_and_claim(
        self, fates: Sequence[tuple[Letter, Fate]], old: Sequence[Letter], is_last: bool
    ) -> tuple[list[Letter], list[Letter]]:
        """What was claimed, and what was renewed."""
        if is_last and not fates:
            return [], []
        at = self._clock()
        with self._store.transaction() as records:
            _note(records, fates, at)
            renewed = outbox.renew(records, old, at=at) if old else []
            letters = [] if is_last else self._claim(records, at)
        note_fates(fates, at, self._meter)
        return letters, renewed

    def _claim(self, records: Records, at: datetime) -> list[Letter]:
        replies, notices = self._room(REPLIES, is_urgent=True), self._room(NOTICES, is_urgent=False)
        return outbox.claim(records, at=at, replies=replies, notices=notices)

    def _hold(self, letter: Letter, since: float) -> Letter:
        lease = self._leases[letter.line_id] = _Lease(letter, since)
        return replace(letter, is_held=partial(lease.is_good, self._now))

    def _note_renewal(self, old: Sequence[Letter], renewed: Sequence[Letter], now: float) -> None:
        """What was not renewed is lost, unless how it went was reported meanwhile."""
        kept = {letter.line_id for letter in renewed}
        for letter in old:
            lease = self._leases.get(letter.line_id)
            if lease is not None and lease.letter is letter:
                lease.since = now if letter.line_id in kept else -math.inf
                if letter.line_id not in kept:
                    del self._leases[letter.line_id]

    def _room(self, most: int, *, is_urgent: bool) -> Room:
        """A channel that hangs with all it may hold must not stop the others."""
        held = {name: number for (name, kind), number in self._in_hand.items() if kind is is_urgent}
        full = frozenset(name for name, number in held.items() if number >= most)
        return Room(most - sum(number for name, number in held.items() if name not in full), full)

    async def _carry(self, name: str, letters: Sequence[Letter]) -> None:
        open_letters = {letter.line_id: letter for letter in letters}

        def report(letter: Letter, fate: Fate) -> None:
            if open_letters.pop(letter.line_id, None) is not None:
                self._report(letter, fate)

        reason = f"channel {name} is not running"
        channel = self._channels.get(name)
        if channel is not None:
            try:
                await channel.send(letters, report)
                reason = "the channel said nothing"
            except Exception as fault:  # a channel's own mistake is its letters' delay, not everybody's
                _log.error("channel_failed", channel=name, exc_info=True)
                reason = type(fault).__name__
        for letter in list(open_letters.values()):
            report(letter, SendError(Trouble.LATER if channel else Trouble.AWAY, reason))

    def _report(self, letter: Letter, fate: Fate) -> None:
        lease = self._leases.get(letter.line_id)
        if lease is not None and lease.letter.attempts == letter.attempts:
            del self._leases[letter.line_id]
        self._in_hand[letter.channel, letter.is_urgent] -= 1
        self._fates.append((letter, fate))
        self._woken.set()


def _by_channel(letters: Sequence[Letter]) -> Mapping[str, list[Letter]]:
    groups: defaultdict[str, list[Letter]] = defaultdict(list)
    for letter in letters:
        groups[letter.channel].append(letter)
    return groups


def _note(records: Records, fates: Sequence[tuple[Letter, Fate]], at: datetime) -> None:
    outbox.sent(
        records, [(letter, fate.message_id) for letter, fate in fates if isinstance(fate, Sent)], at=at
    )
    for letter, fate in fates:
        if isinstance(fate, SendError):
            _note_failure(records, letter, fate, at)


def _note_failure(records: Records, letter: Letter, error: SendError, at: datetime) -> None:
    if error.trouble is Trouble.UNREACHABLE:
        note_unreachable(records, letter.channel, letter.chat, error.reason, at=at)
    elif error.trouble is Trouble.REFUSED or (error.trouble is Trouble.LATER and letter.attempts >= TRIES):
        outbox.give_up(records, letter, error.reason)
    else:
        retry_at = _retry_at(letter, error, at)
        outbox.put_off(records, letter, error.reason, retry_at=retry_at, parts_sent=error.parts_sent)


def _retry_at(letter: Letter, error: SendError, at: datetime) -> datetime:
    """A messenger that is away may come back at any moment, and then people wait: a minute at most."""
    waiting = error.retry_after or timedelta(seconds=min(2**letter.attempts, 60))
    return at + min(waiting, outbox.LONGEST_WAIT)
