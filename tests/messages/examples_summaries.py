"""What leads, liaisons and the joint office read as a day or a week begins; everybody is invented."""

from datetime import UTC, datetime, timedelta

from inspection.deadlines.rules import RuleName
from notifications.messages.message import Message
from notifications.messages.summaries import LeadSummary, LiaisonSummary, OverdueList, SummaryLine

AT = datetime(2026, 7, 13, 2, 0, tzinfo=UTC)
OBJECT = "博乐市赛湖明珠餐饮有限责任公司"
OTHER = "<b>*_[示例]_*"
VISIT, OTHER_VISIT = "2026-07.000041", "2026-07.000043"
LINES = (
    SummaryLine(RuleName.REVIEW, OTHER, OTHER_VISIT, "market", ("王丽", "李娜"), AT - timedelta(days=3)),
    SummaryLine(RuleName.ANSWER, OBJECT, f"{VISIT}/fire/1/1", "fire", ("张伟",), AT + timedelta(hours=8)),
    SummaryLine(
        RuleName.SUBMISSION, OTHER, OTHER_VISIT, "market", ("赛力克·加尔肯",), AT + timedelta(days=1)
    ),
    SummaryLine(RuleName.PUBLICITY, OTHER, OTHER_VISIT, "market", ("赛力克·加尔肯",), AT + timedelta(days=9)),
    SummaryLine(RuleName.VISIT_WINDOW, OBJECT, VISIT, "market", ("赛力克·加尔肯",), AT + timedelta(days=11)),
)

EXAMPLES: list[Message] = [
    LeadSummary(lines=LINES, more=3, at=AT, mine=(VISIT, OTHER_VISIT)),
    LiaisonSummary(
        lines=LINES[:2], more=0, at=AT, department="market", running=12, overdue=1, met=7, missed=2
    ),
    LiaisonSummary(lines=(), more=0, at=AT, department="fire", running=1, overdue=0, met=0, missed=0),
    LiaisonSummary(
        lines=(), more=0, at=AT, department="fire", running=1, overdue=0, met=0, missed=0, district="652722"
    ),
    OverdueList(lines=LINES[:1], more=0, at=AT),
    OverdueList(lines=LINES[:1], more=0, at=AT, district="652722"),
    OverdueList(lines=LINES[:1], more=4, at=AT),
]
