"""What a head reads of the department's officers, and what an officer reads who was ordered off."""

from dataclasses import replace
from datetime import UTC, datetime

from notifications.messages.message import Message
from notifications.messages.orders import (
    AskOrderWords,
    OfficerCard,
    OfficerLine,
    OfficerList,
    OfficerSeat,
    OrderedOff,
    OrderGiven,
)

SEAT = OfficerSeat("S2601.000041/market/2/1", "S2601", "博乐市老街旅社", "accepted", may_be_ordered=True)
CARD = OfficerCard(
    person="MKT-BL-07",
    name="云砚岫",
    seats=(
        SEAT,
        replace(SEAT, assignment="S2601.000042/market/1/1", object="温泉县<b>泉水</b>*_[宾馆]_*"),
        replace(SEAT, object="博乐市新城宾馆", state="completed", may_be_ordered=False),
    ),
)

EXAMPLES: list[Message] = [
    OfficerList(officers=(OfficerLine("MKT-BL-07", "云砚岫", 2), OfficerLine("MKT-BL-09", "石荞", 1))),
    OfficerList(officers=tuple(OfficerLine(f"MKT-BL-{one}", f"示例{one}", 1) for one in range(32))),
    OfficerList(officers=()),
    CARD,
    replace(CARD, seats=()),
    AskOrderWords(person="MKT-BL-07", name="云砚岫", objects=("博乐市老街旅社", "温泉县泉水宾馆")),
    OrderGiven(name="云砚岫", objects=("博乐市老街旅社",)),
    OrderedOff(assignment=SEAT.assignment, object=SEAT.object, at=datetime(2026, 7, 2, 3, 0, tzinfo=UTC)),
]
