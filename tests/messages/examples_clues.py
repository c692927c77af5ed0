"""Clues as the head and the department read them; firms, places and complaints are invented."""

from dataclasses import replace
from datetime import UTC, date, datetime

from notifications.messages.clues import (
    AskClueItem,
    AskClueObject,
    AskClueRefusal,
    AskClueSource,
    AskClueWords,
    ClueDecided,
    ClueLine,
    ClueList,
    ClueReceived,
    ClueRegistered,
)
from notifications.messages.message import Message

AT = datetime(2026, 7, 2, 3, 30, tzinfo=UTC)
MARKUP = "温泉县<b>泉水</b>*_[宾馆]_*"
CLUE = ClueReceived(
    clue="X26-0012",
    state="received",
    source="complaint",
    reference="12345-20260702-0088",
    received_on=date(2026, 7, 2),
    sent_by="12345热线",
    object="博乐市老街旅社",
    is_registered=True,
    district="652701",
    items=("餐饮服务食品安全检查",),
    is_urgent=True,
    decide_by=datetime(2026, 7, 3, 3, 30, tzinfo=UTC),
    others=2,
    may_decide=True,
)
DECIDED = ClueDecided(
    clue="X26-0012",
    object="博乐市老街旅社",
    is_approved=True,
    scheme="G26-004",
    words="",
    exemption="complaint",
    is_mine=True,
    at=AT,
)

EXAMPLES: list[Message] = [
    CLUE,
    replace(CLUE, object=MARKUP, is_registered=False, reference="", sent_by="", others=1, is_urgent=False),
    replace(CLUE, state="under_way", may_decide=False, others=0, decide_by=None),
    AskClueRefusal(clue="X26-0012", object=MARKUP),
    DECIDED,
    replace(DECIDED, is_mine=False, object=MARKUP),
    replace(DECIDED, is_approved=False, scheme="", words="同一问题上周已检查，正在整改。"),
    ClueList(
        clues=(
            ClueLine("X26-0012", "博乐市老街旅社", "received", date(2026, 7, 2)),
            ClueLine("X26-0011", MARKUP, "under_way", date(2026, 6, 30)),
        ),
        more=3,
        may_register=True,
    ),
    ClueList(clues=(), more=0, may_register=True),
    AskClueObject(words="", found=(), more=False),
    AskClueObject(
        words="老街",
        found=(("BL00041", "博乐市老街旅社", "652701"), ("BL00042", MARKUP, "652723")),
        more=True,
    ),
    AskClueObject(words="<b>没有</b>", found=(), more=False),
    AskClueItem(object=MARKUP, items=(("MKT-01", "餐饮服务食品安全检查"), ("MKT-02", "食品生产检查"))),
    AskClueSource(object=MARKUP),
    AskClueWords(object=MARKUP, source="complaint"),
    ClueRegistered(
        clue="X26-0012", object=MARKUP, head="古丽", decide_by=datetime(2026, 7, 3, 3, 30, tzinfo=UTC)
    ),
]
