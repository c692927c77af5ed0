"""What heads are asked before a visit, what teams hear, the notice to the party and the firm's application."""

from dataclasses import replace
from datetime import UTC, date, datetime

from inspection.follow_ups import Service
from inspection.leave import Ground, Verdict
from notifications.messages.message import Message
from notifications.messages.visit_approvals import (
    ApprovalCard,
    ApprovalLine,
    ApprovalLines,
    ApprovalsDecided,
    AskAnswerWords,
    AskApprovalWords,
    AskFirmGround,
    AskFirmOfficer,
    AskFirmWords,
    AskService,
    FirmApplied,
    FirmDecisionMade,
    FirmRecusalAsked,
    FirmRecusalDecided,
    HeadsNudged,
    NoticeCard,
    OfficerChoice,
    VisitApproved,
    VisitNotApproved,
    VisitRefused,
    VisitStopped,
)

AT = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
VISIT, OBJECT, MARKUP = "S2601.000041", "博乐市老街旅社", "温泉县<b>泉水</b>*_[宾馆]_*"
SEAT = f"{VISIT}/market/2/1"
LINE = ApprovalLine(
    approval=f"{VISIT}/market",
    scheme="S2601",
    department="market",
    object=OBJECT,
    district="652701",
    first_day=date(2026, 11, 30),
    last_day=date(2026, 12, 18),
    items=3,
    is_urgent=False,
)
URGENT = replace(LINE, approval="S2601.000042/market", object=MARKUP, items=1, is_urgent=True)
CARD = ApprovalCard(
    scheme="S2601", name="2026年第四季度餐饮服务单位联合抽查", department="market", visits=(LINE, URGENT)
)
MANY = tuple(replace(LINE, object=f"示例商户{number}") for number in range(23))
DECIDED = ApprovalsDecided(
    scheme="S2601", department="market", objects=(OBJECT, MARKUP), is_approved=True, words="", at=AT, rest=0
)
NOT_YET = VisitNotApproved(
    inspection=VISIT, object=OBJECT, waiting=("market", "fire"), refused=(), heads=("云砚岫", "石荞")
)
NOTICE = NoticeCard(
    inspection=VISIT,
    object=OBJECT,
    number="市场监管局检通〔2026〕3号",
    issued_at=AT,
    service=None,
    served_at=None,
    served_by="",
)
ASKED = FirmRecusalAsked(
    request=f"{SEAT}/r1",
    person="云砚岫",
    object=OBJECT,
    scheme="2026年第四季度餐饮服务单位联合抽查",
    ground=Ground.OTHER_RELATION,
    words="他去年在我们隔壁的店做过会计",
    decide_by=datetime(2026, 11, 29, 15, 59, tzinfo=UTC),
    has_begun=True,
    is_stopped=False,
)
FIRM = FirmRecusalDecided(
    inspection=VISIT,
    object=OBJECT,
    person="云砚岫",
    verdict=Verdict.GRANT,
    is_after_visit=False,
    at=AT,
)

EXAMPLES: list[Message] = [
    CARD,
    replace(CARD, visits=()),
    replace(CARD, visits=MANY),
    ApprovalLines(scheme="S2601", name=CARD.name, department="market", visits=(LINE, URGENT)),
    ApprovalLines(scheme="S2601", name=CARD.name, department="market", visits=MANY),
    LINE,
    URGENT,
    AskApprovalWords(scheme="S2601", department="market", objects=(OBJECT, MARKUP)),
    DECIDED,
    replace(DECIDED, is_approved=False, words="本周该店停业装修，请改期", rest=2),
    VisitApproved(inspection=VISIT, object=OBJECT, at=AT),
    VisitRefused(
        inspection=VISIT,
        object=MARKUP,
        department="fire",
        head="石荞",
        words="请先与<b>派出所</b>联系",
        has_started=False,
        at=AT,
    ),
    VisitRefused(
        inspection=VISIT,
        object=OBJECT,
        department="fire",
        head="石荞",
        words="情况不急",
        has_started=True,
        at=AT,
    ),
    NOT_YET,
    replace(NOT_YET, waiting=("market",), refused=("fire",)),
    HeadsNudged(inspection=VISIT, object=OBJECT, departments=("market", "fire"), at=AT),
    NOTICE,
    replace(NOTICE, object=MARKUP, service=Service.REFUSED, served_at=AT, served_by="云砚岫"),
    replace(NOTICE, service=Service.IN_PERSON, served_at=AT, served_by="云砚岫", has_result=True),
    AskService(inspection=VISIT, object=OBJECT, number=NOTICE.number),
    AskFirmOfficer(
        inspection=VISIT,
        object=MARKUP,
        officers=(
            OfficerChoice(SEAT, "云砚岫", "market"),
            OfficerChoice(f"{VISIT}/fire/1/1", "<i>石荞</i>", "fire"),
        ),
    ),
    AskFirmGround(inspection=VISIT, object=OBJECT, assignment=SEAT, person="云砚岫"),
    AskFirmWords(
        inspection=VISIT, object=OBJECT, assignment=SEAT, person="云砚岫", ground=Ground.OTHER_RELATION
    ),
    FirmApplied(inspection=VISIT, object=OBJECT, person="云砚岫", decide_by=ASKED.decide_by),
    ASKED,
    replace(ASKED, object=MARKUP, has_begun=False, is_stopped=True),
    AskAnswerWords(request=f"{SEAT}/r1", person="云砚岫", object=OBJECT),
    FirmDecisionMade(
        request=f"{SEAT}/r1",
        person="云砚岫",
        object=MARKUP,
        verdict=Verdict.REFUSE,
        answer="<b>同乡</b>",
        at=AT,
    ),
    FirmDecisionMade(
        request=f"{SEAT}/r1", person="云砚岫", object=OBJECT, verdict=Verdict.GRANT, answer="", at=AT
    ),
    FIRM,
    replace(FIRM, is_after_visit=True),
    replace(FIRM, verdict=Verdict.REFUSE, object=MARKUP),
    VisitStopped(inspection=VISIT, object=OBJECT, at=AT),
]
