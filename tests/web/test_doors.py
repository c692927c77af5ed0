"""What goes in through the doors of a chat, and what is turned away."""

import asyncio
import contextlib
import json
from io import BytesIO

import httpx
import pytest
from PIL import Image

from notifications.incoming import Incoming, IncomingKind
from notifications.outgoing import Key, Outgoing
from storage import inbox
from storage.files import FileNotKept, FileStore
from storage.store import Store
from tests.web.houses import House, a_client, serving
from web.app import make_app
from web.guard import HEADERS


def _kept(store: Store) -> list[Incoming]:
    with store.transaction() as records:
        return [Incoming.from_json(one.body) for one in inbox.take(records, 100)]


def _say(door: httpx.Client, text: object, update_id: object = "u1", chat: str = "p2") -> httpx.Response:
    return door.post(f"/chat/{chat}/say", json={"update_id": update_id, "text": text})


def _picture(colour: str = "red", size: tuple[int, int] = (60, 40)) -> bytes:
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    Image.new("RGB", size, colour).save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_words_are_on_disk_and_in_the_chat_when_they_are_acknowledged(
    demo: House, demo_door: httpx.Client
) -> None:
    assert _say(demo_door, "到了").status_code == 202
    (incoming,) = _kept(demo.store)
    assert (incoming.channel, incoming.chat, incoming.text) == ("web", "p2", "到了")
    assert demo.wakes.number == 1
    (bubble,) = demo_door.get("/chat/p2/messages").json()
    assert (bubble["mine"], bubble["text"], bubble["update_id"], bubble["revision"]) == (
        True,
        "到了",
        "u1",
        1,
    )


def test_a_repeat_is_acknowledged_and_does_nothing(demo: House, demo_door: httpx.Client) -> None:
    assert [_say(demo_door, "到了").status_code for _ in range(3)] == [202] * 3
    assert len(_kept(demo.store)) == 1
    assert len(demo_door.get("/chat/p2/messages").json()) == 1
    assert demo.wakes.number == 1


def test_two_people_may_choose_the_same_id(demo: House, demo_door: httpx.Client) -> None:
    _say(demo_door, "甲", chat="p1")
    _say(demo_door, "乙", chat="p2")
    assert {one.chat for one in _kept(demo.store)} == {"p1", "p2"}


async def test_the_same_words_sent_many_times_at_once_arrive_once(demo: House) -> None:
    async def storm() -> list[int]:
        async with serving(demo) as address, httpx.AsyncClient(base_url=address) as client:
            posts = [client.post("/chat/p2/say", json={"update_id": "u1", "text": "到了"}) for _ in range(12)]
            return [answer.status_code for answer in await asyncio.gather(*posts)]

    assert await storm() == [202] * 12
    assert len(_kept(demo.store)) == 1


def test_a_press_goes_in_without_a_bubble(demo: House, demo_door: httpx.Client) -> None:
    sent = {"update_id": "u1", "data": "ac:x", "message_id": "7"}
    assert demo_door.post("/chat/p2/press", json=sent).status_code == 202
    (incoming,) = _kept(demo.store)
    assert (incoming.kind, incoming.button, incoming.message_id) == (IncomingKind.BUTTON, "ac:x", "7")
    assert demo_door.get("/chat/p2/messages").json() == []


def test_a_place_goes_in(demo: House, demo_door: httpx.Client) -> None:
    sent = {"update_id": "u1", "latitude": 44.9, "longitude": 82.07}
    assert demo_door.post("/chat/p2/locate", json=sent).status_code == 202
    assert demo_door.get("/chat/p2/messages").json()[0]["place"] == [44.9, 82.07]


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(91, 0), (0, 181), ("44", 82), (None, 1), (True, 1), (float("nan"), 1)]
)
def test_what_is_no_place_is_refused(
    demo: House, demo_door: httpx.Client, latitude: object, longitude: object
) -> None:
    sent = json.dumps({"update_id": "u1", "latitude": latitude, "longitude": longitude})
    answer = demo_door.post("/chat/p2/locate", content=sent)
    assert answer.status_code == 400
    assert "经纬度不正确" in answer.json()["error"]
    assert _kept(demo.store) == []


@pytest.mark.parametrize("body", ["", "[]", "{", "null", "[" * 5000, '{"update_id":"u"}', '{"text":"x"}'])
def test_what_is_no_message_is_refused(demo: House, demo_door: httpx.Client, body: str) -> None:
    answer = demo_door.post("/chat/p2/say", content=body)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert _kept(demo.store) == []


@pytest.mark.parametrize("update_id", ["", "a b", "x" * 65, 7, None, "é", "../x"])
def test_an_update_id_that_is_none_is_refused(
    demo: House, demo_door: httpx.Client, update_id: object
) -> None:
    assert _say(demo_door, "x", update_id).status_code == 400
    assert _kept(demo.store) == []


@pytest.mark.parametrize("length", [20_001, 500_000])
def test_a_text_that_is_too_long_gets_one_sentence(demo: House, demo_door: httpx.Client, length: int) -> None:
    answer = _say(demo_door, "x" * length)
    assert answer.status_code == 413
    assert "文字太长" in answer.json()["error"]
    assert _kept(demo.store) == []


def test_strange_signs_arrive_and_those_that_no_store_keeps_are_left_out(
    demo: House, demo_door: httpx.Client
) -> None:
    body = '{"update_id":"u1","text":"a\\u0000b\\ud800 \\u202e😀<b>*_["}'
    assert demo_door.post("/chat/p2/say", content=body).status_code == 202
    assert _kept(demo.store)[0].text == "ab? \u202e😀<b>*_["


def test_a_picture_is_evidence_in_the_store_and_made_anew_for_the_screen(
    demo: House, demo_door: httpx.Client
) -> None:
    data = _picture()
    sent = {"update_id": "u1", "caption": "第3题", "as_file": "1"}
    answer = demo_door.post("/chat/p2/photo", data=sent, files={"file": ("a.jpg", data)})
    assert answer.status_code == 202
    (incoming,) = _kept(demo.store)
    assert incoming.attachment
    assert incoming.attachment.is_original
    assert demo.web.files.read(incoming.attachment.sha256) == data
    (bubble,) = demo_door.get("/chat/p2/messages").json()
    assert (bubble["photo"], bubble["text"]) == (incoming.attachment.sha256, "第3题")
    shown = demo_door.get(f"/chat/p2/photos/{bubble['photo']}")
    assert (shown.headers["content-type"], shown.headers["x-content-type-options"]) == (
        "image/jpeg",
        "nosniff",
    )
    assert b"SecretCamera" not in shown.content
    assert Image.open(BytesIO(shown.content)).size == (60, 40)
    assert demo_door.get(f"/chat/p1/photos/{bubble['photo']}").status_code == 404


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "photo_empty"),
        (b"<script>alert(1)</script>", "photo_not_an_image"),
        (b"x" * 300_000, "photo_too_big"),
    ],
)
def test_a_file_that_is_no_evidence_is_taken_with_its_reason(
    demo: House, demo_door: httpx.Client, data: bytes, why: str
) -> None:
    files = {"file": ("a.jpg", data)}
    assert demo_door.post("/chat/p2/photo", data={"update_id": "u1"}, files=files).status_code == 202
    (incoming,) = _kept(demo.store)
    assert incoming.attachment
    assert (incoming.attachment.refused, incoming.attachment.sha256) == (why, "")
    assert demo_door.get("/chat/p2/messages").json()[0]["photo"] is None


def test_a_file_beyond_all_measure_is_cut_off(demo: House, demo_door: httpx.Client) -> None:
    files = {"file": ("a.jpg", b"x" * 1_000_000)}
    assert demo_door.post("/chat/p2/photo", data={"update_id": "u1"}, files=files).status_code == 413
    assert _kept(demo.store) == []


def test_a_form_without_a_file_is_refused(demo: House, demo_door: httpx.Client) -> None:
    assert demo_door.post("/chat/p2/photo", json={"update_id": "u1"}).status_code == 400
    only = demo_door.post("/chat/p2/photo", data={"update_id": "u1"}, files={"other": (None, "x")})
    assert only.status_code == 400
    assert _kept(demo.store) == []


class _FullDisk(FileStore):
    def put(self, data: bytes) -> str:
        raise FileNotKept("no space left")


def test_a_full_disk_acknowledges_nothing(demo: House) -> None:
    object.__setattr__(demo.web, "files", _FullDisk(demo.web.files._folder))
    with a_client(demo) as door:
        files = {"file": ("a.jpg", _picture())}
        answer = door.post("/chat/p2/photo", data={"update_id": "u1"}, files=files)
    assert answer.status_code == 503
    assert "还没有保存" in answer.json()["error"]
    assert _kept(demo.store) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://elsewhere.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_post_from_another_site_is_refused(
    demo: House, demo_door: httpx.Client, headers: dict[str, str]
) -> None:
    answer = demo_door.post("/chat/p2/say", json={"update_id": "u1", "text": "x"}, headers=headers)
    assert answer.status_code == 403
    assert _kept(demo.store) == []


@pytest.mark.parametrize("headers", [{}, {"origin": "http://{host}"}, {"sec-fetch-site": "same-origin"}])
def test_a_post_from_our_page_or_from_a_program_is_taken(
    demo_door: httpx.Client, headers: dict[str, str]
) -> None:
    host = demo_door.base_url.netloc.decode()
    own = {name: value.replace("{host}", host) for name, value in headers.items()}
    sent = {"update_id": "u1", "text": "x"}
    assert demo_door.post("/chat/p2/say", json=sent, headers=own).status_code == 202


@pytest.mark.parametrize("address", ["/", "/chat/p2", "/nowhere", "/results", "/health", "/static/chat.js"])
def test_every_answer_carries_the_headers(demo_door: httpx.Client, address: str) -> None:
    answer = demo_door.get(address)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


@pytest.mark.parametrize("address", ["/", "/chat", "/chat/p3", "/results", "/schemes"])
def test_no_page_needs_a_script_or_style_inside(demo_door: httpx.Client, address: str) -> None:
    text = demo_door.get(address).text
    assert "<style" not in text
    assert " style=" not in text
    assert "<script>" not in text
    assert " onclick=" not in text


def test_markup_in_a_name_stays_text(demo_door: httpx.Client) -> None:
    for address in ("/chat", "/chat/p3", "/demo/people"):
        assert "孙<b>" not in demo_door.get(address).text
        assert "孙&lt;b&gt;小美" in demo_door.get(address).text


async def test_messages_are_asked_for_by_revision(demo: House) -> None:
    for number in range(3):
        await demo.tell("p2", Outgoing("x", f"第{number}"))
    await demo.tell("p2", Outgoing("x", "卡片", ((Key("好", "a:1"),),), "s"), slot="s")
    await demo.tell("p2", Outgoing("x", "卡片改", (), "s"), slot="s")
    transport = httpx.ASGITransport(app=make_app(demo.web))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        newer = (await client.get("/chat/p2/messages?after=2")).json()
        page = (await client.get("/chat/p2/messages")).json()
        above = (await client.get(f"/chat/p2/messages?before={page[1]['id']}")).json()
    assert [(one["revision"], one["text"]) for one in newer] == [(3, "第2"), (5, "卡片改")]
    assert [one["text"] for one in page] == ["第0", "第1", "第2", "卡片改"]
    assert [one["text"] for one in above] == ["第0"]


async def _heard(client: httpx.AsyncClient, number: int, **headers: str) -> list[tuple[str, str]]:
    """The first events of a stream: ids with texts."""
    events: list[tuple[str, str]] = []
    revision = ""
    async with client.stream("GET", "/chat/p2/stream", headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        async with contextlib.aclosing(answer.aiter_lines()) as lines:  # type: ignore[type-var]
            async for line in lines:
                if line.startswith("id: "):
                    revision = line[4:]
                if line.startswith("data: "):
                    events.append((revision, json.loads(line[6:])["text"]))
                if len(events) == number:
                    return events
    return events


async def test_a_stream_catches_up_and_goes_on_live(demo: House) -> None:
    await demo.tell("p2", Outgoing("x", "一"))
    await demo.tell("p2", Outgoing("x", "二"))
    async with serving(demo) as address, httpx.AsyncClient(base_url=address, timeout=5) as client:
        assert await _heard(client, 2) == [("1", "一"), ("2", "二")]
        waiting = asyncio.create_task(_heard(client, 2, **{"Last-Event-ID": "1"}))
        await asyncio.sleep(0.3)
        await demo.tell("p1", Outgoing("x", "不是给他的"))
        await demo.tell("p2", Outgoing("x", "三"))
        assert await waiting == [("2", "二"), ("3", "三")]


def test_the_demo_clock_moves_on_and_back_is_refused(demo: House, demo_door: httpx.Client) -> None:
    before = demo.clock()
    assert demo_door.post("/demo/clock", json={"step": "hour"}).status_code == 200
    moved = demo_door.post("/demo/clock", data={"step": "day", "back": "/chat/p2"})
    assert (moved.status_code, moved.headers["location"]) == (303, "/chat/p2")
    assert (demo.clock() - before).total_seconds() == 25 * 3600
    assert demo_door.post("/demo/clock", json={"step": "year"}).status_code == 400
    away = demo_door.post("/demo/clock", data={"step": "hour", "back": "//elsewhere.example"})
    assert "location" not in away.headers


async def test_whoever_has_something_to_answer_comes_first(demo: House) -> None:
    await demo.tell("p1", Outgoing("x", "只是通知"))
    await demo.tell("p2", Outgoing("x", "请答复", ((Key("好", "a:1"),),)))
    async with serving(demo) as address, httpx.AsyncClient(base_url=address) as client:
        text = (await client.get("/demo/people")).text
        found = (await client.get("/demo/people", params={"q": "部门负责人"})).text
    assert text.index("钱多多") < text.index("赵一鸣") < text.index("小美")
    assert "小美" in found
    assert "钱多多" not in found
