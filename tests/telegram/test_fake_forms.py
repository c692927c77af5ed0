"""Nothing the fake says is strange to python-telegram-bot: no field that it does not know, none that it misses."""

import asyncio
import html
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    TelegramObject,
    Update,
)
from telegram.error import ChatMigrated
from telegram.ext import Application, ContextTypes, MessageHandler, filters
from telegram.request import HTTPXRequest

from tests.telegram.markup import read_html, words_of
from tests.telegram.pictures import a_picture
from tests.telegram.server import FakeTelegram

_UNDOCUMENTED = ".all_members_are_administrators"
"""The real server says this of small groups, and no documentation lists it."""


def _strange(thing: Any, where: str = "") -> Iterator[str]:
    """Every field that the library kept aside because it does not know it."""
    if isinstance(thing, (list, tuple)):
        for one in thing:
            yield from _strange(one, where)
    if not isinstance(thing, TelegramObject):
        return
    where = f"{where}/{type(thing).__name__}"
    yield from (f"{where}.{name}" for name in thing.api_kwargs)
    for klass in type(thing).__mro__:
        for name in getattr(klass, "__slots__", ()):
            if not name.startswith("_"):
                yield from _strange(getattr(thing, name, None), where)


async def test_the_library_knows_every_field_of_every_update(telegram: FakeTelegram, bot: Bot) -> None:
    phone = telegram.phone(7, name="王检查", username="wang")
    phone.starts("code")
    phone.sends_photo(a_picture(width=700, height=500), "一")
    phone.sends_file(b"x", "a.txt")
    phone.sends_album([a_picture(), a_picture()], as_files=True)
    phone.sends_location(44.9, 82.07)
    phone.sends_voice()
    phone.sends_sticker()
    phone.sends_contact("+8613800000000")
    said = phone.types("一")
    assert said
    phone.edits(said, "二")
    phone.types("三", answers=said)
    await bot.send_message(
        7, "a", reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("a", callback_data="a")]])
    )
    phone.presses("a")
    phone.blocks_bot()
    for kind in ("group", "supergroup"):
        group = telegram.group("组", phone, kind=kind)
        group.adds(telegram.phone(8))
        telegram.phone(8).leaves(group)
        group.makes_bot_admin(by=phone)
        phone.types("四", to=group)
        group.removes_bot(by=phone)
    updates = await bot.get_updates()
    assert len(updates) == telegram.pending == 26
    assert {field for field in _strange(updates) if not field.endswith(_UNDOCUMENTED)} == set()
    assert [update for update in updates if Update.de_json(update.to_dict(), bot) != update] == []


async def test_a_strange_field_would_be_found(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.phone(7).sends({"location": {"latitude": 1.0, "longitude": 2.0, "depth": 3}})
    assert set(_strange(await bot.get_updates())) == {"/Update/Message/Location.depth"}


async def test_the_library_knows_every_field_of_every_reply(telegram: FakeTelegram, bot: Bot) -> None:
    phone = telegram.phone(7, has_started=True)
    group = telegram.group("组", phone)
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("a", callback_data="a")]])
    sent = await bot.send_message(7, "<b>a</b>", parse_mode="HTML", reply_markup=keys, protect_content=True)
    replies: list[Any] = [
        sent,
        await sent.edit_text("b", reply_markup=keys),
        await sent.edit_reply_markup(),
        await bot.send_photo(7, a_picture(), caption="a"),
        await bot.send_document(7, b"x", filename="a.txt", reply_to_message_id=sent.message_id),
        await bot.send_location(7, 1.0, 2.0),
        await bot.send_dice(7),
        await bot.get_me(),
        await bot.get_chat(7),
        await bot.get_chat(group.chat.id),
        await bot.get_webhook_info(),
    ]
    for status in ("administrator", "kicked", "left", "member"):
        group.chat.bot_status = status
        if status != "kicked":
            replies.append(await bot.get_chat_member(group.chat.id, bot.id))
    replies.append(await bot.get_chat_member(group.chat.id, 7))
    assert sorted(set(_strange(replies))) == []
    assert all(isinstance(one, TelegramObject) for one in replies)


async def test_a_group_that_grows_has_another_number(telegram: FakeTelegram, bot: Bot) -> None:
    wang = telegram.phone(7)
    group = telegram.group("组", wang, kind="group")
    before = group.chat.id
    group.becomes_supergroup(by=wang)
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(before, "a")
    assert moved.value.new_chat_id == group.chat.id
    await bot.send_message(moved.value.new_chat_id, "a")
    group.hears("a")
    told = [update.message for update in await bot.get_updates() if update.message]
    assert [(one.migrate_to_chat_id, one.migrate_from_chat_id) for one in told] == [
        (group.chat.id, None), (None, before),
    ]  # fmt: skip


async def test_the_library_s_own_loop_runs_against_it(telegram: FakeTelegram) -> None:
    """An echo by `Application` and its polling, from the first call to the last."""

    async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message
        await update.message.reply_text(update.message.text or "")

    quietly = {"trust_env": False}
    application = (
        Application.builder()
        .token(telegram.token)
        .base_url(telegram.api_url)
        .request(HTTPXRequest(httpx_kwargs=quietly))
        .get_updates_request(HTTPXRequest(httpx_kwargs=quietly))
        .build()
    )
    application.add_handler(MessageHandler(filters.TEXT, echo))
    phones = [telegram.phone(number) for number in range(1, 6)]
    async with application:
        assert application.updater
        await application.updater.start_polling(timeout=5)
        await application.start()
        for phone in phones:
            phone.types(f"我是{phone.id}")
        for phone in phones:
            await bot_hears(phone.hears, f"我是{phone.id}")
        await application.updater.stop()
        await application.stop()
    telegram.nobody_hears_more()
    assert telegram.pending == 0
    assert [call.method for call in telegram.calls[:2]] == ["getMe", "deleteWebhook"]


async def bot_hears(hears: Any, words: str) -> None:
    """Beside a bot on this loop, a phone waits in a thread."""
    await asyncio.to_thread(hears, words, 5)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_whatever_is_escaped_arrives_as_it_is(text: str) -> None:
    assert read_html(html.escape(text, quote=False)) == (text, [])


@given(st.lists(st.tuples(st.sampled_from("bius"), st.text("急😀 a&<", min_size=1)), max_size=5))
def test_the_library_reads_back_what_was_marked(pieces: list[tuple[str, str]]) -> None:
    source = "".join(f"<{tag}>{html.escape(words)}</{tag}>" for tag, words in pieces)
    text, entities = read_html(source)
    message = Message.de_json(
        {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": text, "entities": entities}
    )
    theirs = sorted((one.offset, words) for one, words in message.parse_entities().items())
    assert theirs == [(one["offset"], words_of(text, one)) for one in entities]
    assert [words for _, words in theirs] == [words for _, words in pieces]
