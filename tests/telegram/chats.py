"""Who is at Telegram, where they meet, and what stands on their screens."""

from dataclasses import dataclass, field
from typing import Any

from tests.telegram.keyboards import NOTHING, Markup
from tests.telegram.markup import words_of

KINDS = (
    "text", "photo", "document", "voice", "sticker", "location", "dice", "contact",
    "new_chat_members", "left_chat_member",
)  # fmt: skip


@dataclass
class Account:
    """One person, or the bot itself."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "zh-hans"
    is_bot: bool = False
    is_deactivated: bool = False

    def as_json(self) -> dict[str, Any]:
        """As in `from`; what is empty is not said."""
        told = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        more = {"last_name": self.last_name, "username": self.username}
        if not self.is_bot:
            more["language_code"] = self.language_code
        return told | {key: value for key, value in more.items() if value}


@dataclass(slots=True)
class Shown:
    """One message as it stands in a chat. `message` is what the Bot API says of it."""

    message: dict[str, Any]
    is_from_bot: bool
    markup: Markup = NOTHING
    is_unread: bool = True
    is_edited: bool = False
    is_silent: bool = False

    @property
    def id(self) -> int:
        return int(self.message["message_id"])

    @property
    def text(self) -> str:
        """The words of it, with no mark-up: its text, or its caption."""
        return str(self.message.get("text") or self.message.get("caption") or "")

    @property
    def kind(self) -> str:
        return next((kind for kind in KINDS if kind in self.message), "unknown")

    @property
    def entities(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (
            self.message.get("entities") or self.message.get("caption_entities") or []
        )
        return found

    def marked(self, kind: str) -> list[str]:
        """The words that are `bold`, `text_link`, `code` …"""
        return [words_of(self.text, one) for one in self.entities if one["type"] == kind]

    @property
    def rows(self) -> list[list[dict[str, Any]]]:
        """The buttons within the message."""
        found: list[list[dict[str, Any]]] = (self.markup.inline or {}).get("inline_keyboard", [])
        return found

    @property
    def buttons(self) -> list[list[str]]:
        return [[str(button["text"]) for button in row] for row in self.rows]

    def inline_button(self, label: str) -> dict[str, Any] | None:
        return next((button for row in self.rows for button in row if button["text"] == label), None)


@dataclass
class Chat:
    """A private chat (its id is the person's), a group or a supergroup (ids below zero)."""

    id: int
    kind: str
    title: str = ""
    account: Account | None = None
    has_started: bool = False
    is_blocked: bool = False
    bot_status: str = "member"
    members: dict[int, str] = field(default_factory=dict)
    shown: dict[int, Shown] = field(default_factory=dict)
    keyboard: dict[str, Any] | None = None
    actions: list[str] = field(default_factory=list)
    menu_button: dict[str, Any] | None = None
    last_id: int = 0
    upgraded_to: int = 0
    json: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        person = self.account
        if person is None:
            more = {"all_members_are_administrators": False} if self.kind == "group" else {}
            self.json = {"id": self.id, "title": self.title, "type": self.kind, **more}
        else:
            names = {"last_name": person.last_name, "username": person.username}
            told = {key: value for key, value in names.items() if value}
            self.json = {"id": self.id, "first_name": person.first_name, **told, "type": self.kind}

    @property
    def is_private(self) -> bool:
        return self.kind == "private"

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def keep(self, shown: Shown) -> None:
        """Lays it down last; a keyboard that came along takes the place of the one before."""
        self.shown[shown.id] = shown
        if shown.markup.keyboard is not None:
            self.keyboard = shown.markup.keyboard
        elif shown.markup.removes:
            self.keyboard = None

    def heard(self) -> list[Shown]:
        """What the bot said that still stands, oldest first."""
        return [shown for shown in self.shown.values() if shown.is_from_bot]

    def unread(self) -> list[Shown]:
        return [shown for shown in self.shown.values() if shown.is_from_bot and shown.is_unread]
