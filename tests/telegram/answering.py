"""One request in, one answer out: found, carried out under the lock, noted down, or spoiled by a fault."""

import asyncio
import json
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from tests.telegram import editing, looking, sending
from tests.telegram.faults import Fault, Faults, Kind
from tests.telegram.receiving import Receiving
from tests.telegram.refusals import OTHER_POLL, Refusal, bad_request, not_found, too_many_requests
from tests.telegram.request import Params, read_params
from tests.telegram.wire import Outcome, Reply, Request
from tests.telegram.world import World

Answering = Outcome | Coroutine[Any, Any, Outcome]
Method = Callable[[World, Params], Any]
METHODS: Mapping[str, Method] = {
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


class Desk:
    """Where every request of a running server arrives."""

    def __init__(self, world: World, faults: Faults, *, keeps_calls: bool) -> None:
        self.world, self.faults = world, faults
        self.calls: list[Call] = []
        self.acted = 0
        self.mishaps: list[Exception] = []
        self._keeps_calls = keeps_calls
        self._receiving: Receiving | None = None

    def opens(self, loop: asyncio.AbstractEventLoop) -> Receiving:
        """On a new loop: who waited on the one before waits no more, what was queued still is."""
        with self.world.lock:
            self._receiving = Receiving(self.world, loop, refused, self.call_quietly)
            self._receiving.resume()
        return self._receiving

    @property
    def receiving(self) -> Receiving:
        assert self._receiving is not None, "the server has not come up"
        return self._receiving

    def handle(self, request: Request) -> Answering:
        if request.path.startswith("/file/bot"):
            return self._perhaps_badly("file", lambda: self._download(request))
        token, _, name = request.path.removeprefix("/bot").partition("/")
        if not request.path.startswith("/bot") or not name:
            return refused(not_found())
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
                if token != self.world.token:
                    raise Refusal(401, "Unauthorized")
                params = read_params(request.query, request.content_type, request.body)
                if method == "getUpdates":
                    self._note(method, params, 200, "")
                    return self.receiving.get_updates(params)
                reply, words = self._result(method, params)
            except Refusal as refusal:
                reply, words = refused(refusal), refusal.description
            except Exception as mishap:
                self.mishaps.append(mishap)
                raise
            self.acted += 1
            self._note(method, params, reply.status, words)
            self.world.changed.notify_all()
        return reply

    def _note(self, method: str, params: Params, status: int, words: str) -> None:
        if self._keeps_calls:
            self.calls.append(Call(method, params, status, words, self.world.clock(), time.monotonic()))

    def _result(self, method: str, params: Params) -> tuple[Reply, str]:
        act = METHODS.get(method.lower())
        if act is not None:
            return _ok(act(self.world, params)), ""
        match method:
            case "setWebhook":
                result, words = self.receiving.set_webhook(params)
            case "deleteWebhook":
                result, words = self.receiving.delete_webhook(params)
            case "getWebhookInfo":
                return _ok(self.receiving.webhook_info(params)), ""
            case _:
                raise not_found("method not found")
        return Reply(200, json.dumps({"ok": True, "result": result, "description": words}).encode()), words

    def _download(self, request: Request) -> Outcome:
        token, _, path = request.path.removeprefix("/file/bot").partition("/")
        with self.world.lock:
            if token != self.world.token:
                return refused(Refusal(401, "Unauthorized"))
            try:
                return Reply(200, self.world.files.download(path), "application/octet-stream")
            except Refusal as refusal:
                return refused(refusal)

    def call_quietly(self, named: dict[str, Any]) -> None:
        """A call that came as the answer to a webhook; nobody is told if it fails."""
        method = _PROPER.get(str(named.pop("method")).lower(), "")
        if method.lower() in METHODS and not method.startswith("get"):
            body = json.dumps(named).encode()
            self._act(self.world.token, method, Request("", "", "application/json", body))

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
                return refused(_said(fault))
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


def refused(refusal: Refusal) -> Reply:
    after = int(refusal.parameters.get("retry_after", 0))
    return Reply(refusal.code, json.dumps(refusal.as_json()).encode(), retry_after=after)


def _said(fault: Fault) -> Refusal:
    match fault.status:
        case 409:
            return Refusal(409, OTHER_POLL)
        case 401:
            return Refusal(401, "Unauthorized")
        case 429:
            return too_many_requests(int(fault.seconds))
    return bad_request(fault.words)


def _from_the_way(status: int) -> Reply:
    """500 is the Bot API's own and JSON; 502 and its like come from a server before it and are a page."""
    if status == 500:
        return refused(Refusal(500, "Internal Server Error"))
    return Reply(status, _BAD_GATEWAY.replace(b"502", str(status).encode()), "text/html")
