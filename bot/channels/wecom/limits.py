"""What WeCom takes, as numbers.

Source: developer.work.weixin.qq.com, 发送应用消息 (90236), 更新模版卡片消息 (94888), 上传临时素材 (90253),
自定义菜单 (90231), 访问频率限制 (90312). Lengths in 字 are advice there: a phone cuts off what is longer, so for us
they are limits.
"""

from datetime import timedelta

TEXT_BYTES = 2048
"""Of a text message in UTF-8; WeCom throws away the rest."""
TITLE_SIGNS = 36
DESC_SIGNS = 44
SUB_TITLE_SIGNS = 160
"""Of a card's `main_title.title`, `main_title.desc` and `sub_title_text`."""
SOURCE_SIGNS = 13
BUTTONS = 6
BUTTON_SIGNS = 10
BUTTON_KEY_BYTES = 1024
SELECTION_OPTIONS = 10
SELECTION_SIGNS = 16
"""Of the list that unfolds within a card of buttons."""
VOTE_OPTIONS = 20
VOTE_SIGNS = 17
OPTION_ID_BYTES = 128
TASK_ID_BYTES = 128
CODE_LIFE = timedelta(hours=72)
"""How long a `response_code` can be used, and once."""
CODE_MARGIN = timedelta(minutes=5)
"""Clocks differ; a code that is about to end is not relied on."""
DUPLICATE_CHECK_SECONDS = 14_400
"""For so long WeCom does not show the very same request twice, where it is asked not to; four hours is the most."""
IMAGE_BYTES = 10 * 1024 * 1024
FILE_BYTES = 20 * 1024 * 1024
MEDIA_LIFE = timedelta(days=3)
MENU_BYTES = 16
SUB_MENU_BYTES = 40
SUB_MENU_BUTTONS = 5
CALLBACK_SECONDS = 5.0
"""In which a callback is answered; after that the line is cut and the callback comes again, three times in all."""
MESSAGES_PER_MINUTE = 30
MESSAGES_PER_HOUR = 1000
"""To one person by one app; what is beyond that is thrown away without a word, so we keep below it."""
CALLS_PER_SECOND = 30.0
"""An organisation may call one function 10,000 times a minute and 150,000 times an hour, which is 41 a second."""


def signs(text: str) -> int:
    """How many 字 a text is as wide as: two Latin letters are one."""
    narrow = sum(sign < "\u0300" for sign in text)
    return len(text) - narrow + (narrow + 1) // 2


def cut(text: str, room: int) -> str:
    """The text, or as much of it as fits with an ellipsis."""
    if signs(text) <= room:
        return text
    while text and signs(text) > room - 1:
        text = text[:-1]
    return f"{text.rstrip()}…"
