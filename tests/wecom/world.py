"""One organisation at the fake WeCom: its people, what stands on their phones, codes, tokens and media."""

import secrets
import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from tests.telegram.clock import Clock

CORP_ID, AGENT_ID, SECRET = "wwtest0123456789", 1000002, "s3cret-of-the-app"
TOKEN, AES_KEY = "tokenOfCallbacks", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
CODE_LIFE = timedelta(hours=72).total_seconds()
MEDIA_LIFE = timedelta(days=3).total_seconds()
TOKEN_LIFE = 7200
PER_MINUTE = 30


@dataclass
class Shown:
    """One message as it stands on a phone. `id` is the task id of a card, else the msgid."""

    id: str
    kind: str
    words: str = ""
    card: dict[str, Any] = field(default_factory=dict)
    file_name: str = ""
    content: bytes = b""
    closed_with: str = ""
    is_unread: bool = True
    is_changed: bool = False

    @property
    def text(self) -> str:
        if self.kind != "card":
            return self.words
        title = self.card.get("main_title", {})
        lines = (title.get("title"), title.get("desc"), self.card.get("sub_title_text"))
        return "\n".join(line for line in lines if line)

    @property
    def choices(self) -> dict[str, str]:
        """What can be pressed or chosen on it: by what comes back, what stands there."""
        if self.closed_with:
            return {}
        card = self.card
        found = {one.get("key") or one["url"]: one["text"] for one in card.get("button_list", ())}
        for box in (card.get("button_selection"), card.get("checkbox")):
            found |= {one["id"]: one["text"] for one in (box or {}).get("option_list", ())}
        return {data: words for data, words in found.items() if data != self.pick}

    @property
    def pick(self) -> str:
        """The key of the button that sends what was chosen; empty where nothing is chosen."""
        if "checkbox" in self.card:
            return str(self.card["submit_button"]["key"])
        return str(self.card["button_list"][-1]["key"]) if "button_selection" in self.card else ""


@dataclass
class Code:
    task_id: str
    member: str
    given_at: float
    is_used: bool = False


@dataclass
class Media:
    content: bytes
    file_name: str
    made_at: float


@dataclass
class Member:
    id: str
    is_in_range: bool = True
    messages: list[Shown] = field(default_factory=list)
    sent_at: deque[float] = field(default_factory=deque)


class World:
    """Reached from the server's thread and from the tests': whoever touches it holds `lock`."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.members: dict[str, Member] = {}
        self.codes: dict[str, Code] = {}
        self.tasks: set[str] = set()
        self.media: dict[str, Media] = {}
        self.bodies: dict[str, str] = {}
        """Requests that asked not to be shown twice, with the msgid that they were given."""
        self.tokens: dict[str, float] = {}
        self.tokens_given = 0
        self.voided: set[str] = set()
        self.menu: dict[str, Any] = {}
        self.is_trusted = True
        self.per_minute = PER_MINUTE
        self.discarded = 0
        """Messages beyond the limit of a person, which WeCom throws away without a word."""
        self.numbers = count(1)

    def new_code(self, task_id: str, member: str) -> str:
        code = f"rc_{next(self.numbers)}_{secrets.token_hex(4)}"
        self.codes[code] = Code(task_id, member, self.clock())
        return code

    def new_media(self, content: bytes, file_name: str) -> str:
        media_id = f"media_{next(self.numbers)}"
        self.media[media_id] = Media(content, file_name, self.clock())
        return media_id

    def is_too_many(self, member: Member) -> bool:
        now = self.clock()
        while member.sent_at and member.sent_at[0] <= now - 60:
            member.sent_at.popleft()
        member.sent_at.append(now)
        return len(member.sent_at) > self.per_minute
