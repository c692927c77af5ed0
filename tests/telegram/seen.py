"""A chat as it looks from a phone: what the bot said, and what of it the test has named."""

import time
from collections.abc import Callable

from tests.telegram.chats import Chat, Shown
from tests.telegram.world import World


class Seen:
    """A chat as those who are in it see it."""

    def __init__(self, world: World, chat: Chat) -> None:
        self.world, self.chat = world, chat

    @property
    def messages(self) -> list[Shown]:
        """What the bot said that still stands, oldest first."""
        with self.world.lock:
            return self.chat.heard()

    @property
    def last(self) -> Shown:
        return self.messages[-1]

    def hears(self, words: str, within: float | None = None) -> Shown:
        """The oldest unread message that holds these words; it counts as read now.

        It waits `within` seconds, or with the patience of the whole Telegram, which is none unless it was given some.
        It blocks: beside a bot on the same loop, use `asyncio.to_thread`.
        """
        return self._hears(lambda shown: words in shown.text, repr(words), within)

    def hears_kind(self, kind: str, within: float | None = None) -> Shown:
        """The same, for what has no words: "photo", "document", "location", "dice" …"""
        return self._hears(lambda shown: shown.kind == kind, f"a {kind}", within)

    def hears_again(self, words: str, within: float | None = None) -> Shown:
        """A message that was edited in place."""
        return self._hears(lambda shown: shown.is_edited and words in shown.text, f"anew {words!r}", within)

    def hears_nothing_more(self) -> None:
        with self.world.lock:
            unread = [shown.text or shown.kind for shown in self.chat.unread()]
        assert not unread, unread

    def reads_everything(self) -> list[Shown]:
        """What a test does not look at: all of it counts as read."""
        with self.world.lock:
            unread = self.chat.unread()
            for shown in unread:
                shown.is_unread = False
        return unread

    def _hears(self, fits: Callable[[Shown], bool], what: str, within: float | None) -> Shown:
        give_up_at = time.monotonic() + (self.world.patience if within is None else within)
        with self.world.changed:
            while True:
                unread = self.chat.unread()
                if found := next((shown for shown in unread if fits(shown)), None):
                    found.is_unread = False
                    return found
                left = give_up_at - time.monotonic()
                if left <= 0:
                    said = [shown.text or shown.kind for shown in unread]
                    raise AssertionError(f"{self.name} did not hear {what} but {said}")
                self.world.changed.wait(left)

    @property
    def name(self) -> str:
        return self.chat.title or (self.chat.account.first_name if self.chat.account else "")
