"""The web chat as a channel: its messenger is a table of our own, so a whole batch is one commit."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.channels.channel import Fate, Report, SendError, Sent, Trouble
from storage import web_chat
from storage.outbox import Letter
from storage.store import Records, Store, StoreFault
from web.live import Live


class WebChat:
    """Posts letters into the chats that browsers show, and tells the browsers."""

    name = web_chat.CHANNEL

    def __init__(self, store: Store, live: Live, clock: Callable[[], datetime]) -> None:
        self._store, self._live, self._clock = store, live, clock

    async def send(self, letters: Sequence[Letter], report: Report) -> None:
        """All of them in one transaction, off the loop; a letter that stands there already keeps its place."""
        try:
            sent: Sequence[Fate] = [Sent(id) for id in await asyncio.to_thread(self._post, letters)]
        except StoreFault as fault:
            later = SendError(Trouble.AWAY, f"store: {type(fault).__name__}")
            sent = [later for _ in letters]
        for chat in {letter.chat for letter in letters}:
            self._live.poke(chat)
        for letter, fate in zip(letters, sent, strict=True):
            report(letter, fate)

    def _post(self, letters: Sequence[Letter]) -> list[str]:
        at = self._clock()
        with self._store.transaction(self.name) as records:
            web_chat.lock(records, (letter.chat for letter in letters))
            return [self._post_one(records, letter, at) for letter in letters]

    def _post_one(self, records: Records, letter: Letter, at: datetime) -> str:
        if letter.body.get("menu"):
            return ""  # commands have no place of their own here
        update_id = f"out:{letter.key}"
        return str(
            web_chat.post(records, letter.chat, letter.body, update_id=update_id, at=at, slot=letter.slot).id
        )
