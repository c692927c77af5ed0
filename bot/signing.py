"""The signer: freezes what has become public beside results, and signs all of it, right after the commit.

A round of its own, so that no action waits for a key and no action has one. It is woken after each turn of work, and
looks by itself every quarter of a minute for what changed in another process.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

from actions.journal_anchors import anchor_due, anchor_journal
from actions.personal_data import forget_old_messages
from actions.public_bundles import has_news, publish_bundles
from actions.signing import AT_ONCE, keep_public_key, sign_public
from bot.rounds import Rounds
from bot.signing_key import SigningKey
from storage import publicity
from storage.alone import alone
from storage.store import Store

LOOK_SECONDS = 15.0
GATHERING = 0.2
"""Seconds: not every turn of work has published something."""


def sign_all(store: Store, key: SigningKey, clock: Callable[[], datetime]) -> int:
    """Everything that is public, frozen and signed now; gives how many signatures it took."""
    with store.reading() as records:
        is_known = any(one.id == key.id for one in publicity.keys(records))
        has_anything = has_news(records)
    if has_anything or not is_known:
        with store.transaction("publicity") as records:
            keep_public_key(records, key.id, key.public, at=clock())
            publish_bundles(records, at=clock())
    signed = 0
    while some := sign_some(store, key, clock):
        signed += some
    return signed


def sign_some(store: Store, key: SigningKey, clock: Callable[[], datetime]) -> int:
    """The next few that have no signature; a look for them takes no turn to write."""
    with store.reading() as records:
        if not publicity.unsigned(records, limit=1):
            return 0
    with store.transaction("publicity") as records:
        return sign_public(records, key.sign, key.id, at=clock(), limit=AT_ONCE)


def anchor_when_due(store: Store, clock: Callable[[], datetime]) -> bool:
    """The journal's anchor of the day, once its hour has come; of two processes one is refused and looks again."""
    with store.reading() as records:
        if anchor_due(records, at=clock()) is None:
            return False
    with store.transaction("publicity") as records:
        return anchor_journal(records, at=clock()) is not None


class Signer(Rounds):
    """One look after the other; several processes share the work, with one key. One at a time looks what changed."""

    doing = "signing"

    def __init__(
        self,
        store: Store,
        key: SigningKey,
        clock: Callable[[], datetime],
        now: Callable[[], float] = time.monotonic,
        *,
        message_days: int = 0,
    ) -> None:
        super().__init__()
        self._message_days = message_days
        self._store, self._key, self._clock, self._now = store, key, clock, now
        self._looked: float | None = None

    async def _turn(self) -> bool:
        return await asyncio.to_thread(self.turn)

    def turn(self) -> bool:
        """Freezes what changed when it is time to look and nobody else is looking, and signs."""
        if self._looked is None or self._now() - self._looked >= LOOK_SECONDS:
            self._looked = self._now()
            with alone(self._store, "publicity") as is_alone:
                return is_alone and self._look()
        return sign_some(self._store, self._key, self._clock) > 0

    def _look(self) -> bool:
        if anchor_when_due(self._store, self._clock) and self._message_days:
            self._forget_old_words()
        return sign_all(self._store, self._key, self._clock) > 0

    def _forget_old_words(self) -> None:
        """Once a day, with the anchor: what was said in chats and is long done with."""
        at = self._clock()
        with self._store.transaction("system") as records:
            forget_old_messages(records, days=self._message_days, at=at)

    async def _pause(self) -> None:
        await super()._pause()
        await asyncio.sleep(GATHERING)
