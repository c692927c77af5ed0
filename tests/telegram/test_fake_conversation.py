"""What phones and bot say to each other, with python-telegram-bot's own Bot and types on the bot's side."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    KeyboardButton,
    MenuButtonCommands,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    Update,
)
from telegram.error import BadRequest, InvalidToken

from tests.telegram.clock import START
from tests.telegram.pictures import a_picture, maker_of
from tests.telegram.server import FakeTelegram

_KEYS = InlineKeyboardMarkup(
    [[InlineKeyboardButton("接受", callback_data="a:1"), InlineKeyboardButton("回避", callback_data="r:1")]]
)


async def _heard(bot: Bot) -> Sequence[Update]:
    """Everything that waits, and it is confirmed."""
    updates = await bot.get_updates(timeout=0)
    if updates:
        await bot.get_updates(offset=updates[-1].update_id + 1, timeout=0)
    return updates


async def test_the_bot_knows_itself(telegram: FakeTelegram, bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.is_bot, me.username, me.can_read_all_group_messages) == (True, "shuangsuiji_bot", False)


async def test_a_word_reaches_the_bot(telegram: FakeTelegram, bot: Bot) -> None:
    phone = telegram.phone(7, name="王检查", username="wang")
    phone.types("你好")
    (update,) = await _heard(bot)
    message = update.message
    assert message
    assert (message.text, message.message_id, message.date, message.chat.id) == ("你好", 1, START, 7)
    assert message.from_user
    assert (message.from_user.id, message.from_user.first_name, message.from_user.username) == (
        7,
        "王检查",
        "wang",
    )
    assert await _heard(bot) == ()


async def test_a_link_starts_the_bot_with_its_code(telegram: FakeTelegram, bot: Bot) -> None:
    phone = telegram.phone(7)
    phone.starts("x7-k")
    (update,) = await _heard(bot)
    assert update.message
    assert update.message.text == "/start x7-k"
    assert [(one.type, one.offset, one.length) for one in update.message.entities] == [("bot_command", 0, 6)]
    await bot.send_message(7, "欢迎")
    assert phone.hears("欢迎").id == 2


async def test_a_button_turns_until_it_is_answered(telegram: FakeTelegram, bot: Bot) -> None:
    phone = telegram.phone(7, has_started=True)
    sent = await bot.send_message(7, "任务", reply_markup=_KEYS)
    assert sent.reply_markup == _KEYS
    assert phone.hears("任务").buttons == [["接受", "回避"]]
    phone.presses("接受")
    (update,) = await _heard(bot)
    query = update.callback_query
    assert query
    assert (query.data, query.message, query.from_user.id) == ("a:1", sent, 7)
    with pytest.raises(AssertionError, match="接受"):
        telegram.every_press_was_answered()
    assert await query.answer("已接受")
    telegram.every_press_was_answered()
    assert phone.toasts == ["已接受"]


async def test_a_press_is_answered_once_and_in_time(telegram: FakeTelegram, bot: Bot) -> None:
    phone = telegram.phone(7, has_started=True)
    await bot.send_message(7, "任务", reply_markup=_KEYS)
    first, second = phone.presses("接受"), phone.presses("接受")
    assert first
    assert second
    await bot.answer_callback_query(first.id)
    telegram.clock.move(16)
    for late in (first.id, second.id, "9"):
        with pytest.raises(
            BadRequest, match=r"^Query is too old and response timeout expired or query id is invalid$"
        ):
            await bot.answer_callback_query(late)


async def test_a_message_is_edited_in_place(telegram: FakeTelegram, bot: Bot) -> None:
    phone = telegram.phone(7, has_started=True)
    sent = await bot.send_message(7, "任务", reply_markup=_KEYS)
    phone.hears("任务")
    phone.hears_nothing_more()
    telegram.clock.move(timedelta(minutes=1))
    edited = await sent.edit_text("<b>已接受</b>", parse_mode="HTML")
    assert not isinstance(edited, bool)
    assert edited.edit_date == START + timedelta(minutes=1)
    shown = phone.hears_again("已接受")
    assert (shown.id, shown.is_edited, shown.buttons, shown.marked("bold")) == (1, True, [], ["已接受"])
    with pytest.raises(
        BadRequest, match=r"^Message is not modified: specified new message content and reply markup"
    ):
        await sent.edit_text("<b>已接受</b>", parse_mode="HTML")
    await sent.edit_reply_markup(_KEYS)
    telegram.nobody_hears_more()
    with pytest.raises(BadRequest, match="is not modified"):
        await sent.edit_reply_markup(_KEYS)


async def test_only_what_is_there_and_the_bots_own_is_edited(telegram: FakeTelegram, bot: Bot) -> None:
    phone = telegram.phone(7)
    said = phone.types("你好")
    assert said
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("a", 7, said.id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("a", 7, 99)
    place = await bot.send_location(7, 44.9, 82.07)
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await place.edit_text("a")


async def test_a_message_is_taken_back_for_two_days(telegram: FakeTelegram, bot: Bot) -> None:
    phone = telegram.phone(7, has_started=True)
    first, second = await bot.send_message(7, "a"), await bot.send_message(7, "b")
    assert await first.delete()
    assert [shown.text for shown in phone.messages] == ["b"]
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await first.delete()
    telegram.clock.move(timedelta(hours=49))
    with pytest.raises(BadRequest, match="Message can't be deleted for everyone"):
        await second.delete()


async def test_a_press_on_a_deleted_message_comes_without_it(telegram: FakeTelegram, bot: Bot) -> None:
    phone = telegram.phone(7, has_started=True)
    sent = await bot.send_message(7, "任务", reply_markup=_KEYS)
    phone.loses_signal()
    phone.presses("接受")
    await sent.delete()
    phone.finds_signal()
    (update,) = await _heard(bot)
    assert update.callback_query
    assert update.callback_query.message
    assert not update.callback_query.message.is_accessible


async def test_a_photo_loses_what_a_file_keeps(telegram: FakeTelegram, bot: Bot) -> None:
    phone = telegram.phone(7)
    taken = a_picture(width=2000, height=1000, maker="相机".encode().hex())
    phone.sends_photo(taken, caption="3")
    phone.sends_file(taken, "IMG_1.jpg", caption="4", kind="image/jpeg")
    photo, file = await _heard(bot)
    assert photo.message
    assert (photo.message.caption, [(one.width, one.height) for one in photo.message.photo]) == (
        "3", [(320, 160), (1280, 640)],
    )  # fmt: skip
    pressed = bytes(await (await photo.message.photo[-1].get_file()).download_as_bytearray())
    assert maker_of(pressed) == ""
    assert len(pressed) == photo.message.photo[-1].file_size
    assert file.message
    assert file.message.document
    assert (file.message.document.file_name, file.message.document.mime_type) == ("IMG_1.jpg", "image/jpeg")
    assert bytes(await (await file.message.document.get_file()).download_as_bytearray()) == taken


async def test_a_link_to_a_file_lives_an_hour_and_an_id_until_it_expires(
    telegram: FakeTelegram, bot: Bot
) -> None:
    telegram.phone(7).sends_file(b"x" * 5, "a.txt")
    (update,) = await _heard(bot)
    assert update.message
    assert update.message.document
    file = await update.message.document.get_file()
    telegram.clock.move(timedelta(minutes=61))
    with pytest.raises(InvalidToken):  # how the library reads a 404
        await file.download_as_bytearray()
    assert await (await bot.get_file(file.file_id)).download_as_bytearray() == b"xxxxx"
    telegram.world.files.expire(file.file_id)
    with pytest.raises(BadRequest, match="Wrong file_id or the file is temporarily unavailable"):
        await bot.get_file(file.file_id)


async def test_a_file_of_more_than_twenty_megabytes_stays_there(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.phone(7).sends_file(b"", "a.mp4", size=30_000_000)
    (update,) = await _heard(bot)
    assert update.message
    assert update.message.document
    with pytest.raises(BadRequest, match="File is too big"):
        await update.message.document.get_file()


async def test_an_album_is_several_messages_under_one_number(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.phone(7).sends_album([a_picture(), a_picture(width=9)], ["3"])
    updates = await _heard(bot)
    messages = [update.message for update in updates if update.message]
    assert [message.caption for message in messages] == ["3", None]
    assert len({message.media_group_id for message in messages}) == 1
    assert messages[0].media_group_id


async def test_the_bot_sends_albums_files_and_what_it_got(telegram: FakeTelegram, bot: Bot) -> None:
    phone = telegram.phone(7, has_started=True)
    album = await bot.send_media_group(
        7,
        [InputMediaPhoto(a_picture(), caption="<b>一</b>", parse_mode="HTML"), InputMediaPhoto(a_picture())],
    )
    assert len({one.media_group_id for one in album}) == 1
    assert phone.hears("一").marked("bold") == ["一"]
    phone.hears_kind("photo")
    paper = await bot.send_document(7, b"%PDF", filename="通知书; 1.pdf", caption="通知书")
    assert paper.document
    assert paper.document.file_name == "通知书; 1.pdf"
    again = await bot.send_document(7, paper.document.file_id)
    assert again.document
    assert again.document.file_unique_id == paper.document.file_unique_id
    with pytest.raises(BadRequest, match="Wrong file identifier/http url specified"):
        await bot.send_photo(7, "nonsense")
    with pytest.raises(BadRequest, match="Image_process_failed"):
        await bot.send_photo(7, b"no picture")
    mixed: list[InputMediaPhoto | InputMediaDocument] = [
        InputMediaPhoto(a_picture()),
        InputMediaDocument(b"x", filename="a.txt"),
    ]
    with pytest.raises(BadRequest, match="Can't use the media of the specified type in the album"):
        await bot.send_media_group(7, mixed)


async def test_every_other_thing_a_phone_sends_is_read_by_the_library(
    telegram: FakeTelegram, bot: Bot
) -> None:
    phone = telegram.phone(7)
    phone.sends_location(44.9, 82.07, accuracy=12.0)
    phone.sends_voice()
    phone.sends_sticker("👌")
    phone.sends_contact("+8613800000000")
    phone.sends({"poll_like": {}})
    said = phone.types("一")
    assert said
    phone.edits(said, "二")
    updates = await _heard(bot)
    place, voice, sticker, contact, unknown, text, edited = updates
    assert place.message
    assert place.message.location
    assert (place.message.location.latitude, place.message.location.horizontal_accuracy) == (44.9, 12.0)
    assert voice.message
    assert voice.message.voice
    assert sticker.message
    assert sticker.message.sticker
    assert sticker.message.sticker.emoji == "👌"
    assert contact.message
    assert contact.message.contact
    assert contact.message.contact.user_id == 7
    assert unknown.message
    assert text.message
    assert edited.edited_message
    assert (edited.edited_message.text, edited.edited_message.message_id) == ("二", text.message.message_id)


async def test_a_keyboard_is_shown_pressed_and_taken_away(telegram: FakeTelegram, bot: Bot) -> None:
    phone = telegram.phone(7, has_started=True)
    keys = ReplyKeyboardMarkup([[KeyboardButton("到场", request_location=True), "取消"]])
    await bot.send_message(7, "请发位置", reply_markup=keys)
    assert phone.keyboard == [["到场", "取消"]]
    phone.presses("到场", place=(44.9, 82.07))
    phone.presses("取消")
    place, word = await _heard(bot)
    assert place.message
    assert place.message.location
    assert word.message
    assert word.message.text == "取消"
    await bot.send_message(7, "好", reply_markup=ReplyKeyboardRemove())
    assert phone.keyboard == []
    with pytest.raises(AssertionError, match="no button '到场'"):
        phone.presses("到场")


async def test_answers_name_what_they_answer(telegram: FakeTelegram, bot: Bot) -> None:
    phone = telegram.phone(7, has_started=True)
    sent = await bot.send_message(7, "第3题")
    phone.types("是", answers=phone.last)
    (update,) = await _heard(bot)
    assert update.message
    assert update.message.reply_to_message == sent
    answer = await update.message.reply_text("已收", do_quote=True)
    assert answer.reply_to_message == update.message
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(7, "a", reply_to_message_id=99)


async def test_a_block_is_told_and_a_start_lifts_it(telegram: FakeTelegram, bot: Bot) -> None:
    phone = telegram.phone(7, has_started=True)
    phone.blocks_bot()
    phone.starts("again")
    block, unblock, start = await _heard(bot)
    assert block.my_chat_member
    assert block.my_chat_member.new_chat_member.status == "kicked"
    assert unblock.my_chat_member
    assert unblock.my_chat_member.new_chat_member.status == "member"
    assert start.message


async def test_a_group_tells_the_bot_what_concerns_it(telegram: FakeTelegram, bot: Bot) -> None:
    wang, li = telegram.phone(7), telegram.phone(8)
    group = telegram.group("检查组", wang, li)
    sent = await bot.send_message(group.chat.id, "抽取完成")
    group.hears("抽取完成")
    wang.types("大家好", to=group)
    wang.types("/where@shuangsuiji_bot", to=group)
    li.types("/where@another_bot", to=group)
    li.types("收到", to=group, answers=group.last)
    li.leaves(group)
    told = await _heard(bot)
    assert [update.message.text if update.message else "" for update in told[:3]] == [
        "", "/where@shuangsuiji_bot", "收到",
    ]  # fmt: skip
    assert told[0].my_chat_member
    assert told[2].message
    assert told[2].message.reply_to_message == sent
    assert told[3].message
    assert told[3].message.left_chat_member
    assert (await bot.get_chat_member(group.chat.id, 8)).status == "left"
    assert (await bot.get_chat_member(group.chat.id, 7)).status == "creator"
    group.makes_bot_admin(by=wang)
    wang.types("大家好", to=group)
    assert [update.effective_message is not None for update in await _heard(bot)] == [False, True]
    assert (await bot.get_chat(group.chat.id)).title == "检查组"
    await bot.leave_chat(group.chat.id)
    group.hears_nothing_more()


async def test_a_chat_with_a_person_is_looked_up(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.phone(7, name="王检查", has_started=True)
    chat = await bot.get_chat(7)
    assert (chat.first_name, chat.type) == ("王检查", "private")
    assert (await bot.get_chat_member(7, bot.id)).status == "member"
    assert await bot.send_chat_action(7, "typing")
    assert telegram.world.chats[7].actions == ["typing"]
    dice = await bot.send_dice(7)
    assert dice.dice


async def test_commands_are_offered_by_the_narrowest_scope(telegram: FakeTelegram, bot: Bot) -> None:
    wang, li = telegram.phone(7, has_started=True), telegram.phone(8, has_started=True)
    await bot.set_my_commands([BotCommand("help", "帮助")])
    await bot.set_my_commands([BotCommand("where", "进度")], BotCommandScopeAllPrivateChats())
    await bot.set_my_commands([BotCommand("draw", "抽取")], BotCommandScopeChat(7))
    assert (wang.menu, li.menu) == (["draw"], ["where"])
    assert await bot.get_my_commands(BotCommandScopeChat(7)) == (BotCommand("draw", "抽取"),)
    await bot.delete_my_commands(BotCommandScopeChat(7))
    assert wang.menu == ["where"]
    with pytest.raises(BadRequest, match="Bot_command_invalid"):
        await bot.set_my_commands([("进度", "a")])
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.set_my_commands([], BotCommandScopeChat(99))
    await bot.set_chat_menu_button(7, MenuButtonCommands())
    assert await bot.get_chat_menu_button(7) == MenuButtonCommands()


async def test_what_nobody_expected_fails_the_test(telegram: FakeTelegram, bot: Bot) -> None:
    phone = telegram.phone(7, name="王检查", has_started=True)
    await bot.send_message(7, "一")
    await bot.send_message(7, "二")
    with pytest.raises(AssertionError, match="did not hear '三' but"):
        phone.hears("三")
    phone.hears("一")
    with pytest.raises(AssertionError, match="二"):
        telegram.nobody_hears_more()
    assert [shown.text for shown in phone.reads_everything()] == ["二"]
    telegram.nobody_hears_more()


async def test_without_signal_everything_waits_and_is_dated_when_it_is_sent(
    telegram: FakeTelegram, bot: Bot
) -> None:
    phone = telegram.phone(7, has_started=True)
    await bot.send_message(7, "第1题", reply_markup=_KEYS)
    phone.loses_signal()
    for number in range(5):
        phone.types(str(number))
    phone.presses("接受")
    assert await _heard(bot) == ()
    telegram.clock.move(timedelta(hours=3))
    phone.finds_signal(seed=1)
    updates = await _heard(bot)
    texts = [update.message.text for update in updates if update.message]
    assert sorted(filter(None, texts)) == ["0", "1", "2", "3", "4"]
    assert texts != ["0", "1", "2", "3", "4"]
    assert {update.message.date for update in updates if update.message} == {START + timedelta(hours=3)}
    assert [update.callback_query for update in updates if update.callback_query]
