"""What somebody hears who asked for a picture in the chat; everybody is invented."""

from dataclasses import replace
from datetime import UTC, datetime

from notifications.buttons.pictures import PictureKind
from notifications.messages.message import Message
from notifications.messages.pictures import DueMade, PictureOrdered, PictureRefused, ProgressMade
from tests.pictures.examples import a_calendar, a_progress

ORDERED = PictureOrdered(
    picture=PictureKind.PROGRESS,
    scheme="S2601",
    name="餐饮<b>联合</b>抽查*_[",
    ordered_at=datetime(2026, 7, 13, 2, 30, tzinfo=UTC),
)

EXAMPLES: list[Message] = [
    ORDERED,
    replace(ORDERED, is_repeat=True),
    replace(ORDERED, picture=PictureKind.DUE, scheme="", name="示例组长", is_made=True),
    PictureRefused(
        picture=PictureKind.DUE,
        scheme="",
        name="示例㛃",
        sentence="已安装的字体里没有这些字：〔㛃〕U+36C3。",
    ),
    ProgressMade(a_progress(), "1a2b3c4d" * 8, "进度图-S2601.png"),
    ProgressMade(a_progress(late=False, name="餐饮<b>联合</b>抽查*_["), "1a2b3c4d" * 8, "进度图-S2601.png"),
    DueMade(a_calendar(), "1a2b3c4d" * 8, "日历-2026-12-14.png"),
    DueMade(a_calendar([], whose="示例<b>审核员</b>*_["), "1a2b3c4d" * 8, "日历-2026-12-14.png"),
]
