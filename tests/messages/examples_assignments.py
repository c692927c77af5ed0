"""What an officer and the head of the department read about a seat; people, firms and places are invented."""

from dataclasses import replace
from datetime import UTC, date, datetime

from inspection.leave import Ground, LeaveKind, Verdict
from inspection.states import AssignmentState, InspectionState
from notifications.messages.assignments import (
    AcceptanceWithdrawn,
    AnswerReminder,
    AskGround,
    AskLeaveWords,
    AssignmentAccepted,
    AssignmentDetails,
    AssignmentDrawn,
    AssignmentLapsed,
    AssignmentReleased,
    LeaveAsked,
    LeaveDecided,
    LeaveFiled,
    LeaveGranted,
    LeaveRefused,
    RecusalHeld,
    RecusalNoted,
    SeatSentBack,
    Visit,
)
from notifications.messages.message import Message

SEAT = "2026-07.000041/market/1"
MINE = f"{SEAT}/1"
REQUEST = f"{MINE}/r1"
OBJECT = "博乐市赛湖明珠餐饮有限责任公司"
NOW = datetime(2026, 7, 1, 3, 20, tzinfo=UTC)
ANSWER_BY = datetime(2026, 7, 2, 10, 0, tzinfo=UTC)
DECIDE_BY = datetime(2026, 7, 3, 16, 30, tzinfo=UTC)

VISIT = Visit(
    scheme="2026年餐饮单位联合抽查",
    object=OBJECT,
    district="652701",
    address="北京南路118号1层",
    departments=("market", "fire", "health"),
    first_day=date(2026, 7, 13),
    last_day=date(2026, 7, 24),
)
ONE_DAY = replace(VISIT, last_day=VISIT.first_day)
MARKUP = replace(
    VISIT, object="精河县<b>鑫旺</b>*_[加油站]_* {7*7} & 商店", district="652722", address="S205线<12>公里处"
)

DETAILS = AssignmentDetails(
    assignment=MINE,
    visit=VISIT,
    state=AssignmentState.NOTIFIED,
    inspection_state=InspectionState.ASSEMBLING,
    department="market",
    is_lead=False,
    answer_by=ANSWER_BY,
    items=("餐饮服务食品安全监督检查", "公示信息检查"),
)
ACCEPTED = AssignmentAccepted(
    assignment=MINE, visit=VISIT, answered_at=NOW, accepted=3, seats=6, is_lead=False
)
ASKED = LeaveAsked(
    request=REQUEST,
    person="阿依古丽·买买提",
    object=OBJECT,
    scheme=VISIT.scheme,
    kind=LeaveKind.RECUSAL,
    ground=Ground.OTHER_RELATION,
    words="2023年前在该公司工作过。",
    decide_by=DECIDE_BY,
    default=Verdict.GRANT,
)
DECIDED = LeaveDecided(
    request=REQUEST,
    person="阿依古丽·买买提",
    object=OBJECT,
    verdict=Verdict.GRANT,
    is_by_default=False,
    at=NOW,
)
GRANTED = LeaveGranted(assignment=MINE, object=OBJECT, kind=LeaveKind.RECUSAL, is_by_default=False, at=NOW)
REFUSED = LeaveRefused(
    assignment=MINE,
    visit=VISIT,
    kind=LeaveKind.UNAVAILABILITY,
    is_by_default=False,
    answer_by=ANSWER_BY,
)
DRAWN = AssignmentDrawn(
    assignment=MINE,
    visit=VISIT,
    department="market",
    is_lead=True,
    is_redraw=False,
    answer_by=ANSWER_BY,
)

EXAMPLES: list[Message] = [
    DRAWN,
    replace(DRAWN, visit=ONE_DAY, department="fire", is_lead=False, is_redraw=True),
    replace(DRAWN, visit=MARKUP, is_lead=False),
    AnswerReminder(assignment=MINE, visit=VISIT, answer_by=ANSWER_BY, work="1234567"),
    ACCEPTED,
    replace(ACCEPTED, is_lead=True),
    replace(ACCEPTED, accepted=6),
    replace(ACCEPTED, accepted=6, is_lead=True, visit=ONE_DAY),
    AcceptanceWithdrawn(assignment=MINE, visit=VISIT, answer_by=ANSWER_BY),
    AssignmentLapsed(assignment=MINE, visit=VISIT, answer_by=ANSWER_BY),
    AssignmentReleased(assignment=MINE, visit=VISIT, cause="closed"),
    AssignmentReleased(assignment=MINE, visit=VISIT, cause="moved"),
    *(replace(DETAILS, state=state) for state in AssignmentState if state is not AssignmentState.CONFIRMED),
    *(
        replace(DETAILS, state=AssignmentState.CONFIRMED, inspection_state=state, is_lead=True)
        for state in (
            InspectionState.READY,
            InspectionState.VISITING,
            InspectionState.GONE_REPORTED,
            InspectionState.VISITED,
        )
    ),
    replace(DETAILS, state=AssignmentState.ACCEPTED, is_lead=True, items=()),
    AskGround(assignment=MINE, object=OBJECT, kind=LeaveKind.RECUSAL),
    AskGround(assignment=MINE, object=OBJECT, kind=LeaveKind.UNAVAILABILITY),
    AskLeaveWords(assignment=MINE, object=OBJECT, ground=Ground.SPOUSE, kind=LeaveKind.RECUSAL, default=None),
    AskLeaveWords(
        assignment=MINE,
        object=OBJECT,
        ground=Ground.BANQUET,
        kind=LeaveKind.RECUSAL,
        default=Verdict.GRANT,
    ),
    AskLeaveWords(
        assignment=MINE,
        object=OBJECT,
        ground=Ground.BUSINESS_TRIP,
        kind=LeaveKind.UNAVAILABILITY,
        default=Verdict.REFUSE,
    ),
    RecusalHeld(assignment=MINE, object=OBJECT, ground=Ground.COLLATERAL_KIN, at=NOW),
    LeaveFiled(
        assignment=MINE,
        object=OBJECT,
        ground=Ground.OTHER_RELATION,
        kind=LeaveKind.RECUSAL,
        decide_by=DECIDE_BY,
        default=Verdict.GRANT,
    ),
    LeaveFiled(
        assignment=MINE,
        object=OBJECT,
        ground=Ground.TRAINING,
        kind=LeaveKind.UNAVAILABILITY,
        decide_by=DECIDE_BY,
        default=Verdict.REFUSE,
    ),
    ASKED,
    replace(
        ASKED,
        kind=LeaveKind.UNAVAILABILITY,
        ground=Ground.ON_LEAVE,
        words="",
        default=Verdict.REFUSE,
        object=MARKUP.object,
    ),
    RecusalNoted(
        request=REQUEST, person="巴特尔", object=OBJECT, ground=Ground.DIRECT_KIN, words="经理是我父亲。"
    ),
    RecusalNoted(request=REQUEST, person="巴特尔", object=OBJECT, ground=Ground.SELF, words=""),
    DECIDED,
    replace(DECIDED, verdict=Verdict.REFUSE),
    replace(DECIDED, is_by_default=True),
    replace(DECIDED, verdict=Verdict.REFUSE, is_by_default=True),
    GRANTED,
    replace(GRANTED, is_by_default=True),
    replace(GRANTED, kind=LeaveKind.UNAVAILABILITY),
    REFUSED,
    replace(REFUSED, kind=LeaveKind.RECUSAL, is_by_default=True, visit=ONE_DAY),
    SeatSentBack(assignment=MINE, object=OBJECT, words="这次检查需要懂冷库设备的同事。"),
]
