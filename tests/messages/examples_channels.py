"""What people read when a messenger does not carry, and what the group of a team hears; everybody is invented."""

from dataclasses import replace
from datetime import UTC, date, datetime

from inspection.states import InspectionState
from notifications.messages.channels import (
    Ailment,
    CannotReach,
    ChannelTrouble,
    ChannelWell,
    HandledElsewhere,
    ReachableAgain,
)
from notifications.messages.groups import (
    GroupBound,
    GroupHow,
    GroupOffered,
    GroupPart,
    GroupPrivate,
    GroupStanding,
    GroupStranger,
    GroupTeamConfirmed,
    GroupVisitEnded,
)
from notifications.messages.message import Message

AT = datetime(2026, 7, 13, 2, 30, tzinfo=UTC)
LATER = datetime(2026, 7, 13, 5, 5, tzinfo=UTC)
INSPECTION = "2026-07.000041"
OBJECT = "博乐市赛湖明珠餐饮有限责任公司"
LOST = CannotReach(
    person="FIRE-BL-04",
    name="阿卜杜热合曼·吐尔逊",
    department="fire",
    objects=(OBJECT,),
    channel="channel_telegram",
    elsewhere="channel_web",
    since=AT,
)
TROUBLE = ChannelTrouble(
    id="telegram",
    channel="channel_telegram",
    since=AT,
    ailment=Ailment.NO_NETWORK,
    reason="ConnectError: <b>*_[timed out]_*",
)
STANDING = GroupStanding(
    inspection=INSPECTION,
    state=InspectionState.VISITING,
    starter="周立新",
    started_at=AT,
    parts=(GroupPart("market", 12, 12, is_finished=True), GroupPart("fire", 3, 8, is_finished=False)),
)

EXAMPLES: list[Message] = [
    LOST,
    replace(LOST, elsewhere="", objects=(OBJECT, "温泉县<b>泉水</b>*_[宾馆]_*")),
    replace(LOST, elsewhere="", objects=(), channel="channel_other"),
    ReachableAgain(
        person="FIRE-BL-04",
        name="阿卜杜热合曼·吐尔逊",
        department="fire",
        channel="channel_telegram",
        at=LATER,
    ),
    HandledElsewhere(
        place="assignment:A1", headline=f"检查任务：{OBJECT}<b>*_[", channel="channel_web", at=AT
    ),
    *(replace(TROUBLE, ailment=ailment) for ailment in Ailment),
    replace(TROUBLE, reason=""),
    ChannelWell(id="telegram", channel="channel_telegram", since=AT, at=LATER),
    GroupOffered(
        inspection=INSPECTION,
        object=OBJECT,
        link="https://t.me/example_bot?startgroup=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        until=LATER,
    ),
    GroupHow(),
    GroupBound(
        lead="萨仁其其格",
        departments=("market", "fire"),
        first_day=date(2026, 7, 13),
        last_day=date(2026, 7, 24),
    ),
    GroupPrivate(),
    GroupStranger(),
    GroupTeamConfirmed(
        inspection=INSPECTION,
        departments=("market", "fire"),
        seats=4,
        first_day=date(2026, 7, 13),
        last_day=date(2026, 7, 24),
    ),
    STANDING,
    replace(STANDING, state=InspectionState.READY, starter="", started_at=None, parts=()),
    GroupVisitEnded(inspection=INSPECTION, ended_at=LATER),
]
