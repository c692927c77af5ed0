"""Every message that anybody can receive, as WeCom's texts and cards: nothing cut off, every button there."""

import pytest

from bot.channels.channel import SendError
from bot.channels.parting import clean
from bot.channels.wecom.cards import PICK, draft_of, notice_of
from notifications.catalogue import LANGUAGES, render
from notifications.outgoing import Key, Outgoing, Wish
from tests.messages.test_snapshots import EXAMPLES
from tests.wecom import checking
from tests.wecom.world import Shown

HOME = "https://inspect.example"
LONG = "检查组已确认：" + "很" * 200


def _keys(*labels: str) -> tuple[tuple[Key, ...], ...]:
    return tuple((Key(label, f"b:{place}"),) for place, label in enumerate(labels))


def _shown(outgoing: Outgoing) -> list[Shown]:
    """As it stands on the phone; raises where WeCom would not take it."""
    draft = draft_of(outgoing)
    for text in draft.texts:
        checking.check_text({"content": text})
    for card in draft.cards:
        checking.check_card(card)
    return [
        *(Shown("", "text", text) for text in draft.texts),
        *(Shown("", "card", card=card) for card in draft.cards),
    ]


def test_every_message_arrives_with_all_its_words_and_all_its_buttons() -> None:
    for example in EXAMPLES:
        for language in LANGUAGES:
            outgoing = render(example, language)
            shown = _shown(outgoing)
            said = _signs("".join(one.text for one in shown))
            assert _signs(outgoing.text) in said, (example, language)
            wanted = {key.data for row in outgoing.rows for key in row}
            offered = [data for one in shown for data in one.choices]
            links = {data for data in wanted - set(offered) if data in said}
            assert sorted(offered) == sorted(wanted - links), (example, language)


def _signs(text: str) -> str:
    return "".join(clean(text).split())


def test_few_buttons_are_pressed_once_and_short_words_stand_on_the_card() -> None:
    [card] = _shown(Outgoing("x", "任务\n请答复\n\n下一步：点下面", _keys("接受", "申请回避")))
    assert card.text == "任务\n请答复\n\n下一步：点下面"
    assert card.choices == {"b:0": "接受", "b:1": "申请回避"}
    assert card.pick == ""


def test_of_many_buttons_the_first_are_pressed_once_and_the_others_unfold() -> None:
    labels = ("是", "否", "不适用", "备注", "跳过", "上一题", "下一题", "汇总")
    [card] = _shown(Outgoing("x", "第3题\n有没有？", _keys(*labels)))
    assert [one["text"] for one in card.card["button_list"]] == [*labels[:5], "办理所选操作"]
    assert list(card.choices.values()) == list(labels)
    assert card.pick == PICK


def test_a_long_list_is_chosen_from_and_a_longer_one_comes_on_several_cards() -> None:
    names = tuple(f"示例{number}号加油站（国道旁）" for number in range(30))
    first, second = _shown(Outgoing("x", "选一个", _keys(*names)))
    assert [len(first.choices), len(second.choices)] == [20, 10]
    assert [*first.choices.values(), *second.choices.values()] == list(names)
    assert first.card["card_type"] == "vote_interaction"


def test_labels_that_are_too_long_stand_in_full_above_with_their_numbers() -> None:
    labels = ("本人就是检查对象或其法定代表人、负责人、投资人、雇员", "夫妻关系", "返回")
    text, card = _shown(Outgoing("x", "为什么？", _keys(*labels)))
    assert text.text == f"为什么？\n\n1. {labels[0]}\n2. 夫妻关系\n3. 返回"
    assert [words[:3] for words in card.choices.values()] == ["1. ", "2. ", "3. "]
    assert card.text == "为什么？\n全文见上面的消息。"


def test_long_words_stand_in_texts_before_the_card() -> None:
    text, card = _shown(Outgoing("x", f"{LONG}\n下一步：确认", _keys("确认")))
    assert text.text == f"{LONG}\n下一步：确认"
    assert card.text.startswith("检查组已确认：很")
    assert card.text.endswith("…\n全文见上面的消息。")
    parts = draft_of(Outgoing("x", "\n".join([f"第{n}行：{'字' * 60}" for n in range(60)]))).texts
    assert len(parts) > 5
    assert all(part.startswith("第") and part.endswith("字") for part in parts), "cut at line ends"
    assert all(len(part.encode()) <= 2048 for part in parts)


def test_links_are_buttons_where_there_is_room_and_words_where_there_is_none() -> None:
    link = Key("看公示", "https://inspect.example/p/1")
    [card] = _shown(Outgoing("x", "已公示", (*_keys("1", "2", "3", "4", "5", "6"), (link,))))
    assert {"type": 1, "text": "看公示", "style": 2, "url": link.data} in card.card["button_list"]
    many = _keys(*(f"第{number}家" for number in range(25)))
    text, *cards = _shown(Outgoing("x", "清单", (*many, (link,))))
    assert "看公示 https://inspect.example/p/1" in text.text
    assert sum(len(one.choices) for one in cards) == 25


def test_a_card_without_buttons_takes_the_place_of_one_that_had_some() -> None:
    card = notice_of(Outgoing("x", "已接受\n请等待"), HOME)
    assert card is not None
    checking.check_card(card)
    assert card["card_action"] == {"type": 1, "url": HOME}
    assert notice_of(Outgoing("x", LONG), HOME) is None
    assert notice_of(Outgoing("x", "选", _keys("好")), HOME) is None


def test_how_to_send_a_photo_and_a_place_is_said_as_it_is_done_here() -> None:
    assert "原图" in draft_of(Outgoing("x", "请拍照", wish=Wish.PHOTO)).texts[0]
    assert "【位置】" in draft_of(Outgoing("x", "在哪里", wish=Wish.LOCATION)).texts[0]
    assert "tick" in draft_of(Outgoing("x", "A photo", wish=Wish.PHOTO, language="en")).texts[0]


@pytest.mark.parametrize("outgoing", [Outgoing("x", " \n "), Outgoing("x", "x", ((Key("好", "x" * 129),),))])
def test_what_nobody_could_send_is_refused_before_it_is_tried(outgoing: Outgoing) -> None:
    with pytest.raises(SendError):
        draft_of(outgoing)
