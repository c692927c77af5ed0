"""The same facts in words, for who has no Prometheus."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.status_lines import waiting_lines
from notifications.formats import lasting
from tests.builders import NOW
from tests.stores import an_empty_store
from tests.watching.waiting_store import fill

SAID = {
    "zh": """
收到、待处理：2 条，最早的等了2分钟。
待发送（随收件人）：1 条，最早的等了1分钟；定时以后发送 0 条。
待发送（Telegram）：1 条，最早的等了4分钟；定时以后发送 1 条。
到期处理：2 件待办，最早的晚了5分钟，其中 1 件晚了一分钟以上；一小时内还有 1 件到期。
办理期限：1 件已过期，1 件在24小时内到期。
待取图片 1 件，待出文书 1 份，待交换 1 件，交换失败 1 件。
""",
    "en": """
Waiting to be answered: 2, the oldest for 2 min.
Waiting to be sent (where they are): 1, the oldest for 1 min; for later: 0.
Waiting to be sent (Telegram): 1, the oldest for 4 min; for later: 1.
Due work: 2 waiting, the earliest late by 5 min, 1 late by more than a minute; within the hour: 1.
Deadlines: 1 are over, 1 end within 24 hours.
Pictures to be fetched: 1; papers to be made: 1; to be handed over: 1, failed: 1.
""",
}
NOTHING = {
    "zh": ["收到的消息都已处理。", "没有到期未办的事；一小时内还有 0 件到期。",
           "办理期限：0 件已过期，0 件在24小时内到期。"],
    "en": ["All that came in is answered.", "Nothing is due; within the hour: 0.",
           "Deadlines: 0 are over, 0 end within 24 hours."],
}  # fmt: skip


def test_status_says_what_waits_and_since_when(tmp_path: Path) -> None:
    with an_empty_store("sqlite", tmp_path) as store:
        for language, said in NOTHING.items():
            with store.reading() as records:
                assert list(waiting_lines(records, language, at=NOW)) == said
        fill(store)
        for language, words in SAID.items():
            with store.reading() as records:
                assert list(waiting_lines(records, language, at=NOW)) == words.strip().splitlines()


@pytest.mark.parametrize(
    ("lasted", "zh", "en"),
    [
        (timedelta(), "0秒", "0 s"),
        (timedelta(seconds=59.9), "59秒", "59 s"),
        (timedelta(hours=3, minutes=5), "3小时5分钟", "3 h 5 min"),
        (timedelta(days=2, hours=4, minutes=9), "2天4小时", "2 d 4 h"),
        (timedelta(days=1), "1天", "1 d"),
    ],
)
def test_how_long_something_lasts_is_said_in_two_parts_at_most(lasted: timedelta, zh: str, en: str) -> None:
    assert (lasting(lasted.total_seconds()), lasting(lasted.total_seconds(), "en")) == (zh, en)
