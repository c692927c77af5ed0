"""The fake's numbers and words against python-telegram-bot's own, which somebody else wrote down."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import (
    BotCommandLimit,
    CallbackQueryLimit,
    FileSizeLimit,
    FloodLimit,
    InlineKeyboardButtonLimit,
    InlineKeyboardMarkupLimit,
    MediaGroupLimit,
    MessageLimit,
    PollingLimit,
    WebhookLimit,
)
from telegram.error import BadRequest, Forbidden, RetryAfter

from tests.telegram import limits
from tests.telegram.server import FakeTelegram


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (limits.TEXT, MessageLimit.MAX_TEXT_LENGTH),
        (limits.CAPTION, MessageLimit.CAPTION_LENGTH),
        (limits.CALLBACK_DATA, InlineKeyboardButtonLimit.MAX_CALLBACK_DATA),
        (limits.CALLBACK_ANSWER, CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH),
        (limits.ALBUM, MediaGroupLimit.MAX_MEDIA_LENGTH),
        (limits.BUTTONS, InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER),
        (limits.UPDATES_AT_ONCE, PollingLimit.MAX_LIMIT),
        (limits.COMMANDS, BotCommandLimit.MAX_COMMAND_NUMBER),
        (limits.COMMAND, BotCommandLimit.MAX_COMMAND),
        (limits.COMMAND_DESCRIPTION, BotCommandLimit.MAX_DESCRIPTION),
        (limits.SECRET_TOKEN, WebhookLimit.MAX_SECRET_TOKEN_LENGTH),
        (limits.MOST_WEBHOOK_CONNECTIONS, WebhookLimit.MAX_CONNECTIONS_LIMIT),
        (limits.DOWNLOAD, FileSizeLimit.FILESIZE_DOWNLOAD),
        (limits.UPLOAD, FileSizeLimit.FILESIZE_UPLOAD),
        (limits.PHOTO_UPLOAD, FileSizeLimit.PHOTOSIZE_UPLOAD),
        (limits.PER_SECOND, FloodLimit.MESSAGES_PER_SECOND),
        (limits.PER_SECOND_IN_A_CHAT, FloodLimit.MESSAGES_PER_SECOND_PER_CHAT),
        (limits.PER_MINUTE_IN_A_GROUP, FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP),
    ],
)
def test_a_limit_is_the_documented_one(ours: int, theirs: int) -> None:
    assert ours == theirs


async def test_a_text_is_measured_after_its_marks_are_read(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.phone(1, has_started=True)
    long = "查" * limits.TEXT
    assert (await bot.send_message(1, f"<b>{long}</b>", parse_mode="HTML")).text == long
    with pytest.raises(BadRequest, match=r"^Message is too long$"):
        await bot.send_message(1, f"{long}。")


async def test_a_caption_has_a_limit_of_its_own(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.phone(1, has_started=True)
    await bot.send_document(1, b"x", filename="a.txt", caption="c" * limits.CAPTION)
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_document(1, b"x", filename="a.txt", caption="c" * (limits.CAPTION + 1))


async def test_a_file_has_a_size_and_a_form_has_edges(telegram: FakeTelegram) -> None:
    """What a request of one's own making is held to: nobody is told by a library what is wrong with it."""
    telegram.phone(1, has_started=True)
    part = b'--E\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n1\r\n'
    file = (
        b'--E\r\nContent-Disposition: form-data; name="document"; filename="\xe4\xb8\x80.pdf"\r\n\r\n%b\r\n'
    )
    whole = part + file % b"x\r\n--y" + b"--E--\r\n"
    large = part + file % bytes(limits.UPLOAD + 1) + b"--E--\r\n"
    for body, code in (
        (whole, 200),
        (b"preface" + whole, 400),
        (whole.replace(b"--E--", b"--E"), 400),
        (whole.replace(b"--E", b"--F"), 400),
        (whole.replace(b'name="chat_id"', b'nome="chat_id"'), 400),
        (whole.replace(b"\r\n\r\n1", b"\r\n1"), 400),
        (part + file % b"" + b"--E--\r\n", 400),
        (large, 413),
    ):
        assert await _posted(telegram, body) == code, body[:200]
    (shown,) = telegram.phone(1).messages
    assert shown.message["document"]["file_name"] == "一.pdf"


async def _posted(telegram: FakeTelegram, body: bytes) -> int:
    headers = {"content-type": "multipart/form-data; boundary=E"}
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(
            f"{telegram.api_url}{telegram.token}/sendDocument", content=body, headers=headers
        )
    return answer.status_code


@pytest.mark.parametrize("text", ["", " \n "])
async def test_nothing_is_no_message(telegram: FakeTelegram, bot: Bot, text: str) -> None:
    telegram.phone(1, has_started=True)
    with pytest.raises(BadRequest, match="empty"):
        await bot.send_message(1, text)


@pytest.mark.parametrize(("data", "is_right"), [("x" * 64, True), ("抽" * 22, False), ("x" * 65, False)])
async def test_button_data_is_measured_in_bytes(
    telegram: FakeTelegram, bot: Bot, data: str, is_right: bool
) -> None:
    telegram.phone(1, has_started=True)
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("a", callback_data=data)]])
    if is_right:
        await bot.send_message(1, "a", reply_markup=keys)
    else:
        with pytest.raises(BadRequest, match="Button_data_invalid"):
            await bot.send_message(1, "a", reply_markup=keys)


async def test_a_person_hears_one_message_a_second(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.phone(1, has_started=True)
    telegram.world.flood.is_on = True
    for _ in range(limits.BURST_IN_A_CHAT):
        await bot.send_message(1, "a")
    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(1, "a")
    assert refused.value._retry_after == timedelta(seconds=1)
    telegram.clock.move(1)
    await bot.send_message(1, "a")
    assert len(telegram.world.chats[1].shown) == limits.BURST_IN_A_CHAT + 1
    assert telegram.world.flood.refused == 1


async def test_all_people_together_hear_thirty_a_second(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.world.flood.is_on = True
    for number in range(1, limits.PER_SECOND + 2):
        telegram.phone(number, has_started=True)
    for number in range(1, limits.PER_SECOND + 1):
        await bot.send_message(number, "a")
    with pytest.raises(RetryAfter):
        await bot.send_message(limits.PER_SECOND + 1, "a")
    telegram.clock.move(0.04)
    await bot.send_message(limits.PER_SECOND + 1, "a")


async def test_a_group_hears_twenty_a_minute(telegram: FakeTelegram, bot: Bot) -> None:
    group = telegram.group("检查组", telegram.phone(1))
    telegram.world.flood.is_on = True
    for _ in range(limits.PER_MINUTE_IN_A_GROUP):
        await bot.send_message(group.chat.id, "a")
    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(group.chat.id, "a")
    assert refused.value._retry_after == timedelta(seconds=3)


async def test_answers_to_buttons_are_not_counted(telegram: FakeTelegram, bot: Bot) -> None:
    phone = telegram.phone(1, has_started=True)
    await bot.send_message(1, "a", reply_markup=InlineKeyboardMarkup.from_button(_key("go")))
    telegram.world.flood.is_on = True
    for _ in range(10):
        press = phone.presses("go")
        assert press
        await bot.answer_callback_query(press.id)


async def test_who_cannot_be_reached_is_told_apart(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.phone(1, has_started=True).blocks_bot()
    telegram.phone(2, has_started=True).closes_account()
    met = telegram.phone(3)
    group = telegram.group("检查组", met)
    group.removes_bot(by=met)
    telegram.phone(4)
    for chat, words in {
        1: "bot was blocked by the user",
        2: "user is deactivated",
        3: "bot can't initiate conversation with a user",
        group.chat.id: "bot was kicked from the supergroup chat",
    }.items():
        with pytest.raises(Forbidden, match=words):
            await bot.send_message(chat, "a")
    for stranger in (4, 5, -6, "@nobody"):
        with pytest.raises(BadRequest, match=r"^Chat not found$"):
            await bot.send_message(stranger, "a")


async def test_a_file_of_more_than_fifty_megabytes_is_not_taken(telegram: FakeTelegram) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(telegram.url.rpartition(":")[2]))
    path = f"/bot{telegram.token}/sendDocument"
    writer.write(f"POST {path} HTTP/1.1\r\nContent-Length: {limits.UPLOAD * 2}\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"description":"Request Entity Too Large"' in answer


def _key(label: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=label)
