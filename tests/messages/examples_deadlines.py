"""What people read of deadlines: reminders in one message, put off, and what is overdue; everybody is invented."""

from dataclasses import replace
from datetime import UTC, datetime

from inspection.deadlines.rules import Party, RuleName
from notifications.messages.deadlines import DeadlineOverdue, ReminderDigest, ReminderLine, ReminderSnoozed
from notifications.messages.message import Message

AT = datetime(2026, 7, 2, 2, 0, tzinfo=UTC)
OBJECT = "博乐市赛湖明珠餐饮有限责任公司"
_MINE = "2026-07.000041/market/1/1"
ANSWER = ReminderLine(RuleName.ANSWER, OBJECT, _MINE, datetime(2026, 7, 2, 10, 0, tzinfo=UTC))
LINES = (
    ReminderLine(
        RuleName.REVIEW, "<b>*_[示例]_*", "2026-07.000043", datetime(2026, 7, 1, 15, 59, tzinfo=UTC)
    ),
    ANSWER,
    ReminderLine(RuleName.LEAVE_DECISION, OBJECT, f"{_MINE}/r1", datetime(2026, 7, 2, 11, 0, tzinfo=UTC)),
    ReminderLine(
        RuleName.TEAM_CONFIRMATION, OBJECT, "2026-07.000041", datetime(2026, 7, 2, 15, 59, tzinfo=UTC)
    ),
    ReminderLine(RuleName.VISIT_WINDOW, OBJECT, "2026-07.000041", datetime(2026, 7, 24, 15, 59, tzinfo=UTC)),
    ReminderLine(RuleName.SUBMISSION, OBJECT, "2026-07.000041", datetime(2026, 7, 24, 15, 59, tzinfo=UTC)),
    ReminderLine(RuleName.PUBLICITY, OBJECT, "2026-07.000041", datetime(2026, 7, 30, 15, 59, tzinfo=UTC)),
    ReminderLine(RuleName.PLAN_SUBMISSION, "2027", "2027", datetime(2027, 3, 10, 15, 59, tzinfo=UTC)),
)
DIGEST = ReminderDigest(work="1234567", lines=LINES, more=12, is_urgent=False, at=AT)
OVERDUE = DeadlineOverdue(
    deadline="17",
    rule=RuleName.SUBMISSION,
    about=OBJECT,
    subject="2026-07.000041",
    party=Party.LEAD,
    owners=("赛力克·加尔肯",),
    due_at=datetime(2026, 7, 1, 15, 59, tzinfo=UTC),
    stands_in_for="",
    may_act=True,
    at=AT,
)

EXAMPLES: list[Message] = [
    DIGEST,
    replace(DIGEST, lines=(ANSWER,), more=0),
    replace(
        DIGEST, lines=(replace(ANSWER, rule=RuleName.POLICE_HANDOVER, subject="S1"),), more=0, is_urgent=True
    ),
    ReminderSnoozed(work="1234567", lines=LINES[1:3], until=datetime(2026, 7, 2, 3, 0, tzinfo=UTC)),
    OVERDUE,
    replace(OVERDUE, party=Party.HEAD, may_act=False, stands_in_for="王丽"),
    *(
        replace(OVERDUE, party=party, may_act=False, rule=RuleName.VISIT_WINDOW)
        for party in (Party.LIAISON, Party.JOINT_OFFICE)
    ),
    replace(OVERDUE, rule=RuleName.TRANSFER_RECEIPT, party=Party.LIAISON, about="<b>*_[示例]_*", owners=()),
]
