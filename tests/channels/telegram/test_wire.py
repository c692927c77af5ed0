"""The way to the Bot API: what comes back, what goes wrong, and what may be asked twice."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from telegram import InputFile
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels import lines
from bot.channels.forms import Upload
from bot.channels.telegram.answers import Garbled, ServerFault, result_of
from bot.channels.telegram.failures import seconds_of
from bot.channels.telegram.wire import FileGone, FileTooLarge, ProxyWire, Wire, make_bot, make_wire
from tests.telegram.server import FakeTelegram

TOKEN = "1000001:a-token-of-nobody-for-these-tests-0000"


def _hello(chat: int = 7) -> dict[str, Any]:
    return {"chat_id": chat, "text": "你好 <&> 😀"}


async def test_a_call_gives_its_result(telegram: FakeTelegram, wire: Wire) -> None:
    wang = telegram.phone(7, has_started=True)
    sent = await wire.call("sendMessage", _hello())
    assert sent["chat"]["id"] == 7
    assert wang.last.text == "你好 <&> 😀"


async def test_one_line_serves_one_call_after_another(telegram: FakeTelegram, wire: Wire) -> None:
    for _ in range(5):
        await wire.call("getMe", {})
    assert len(wire._lines._lines) == 1


async def test_a_hundred_calls_at_once_share_the_lines_there_may_be(telegram: FakeTelegram) -> None:
    telegram.phone(7, has_started=True)
    wire = Wire(telegram.token, telegram.url)
    wire._lines = lines.Lines(telegram.url, most=4)
    sent = await asyncio.gather(*(wire.call("sendMessage", _hello()) for _ in range(100)))
    assert len({one["message_id"] for one in sent}) == 100
    assert len(wire._lines._lines) <= 4
    await wire.shutdown()


async def test_whoever_leaves_the_queue_for_a_line_blocks_nobody(telegram: FakeTelegram) -> None:
    telegram.faults.delays("getMe", 0.2)
    wire = Wire(telegram.token, telegram.url)
    wire._lines = lines.Lines(telegram.url, most=1)
    first, left, last = (asyncio.create_task(wire.call("getMe", {})) for _ in range(3))
    await asyncio.sleep(0.05)
    left.cancel()
    assert (await first)["is_bot"]
    assert (await asyncio.wait_for(last, 2))["is_bot"]
    await wire.shutdown()


async def test_the_librarys_own_bot_speaks_over_it(telegram: FakeTelegram, wire: Wire) -> None:
    telegram.phone(7, has_started=True)
    bot = make_bot(telegram.token, wire, telegram.url)
    assert (await bot.get_me()).id == 1000001
    assert (await bot.send_message(7, "😀")).text == "😀"
    assert await bot.delete_webhook(drop_pending_updates=False)
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.send_message(99, "x")
    message = await bot.send_document(7, InputFile(b"x\r\n--x", '现场 "1".pdf'), caption="一")
    assert message.document is not None
    assert (message.caption, message.document.file_name) == ("一", "现场 %221%22.pdf")


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, b'{"ok":false,"description":"Bad Request: chat not found"}', BadRequest),
        (401, b'{"ok":false,"description":"Unauthorized"}', InvalidToken),
        (403, b'{"ok":false,"description":"Forbidden: bot was blocked by the user"}', Forbidden),
        (404, b'{"ok":false,"description":"Not Found"}', InvalidToken),
        (409, b'{"ok":false,"description":"Conflict"}', Conflict),
        (413, b'{"ok":false,"description":"Request Entity Too Large"}', BadRequest),
        (429, b'{"ok":false,"description":"Too Many","parameters":{"retry_after":7}}', RetryAfter),
        (429, b'{"ok":false,"description":"Too Many"}', RetryAfter),
        (400, b'{"ok":false,"description":"x","parameters":{"migrate_to_chat_id":-1009}}', ChatMigrated),
        (500, b'{"ok":false,"description":"Internal Server Error"}', ServerFault),
        (502, b"<html>502</html>", Garbled),
        (403, b"<html>Access to this page is denied</html>", Garbled),
        (200, b"<html>Please log in to the hotel</html>", Garbled),
        (200, b'{"ok":true,"result":[{"upd', Garbled),
        (200, b'{"ok":true}', TelegramError),
        (200, b"[]", Garbled),
    ],
)
def test_every_answer_that_is_no_result_is_an_error_of_its_kind(
    status: int, body: bytes, kind: type[TelegramError]
) -> None:
    with pytest.raises(kind) as caught:
        result_of(status, body)
    assert type(caught.value) is kind or kind is TelegramError


def test_how_long_to_wait_is_told() -> None:
    with pytest.raises(RetryAfter) as caught:
        result_of(429, b'{"ok":false,"parameters":{"retry_after":7}}')
    assert seconds_of(caught.value).total_seconds() == 7


def test_half_a_character_does_not_hold_up_a_batch() -> None:
    assert result_of(200, b'{"ok":true,"result":["\\ud83d"]}') == ["\ud83d"]
    assert result_of(200, b'{"ok":true,"result":["\xff"]}') == ["\ufffd"]


@pytest.mark.parametrize("fault", ["closes", "drops_reply"])
async def test_a_message_whose_answer_was_lost_is_not_sent_again(
    telegram: FakeTelegram, wire: Wire, fault: str
) -> None:
    wang = telegram.phone(7, has_started=True)
    await wire.call("getMe", {})
    getattr(telegram.faults, fault)("sendMessage")
    with pytest.raises(NetworkError) as caught:
        await wire.call("sendMessage", _hello())
    assert type(caught.value) is NetworkError
    assert len(wang.messages) == (fault == "drops_reply")


async def test_what_may_be_repeated_is_repeated_once_when_an_old_line_was_dead(
    telegram: FakeTelegram, wire: Wire
) -> None:
    await wire.call("getMe", {})
    telegram.faults.closes("getMe")
    assert (await wire.call("getMe", {}))["is_bot"]
    telegram.faults.closes("getMe", times=2)
    with pytest.raises(NetworkError):
        await wire.call("getMe", {})


async def test_a_new_line_that_breaks_is_no_stale_one(telegram: FakeTelegram, wire: Wire) -> None:
    telegram.faults.closes("getMe")
    with pytest.raises(NetworkError):
        await wire.call("getMe", {})


async def test_a_line_that_was_closed_while_idle_is_not_used_again(
    telegram: FakeTelegram, wire: Wire
) -> None:
    telegram.phone(7, has_started=True)
    await wire.call("getMe", {})
    telegram.goes_down()
    telegram.comes_up()
    await asyncio.sleep(0.05)
    assert (await wire.call("sendMessage", _hello()))["message_id"]


async def test_a_line_that_lay_long_is_not_used_again(
    telegram: FakeTelegram, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    await wire.call("getMe", {})
    (first,) = wire._lines._lines
    monkeypatch.setattr(lines, "IDLE_SECONDS", 0.0)
    await wire.call("getMe", {})
    assert wire._lines._lines.isdisjoint({first})


async def test_lines_that_only_a_crowd_needed_are_let_go(
    telegram: FakeTelegram, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    telegram.faults.delays("getMe", 0.05, times=10)
    await asyncio.gather(*(wire.call("getMe", {}) for _ in range(10)))
    crowd = set(wire._lines._lines)
    assert len(crowd) > 1
    monkeypatch.setattr(lines, "IDLE_SECONDS", 0.0)
    await wire.call("getMe", {})
    assert len(wire._lines._lines) == 1
    assert not any(line.is_open for line in crowd)


async def test_garbage_and_a_gateways_page_are_told_apart_from_the_bot_api(
    telegram: FakeTelegram, wire: Wire
) -> None:
    telegram.faults.refuses("getMe")
    telegram.faults.garbles("getMe")
    telegram.faults.refuses("getMe", status=500)
    for kind in (Garbled, Garbled, ServerFault):
        with pytest.raises(kind):
            await wire.call("getMe", {})


async def test_an_answer_in_small_pieces_is_put_together(telegram: FakeTelegram, wire: Wire) -> None:
    telegram.faults.trickles("getMe", seconds=0.002)
    assert (await wire.call("getMe", {}))["is_bot"]


async def test_an_answer_that_takes_too_long_is_given_up_with_its_line(
    telegram: FakeTelegram, wire: Wire
) -> None:
    telegram.faults.delays("getMe", 0.5)
    with pytest.raises(TimedOut):
        await wire.call("getMe", {}, 0.05)
    assert (await wire.call("getMe", {}))["is_bot"]
    assert len(wire._lines._lines) == 1


async def test_a_server_that_is_away_is_a_network_error(telegram: FakeTelegram, wire: Wire) -> None:
    telegram.goes_down()
    with pytest.raises(NetworkError, match="can't be reached"):
        await wire.call("getMe", {})


async def test_where_ipv6_leads_nowhere_ipv4_is_tried_and_remembered(
    telegram: FakeTelegram, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "CONNECT_SECONDS", 0.1)
    loop = asyncio.get_running_loop()
    connect, families = loop.create_connection, list[int]()

    async def connect_badly(*asked: Any, family: int, **more: Any) -> Any:
        families.append(family)
        if family == socket.AF_UNSPEC:
            await asyncio.sleep(10)
        return await connect(*asked, family=family, **more)

    monkeypatch.setattr(loop, "create_connection", connect_badly)
    telegram.faults.delays("getMe", 0.2)
    await asyncio.gather(wire.call("getMe", {}))
    await asyncio.gather(wire.call("getMe", {}), wire.call("getMe", {}))
    assert families == [socket.AF_UNSPEC, socket.AF_INET, socket.AF_INET]


async def test_a_stopped_wire_breaks_the_lines_of_those_who_wait(telegram: FakeTelegram, wire: Wire) -> None:
    telegram.faults.delays("getMe", 1)
    asking = asyncio.create_task(wire.call("getMe", {}))
    await asyncio.sleep(0.05)
    await wire.shutdown()
    with pytest.raises(NetworkError):
        await asking


async def test_what_is_no_json_can_not_be_sent(wire: Wire) -> None:
    with pytest.raises(BadRequest, match="JSON"):
        await wire.call("sendMessage", {"text": "\ud83d"})


async def test_downloads_are_held_to_their_limit(telegram: FakeTelegram, wire: Wire) -> None:
    wang = telegram.phone(7, has_started=True)
    wang.sends_file(b"x" * 100_000, "a.jpg")
    (file_id,) = telegram.world.files._by_id
    path = (await wire.call("getFile", {"file_id": file_id}))["file_path"]
    assert await wire.download(path, 100_000) == b"x" * 100_000
    with pytest.raises(FileTooLarge):
        await wire.download(path, 99_999)
    with pytest.raises(FileGone):
        await wire.download("nowhere/at all?.jpg", 1000)
    telegram.faults.refuses("file")
    with pytest.raises(Garbled):
        await wire.download(path, 100_000)


@asynccontextmanager
async def _a_server(answer: bytes) -> AsyncIterator[str]:
    """Says the same to everybody, with the first line of what was asked in place of `{asked}`."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = (await reader.readuntil(b"\r\n\r\n")).partition(b"\r\n")[0]
        body = answer.partition(b"\r\n\r\n")[2].replace(b"{asked}", asked)
        writer.write(
            answer.partition(b"\r\n\r\n")[0].replace(b"{length}", b"%d" % len(body)) + b"\r\n\r\n" + body
        )
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def _token_is_silent(ask: Callable[[], Awaitable[Any]]) -> None:
    with pytest.raises(TelegramError) as caught:
        await ask()
    error: BaseException | None = caught.value
    while error is not None:
        assert TOKEN not in str(error)
        assert TOKEN not in repr(error)
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 403 No\r\nContent-Length: {length}\r\n\r\n<html>not here: {asked}</html>",
        b"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n<html>please log in: {asked}</html>",
        b"HTTP/1.1 400 No\r\nContent-Length: {length}\r\n\r\n{asked}",
        b"not even HTTP {length}\r\n\r\n{asked}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n{asked}",
        b"",
    ],
)
async def test_no_error_ever_says_the_token(answer: bytes, caplog: pytest.LogCaptureFixture) -> None:
    async with _a_server(answer) as url:
        wire = Wire(TOKEN, url)
        await _token_is_silent(lambda: wire.call("getMe", {}))
        await _token_is_silent(lambda: make_bot(TOKEN, wire, url).get_me())
        await _token_is_silent(lambda: make_bot(TOKEN, wire, url).get_webhook_info())
        await _token_is_silent(lambda: wire.download("x", 10))
        await wire.shutdown()
    assert TOKEN not in caplog.text


async def test_https_is_spoken_by_the_machines_own_trust() -> None:
    wire = Wire(TOKEN, "https://127.0.0.1:9")
    assert isinstance(wire._lines._tls, ssl.SSLContext)
    assert wire._lines._tls.verify_mode is ssl.CERT_REQUIRED
    await _token_is_silent(lambda: wire.call("getMe", {}))


async def test_a_server_of_ones_own_may_lie_in_a_folder() -> None:
    async with _a_server(
        b'HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{"ok":true,"result":"{asked}"}'
    ) as url:
        wire = Wire(TOKEN, f"{url}/tg/")
        assert await wire.call("getMe", {}) == f"POST /tg/bot{TOKEN}/getMe HTTP/1.1"
        await wire.shutdown()


async def test_one_line_leads_to_one_server(wire: Wire) -> None:
    with pytest.raises(BadRequest, match="one server"):
        await make_bot(TOKEN, wire, "https://elsewhere.example").get_me()


@asynccontextmanager
async def _a_proxy() -> AsyncIterator[tuple[str, list[bytes]]]:
    """Passes plain HTTP on, as proxies do, and notes what it was asked for."""
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_writer = None
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            method, address, rest = head.split(b" ", 2)
            asked.append(method)
            host, _, path = address.removeprefix(b"http://").partition(b"/")
            body = await reader.readexactly(_length(head))
            name, _, port = host.decode().partition(":")
            up_reader, up_writer = await asyncio.open_connection(name, int(port))
            up_writer.write(method + b" /" + path + b" " + rest + body)
            answer = await up_reader.readuntil(b"\r\n\r\n")
            writer.write(
                answer.replace(b"keep-alive", b"close") + await up_reader.readexactly(_length(answer))
            )
        finally:
            for one in (writer, up_writer):
                if one is not None:
                    one.close()
            if asyncio.current_task() in serving:
                serving.remove(asyncio.current_task())

    serving: list[asyncio.Task[None] | None] = []

    async def listed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.append(asyncio.current_task())
        with contextlib.suppress(asyncio.IncompleteReadError, asyncio.CancelledError):
            await serve(reader, writer)

    server = await asyncio.start_server(listed, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", asked
    for task in serving:
        if task is not None:
            task.cancel()
    await asyncio.sleep(0.05)


def _length(head: bytes) -> int:
    lines = head.lower().split(b"\r\n")
    return next((int(one.split(b":")[1]) for one in lines if one.startswith(b"content-length:")), 0)


def _with_buttons() -> dict[str, Any]:
    return {"chat_id": 7, "reply_markup": {"inline_keyboard": [[{"text": "好", "callback_data": "ok"}]]}}


async def test_through_a_proxy_all_of_it_goes_the_librarys_way(telegram: FakeTelegram) -> None:
    wang = telegram.phone(7, has_started=True)
    async with _a_proxy() as (proxy, asked):
        wire = make_wire(telegram.token, telegram.url, proxy)
        assert isinstance(wire, ProxyWire)
        sent = await wire.call("sendMessage", _hello() | _with_buttons())
        assert sent["text"] == "你好 <&> 😀"
        assert wang.last.buttons == [["好"]]
        pdf = Upload("document", "笔录.pdf", b"%PDF\r\n", "application/pdf")
        told = await wire.upload("sendDocument", {**_with_buttons(), "caption": "一"}, pdf)
        assert (told["document"]["file_name"], told["document"]["mime_type"]) == (
            "笔录.pdf",
            "application/pdf",
        )
        assert (wang.last.text, wang.last.buttons) == ("一", [["好"]])
        assert telegram.calls_of("sendDocument")[0].params["document"].content == b"%PDF\r\n"
        wang.sends_file(b"x" * 1000, "a.jpg")
        file = await wire.call("getFile", {"file_id": list(telegram.world.files._by_id)[-1]})
        assert len(await wire.download(file["file_path"], 1000)) == 1000
        with pytest.raises(FileTooLarge):
            await wire.download(file["file_path"], 999)
        with pytest.raises(BadRequest, match=r"(?i)chat not found"):
            await wire.call("sendMessage", _hello(99))
        telegram.faults.delays("getMe", 0.5)
        with pytest.raises(TimedOut):
            await wire.call("getMe", {}, 0.05)
        await wire.shutdown()
    assert asked.count(b"GET") == 2
    wire = make_wire(TOKEN, telegram.url, "http://127.0.0.1:9")
    await _token_is_silent(lambda: wire.call("getMe", {}))
    await wire.shutdown()


async def test_a_proxy_may_speak_socks() -> None:
    """Many can't reach Telegram in any other way; what that takes is installed with us."""
    wire = make_wire("1:x", "https://api.telegram.org", "socks5://127.0.0.1:1080")
    assert isinstance(wire, ProxyWire)
    await wire.shutdown()


def test_without_a_proxy_it_is_our_own() -> None:
    assert isinstance(make_wire(TOKEN), Wire)
