"""Updates as Telegram writes them, read by us and, for comparison, by python-telegram-bot."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from telegram import Message, Update

from bot.channels.telegram.reading import Unreadable, name_of, read_batch, read_update
from notifications.incoming import Attachment, Incoming, IncomingKind
from tests.telegram.phones import Phone
from tests.telegram.server import FakeTelegram

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture
def wang(telegram: FakeTelegram) -> Phone:
    return telegram.phone(7, name="王检查", username="wang", has_started=True)


def _raw(telegram: FakeTelegram) -> list[dict[str, Any]]:
    """Everything that waits for the bot."""
    return [orjson.loads(one.body) for one in telegram.world.updates.waiting()]


def _read(telegram: FakeTelegram) -> list[Incoming | None]:
    """Each read, and held against the library's own reading."""
    found = []
    for raw in _raw(telegram):
        read = read_update(raw, AT)
        if read is not None:
            _agree(read, raw)
        found.append(read)
    return found


def _agree(ours: Incoming, raw: dict[str, Any]) -> None:
    theirs = Update.de_json(json.loads(json.dumps(raw)), None)
    assert ours.update_id == str(theirs.update_id)
    assert theirs.effective_chat is not None
    assert ours.chat == str(theirs.effective_chat.id)
    assert theirs.effective_user is not None
    is_private = theirs.effective_chat.type == "private"
    assert ours.sender == ("" if is_private else str(theirs.effective_user.id))
    if theirs.callback_query is not None:
        assert theirs.callback_query.message is not None
        assert ours.button == theirs.callback_query.data
        assert ours.message_id == str(theirs.callback_query.message.message_id)
    elif theirs.effective_message is not None:
        _agree_on_message(ours, theirs.effective_message)
    assert ours.is_edit == (theirs.edited_message is not None)
    assert Incoming.from_json(ours.to_json()) == ours


def _agree_on_message(ours: Incoming, theirs: Message) -> None:
    assert ours.message_id == str(theirs.message_id)
    if ours.kind is not IncomingKind.GROUP_MOVED:
        assert ours.text == (theirs.text or theirs.caption or "")
    assert ours.album == (theirs.media_group_id or "")
    if theirs.location:
        assert (ours.latitude, ours.longitude) == (theirs.location.latitude, theirs.location.longitude)
    file = theirs.photo[-1] if theirs.photo else theirs.document
    if ours.attachment is not None and not ours.attachment.refused:
        assert file is not None
        assert (ours.attachment.remote, ours.attachment.size) == (file.file_id, file.file_size)


def _only(telegram: FakeTelegram) -> Incoming:
    (found,) = _read(telegram)
    assert found is not None
    return found


def _picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (1600, 1200), "red").save(out, "JPEG")
    return out.getvalue()


def test_a_text_is_read(telegram: FakeTelegram, wang: Phone) -> None:
    wang.types("/start 😀 abc")
    assert _only(telegram) == Incoming(
        "telegram", "7", "700000001", IncomingKind.TEXT, AT, text="/start 😀 abc", message_id="1"
    )


def test_a_name_stands_nowhere_in_what_was_read(telegram: FakeTelegram, wang: Phone) -> None:
    wang.types("好")
    assert "wang" in str(_raw(telegram))
    assert "wang" not in str(_only(telegram).to_json())


def test_a_pressed_button_is_read_also_below_a_message_that_is_gone(
    telegram: FakeTelegram, wang: Phone
) -> None:
    markup = {"inline_keyboard": [[{"text": "好", "callback_data": "ok:1"}]]}
    telegram.answers("sendMessage", {"chat_id": 7, "text": "?", "reply_markup": markup})
    shown = wang.last
    wang.presses_on(shown, "好")
    telegram.answers("deleteMessage", {"chat_id": 7, "message_id": shown.id})
    wang.presses_on(shown, "好")
    first, second = _read(telegram)
    assert first is not None
    assert second is not None
    assert (first.kind, first.button, first.message_id) == (IncomingKind.BUTTON, "ok:1", str(shown.id))
    assert replace(second, update_id=first.update_id) == first


def test_of_a_photo_the_largest_size_is_taken(telegram: FakeTelegram, wang: Phone) -> None:
    wang.sends_photo(_picture(), "门头 3")
    read, (raw,) = _only(telegram), _raw(telegram)
    assert (read.kind, read.text) == (IncomingKind.PHOTO, "门头 3")
    assert read.attachment is not None
    assert (read.attachment.width, read.attachment.height) == (1280, 960)
    assert not read.attachment.is_original
    raw["message"]["photo"].reverse()
    assert read_update(raw, AT) == read


def test_a_file_is_taken_whatever_it_is_called(telegram: FakeTelegram, wang: Phone) -> None:
    wang.sends_file(b"%PDF", "报告.pdf", "见附件", kind="application/pdf")
    read = _only(telegram)
    assert (read.kind, read.text) == (IncomingKind.PHOTO, "见附件")
    assert read.attachment is not None
    assert read.attachment == Attachment(
        size=4, media_type="application/pdf", file_name="报告.pdf", is_original=True,
        remote=read.attachment.remote,
    )  # fmt: skip


def test_a_file_that_no_bot_can_fetch_is_refused_by_name(telegram: FakeTelegram, wang: Phone) -> None:
    wang.sends_file(b"x", "大.jpg", size=20_000_000)
    wang.sends_file(b"x", "大.jpg", size=20_000_001)
    small, large = _read(telegram)
    assert small is not None
    assert large is not None
    assert small.attachment is not None
    assert not small.attachment.refused
    assert large.attachment == Attachment(
        size=20_000_001, file_name="大.jpg", refused="photo_too_big", limit_mb=20
    )


def test_the_pieces_of_an_album_bear_its_number(telegram: FakeTelegram, wang: Phone) -> None:
    wang.sends_album([_picture()] * 3, ["第3题"])
    read = [one for one in _read(telegram) if one is not None]
    assert len({one.album for one in read}) == 1
    assert read[0].album
    assert [one.text for one in read] == ["第3题", "", ""]


def test_a_place_is_read_and_a_venues_too(telegram: FakeTelegram, wang: Phone) -> None:
    wang.sends_location(43.8256, 87.6168, accuracy=12)
    place = {"latitude": 43.5, "longitude": 87.5}
    wang.sends({"venue": {"location": place, "title": "店", "address": "路"}, "location": place})
    first, second = _read(telegram)
    assert first is not None
    assert second is not None
    assert (first.kind, first.latitude, first.longitude) == (IncomingKind.LOCATION, 43.8256, 87.6168)
    assert (second.kind, second.latitude) == (IncomingKind.LOCATION, 43.5)


def test_an_edit_says_that_it_is_one_and_a_moving_place_does_not(telegram: FakeTelegram, wang: Phone) -> None:
    said = wang.types("十二")
    assert said is not None
    wang.edits(said, "十三")
    place = {"latitude": 43.5, "longitude": 87.5, "live_period": 900}
    moving = wang.sends({"location": place})
    assert moving is not None
    telegram.world.updates.emit("edited_message", moving.message, 7)
    _, edit, start, later = _read(telegram)
    assert edit is not None
    assert (edit.text, edit.is_edit, edit.message_id) == ("十三", True, str(said.id))
    assert start is not None
    assert start.kind is IncomingKind.LOCATION
    assert later is None


@pytest.mark.parametrize(
    "content",
    [
        {"voice": {"file_id": "v", "file_unique_id": "u", "duration": 3}},
        {"audio": {"file_id": "v", "file_unique_id": "u", "duration": 3}, "caption": "听"},
        {"video": {"file_id": "v", "file_unique_id": "u", "width": 1, "height": 1, "duration": 3}},
        {"video_note": {"file_id": "v", "file_unique_id": "u", "length": 1, "duration": 3}},
        {"contact": {"phone_number": "+861", "first_name": "王"}},
        {"dice": {"emoji": "🎲", "value": 3}},
        {"something_of_next_year": {"x": 1}},
        {},
    ],
)
def test_what_we_can_not_use_is_still_somebody_saying_something(
    telegram: FakeTelegram, wang: Phone, content: dict[str, Any]
) -> None:
    wang.sends(content)
    read = _only(telegram)
    assert read.kind is IncomingKind.UNSUPPORTED
    assert read.text == content.get("caption", "")


def test_a_sticker_is_unsupported(telegram: FakeTelegram, wang: Phone) -> None:
    wang.sends_sticker()
    assert _only(telegram).kind is IncomingKind.UNSUPPORTED


def test_a_block_and_its_end_are_heard(telegram: FakeTelegram, wang: Phone) -> None:
    wang.blocks_bot()
    wang.unblocks()
    assert [one and one.kind for one in _read(telegram)] == [IncomingKind.BLOCKED, IncomingKind.UNBLOCKED]


def test_a_group_is_joined_moved_and_left_and_its_people_are_told_apart(
    telegram: FakeTelegram, wang: Phone
) -> None:
    li = telegram.phone(8)
    group = telegram.group("检查一组", wang, li, kind="group")
    old = group.chat.id
    group.makes_bot_admin(by=wang)
    li.types("收到", to=group)
    group.adds(telegram.phone(9))
    group.becomes_supergroup(by=wang)
    group.removes_bot(by=wang)
    joined, promoted, said, added, moved, came, left = _read(telegram)
    assert promoted is added is came is None
    assert joined is not None
    assert (joined.kind, joined.chat, joined.sender) == (IncomingKind.GROUP_JOINED, str(old), "7")
    assert said is not None
    assert (said.text, said.account, said.is_in_group) == ("收到", "8", True)
    assert moved is not None
    assert (moved.kind, moved.chat, moved.text) == (IncomingKind.GROUP_MOVED, str(old), str(group.chat.id))
    assert left is not None
    assert (left.kind, left.chat) == (IncomingKind.GROUP_LEFT, str(group.chat.id))


def test_bots_and_channels_say_nothing_to_us() -> None:
    bot = {"id": 1, "is_bot": True, "first_name": "x"}
    message = {"message_id": 1, "date": 1, "chat": {"id": -5, "type": "group"}, "from": bot, "text": "x"}
    assert read_update({"update_id": 1, "message": message}, AT) is None
    channel = message | {"chat": {"id": -5, "type": "channel"}, "from": {"id": 7, "is_bot": False}}
    assert read_update({"update_id": 1, "message": channel}, AT) is None
    del message["from"]
    assert read_update({"update_id": 1, "message": message}, AT) is None


def _message(**content: Any) -> dict[str, Any]:
    return {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "from": {"id": 7}, **content}


@pytest.mark.parametrize(
    "update",
    [
        {},
        {"update_id": 1},
        {"update_id": 1, "poll": {}},
        {"update_id": 1, "next_years_kind": {"text": "x"}},
        {"update_id": True, "message": _message(text="x")},
        {"update_id": "1", "message": _message(text="x")},
        {"update_id": 1, "message": None},
        {"update_id": 1, "message": []},
        {"update_id": 1, "message": _message(text="x") | {"chat": {"id": "@wang", "type": "private"}}},
        {"update_id": 1, "message": _message(text=5)},
        {"update_id": 1, "message": _message(photo=[])},
        {"update_id": 1, "message": _message(photo=[{"file_id": "", "width": 1, "height": 1}])},
        {"update_id": 1, "message": _message(document={"file_id": 5})},
        {"update_id": 1, "message": _message(location={"latitude": "x"})},
        {"update_id": 1, "message": _message(location={"latitude": float("nan"), "longitude": 1})},
        {"update_id": 1, "message": _message(location={"latitude": 91, "longitude": 1})},
        {"update_id": 1, "callback_query": {"id": "1", "from": {"id": 7}, "message": _message()}},
        {"update_id": 1, "callback_query": {"id": "1", "from": {"id": 7}, "data": "x"}},
        {"update_id": 1, "my_chat_member": {"chat": {"id": 7, "type": "private"}}},
    ],
)
def test_what_has_another_form_is_named_unreadable(update: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        read_update(update, AT)


def test_one_unreadable_update_stops_no_other() -> None:
    good = {"update_id": 2, "message": _message(text="好")}
    bad: dict[str, Any] = {"update_id": 1, "poll": {}}
    incoming, unreadable = read_batch([bad, good, {"x": 1}, "?"], AT)  # type: ignore[list-item]
    assert [one.text for one in incoming] == ["好"]
    assert unreadable[0] == ("1", "unknown kind: poll", bad)
    assert [name for name, _, _ in unreadable[1:]] == [name_of({"x": 1}), name_of("?")]


def test_what_no_store_takes_is_left_out() -> None:
    read = read_update({"update_id": 1, "message": _message(text="a\0b\ud83d 好")}, AT)
    assert read is not None
    assert read.text == "ab\ufffd 好"


_SHORT = st.text("ab\0\ud83d好", max_size=4)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _SHORT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_SHORT, inner, max_size=3),
    max_leaves=8,
)
_FIELDS = st.sampled_from(
    ["text", "photo", "document", "location", "caption", "migrate_to_chat_id", "from", "chat", "message_id"]
)


@given(st.dictionaries(_FIELDS, _JSON), st.sampled_from(["message", "edited_message", "callback_query"]))
def test_whatever_comes_is_read_or_named_unreadable(given_fields: dict[str, Any], kind: str) -> None:
    update = {"update_id": 1, kind: _message() | given_fields}
    incoming, unreadable = read_batch([update], AT)
    assert len(incoming) + len(unreadable) <= 1
    for one in incoming:
        json.dumps(one.to_json()).encode()
