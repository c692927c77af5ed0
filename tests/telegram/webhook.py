"""Delivery to the bot's own address: in order within a chat, over several lines, again and again until it says 2xx."""

import asyncio
import contextlib
import json
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from tests.telegram import limits
from tests.telegram.updates import Pending
from tests.telegram.world import World

PATIENCE = 10.0
"""Seconds in which the bot must answer. Telegram waits longer."""


@dataclass(frozen=True)
class Answer:
    status: int
    reason: str
    body: bytes
    retry_after: int


class Line:
    """One connection to the bot, kept open from delivery to delivery."""

    def __init__(self, address: SplitResult) -> None:
        self._address = address
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, headers: dict[str, str], body: bytes) -> Answer:
        try:
            reader, writer = self._streams or await self._open()
            path = (self._address.path or "/") + (f"?{self._address.query}" if self._address.query else "")
            given = {"Host": self._address.netloc, **headers, "Content-Length": str(len(body))}
            lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
            writer.write("\r\n".join([*lines, "", ""]).encode() + body)
            return await self._read(reader)
        except BaseException:
            self.close()
            raise

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host, port = self._address.hostname or "", self._address.port or 80
        self._streams = await asyncio.open_connection(host, port)
        return self._streams

    async def _read(self, reader: asyncio.StreamReader) -> Answer:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        _, status, *reason = head[0].split(" ", 2)
        headers = {key.lower(): value.strip() for key, _, value in (line.partition(":") for line in head[1:])}
        body = await _read_body(reader, headers)
        if headers.get("connection", "").lower() == "close":
            self.close()
        after = headers.get("retry-after", "")
        return Answer(int(status), reason[0] if reason else "", body, int(after) if after.isdecimal() else 0)

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def _read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if "chunked" not in headers.get("transfer-encoding", ""):
        return await reader.readexactly(int(headers.get("content-length", "0")))
    body = b""
    while size := int((await reader.readline()).partition(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body


class Delivery:
    """What runs while a webhook is set. `call` carries out a method that the bot names in its answer."""

    def __init__(self, world: World, call: Callable[[dict[str, Any]], None]) -> None:
        self._world, self._call = world, call
        self._setting = world.webhook
        self._address = urlsplit(self._setting.url)
        self._lines = asyncio.Semaphore(self._setting.max_connections)
        self._idle: list[Line] = []
        self._queues: defaultdict[int, deque[Pending]] = defaultdict(deque)
        self._workers: dict[int, asyncio.Task[None]] = {}
        self._seen: set[int] = set()

    def add(self, pending: Pending) -> None:
        """Its chat's worker takes it, in its turn."""
        if pending.id in self._seen:
            return
        self._seen.add(pending.id)
        self._queues[pending.queue].append(pending)
        if pending.queue not in self._workers:
            working = asyncio.get_running_loop().create_task(self._work(pending.queue))
            self._workers[pending.queue] = working

    async def close(self) -> None:
        workers = list(self._workers.values())
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        for line in self._idle:
            line.close()

    async def _work(self, key: int) -> None:
        queue = self._queues[key]
        while queue:
            await self._deliver(queue[0])
            queue.popleft()
        del self._workers[key]

    async def _deliver(self, pending: Pending) -> None:
        """The first failure is tried again at once, then 2, 4, 8 … seconds pass, at most a minute."""
        fails, delay = 0, 1.0
        while self._world.clock() - pending.at <= limits.UPDATE_LIFE:
            answer = await self._try(pending)
            if answer is not None and 200 <= answer.status < 300:
                break
            wait = float(answer.retry_after) if answer else 0.0
            if not wait and fails:
                delay = wait = min(limits.WEBHOOK_LONGEST_DELAY, delay * 2)
            fails += 1
            await self._world.clock.sleep(wait)
        with self._world.lock:
            self._world.updates.done(pending.id)
            self._world.changed.notify_all()

    async def _try(self, pending: Pending) -> Answer | None:
        answer, error = None, ""
        async with self._lines:
            line = self._idle.pop() if self._idle else Line(self._address)
            try:
                for _ in range(pending.copies):
                    answer = await asyncio.wait_for(line.post(self._headers(), pending.body), PATIENCE)
            except TimeoutError:
                error = "Read timeout expired"
            except ConnectionRefusedError:
                error = "Connection refused"
            except (OSError, asyncio.IncompleteReadError, ValueError):
                error = "Webhook connection closed"
            finally:
                self._idle.append(line)
        if answer is not None and not 200 <= answer.status < 300:
            error = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        if error:
            self._setting.error, self._setting.error_at = error, self._world.date()
            return answer
        self._obey(answer)
        return answer

    def _headers(self) -> dict[str, str]:
        secret = self._setting.secret_token
        told = {"Content-Type": "application/json", "Connection": "keep-alive"}
        return told | ({"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {})

    def _obey(self, answer: Answer | None) -> None:
        """The bot may answer an update with one call, whose outcome it never learns."""
        with contextlib.suppress(ValueError):
            read = json.loads(answer.body) if answer and answer.body else None
            if isinstance(read, dict) and "method" in read:
                self._call(read)
