"""What people on site do with their phones: pictures, places, words and presses, with a signal and without."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from inspection.states import StrayState
from storage.store import Store
from storage.tables.inspections import Answer, CheckIn, JournalLine, Photo
from storage.tables.messaging import AwaitedFile, AwaitedFileState, Stray
from tests.field.pictures import a_picture
from tests.on_telegram.site import Site
from tests.stores import an_empty_store
from tests.telegram.chats import Shown
from tests.telegram.faults import Faults
from tests.telegram.server import FakeTelegram

PLACE = (44.9001, 82.0701)
TAKEN = "2026:11:24 10:05:00"


@pytest.fixture
def on_both(store: Store, telegram: FakeTelegram, tmp_path: Path) -> Iterator[Site]:
    """For what may depend on the database."""
    with _visited(store, telegram, tmp_path) as site:
        yield site


@pytest.fixture
def site(telegram: FakeTelegram, tmp_path: Path) -> Iterator[Site]:
    with an_empty_store("sqlite", tmp_path) as store, _visited(store, telegram, tmp_path) as site:
        yield site


@contextmanager
def _visited(store: Store, telegram: FakeTelegram, folder: Path) -> Iterator[Site]:
    site = Site(store, telegram, folder)
    site.starts()
    yield site
    telegram.faults.end()
    site.house.stops()
    telegram.every_press_was_answered()


def a_shot(colour: str = "teal") -> bytes:
    """As the camera made it, with its hour and place."""
    return a_picture(colour=colour, taken=TAKEN, place=PLACE)


def sha_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def send_file(
    site: Site, who: str, content: bytes, caption: str = "", name: str = "IMG_1.jpg"
) -> Shown | None:
    said = site[who].sends_file(content, name, caption, kind="image/jpeg")
    site.house.rests()
    return said


# Pictures


def test_a_picture_sent_as_a_file_keeps_its_hour_and_place(site: Site) -> None:
    shot = a_shot()
    send_file(site, site.lead, shot, "1")
    receipt = site[site.lead].hears("回执 R-")
    assert "第1题共1张" in receipt.text
    assert "文件" not in receipt.text
    (kept,) = site.rows(Photo)
    assert (kept.question_id, kept.sha256, kept.grade) == ("q1", sha_of(shot), "original")
    assert kept.taken_at
    assert kept.latitude == pytest.approx(PLACE[0], abs=1e-4)


def test_a_picture_sent_as_a_photo_is_kept_and_told_once_why_a_file_is_better(site: Site) -> None:
    for colour in ("red", "green"):
        site[site.lead].sends_photo(a_shot(colour), "1")
        site.house.rests()
    assert "请以“文件”方式发送" in site[site.lead].hears("回执 R-").text
    assert "文件" not in site[site.lead].hears("回执 R-").text
    assert {(one.grade, one.taken_at, one.latitude) for one in site.rows(Photo)} == {
        ("recompressed", "", None)
    }


def test_a_caption_names_the_question_and_none_but_an_own_one(site: Site) -> None:
    send_file(site, site.fire, a_shot("red"), "3")
    assert "第3题共1张" in site[site.fire].hears("回执 R-").text
    send_file(site, site.lead, a_shot("green"), "3")
    assert "由别的部门负责" in site[site.lead].hears("收到一张照片，已保存").text
    assert [question for question, _ in site.photos()] == ["q3"]


def test_a_photo_without_a_caption_goes_to_the_question_on_the_screen(site: Site) -> None:
    site.press(site.lead, "open_checklist")
    site[site.lead].sends_photo(a_shot())
    site.house.rests()
    site[site.lead].hears("第1题共1张")
    assert [question for question, _ in site.photos()] == ["q1"]


@pytest.mark.parametrize("as_files", [True, False])
def test_an_album_goes_whole_where_its_one_caption_says(site: Site, as_files: bool) -> None:
    site[site.lead].sends_album(map(a_shot, ("red", "green", "blue")), ["", "2"], as_files=as_files)
    site.house.rests()
    site.wait(seconds=5)
    assert [question for question, _ in site.photos()] == ["q2"] * 3
    assert site.rows(Stray) == []


def test_after_the_last_piece_of_an_album_its_question_is_shown_again_once(on_both: Site) -> None:
    """Ten cards in between would take half a minute to send, at Telegram's own pace."""
    site = on_both
    site.press(site.lead, "open_checklist")
    site.read_all()
    site[site.lead].sends_album(a_picture(size=(64 + number, 48)) for number in range(10))
    site.house.rests()
    site.wait(seconds=3)
    heard = [one.text for one in site[site.lead].reads_everything()]
    assert len([text for text in heard if "回执 R-" in text]) == 10
    assert ["示例问题1" in text for text in heard] == [False] * 10 + [True]
    assert "照片 10 张" in heard[-1]


@pytest.mark.parametrize(
    ("name", "content", "size", "sentence"),
    [
        ("IMG_2.jpg", b"too large to carry about", 21_000_000, "照片超过 20 MB，没有保存"),
        ("规定.pdf", b"%PDF-1.7 nothing to see", None, "收到的文件不是照片，没有保存"),
        ("IMG_3.jpg", b"", None, "（0 字节），没有保存"),
    ],
)
def test_what_cannot_be_evidence_is_refused_in_one_sentence(
    site: Site, name: str, content: bytes, size: int | None, sentence: str
) -> None:
    site[site.lead].sends_file(content, name, "1", size=size)
    site.house.rests()
    site[site.lead].hears(sentence)
    site.telegram.nobody_hears_more()
    assert site.photos() == []
    assert site.telegram.calls_of("getFile") == [] or size is None


def test_the_same_bytes_twice_have_one_receipt(on_both: Site) -> None:
    site = on_both
    for _ in range(2):
        send_file(site, site.lead, a_shot(), "1")
    first, second = (site[site.lead].hears("回执 R-").text for _ in range(2))
    assert "没有重复保存" in second
    assert first.split("回执 ")[1][:10] == second.split("回执 ")[1][:10]
    assert len(site.photos()) == 1


# Downloads stand beside the conversation


def test_a_download_that_hangs_holds_up_nobody(on_both: Site) -> None:
    """Not even more of them than are fetched at once."""
    site = on_both
    site.telegram.faults.delays("file", 2.0, times=8)
    for number in range(10):
        site[site.lead].sends_file(a_picture(size=(64 + number, 48)), f"IMG_{number}.jpg", "1")
    site.telegram.waits_until(lambda: len(site.telegram.calls_of("getFile")) >= 8)
    site[site.lead].types("/where")
    site[site.lead].hears("示例商户", within=1.5)
    site[site.fire].presses("打开检查表")
    site[site.fire].hears("示例问题3", within=1.5)
    assert site.photos() == []
    site.house.rests()
    assert len(site.photos()) == 10
    assert len([one for one in site[site.lead].messages if "回执 R-" in one.text]) == 10


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(lambda faults: faults.refuses("getFile", times=3, status=502), id="no link: 502"),
        pytest.param(lambda faults: faults.closes("getFile", times=3), id="no link: nothing"),
        pytest.param(lambda faults: faults.garbles("getFile", times=3), id="no link: garbage"),
        pytest.param(lambda faults: faults.floods("getFile", 7, times=2), id="no link: 429"),
        pytest.param(lambda faults: faults.refuses("file", times=3, status=502), id="no bytes: 502"),
        pytest.param(lambda faults: faults.closes("file", times=3), id="no bytes: nothing"),
        pytest.param(lambda faults: faults.garbles("file", times=3), id="no bytes: garbage"),
        pytest.param(lambda faults: faults.refuses("file", times=3, status=404), id="the link has expired"),
    ],
)
def test_a_picture_that_does_not_come_is_asked_for_until_it_does(
    site: Site, fault: Callable[[Faults], None]
) -> None:
    fault(site.telegram.faults)
    send_file(site, site.lead, a_shot(), "1")
    site[site.lead].hears_nothing_more()
    site.says(site.lead, "2 是")
    site[site.lead].hears("已记录1题")
    for _ in range(4):
        site.wait(seconds=20)
    assert "第1题共1张" in site[site.lead].hears("回执 R-").text
    site[site.lead].hears_nothing_more()
    assert site.photos() == [("q1", sha_of(a_shot()))]


def test_a_picture_that_telegram_has_lost_is_asked_for_again(site: Site) -> None:
    site.house.stops()
    said = site[site.lead].sends_file(a_shot(), "IMG_1.jpg", "1")
    assert said is not None
    site.telegram.world.files.expire(said.message["document"]["file_id"])
    site.house.starts()
    for _ in range(6):
        site.wait(seconds=61)
    lost = site[site.lead].hears("没有取到").text
    assert "题号“1”" in lost
    site[site.lead].hears_nothing_more()
    assert [one.state for one in site.rows(AwaitedFile)] == [AwaitedFileState.LOST]


def test_a_picture_that_telegram_cannot_find_for_a_moment_is_not_lost(site: Site) -> None:
    site.house.stops()
    said = site[site.lead].sends_file(a_shot(), "IMG_1.jpg", "1")
    assert said is not None
    stored = site.telegram.world.files.find(said.message["document"]["file_id"])
    assert stored is not None
    stored.is_expired = True
    site.house.starts()
    site.house.rests()
    stored.is_expired = False
    site.wait(seconds=20)
    site[site.lead].hears("第1题共1张")
    site[site.lead].hears_nothing_more()


@pytest.mark.parametrize("is_killed", [False, True])
def test_a_picture_on_its_way_when_we_stop_comes_once(on_both: Site, is_killed: bool) -> None:
    site = on_both
    site.telegram.faults.delays("file", 1.0)
    site[site.lead].sends_file(a_shot(), "IMG_1.jpg", "1")
    site.telegram.waits_until(lambda: bool(site.telegram.calls_of("getFile")))
    (site.house.dies if is_killed else site.house.stops)()
    site.house.starts()
    for _ in range(3):
        site.wait(minutes=2)
    assert site.photos() == [("q1", sha_of(a_shot()))]
    site[site.lead].hears("第1题共1张")
    assert [one for one in site[site.lead].messages if "没有重复保存" in one.text] == []


# Where they are

KEY = "📍 发送我的位置"


def test_one_key_checks_in_and_is_gone_when_the_visit_is(site: Site) -> None:
    phone = site[site.fire]
    assert phone.keyboard == [[KEY]]
    assert (phone.chat.keyboard or {})["one_time_keyboard"], "a phone puts it away once it was used"
    phone.presses(KEY, place=PLACE)
    site.house.rests()
    assert "距登记地址约" in phone.hears("已签到").text
    assert [one.person_id for one in site.rows(CheckIn)] == [site.fire]
    _end_visit(site)
    assert [site[who].keyboard for who in (site.mate, site.fire, site.other_fire)] == [[]] * 3
    site.press("HD-fire", "agree_findings")
    site.press("RV", "approve_result")
    assert site[site.lead].keyboard == []


def _end_visit(site: Site) -> None:
    for who, words, number in ((site.lead, "1 是 2 是", "1"), (site.fire, "3 是 4 是", "3")):
        site.says(who, words)
        send_file(site, who, a_shot("red" if who == site.lead else "blue"), number)
        for name in ("go_on_filling", "finish_part", "enter_findings", "category_clean"):
            site.press(who, name)
    site.press(site.lead, "overview")
    site.press(site.lead, "end_visit")
    site.press(site.lead, "submit_result")


def test_a_place_that_is_sent_from_the_menu_checks_in_too(site: Site) -> None:
    site[site.mate].sends_location(*PLACE)
    site.house.rests()
    site[site.mate].hears("已签到")
    site[site.mate].hears_nothing_more()


# What we do not take


def test_voice_stickers_and_the_like_are_declined_once_each_and_change_nothing(site: Site) -> None:
    phone = site[site.lead]
    site.press(site.lead, "open_checklist")
    site.read_all()
    before = len(site.rows(JournalLine))
    kinds: list[Callable[[], object]] = [
        phone.sends_voice,
        phone.sends_sticker,
        lambda: phone.sends_contact("+8613800000000"),
        lambda: phone.sends(
            {"video": {"file_id": "v1", "width": 1, "height": 1, "duration": 1}, "caption": "1"}
        ),
        lambda: phone.sends({"video_note": {"file_id": "v2", "length": 1, "duration": 1}}),
        lambda: phone.sends({"poll": {"id": "1", "question": "?", "options": []}}),
        lambda: phone.sends({"dice": {"emoji": "🎲", "value": 3}}),
    ]
    for send in kinds:
        send()
        site.house.rests()
        phone.hears("这种消息这里收不了")
        phone.hears_nothing_more()
    assert len(site.rows(JournalLine)) == before
    assert (site.rows(Answer), site.rows(Photo), site.rows(Stray)) == ([], [], [])
    site.press(site.lead, "answer_yes")
    assert site.answers() == {"q1": ("yes", "")}


# Edited messages


def test_an_edited_note_follows_its_message(site: Site) -> None:
    site.press(site.lead, "open_checklist")
    site.press(site.lead, "skip")
    site.press(site.lead, "answer_no")
    said = site.says(site.lead, "没有盖")
    site[site.lead].edits(said, "垃圾桶没有盖")
    site.house.rests()
    assert site.answers()["q2"] == ("no", "垃圾桶没有盖")
    site[site.lead].hears("已按您改过的文字更新第2题的备注")


def test_a_photo_follows_its_edited_caption_even_on_its_way(on_both: Site) -> None:
    site = on_both
    here = send_file(site, site.lead, a_shot("red"), "1")
    site.telegram.faults.closes("file")
    coming = send_file(site, site.lead, a_shot("green"), "1")
    assert here is not None
    assert coming is not None
    for said in (here, coming):
        site[site.lead].edits(said, "2")
        site.house.rests()
    site.wait(seconds=5)
    site[site.lead].hears("从第1题改到第2题")
    assert [question for question, _ in site.photos()] == ["q2", "q2"]


@pytest.mark.parametrize("is_here", [True, False])
def test_an_album_follows_its_edited_caption_whole(site: Site, is_here: bool) -> None:
    phone = site[site.lead]
    if not is_here:
        site.telegram.faults.refuses("file", times=2)
    pieces = phone.sends_album(map(a_shot, ("red", "green", "blue")), ["", "2"])
    site.house.rests()
    site.wait(seconds=2 if is_here else 0)
    assert pieces[1] is not None
    for caption in ("1", "2", "1"):
        phone.edits(pieces[1], caption)
        site.house.rests()
    for _ in range(3):
        site.wait(seconds=5)
    assert [question for question, _ in site.photos()] == ["q1"] * 3
    assert site.rows(Stray) == []


def test_an_album_that_belongs_nowhere_is_placed_by_the_caption_that_was_forgotten(site: Site) -> None:
    pieces = site[site.lead].sends_album(map(a_shot, ("red", "green")), as_files=True)
    site.house.rests()
    site.wait(seconds=5)
    assert len(site.rows(Stray, state=StrayState.ASKED)) == 2
    assert pieces[0] is not None
    site[site.lead].edits(pieces[0], "第2题")
    site.house.rests()
    assert [question for question, _ in site.photos()] == ["q2"] * 2
    assert site.rows(Stray, state=StrayState.ASKED) == []


def test_an_edited_command_is_not_done_again(site: Site) -> None:
    said = site.says(site.lead, "1 是")
    command = site.says(site.lead, "/where")
    site.read_all()
    site[site.lead].edits(command, "/tasks")
    site.house.rests()
    site[site.lead].hears("改过的消息不会重新办理")
    site[site.lead].hears_nothing_more()
    site[site.lead].edits(said, "1 不适用")
    site.house.rests()
    assert site.answers()["q1"] == ("na", "")


# Without a signal


@pytest.mark.parametrize("seed", range(2))
def test_what_a_phone_kept_is_on_record_the_same_in_every_order(site: Site, seed: int) -> None:
    phone = site[site.lead]
    site.press(site.lead, "open_checklist")
    card = phone.last
    site.read_all()
    phone.loses_signal()
    phone.types("1 是 2 否 证照过期")
    phone.presses_on(card, "是")
    phone.sends_file(a_shot("red"), "IMG_1.jpg", "1")
    phone.sends_photo(a_shot("green"), "第2题")
    phone.sends_album(map(a_shot, ("blue", "navy")), ["2"], as_files=True)
    phone.sends_location(*PLACE)
    site.wait(minutes=40)
    assert site.answers() == {}
    site.telegram.faults.doubles_updates(20)
    phone.finds_signal(seed=seed)
    site.house.rests()
    for _ in range(3):
        site.wait(seconds=9)
    assert site.answers() == {"q1": ("yes", ""), "q2": ("no", "证照过期")}
    assert [question for question, _ in site.photos()] == ["q1", "q2", "q2", "q2"]
    assert len(site.rows(CheckIn)) == 1
    assert site.rows(Stray, state=StrayState.ASKED) == []
    (again,) = site.lines("back_again")
    assert "已收到：2/2题，1/1张照片" in again.body["text"]
    assert "都已齐全" in again.body["text"]
    phone.hears("已收到：2/2题，1/1张照片")


# Buttons


def test_a_button_pressed_twice_quickly_does_its_work_once(on_both: Site) -> None:
    site = on_both
    site.press(site.lead, "open_checklist")
    card = site[site.lead].last
    for _ in range(2):
        site[site.lead].presses_on(card, "是")
    site.house.rests()
    assert site.answers() == {"q1": ("yes", "")}
    assert [one.verb for one in site.rows(JournalLine) if one.verb == "answer.value"] == ["answer.value"]
    assert "没有重复记录" in site[site.lead].hears("示例问题1").text


def test_a_button_that_was_on_the_message_before_it_changed_still_means_its_question(site: Site) -> None:
    site.press(site.lead, "open_checklist")
    old = site[site.lead].last
    before = Shown(dict(old.message), True, old.markup)
    site.press(site.lead, "skip")
    site[site.lead].presses_on(before, "不适用")
    site.house.rests()
    assert site.answers() == {"q1": ("na", "")}


def test_old_buttons_of_a_message_that_is_gone_are_answered(site: Site) -> None:
    site.press(site.lead, "open_checklist")
    old = site[site.lead].last
    del site[site.lead].chat.shown[old.id]
    site[site.lead].presses_on(old, "是")
    site.house.rests()
    assert site.answers() == {"q1": ("yes", "")}
