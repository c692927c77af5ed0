"""What somebody hears who asked for a paper in the chat; everybody is invented."""

from dataclasses import replace
from datetime import UTC, datetime

from notifications.buttons.papers import PaperKind
from notifications.messages.message import Message
from notifications.messages.papers import PaperMade, PaperOrdered, PaperRefused

ORDERED = PaperOrdered(
    inspection="S2601.BL00123",
    object="博乐市<b>示例</b>餐饮店*_[",
    paper=PaperKind.RECORD,
    ordered_at=datetime(2026, 7, 13, 2, 30, tzinfo=UTC),
)
MADE = PaperMade(
    inspection="S2601.BL00123",
    object="博乐市示例餐饮店",
    paper=PaperKind.SUMMARY,
    is_draft=True,
    sha256="1a2b3c4d" * 8,
    file_name="联合检查汇总表-S2601.BL00123.pdf",
    may_submit=True,
)

EXAMPLES: list[Message] = [
    ORDERED,
    replace(ORDERED, is_repeat=True),
    replace(ORDERED, is_made=True),
    MADE,
    replace(MADE, may_submit=False),
    replace(MADE, paper=PaperKind.RECORD, is_draft=False, may_submit=False),
    replace(
        MADE, paper=PaperKind.WINDOW, is_draft=False, file_name="日程文件-S2601.BL00123.ics", may_submit=False
    ),
    replace(
        MADE, paper=PaperKind.CHECK, is_draft=False, file_name="检查码-S2601.BL00123.png", may_submit=False
    ),
    PaperRefused(
        inspection="S2601.BL00123",
        object="博乐市㛃餐饮店",
        paper=PaperKind.RECORD,
        sentence="已安装的字体里没有这些字：〔㛃〕U+36C3。",
    ),
]
