"""A web house for tests, with a real server on loopback where a test needs one."""

import asyncio
import contextlib
import itertools
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import uvicorn
from starlette.routing import BaseRoute, Mount, Route

from bot.channels.webchat import WebChat
from bot.lines import open_port
from notifications.incoming import Incoming, IncomingKind
from notifications.outgoing import Key, Outgoing, Wish
from storage import inbox, web_chat
from storage.files import FileStore
from storage.outbox import Letter
from storage.store import Store
from storage.tables.registers import Person
from web.app import make_app
from web.house import WebHouse
from web.live import Live
from web.watching import Watch

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@dataclass
class FakeClock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by


@dataclass
class Wakes:
    """Counts how often the worker was told of work."""

    number: int = 0

    def __call__(self) -> None:
        self.number += 1


@dataclass
class House:
    """The pages with what a test looks at from behind."""

    store: Store
    web: WebHouse
    clock: FakeClock
    wakes: Wakes
    channel: WebChat
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def letter(self, chat: str, outgoing: Outgoing, *, key: str = "", slot: str | None = None) -> Letter:
        number = next(self.numbers)
        return Letter(number, key or f"k{number}", web_chat.CHANNEL, chat, outgoing.to_json(), slot, None)

    async def tell(self, chat: str, outgoing: Outgoing, *, key: str = "", slot: str | None = None) -> None:
        letter = self.letter(chat, outgoing, key=key, slot=slot)
        await self.channel.send([letter], lambda _letter, _fate: None)


def a_house(
    store: Store,
    folder: Path,
    *,
    is_demo: bool = False,
    upload_limit: int = 20 * 1024 * 1024,
    api_per_minute: int = 120,
) -> House:
    """A house on this store; tokens count up."""
    clock, wakes, live = FakeClock(), Wakes(), Live()
    tokens = itertools.count(1)
    web = WebHouse(
        store=store,
        files=FileStore(folder / "files"),
        clock=clock,
        live=live,
        wake=wakes,
        is_demo=is_demo,
        upload_limit=upload_limit,
        new_token=lambda: f"token-{next(tokens):032d}",
        move_clock=clock.move if is_demo else None,
        watch=Watch(health=lambda: {"ok": True}, ready=lambda: "", metrics=lambda: (b"", "text/plain")),
        api_per_minute=api_per_minute,
    )
    return House(store, web, clock, wakes, WebChat(store, live, clock))


def people(store: Store, *persons: tuple[str, str, list[str]]) -> None:
    """Invented people of the market department: id, name, roles."""
    with store.transaction() as records:
        for person_id, name, roles in persons:
            records.add(
                Person(
                    id=person_id,
                    name=name,
                    department="market",
                    district="652701",
                    roles=roles,
                    language="zh",
                )
            )


@contextlib.asynccontextmanager
async def serving(house: House, port: int = 0) -> AsyncIterator[str]:
    """The house behind a real server; gives its address. The same port again is a restart."""
    with open_port("127.0.0.1", port) as address:
        config = uvicorn.Config(
            make_app(house.web), log_level="critical", timeout_graceful_shutdown=1, lifespan="off"
        )
        server = uvicorn.Server(config)
        running = asyncio.create_task(server._serve([address]))
        while not server.started:  # noqa: ASYNC110 - uvicorn offers no event for it
            await asyncio.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{address.getsockname()[1]}"
        finally:
            house.web.live.close()
            server.should_exit = True
            await running


@contextlib.contextmanager
def a_client(house: House) -> Iterator[httpx.Client]:
    """A client at the doors of a real server, which runs in a thread of its own."""
    with open_port("127.0.0.1", 0) as address:
        server = uvicorn.Server(
            uvicorn.Config(
                make_app(house.web), log_level="critical", timeout_graceful_shutdown=1, lifespan="off"
            )
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [address]})
        thread.start()
        while not server.started:
            time.sleep(0.005)
        try:
            here = f"http://127.0.0.1:{address.getsockname()[1]}"
            with httpx.Client(base_url=here, headers={"origin": here}) as client:
                yield client
        finally:
            house.web.live.close()
            server.should_exit = True
            thread.join()


class Echo:
    """Stands in for the worker: answers what came in with something to press, to show or to write."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.pressed: list[str] = []

    async def run(self) -> None:
        while True:
            for chat, number, outgoing in await asyncio.to_thread(self._answers):
                await self._house.tell(chat, outgoing, key=f"reply:{number}", slot=outgoing.slot)
            await asyncio.sleep(0.03)

    def _answers(self) -> list[tuple[str, int, Outgoing]]:
        with self._house.store.transaction() as records:
            answers = []
            for update in inbox.take(records, 50):
                answers.append((update.chat, update.id, self._answer(Incoming.from_json(update.body))))
                inbox.finish(records, [update.id], at=self._house.clock())
            return answers

    def _answer(self, incoming: Incoming) -> Outgoing:
        if incoming.kind is IncomingKind.BUTTON:
            self.pressed.append(incoming.button)
            return Outgoing(
                "echo", f"已接受\n您按下了 {incoming.button}。发送 /where 可查看进度。", slot="card"
            )
        if incoming.kind is IncomingKind.PHOTO:
            refused = incoming.attachment.refused if incoming.attachment else ""
            return Outgoing("echo", f"照片\n{refused or '已收 1/4 张'}")
        if incoming.kind is IncomingKind.LOCATION:
            return Outgoing("echo", f"已到场\n{incoming.latitude}, {incoming.longitude}")
        if "任务" in incoming.text:
            keys = (
                (Key("接受", "ac:1"), Key("申请回避", "re:1")),
                (Key("暂不能参加(请假、病假、值班)", "un:1"),),
            )
            text = "新的检查任务\n检查对象:博乐市<b>示例</b>餐饮店\n请在 3月3日(周二) 18:00 前答复。"
            return Outgoing("echo", text, keys, slot="card")
        wishes = {"拍照": Wish.PHOTO, "到场": Wish.LOCATION}
        return Outgoing("echo", f"收到\n{incoming.text}", wish=wishes.get(incoming.text))


def every_address(web: WebHouse) -> list[tuple[str, str]]:
    """Each method and address that the app has, with its parts in braces, however deep."""
    return list(dict.fromkeys(_routes(list(make_app(web).routes))))


def _routes(routes: list[BaseRoute], start: str = "") -> Iterator[tuple[str, str]]:
    for one in routes:
        if isinstance(one, Mount):
            inner = list(one.routes)
            yield from (
                _routes(inner, start + one.path) if inner else [("GET", f"{start}{one.path}/house.css")]
            )
        elif isinstance(one, Route):
            for method in sorted((one.methods or {"GET"}) - {"HEAD"}):
                yield method, start + one.path
