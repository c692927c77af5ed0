"""The door for WeCom: who is let in, and what is on disk when it hears success."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx

from bot.channels.wecom.callbacks import BODY_LIMIT, Door
from bot.channels.wecom.crypto import Envelope
from bot.channels.wecom.reading import Callback
from storage.store import Store
from tests.web.houses import a_house
from tests.wecom.sealing import as_query, envelope, sealed
from tests.wecom.world import AES_KEY, AGENT_ID, CORP_ID, TOKEN
from web.app import make_app
from web.brought import Brought

MESSAGE = (
    "<xml><FromUserName>WangWu</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType>"
    "<Content>到了</Content><MsgId>{number}</MsgId><AgentID>{agent}</AgentID></xml>"
)


class Keeper:
    """Waits for its turn, takes what has come, and then the disk takes its time."""

    def __init__(self) -> None:
        self.batches: list[list[Callback]] = []
        self.fails = False
        self.turn, self.disk = asyncio.Event(), asyncio.Event()
        self.turn.set()
        self.disk.set()

    async def store(self, take: Callable[[], list[Callback]]) -> None:
        await self.turn.wait()
        if self.fails:
            raise OSError("no space left")
        self.batches.append(take())
        await self.disk.wait()


def _brought(message: str, *, token: str = TOKEN, body: bytes | None = None) -> Brought:
    content = sealed(message.encode(), aes_key=AES_KEY, receive_id=CORP_ID)
    query = as_query(token, content, timestamp="1764210000", nonce="n1")
    return Brought("POST", query, None, body or envelope(content, to=CORP_ID, agent_id=AGENT_ID))


def _message(number: int, agent: int = AGENT_ID) -> str:
    return MESSAGE.format(number=number, agent=agent)


async def test_success_is_said_when_it_is_on_disk_and_those_that_come_together_share_a_commit() -> None:
    """Those that come while it waits for its turn share this one, those that come later the next."""
    keeper = Keeper()
    door = Door(Envelope(TOKEN, AES_KEY, CORP_ID), AGENT_ID, keeper.store)
    keeper.turn.clear()
    keeper.disk.clear()
    told = []
    for number in (1, 2, 3, 4):
        told.append(asyncio.create_task(door.receive(_brought(_message(number)))))
        await asyncio.sleep(0.01)
        if number == 2:
            keeper.turn.set()
            await asyncio.sleep(0.01)
    assert not any(one.done() for one in told)
    keeper.disk.set()
    answers = await asyncio.gather(*told)
    assert [(one.status, one.text) for one in answers] == [(200, "success")] * 4
    assert [[one.update_id for one in batch] for batch in keeper.batches] == [["m1", "m2"], ["m3", "m4"]]
    keeper.fails = True
    failed = await asyncio.gather(*(door.receive(_brought(_message(number))) for number in (5, 6)))
    assert [one.status for one in failed] == [503, 503]


async def test_strangers_bombs_and_other_apps_leave_nothing_behind() -> None:
    keeper = Keeper()
    door = Door(Envelope(TOKEN, AES_KEY, CORP_ID), AGENT_ID, keeper.store)
    bomb = b'<!DOCTYPE x [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>'
    for brought, status in (
        (_brought(_message(1), token="other"), 403),
        (_brought(_message(1), body=bomb), 400),
        (_brought(_message(1), body=b"<xml/>"), 400),
        (_brought(_message(1), body=b"x" * (BODY_LIMIT + 1)), 413),
        (_brought("not xml"), 400),
        (_brought('<!DOCTYPE x [<!ENTITY a "b">]><xml>&a;</xml>'), 400),
        (_brought(_message(1, agent=7)), 200),
        (Brought("GET", {"echostr": "x"}), 403),
    ):
        assert (await door.receive(brought)).status == status
    assert keeper.batches == []


async def test_the_address_is_proved_and_used_through_the_pages_server(store: Store, tmp_path: Path) -> None:
    keeper = Keeper()
    door = Door(Envelope(TOKEN, AES_KEY, CORP_ID), AGENT_ID, keeper.store)
    web = replace(a_house(store, tmp_path).web, webhooks={"wecom": door.receive})
    transport = httpx.ASGITransport(make_app(web))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        echo = sealed(b"1616140317555161061", aes_key=AES_KEY, receive_id=CORP_ID)
        query = dict(as_query(TOKEN, echo, timestamp="1764210000", nonce="n1")) | {"echostr": echo}
        proved = await client.get("/webhooks/wecom", params=query)
        assert (proved.status_code, proved.text) == (200, "1616140317555161061")
        brought = _brought(_message(9))
        told = await client.post("/webhooks/wecom", params=dict(brought.query), content=brought.body)
        assert (told.status_code, told.text) == (200, "success")
        assert (await client.get("/webhooks/other")).status_code == 404
    assert [one.update_id for batch in keeper.batches for one in batch] == ["m9"]
