"""The fake WeCom, a real HTTP server in a thread of its own, and what it brings to the app's door.

with FakeWecom() as wecom:
    wang = wecom.phone("WangWu")
    ...  # an app at wecom.url, whose door is wecom.door = "http://127.0.0.1:…/webhooks/wecom"
    wang.types("/tasks")
    wang.presses("接受")
"""

import asyncio
import contextlib
import secrets
import threading
from collections import defaultdict, deque
from dataclasses import dataclass
from types import TracebackType
from urllib.parse import urlencode, urlsplit

from tests.telegram.clock import Clock
from tests.telegram.webhook import Answer, Line
from tests.telegram.wire import Wire
from tests.wecom.desk import Call, Desk
from tests.wecom.faults import Faults
from tests.wecom.phones import Phone
from tests.wecom.sealing import as_query, envelope, sealed
from tests.wecom.world import AES_KEY, AGENT_ID, CORP_ID, TOKEN, Member, World

PATIENCE = 10.0
TRIES = 3


@dataclass
class _Callback:
    message: bytes
    copies: int


class FakeWecom:
    """One organisation with one app. Nothing of it is on disk, and it speaks on loopback only."""

    def __init__(self, *, clock: Clock | None = None, patience: float = 5.0) -> None:
        """`patience`: in how many seconds a callback must be answered."""
        self.world = World(clock or Clock())
        self.faults = Faults()
        self.door = ""
        """Empty: the app is about to come back, and WeCom has not got round to its next try."""
        self.lost: list[bytes] = []
        """Callbacks that were not answered three times."""
        self.waits: list[float] = []
        """How long the app took for each answer."""
        self.doubles = 0
        """So many of the next callbacks come twice."""
        self.breath = 0.0
        """Seconds between a try that failed and the next; WeCom's own are those in which it waits for an answer."""
        self._patience = patience
        self._desk = Desk(self.world, self.faults)
        self._phones: dict[str, Phone] = {}
        self._queues: defaultdict[str, deque[_Callback]] = defaultdict(deque)
        self._bringing: dict[str, asyncio.Task[None]] = {}
        self._pending = 0
        self._port = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._wires: set[Wire] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def pending(self) -> int:
        """Callbacks on their way."""
        return self._pending

    @property
    def calls(self) -> list[Call]:
        with self.world.lock:
            return list(self._desk.calls)

    def calls_of(self, path: str) -> list[Call]:
        return [call for call in self.calls if call.path == path]

    def phone(self, id: str) -> Phone:
        with self.world.lock:
            if id not in self._phones:
                self.world.members[id] = Member(id)
                self._phones[id] = Phone(self.world, self.world.members[id], self._bring)
            return self._phones[id]

    # --- up and down

    def __enter__(self) -> "FakeWecom":
        self.comes_up()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.goes_down()
        if self._desk.mishaps and error is None:
            raise self._desk.mishaps[0]

    def comes_up(self) -> None:
        is_up = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(is_up)), daemon=True)
        self._thread.start()
        assert is_up.wait(PATIENCE), "the fake WeCom does not come up"

    def goes_down(self) -> None:
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(PATIENCE)
        self._loop = self._thread = None

    async def _serve(self, is_up: threading.Event) -> None:
        self._loop = loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        server = await loop.create_server(
            lambda: Wire(self._desk.handle, self._wires), "127.0.0.1", self._port, reuse_address=True
        )
        self._port = server.sockets[0].getsockname()[1]
        is_up.set()
        await self._stopping.wait()
        server.close()
        for task in list(self._bringing.values()):
            task.cancel()
        for wire in list(self._wires):
            wire.hang_up()
        await asyncio.sleep(0)

    # --- what it brings

    def _bring(self, member: str, message: bytes) -> None:
        """From a test's thread; in the order in which one person does things."""
        assert self._loop is not None
        with self.world.lock:
            self._pending += 1
            copies = 2 if self.doubles > 0 else 1
            self.doubles -= copies - 1
        self._loop.call_soon_threadsafe(self._queue, member, _Callback(message, copies))

    def _queue(self, member: str, callback: _Callback) -> None:
        self._queues[member].append(callback)
        if member not in self._bringing:
            self._bringing[member] = asyncio.get_running_loop().create_task(self._bring_all(member))

    async def _bring_all(self, member: str) -> None:
        queue = self._queues[member]
        while queue:
            callback = queue.popleft()
            for _ in range(callback.copies):
                await self._bring_one(callback.message)
            with self.world.lock:
                self._pending -= 1
        del self._bringing[member]

    async def _bring_one(self, message: bytes) -> None:
        for _ in range(TRIES):
            while not self.door:  # noqa: ASYNC110  a test's thread sets it
                await asyncio.sleep(0.02)
            begun = asyncio.get_running_loop().time()
            answer: Answer | None = None
            with contextlib.suppress(TimeoutError, OSError, asyncio.IncompleteReadError, ValueError):
                answer = await asyncio.wait_for(self._post(message), self._patience)
            self.waits.append(asyncio.get_running_loop().time() - begun)
            if answer is not None and answer.status == 200:
                return
            await asyncio.sleep(self.breath)
        self.lost.append(message)

    async def _post(self, message: bytes) -> Answer:
        content = sealed(message, aes_key=AES_KEY, receive_id=CORP_ID)
        query = as_query(TOKEN, content, timestamp=str(int(self.world.clock())), nonce=secrets.token_hex(4))
        line = Line(urlsplit(f"{self.door}?{urlencode(query)}"))
        try:
            body = envelope(content, to=CORP_ID, agent_id=AGENT_ID)
            return await line.post({"Content-Type": "text/xml"}, body)
        finally:
            line.close()
