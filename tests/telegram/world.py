"""All that is so at the fake Telegram at this moment: one bot, its people, chats, files and updates."""

import threading
from dataclasses import dataclass
from itertools import count
from typing import Any

from tests.telegram.chats import Account, Chat, Shown
from tests.telegram.clock import Clock
from tests.telegram.files import Files
from tests.telegram.flood import Flood
from tests.telegram.keyboards import NOTHING, Markup
from tests.telegram.updates import Updates

TOKEN = "1000001:a-token-of-nobody-for-these-tests-0000"


@dataclass
class Press:
    """A button that somebody pressed and that turns until the bot answers."""

    id: str
    chat: Chat
    by: int
    label: str
    at: float
    answer: dict[str, Any] | None = None


@dataclass
class WebhookSetting:
    url: str = ""
    secret_token: str = ""
    max_connections: int = 0
    error_at: int = 0
    error: str = ""


class World:
    """Reached from the server's thread and from the tests': whoever touches it holds `lock`."""

    def __init__(self, token: str, clock: Clock, username: str) -> None:
        self.token, self.clock = token, clock
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.bot = Account(int(token.partition(":")[0]), "抽查助手", username=username, is_bot=True)
        self.bot_json = self.bot.as_json()
        self.reads_all_in_groups = False
        self.patience = 0.0
        self.accounts: dict[int, Account] = {}
        self.chats: dict[int, Chat] = {}
        self.files = Files(clock)
        self.updates = Updates(clock)
        self.flood = Flood(clock)
        self.presses: dict[str, Press] = {}
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.menu_button: dict[str, Any] = {"type": "commands"}
        self.webhook = WebhookSetting()
        self.numbers = count(1)

    def date(self) -> int:
        return int(self.clock())

    def post(
        self, chat: Chat, content: dict[str, Any], markup: Markup = NOTHING, *, is_silent: bool = False
    ) -> dict[str, Any]:
        """The bot says something: it stands in the chat, and this is what the bot is told of it."""
        message: dict[str, Any] = {
            "message_id": chat.next_id(), "from": self.bot_json, "chat": chat.json, "date": self.date(),
        }  # fmt: skip
        message.update(content)
        if markup.inline is not None:
            message["reply_markup"] = markup.inline
        chat.keep(Shown(message, True, markup, is_silent=is_silent))
        return message

    def say(self, chat: Chat, by: Account, content: dict[str, Any], *, reaches_bot: bool = True) -> Shown:
        """A person says something; the bot hears of it by an update."""
        message: dict[str, Any] = {
            "message_id": chat.next_id(), "from": by.as_json(), "chat": chat.json, "date": self.date(), **content,
        }  # fmt: skip
        shown = Shown(message, False)
        chat.keep(shown)
        if reaches_bot:
            self.updates.emit("message", message, chat.id)
        return shown

    def knows(self, account: Account) -> bool:
        """Whether the bot has met this person anywhere, which is what lets it look them up at all."""
        return self.chats[account.id].has_started or any(
            account.id in chat.members for chat in self.chats.values() if not chat.is_private
        )
