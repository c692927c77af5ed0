"""Telegram's HTML: what it marks, what it refuses, and in which words."""

import pytest
from telegram import Bot, InlineKeyboardMarkup, MessageEntity
from telegram.error import BadRequest

from tests.telegram.markup import read_html
from tests.telegram.refusals import Refusal
from tests.telegram.server import FakeTelegram


@pytest.mark.parametrize(
    ("source", "kind", "words"),
    [
        ("<b>急</b> 件", "bold", "急"),
        ("😀<strong>急</strong>", "bold", "急"),
        ("<i>a</i>", "italic", "a"),
        ("<em>a</em>", "italic", "a"),
        ("<u>a</u>", "underline", "a"),
        ("<ins>a</ins>", "underline", "a"),
        ("<s>a</s>", "strikethrough", "a"),
        ("<strike>a</strike>", "strikethrough", "a"),
        ("<del>a</del>", "strikethrough", "a"),
        ("<code>1 &lt; 2 &amp; 3</code>", "code", "1 < 2 & 3"),
        ("<pre>a\nb</pre>", "pre", "a\nb"),
        ('<pre><code class="language-python">a</code></pre>', "pre", "a"),
        ("<tg-spoiler>a</tg-spoiler>", "spoiler", "a"),
        ('<span class="tg-spoiler">a</span>', "spoiler", "a"),
        ("<blockquote>a</blockquote>", "blockquote", "a"),
        ("<blockquote expandable>a</blockquote>", "expandable_blockquote", "a"),
        ('<a href="https://example.org/?a=1&amp;b=2">证据</a>', "text_link", "证据"),
        ("  <b>急</b>", "bold", "急"),
    ],
)
async def test_what_is_marked_is_what_the_library_reads(
    telegram: FakeTelegram, bot: Bot, source: str, kind: str, words: str
) -> None:
    phone = telegram.phone(1, has_started=True)
    message = await bot.send_message(1, source, parse_mode="HTML")
    assert [(one.type, text) for one, text in message.parse_entities().items()] == [(kind, words)]
    assert phone.last.marked(kind) == [words]


async def test_marks_may_lie_within_marks(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.phone(1, has_started=True)
    message = await bot.send_message(1, "<b>a<i>b</i></b>", parse_mode="HTML")
    assert [(one.type, one.offset, one.length) for one in message.entities] == [
        ("bold", 0, 2),
        ("italic", 1, 1),
    ]
    assert message.text_html == "<b>a<i>b</i></b>"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("急<p>a</p>", 'Unsupported start tag "p" at byte offset 3'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("温度<5", "Unclosed start tag at byte offset 6"),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("a & b", 'Unescaped "&" at byte offset 2'),
    ],
)
def test_what_is_not_marked_right_is_refused(source: str, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {words}"


async def test_a_person_is_mentioned_by_number(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.phone(1, name="王检查", has_started=True)
    message = await bot.send_message(1, '<a href="tg://user?id=1">您</a>', parse_mode="HTML")
    (entity,) = message.entities
    assert entity.type == MessageEntity.TEXT_MENTION
    assert entity.user
    assert entity.user.first_name == "王检查"


async def test_another_mode_is_not_known_here(telegram: FakeTelegram, bot: Bot) -> None:
    telegram.phone(1, has_started=True)
    with pytest.raises(BadRequest, match="Unsupported parse_mode"):
        await bot.send_message(1, "*a*", parse_mode="MarkdownV2")


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ({"text": "a"}, "text buttons are unallowed"),
        ({"text": "a", "url": "http://localhost/a"}, "wrong http url"),
        ({"text": " ", "callback_data": "a"}, "Button_text_invalid"),
    ],
)
async def test_a_button_must_do_something(
    telegram: FakeTelegram, bot: Bot, button: dict[str, str], words: str
) -> None:
    telegram.phone(1, has_started=True)
    with pytest.raises(BadRequest, match=words):
        await bot.send_message(
            1, "a", reply_markup=InlineKeyboardMarkup.de_json({"inline_keyboard": [[button]]})
        )
