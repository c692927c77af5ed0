"""What is read about seats that no draw fills: by the head who names somebody, and by all who hear of a vacancy."""

from dataclasses import replace
from datetime import date

from notifications.messages.assignments import (
    AskLeaveWords,
    AssignmentDrawn,
    AssignmentLapsed,
    LeaveAsked,
    LeaveDecided,
    LeaveGranted,
    RecusalHeld,
    RecusalNoted,
    SeatSentBack,
)
from notifications.messages.message import Message
from notifications.messages.naming import CandidateLine, SeatNamed, SeatToName
from notifications.messages.orders import AskOrderWords, OrderedOff, OrderGiven
from notifications.messages.teams import AskSendBackWords, ChooseSeat, SeatRedrawn, TeamReady, TeamReopened
from tests.messages import examples_assignments, examples_orders, examples_teams

SEAT = SeatToName(
    seat="S2701.000041/market/1",
    object="博乐市老街旅社",
    scheme="2027年1月举报线索核查",
    department="market",
    is_lead=True,
    cause="never_filled",
    first_day=date(2027, 1, 4),
    last_day=date(2027, 1, 8),
    candidates=(CandidateLine("MKT-BL-07", "云砚岫", 0), CandidateLine("MKT-BL-09", "石荞", 1)),
    first=0,
    number=2,
)

EXAMPLES: list[Message] = [
    SEAT,
    replace(SEAT, cause="recused", is_lead=False, object="温泉县<b>泉水</b>*_[宾馆]_*"),
    replace(
        SEAT,
        cause="lapsed",
        candidates=tuple(CandidateLine(f"MKT-BL-{one:02}", f"示例{one}", one // 4) for one in range(8)),
        number=19,
    ),
    replace(SEAT, cause="ordered", candidates=(), number=0),
    replace(SEAT, cause="unavailable"),
    SeatNamed(seat=SEAT.seat, object=SEAT.object, person="云砚岫", by=""),
    SeatNamed(seat=SEAT.seat, object=SEAT.object, person="云砚岫", by="萨仁其其格"),
]

_SAID_OF_VACANCIES = (
    AskLeaveWords,
    AskOrderWords,
    AskSendBackWords,
    AssignmentLapsed,
    ChooseSeat,
    LeaveAsked,
    LeaveDecided,
    LeaveGranted,
    OrderGiven,
    OrderedOff,
    RecusalHeld,
    RecusalNoted,
    SeatRedrawn,
    SeatSentBack,
    TeamReady,
    TeamReopened,
)


def _first_of(kind: type[Message]) -> Message:
    known = (*examples_assignments.EXAMPLES, *examples_orders.EXAMPLES, *examples_teams.EXAMPLES)
    return next(one for one in known if type(one) is kind)


_DRAWN = next(one for one in examples_assignments.EXAMPLES if isinstance(one, AssignmentDrawn))
EXAMPLES += [replace(_first_of(kind), is_drawn=False) for kind in _SAID_OF_VACANCIES]  # type: ignore[type-var]
EXAMPLES += [
    replace(_DRAWN, origin="named"),
    replace(_DRAWN, origin="named", is_redraw=True),
    replace(_DRAWN, origin="elsewhere", platform="自治区双随机平台"),
]
