"""Which code changes which card: kept in the store, for a card outlives the process that sent it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.channels.gathering import Together
from bot.channels.wecom.limits import CODE_LIFE, CODE_MARGIN
from bot.channels.wecom.reading import CHANNEL
from storage import card_codes
from storage.card_codes import NewCode
from storage.store import Records, Store, StoreFault

_log = structlog.get_logger()


@dataclass(frozen=True)
class Standing:
    """A card that may still be changed, once. `is_tried`: this very letter was on its way with the code before, and
    whether it arrived is not known."""

    message_id: str
    code: str
    is_tried: bool


@dataclass(frozen=True)
class _Wanted:
    chat: str
    message_id: str
    by: str


class CardBook:
    """Off the loop, and many at once in one commit. A fault of the store costs a card its place, not the letter."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock
        self._taking = Together(self._take_all)
        self._keeping = Together(self._keep_all)

    async def take(self, chat: str, message_id: str, *, by: str) -> Standing | None:
        """Takes the card's code for a letter, before it is shown to WeCom; None where there is none that could serve.
        Raises `StoreFault`."""
        return await self._taking.ask(_Wanted(chat, message_id, by))

    async def _take_all(self, wanted: list[_Wanted]) -> list[Standing | None]:
        return await asyncio.to_thread(self._take, wanted)

    def _take(self, wanted: list[_Wanted]) -> list[Standing | None]:
        with self._store.transaction(CHANNEL) as records:
            return [self._take_one(records, one) for one in wanted]

    def _take_one(self, records: Records, wanted: _Wanted) -> Standing | None:
        found = card_codes.find(records, CHANNEL, wanted.chat, wanted.message_id)
        if found is None or found.given_at + CODE_LIFE - CODE_MARGIN <= self._clock():
            return None
        standing = Standing(wanted.message_id, found.code, found.used_by == wanted.by)
        return standing if card_codes.use(records, found, by=wanted.by) else None

    async def has(self, chat: str, message_id: str) -> bool:
        """Whether such a card was sent, by a process that perhaps ended before it could note more than that."""
        return await asyncio.to_thread(self._has, chat, message_id)

    def _has(self, chat: str, message_id: str) -> bool:
        with self._store.reading() as records:
            return card_codes.find(records, CHANNEL, chat, message_id) is not None

    async def keep(self, chat: str, message_id: str, code: str) -> None:
        """The code of a card that was sent a moment ago."""
        try:
            await self._keeping.ask(NewCode(chat, message_id, code))
        except StoreFault as fault:
            _log.warning("card_code_not_kept", fault=type(fault).__name__)

    async def _keep_all(self, codes: list[NewCode]) -> list[None]:
        return await asyncio.to_thread(self._keep, codes)

    def _keep(self, codes: list[NewCode]) -> list[None]:
        with self._store.transaction(CHANNEL) as records:
            card_codes.keep(records, codes, channel=CHANNEL, at=self._clock())
        return [None for _ in codes]

    def forget_old(self) -> int:
        """Those that WeCom does not take any more."""
        with self._store.transaction(CHANNEL) as records:
            return card_codes.forget_older(records, self._clock() - CODE_LIFE)
