"""The fake Bot API server: `with FakeTelegram() as telegram:` and a bot is pointed at `telegram.api_url`."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from tests.telegram import editing, looking, sending
from tests.telegram.chats import Account, Chat, Shown
from tests.telegram.clock import Clock
from tests.telegram.faults import Fault, Faults, Kind
from tests.telegram.phones import Group, Phone
from tests.telegram.receiving import Receiving
from tests.telegram.refusals import OTHER_POLL, Refusal, bad_request, not_found
from tests.telegram.request import Params, read_params
from tests.telegram.wire import Outcome, Reply, Request, Wire
from tests.telegram.world import TOKEN, World

Answering = Outcome | Coroutine[Any, Any, Outcome]
Method = Callable[[World, Params], Any]
_METHODS: Mapping[str, Method] = {
    name.lower(): method
    for methods in (sending.METHODS, editing.METHODS, looking.METHODS)
    for name, method in methods.items()
}
_PROPER = {
    name.lower(): name
    for name in (
        *sending.METHODS, *editing.METHODS, *looking.METHODS,
        "getUpdates", "setWebhook", "deleteWebhook", "getWebhookInfo",
    )
}  # fmt: skip
_BAD_GATEWAY = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n"
PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Call:
    """One request that reached the server, whatever became of it."""

    method: str
    params: Params
    status: int
    description: str
    at: float
    """By the clock of the fake."""
    moment: float
    """By `time.monotonic`, for those who measure."""


class FakeTelegram:
    """One bot's Telegram. Nothing of it is on disk, and it speaks on loopback only."""

    def __init__(
        self, *, clock: Clock | None = None, token: str = TOKEN, username: str = "shuangsuiji_bot",
        keeps_calls: bool = True,
    ) -> None:  # fmt: skip
        self.clock = clock or Clock()
        self.world = World(token, self.clock, username)
        self.faults = Faults(self.world.updates)
        self.calls: list[Call] = []
        self._keeps_calls = keeps_calls
        self._port = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._wires: set[Wire] = set()
        self._receiving: Receiving | None = None

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
        self.goes_down()

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
            lambda: Wire(self._handle, self._wires), "127.0.0.1", self._port, reuse_address=True, backlog=512
        )
        self._port = server.sockets[0].getsockname()[1]
        with self.world.lock:
            self._receiving = Receiving(self.world, loop, _refused, self._call_quietly)
            self._receiving.resume()
        is_up.set()
        await self._stopping.wait()
        server.close()
        await self._receiving.close()
        for wire in list(self._wires):
            wire.hang_up()
        await asyncio.sleep(0)

    # --- who is there

    def phone(self, user_id: int, *, name: str = "", username: str = "", has_started: bool = False) -> Phone:
        """A new person, or the one who has this number. With `has_started` the bot may write to them at once."""
        with self.world.lock:
            if user_id not in self.world.accounts:
                account = Account(user_id, name or f"用户{user_id}", username=username)
                self.world.accounts[user_id] = account
                self.world.chats[user_id] = Chat(user_id, "private", account=account, has_started=has_started)
        return Phone(self.world, self.world.accounts[user_id], self.world.chats[user_id])

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
            now = self._acted
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

    # --- answering

    _acted = 0

    def _handle(self, request: Request) -> Answering:
        if request.path.startswith("/file/bot"):
            return self._perhaps_badly("file", lambda: self._download(request))
        token, _, name = request.path.removeprefix("/bot").partition("/")
        if not request.path.startswith("/bot") or not name:
            return _refused(not_found())
        method = _PROPER.get(name.lower(), name)
        return self._perhaps_badly(method, lambda: self._act(token, method, request))

    def _perhaps_badly(self, method: str, act: Callable[[], Answering]) -> Answering:
        if not self.faults.are_over and (fault := self.faults.strike(method)) is not None:
            return self._badly(fault, act)
        return act()

    def _act(self, token: str, method: str, request: Request) -> Answering:
        """One call under the lock, from reading to the journal."""
        params = Params()
        with self.world.lock:
            try:
                if token != self.token:
                    raise Refusal(401, "Unauthorized")
                params = read_params(request.query, request.content_type, request.body)
                if method == "getUpdates":
                    self._note(method, params, 200, "")
                    return self._receives.get_updates(params)
                reply, words = self._result(method, params)
            except Refusal as refusal:
                reply, words = _refused(refusal), refusal.description
            self._acted += 1
            self._note(method, params, reply.status, words)
            self.world.changed.notify_all()
        return reply

    def _note(self, method: str, params: Params, status: int, words: str) -> None:
        if self._keeps_calls:
            self.calls.append(Call(method, params, status, words, self.clock(), time.monotonic()))

    def _result(self, method: str, params: Params) -> tuple[Reply, str]:
        act = _METHODS.get(method.lower())
        if act is not None:
            return _ok(act(self.world, params)), ""
        match method:
            case "setWebhook":
                result, words = self._receives.set_webhook(params)
            case "deleteWebhook":
                result, words = self._receives.delete_webhook(params)
            case "getWebhookInfo":
                return _ok(self._receives.webhook_info(params)), ""
            case _:
                raise not_found("method not found")
        return Reply(200, json.dumps({"ok": True, "result": result, "description": words}).encode()), words

    @property
    def _receives(self) -> Receiving:
        assert self._receiving is not None
        return self._receiving

    def _download(self, request: Request) -> Outcome:
        token, _, path = request.path.removeprefix("/file/bot").partition("/")
        with self.world.lock:
            if token != self.token:
                return _refused(Refusal(401, "Unauthorized"))
            try:
                return Reply(200, self.world.files.download(path), "application/octet-stream")
            except Refusal as refusal:
                return _refused(refusal)

    def _call_quietly(self, named: dict[str, Any]) -> None:
        """A call that came as the answer to a webhook; nobody is told if it fails."""
        method = _PROPER.get(str(named.pop("method")).lower(), "")
        if method.lower() in _METHODS and not method.startswith("get"):
            body = json.dumps(named).encode()
            self._act(self.token, method, Request("", "", "application/json", body))

    async def _badly(self, fault: Fault, act: Callable[[], Answering]) -> Outcome:
        """What a fault makes of a call; whether it was carried out is the fault's whole point."""
        with self.world.lock:
            self.world.changed.notify_all()
        match fault.kind:
            case Kind.CLOSE:
                return None
            case Kind.REFUSE:
                return _from_the_way(fault.status)
            case Kind.GARBAGE:
                return Reply(200, b'{"ok":true,"result":[{"upd', "application/json")
            case Kind.ANSWER:
                return _refused(_said(fault))
            case Kind.DELAY:
                await asyncio.sleep(fault.seconds)
        outcome = act()
        if isinstance(outcome, Coroutine):
            outcome = await outcome
        if fault.kind is Kind.DROP_REPLY:
            return None
        if fault.kind is Kind.TRICKLE and outcome is not None:
            outcome.pause = fault.seconds
        return outcome


def _ok(result: Any) -> Reply:
    return Reply(200, b'{"ok":true,"result":' + json.dumps(result).encode() + b"}")


def _refused(refusal: Refusal) -> Reply:
    after = int(refusal.parameters.get("retry_after", 0))
    return Reply(refusal.code, json.dumps(refusal.as_json()).encode(), retry_after=after)


def _said(fault: Fault) -> Refusal:
    match fault.status:
        case 409:
            return Refusal(409, OTHER_POLL)
        case 401:
            return Refusal(401, "Unauthorized")
        case 429:
            seconds = int(fault.seconds)
            return Refusal(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})
    return bad_request(fault.words)


def _from_the_way(status: int) -> Reply:
    """500 is the Bot API's own and JSON; 502 and its like come from a server before it and are a page."""
    if status == 500:
        return _refused(Refusal(500, "Internal Server Error"))
    return Reply(status, _BAD_GATEWAY.replace(b"502", str(status).encode()), "text/html")
