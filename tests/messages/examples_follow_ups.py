"""What liaisons, officers and heads read of corrections, listings, transfers and suspected crimes."""

from dataclasses import replace
from datetime import UTC, datetime

from inspection.follow_ups import FollowUpKind
from inspection.states import CrimeState, FollowUpState, TransferState
from notifications.buttons.matters import MatterAct, MatterKind
from notifications.messages.matters import (
    AskMatterWords,
    AskTransferTo,
    CrimeCard,
    FollowUpCard,
    MatterLine,
    MatterList,
    TransferCard,
)
from notifications.messages.message import Message

AT = datetime(2026, 12, 2, 3, 0, tzinfo=UTC)
DUE = datetime(2026, 12, 17, 15, 59, tzinfo=UTC)
VISIT, OBJECT, MARKUP = "S2601.000041", "博乐市老街旅社", "温泉县<b>泉水</b>*_[宾馆]_*"
CORRECTION = FollowUpCard(
    id=f"{VISIT}/MKT-01/r",
    inspection=VISIT,
    object=OBJECT,
    title="食品经营许可和食品安全",
    kind=FollowUpKind.RECTIFY,
    state=FollowUpState.OPENED,
    department="market",
    words="冷藏温度 9 度",
    order_words="",
    due_at=DUE,
    is_immediate=False,
    is_extended=False,
    report_words="",
    outcome_words="",
    moved_at=AT,
)
ORDERED = replace(CORRECTION, state=FollowUpState.ORDERED, order_words="更换温控器，冷藏不高于 8 度")
LISTING = replace(
    CORRECTION, id=f"{VISIT}/MKT-03/l", kind=FollowUpKind.LISTING, title="登记的住所", words="", object=MARKUP
)
PUNISHMENT = replace(
    LISTING,
    id=f"{VISIT}/p1",
    kind=FollowUpKind.PUNISHMENT,
    title="",
    words="严重失信名单（示例依据）",
    due_at=None,
)
LEAD = TransferCard(
    id=f"{VISIT}/FIR-02",
    inspection=VISIT,
    object=OBJECT,
    title="用气安全",
    state=TransferState.OPENED,
    sender="market",
    receiver="housing",
    is_receiver=True,
    summary="后门堆放液化气瓶",
    due_at=DUE,
    outcome="",
    outcome_words="",
    moved_at=AT,
)
CRIME = CrimeCard(
    id=f"{VISIT}/c1",
    inspection=VISIT,
    object=OBJECT,
    title="",
    state=CrimeState.REPORTED,
    department="market",
    due_at=datetime(2026, 12, 5, 15, 59, tzinfo=UTC),
    is_decider=True,
    receipt="",
    is_copied=False,
    moved_at=AT,
)
LINES = (
    MatterLine(
        MatterKind.TRANSFER,
        LEAD.id,
        OBJECT,
        "matter_kind_transfer",
        "transfer_state_opened",
        AT,
        is_overdue=True,
    ),
    MatterLine(
        MatterKind.FOLLOW_UP,
        ORDERED.id,
        MARKUP,
        "follow_up_kind_rectify",
        "follow_up_state_ordered",
        DUE,
        is_overdue=False,
    ),
    MatterLine(
        MatterKind.CRIME,
        CRIME.id,
        OBJECT,
        "matter_kind_crime",
        "crime_state_reported",
        None,
        is_overdue=False,
    ),
)
WORDED = (
    (MatterAct.REPORT, MatterKind.FOLLOW_UP),
    (MatterAct.EXTEND, MatterKind.FOLLOW_UP),
    (MatterAct.NOT_CORRECTED, MatterKind.FOLLOW_UP),
    (MatterAct.LIFT, MatterKind.FOLLOW_UP),
    (MatterAct.DROP, MatterKind.FOLLOW_UP),
    (MatterAct.RETURN, MatterKind.TRANSFER),
    (MatterAct.KEEP, MatterKind.TRANSFER),
    (MatterAct.NOT_FILED, MatterKind.TRANSFER),
    (MatterAct.REFUSE, MatterKind.CRIME),
    (MatterAct.HAND_OVER, MatterKind.CRIME),
    (MatterAct.POLICE_DECLINED, MatterKind.CRIME),
    (MatterAct.REPORT_CRIME, MatterKind.TRANSFER),
    (MatterAct.PUNISH, MatterKind.TRANSFER),
)

EXAMPLES: list[Message] = [
    CORRECTION,
    ORDERED,
    replace(ORDERED, state=FollowUpState.REPORTED, report_words="已换温控器，现在 5 度", is_extended=True),
    replace(ORDERED, state=FollowUpState.CORRECTED, due_at=None, object=MARKUP),
    replace(ORDERED, state=FollowUpState.NOT_CORRECTED, due_at=None, outcome_words="还是 9 度"),
    replace(CORRECTION, kind=FollowUpKind.DISCLOSE),
    LISTING,
    replace(LISTING, state=FollowUpState.LISTED, due_at=None),
    replace(LISTING, state=FollowUpState.LIFTED, due_at=None, outcome_words="已变更住所并可联系"),
    PUNISHMENT,
    replace(PUNISHMENT, state=FollowUpState.LISTED),
    *(replace(LEAD, state=state) for state in TransferState if state is not TransferState.CLOSED),
    replace(LEAD, state=TransferState.RETURNED, is_receiver=False, outcome_words="不在<b>管辖</b>范围内"),
    replace(LEAD, state=TransferState.CLOSED, due_at=None, outcome="not_filed", outcome_words="当场已清除"),
    replace(LEAD, state=TransferState.RECEIVED, sender="housing", object=MARKUP),
    CRIME,
    replace(CRIME, is_decider=False),
    replace(CRIME, state=CrimeState.APPROVED, object=MARKUP),
    replace(CRIME, state=CrimeState.HANDED_OVER, receipt="博公受〔2026〕12号"),
    replace(CRIME, state=CrimeState.FILED, receipt="博公受〔2026〕12号", is_copied=True, due_at=None),
    MatterList(lines=LINES, page=0, pages=2, total=11, overdue=1),
    MatterList(lines=LINES[:1], page=1, pages=2, total=9, overdue=0),
    MatterList(lines=(), page=0, pages=1, total=0, overdue=0),
    *(AskMatterWords(act=act, kind=kind, id=LEAD.id, object=OBJECT) for act, kind in WORDED),
    AskTransferTo(
        id=LEAD.id, object=MARKUP, departments=(("fire", "消防救援支队"), ("market", "市场监管局"))
    ),
]
