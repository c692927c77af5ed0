"""The fake Bot API server, a real HTTP server in a thread of its own.

with FakeTelegram(patience=5) as telegram:
    wang = telegram.phone(7, name="王检查")
    ...  # a bot with telegram.token, at telegram.api_url and telegram.file_url
    wang.starts("code")
    wang.hears("欢迎")
    wang.presses("接受")
    telegram.comes_to_rest()
    telegram.every_press_was_answered()
    telegram.nobody_hears_more()
"""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from tests.telegram.answering import Call, Desk
from tests.telegram.chats import Account, Chat, Shown
from tests.telegram.clock import Clock
from tests.telegram.faults import Faults
from tests.telegram.groups import Group
from tests.telegram.phones import Phone
from tests.telegram.wire import Reply, Request, Wire
from tests.telegram.world import TOKEN, World

PATIENCE = 10.0


class FakeTelegram:
    """One bot's Telegram. Nothing of it is on disk, and it speaks on loopback only."""

    def __init__(
        self, *, clock: Clock | None = None, token: str = TOKEN, username: str = "shuangsuiji_bot",
        patience: float = 0.0, keeps_calls: bool = True,
    ) -> None:  # fmt: skip
        """`patience`: how many seconds phones wait for what they are to hear."""
        self.clock = clock or Clock()
        self.world = World(token, self.clock, username)
        self.world.patience = patience
        self.faults = Faults(self.world.updates)
        self._desk = Desk(self.world, self.faults, keeps_calls=keeps_calls)
        self._phones: dict[int, Phone] = {}
        self._port = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._wires: set[Wire] = set()

    # --- where it is

    @property
    def token(self) -> str:
        return self.world.token

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def api_url(self) -> str:
        """`base_url` of python-telegram-bot; the token follows at once."""
        return f"{self.url}/bot"

    @property
    def file_url(self) -> str:
        return f"{self.url}/file/bot"

    def __enter__(self) -> "FakeTelegram":
        self.comes_up()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """A fault of the fake's own must not pass for one of the bot's."""
        self.goes_down()
        if self._desk.mishaps and error is None:
            raise self._desk.mishaps[0]

    def comes_up(self) -> None:
        """At the same port as before."""
        is_up = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(is_up,), name="fake-telegram", daemon=True)
        self._thread.start()
        assert is_up.wait(PATIENCE), "the fake Telegram does not come up"

    def goes_down(self) -> None:
        """Every line is cut and the port refuses; what is queued stays."""
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(PATIENCE)
        self._loop = self._thread = None

    def _run(self, is_up: threading.Event) -> None:
        asyncio.run(self._serve(is_up))

    async def _serve(self, is_up: threading.Event) -> None:
        self._loop = loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        server = await loop.create_server(
            lambda: Wire(self._desk.handle, self._wires),
            "127.0.0.1",
            self._port,
            reuse_address=True,
            backlog=512,
        )
        self._port = server.sockets[0].getsockname()[1]
        receiving = self._desk.opens(loop)
        is_up.set()
        await self._stopping.wait()
        server.close()
        await receiving.close()
        for wire in list(self._wires):
            wire.hang_up()
        await asyncio.sleep(0)

    # --- who is there

    def phone(self, user_id: int, *, name: str = "", username: str = "", has_started: bool = False) -> Phone:
        """A new person, or the one who has this number. With `has_started` the bot may write to them at once."""
        with self.world.lock:
            if user_id not in self._phones:
                account = Account(user_id, name or f"用户{user_id}", username=username)
                chat = Chat(user_id, "private", account=account, has_started=has_started)
                self.world.accounts[user_id], self.world.chats[user_id] = account, chat
                self._phones[user_id] = Phone(self.world, account, chat)
            return self._phones[user_id]

    def group(self, title: str, *phones: Phone, kind: str = "supergroup") -> Group:
        """A group of these people, to which the first of them has added the bot; the bot is told of that."""
        with self.world.lock:
            number = -(1_000_000_000_000 if kind == "supergroup" else 1000) - next(self.world.numbers)
            chat = Chat(number, kind, title, bot_status="left")
            chat.members = {phone.id: "member" for phone in phones}
            chat.members[phones[0].id] = "creator"
            self.world.chats[number] = chat
        group = Group(self.world, chat)
        group.adds_bot(by=phones[0])
        return group

    # --- what was asked and said

    def answers(self, method: str, asked: dict[str, Any]) -> Reply:
        """One call without a line; not for those that wait or receive, which need a server that runs."""
        request = Request(f"/bot{self.token}/{method}", "", "application/json", json.dumps(asked).encode())
        outcome = self._desk.handle(request)
        assert isinstance(outcome, Reply)
        return outcome

    @property
    def calls(self) -> list[Call]:
        """Every request so far, in its order."""
        return self._desk.calls

    def calls_of(self, method: str) -> list[Call]:
        with self.world.lock:
            return [call for call in self.calls if call.method == method]

    @property
    def pending(self) -> int:
        """Updates that the bot has not confirmed."""
        with self.world.lock:
            return len(self.world.updates.waiting())

    def waits_until(self, holds: Callable[[], bool], within: float = PATIENCE) -> None:
        """Blocks this thread, with patience, until something is so; looked at whenever a request came in."""
        give_up_at = time.monotonic() + within
        with self.world.changed:
            while not holds():
                left = give_up_at - time.monotonic()
                assert left > 0, "it never came to that"
                self.world.changed.wait(min(left, 0.2))

    def comes_to_rest(self, quiet: float = 0.2, within: float = PATIENCE) -> None:
        """Until everything is confirmed and the bot asked for nothing but updates for `quiet` seconds."""
        give_up_at = time.monotonic() + within
        seen, since = -1, time.monotonic()
        while time.monotonic() < give_up_at:
            now = self._desk.acted
            if now != seen or self.pending:
                seen, since = now, time.monotonic()
            elif time.monotonic() - since >= quiet:
                return
            time.sleep(0.01)
        raise AssertionError(f"no rest: {self.pending} updates wait")

    def unread(self) -> dict[str, list[Shown]]:
        """Everything that was said and that no test has named, by whom it reached."""
        with self.world.lock:
            found = {
                chat.title or (chat.account.first_name if chat.account else ""): chat.unread()
                for chat in self.world.chats.values()
            }
        return {who: shown for who, shown in found.items() if shown}

    def nobody_hears_more(self) -> None:
        """A message that nobody expected fails the test."""
        found = {who: [one.text or one.kind for one in shown] for who, shown in self.unread().items()}
        assert not found, found

    def every_press_was_answered(self) -> None:
        """No button still turns on anybody's phone."""
        with self.world.lock:
            turning = [press.label for press in self.world.presses.values() if press.answer is None]
        assert not turning, turning

    def emits_raw(self, body: dict[str, Any]) -> int:
        """An update of a kind nobody knows yet, or one that is malformed."""
        with self.world.lock:
            return self.world.updates.emit_raw(body)
