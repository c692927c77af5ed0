"""Every status of the trade as a table: what may follow what, and nothing else.

A table says which steps exist; who may take one and when is plain code in `actions`. The machines hold no model, run
no callbacks and know no conditions (`transitions` swallows a failed condition and leaves a half-done state behind a
failing callback), so a step is a look-up: `next_state(SEAT..., step)` gives the new state or raises `IllegalStep`.
`docs/states.md` is generated from here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from transitions import Machine

from inspection.refusals import IllegalStep


class SchemeState(StrEnum):
    """实施方案: from the first draft to the last published result; a filed one is approved, ready to be announced."""

    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    FILED = "filed"
    ANNOUNCED = "announced"
    DRAWN = "drawn"
    FINISHED = "finished"
    VOIDED = "voided"


class SchemeStep(StrEnum):
    SUBMIT = "submit"
    RETURN = "return"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    FILE = "file"
    """Approved on paper: a list brings who approved it, and when."""
    ANNOUNCE = "announce"
    POSTPONE = "postpone"
    DRAW = "draw"
    FINISH = "finish"
    VOID = "void"
    TAKE_IN = "take_in"
    """The objects and their teams were chosen elsewhere, or named: no draw of ours."""


class CountersignState(StrEnum):
    """会签: what the head of a joining department says of a scheme. It binds nobody; the lead's head decides."""

    ASKED = "asked"
    SIGNED = "signed"
    OBJECTED = "objected"
    OVER = "over"


class CountersignStep(StrEnum):
    SIGN = "sign"
    OBJECT = "object"
    END = "end"


class BriefingState(StrEnum):
    """任务交底: what one member of a confirmed team is told, until that member says that it was read."""

    SENT = "sent"
    READ = "read"


class BriefingStep(StrEnum):
    READ = "read"


class ClueState(StrEnum):
    """线索: a hint at one object, from its registration to the end of what it led to."""

    RECEIVED = "received"
    APPROVED = "approved"
    REFUSED = "refused"
    UNDER_WAY = "under_way"
    CLOSED = "closed"
    MERGED = "merged"


class ClueStep(StrEnum):
    APPROVE = "approve"
    REFUSE = "refuse"
    OPEN = "open"
    TAKE_UP = "take_up"
    """A special check that several clues led to is approved as a scheme."""
    GIVE_BACK = "give_back"
    """What was to look into it was given up: it waits for a decision again."""
    CLOSE = "close"
    MERGE = "merge"


class InspectionState(StrEnum):
    """一户一次检查: one visit to one drawn object."""

    ASSEMBLING = "assembling"
    READY = "ready"
    VISITING = "visiting"
    GONE_REPORTED = "gone_reported"
    REPLACED = "replaced"
    CALLED_OFF = "called_off"
    VISITED = "visited"
    CLOSED = "closed"


class InspectionStep(StrEnum):
    CONFIRM_TEAM = "confirm_team"
    REOPEN_TEAM = "reopen_team"
    START_VISIT = "start_visit"
    REPORT_GONE = "report_gone"
    REJECT_GONE = "reject_gone"
    REPLACE = "replace"
    CALL_OFF = "call_off"
    END_VISIT = "end_visit"
    CLOSE = "close"


class AssignmentState(StrEnum):
    """派发: one person on one seat, from the draw to the end of that person's part."""

    DRAWN = "drawn"
    NOTIFIED = "notified"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    LEAVE_ASKED = "leave_asked"
    RECUSED = "recused"
    UNAVAILABLE = "unavailable"
    LAPSED = "lapsed"
    SENT_BACK = "sent_back"
    ORDERED_OFF = "ordered_off"
    RELEASED = "released"
    COMPLETED = "completed"


class AssignmentStep(StrEnum):
    NOTIFY = "notify"
    ACCEPT = "accept"
    WITHDRAW = "withdraw"
    ASK_LEAVE = "ask_leave"
    REFUSE_LEAVE = "refuse_leave"
    RECUSE = "recuse"
    EXCUSE = "excuse"
    LAPSE = "lapse"
    SEND_BACK = "send_back"
    ORDER_OFF = "order_off"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    RELEASE = "release"
    COMPLETE = "complete"


class TeamState(StrEnum):
    """检查组: all seats of one inspection together."""

    ASSEMBLING = "assembling"
    ASSEMBLED = "assembled"
    CONFIRMED = "confirmed"
    DISSOLVED = "dissolved"


class TeamStep(StrEnum):
    COMPLETE = "complete"
    REOPEN = "reopen"
    CONFIRM = "confirm"
    DISSOLVE = "dissolve"


class LeaveRequestState(StrEnum):
    """回避申请 / 不能参加: what an officer asked and what the head decided."""

    PENDING = "pending"
    GRANTED = "granted"
    REFUSED = "refused"
    DROPPED = "dropped"


class LeaveRequestStep(StrEnum):
    GRANT = "grant"
    REFUSE = "refuse"
    DROP = "drop"


class ChecklistState(StrEnum):
    """检查表: one department's part of the joint checklist of one inspection."""

    OPEN = "open"
    FINISHED = "finished"
    LOCKED = "locked"


class ChecklistStep(StrEnum):
    FINISH = "finish"
    REOPEN = "reopen"
    LOCK = "lock"
    UNLOCK = "unlock"


class ResultState(StrEnum):
    """检查结果: the joint result of one inspection on its way to the public."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    PUBLISHED = "published"
    CORRECTING = "correcting"
    WITHDRAWN = "withdrawn"


class ResultStep(StrEnum):
    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    PUBLISH = "publish"
    CORRECT = "correct"
    WITHDRAW = "withdraw"


class DepartmentReviewState(StrEnum):
    """部门审核: what one department found, on its way through that department's own reviewer."""

    OPEN = "open"
    ASKED = "asked"
    AGREED = "agreed"
    RETURNED = "returned"


class DepartmentReviewStep(StrEnum):
    ASK = "ask"
    AGREE = "agree"
    RETURN = "return"
    REOPEN = "reopen"


class CorrectionState(StrEnum):
    """异议与更正: from an objection to a published result to the decision, and to the version that puts it right."""

    REGISTERED = "registered"
    UPHELD = "upheld"
    REJECTED = "rejected"
    CORRECTED = "corrected"


class CorrectionStep(StrEnum):
    UPHOLD = "uphold"
    REJECT = "reject"
    CORRECT = "correct"


class TransferState(StrEnum):
    """移送: a lead handed to the department that is competent for it."""

    OPENED = "opened"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    CLOSED = "closed"


class TransferStep(StrEnum):
    RECEIVE = "receive"
    ACCEPT = "accept"
    FORWARD = "forward"
    RETURN = "return"
    SEND_AGAIN = "send_again"
    CLOSE = "close"


class ApprovalState(StrEnum):
    """行政检查审批: one authority's head lets one visit take place, before it or, where it was urgent, after it."""

    AWAITED = "awaited"
    APPROVED = "approved"
    REFUSED = "refused"
    TO_MAKE_UP = "to_make_up"
    MADE_UP = "made_up"
    DROPPED = "dropped"


class ApprovalStep(StrEnum):
    APPROVE = "approve"
    REFUSE = "refuse"
    ASK_AGAIN = "ask_again"
    START_URGENTLY = "start_urgently"
    MAKE_UP = "make_up"
    DROP = "drop"


class NoticeState(StrEnum):
    """行政检查通知书: numbered, then served on the party."""

    ISSUED = "issued"
    SERVED = "served"


class NoticeStep(StrEnum):
    SERVE = "serve"


class FollowUpState(StrEnum):
    """后续处理: a correction that is ordered and checked again, or a listing that is made and lifted."""

    OPENED = "opened"
    ORDERED = "ordered"
    REPORTED = "reported"
    CORRECTED = "corrected"
    NOT_CORRECTED = "not_corrected"
    LISTED = "listed"
    LIFTED = "lifted"
    DROPPED = "dropped"


class FollowUpStep(StrEnum):
    ORDER = "order"
    REPORT = "report"
    CONFIRM = "confirm"
    FAIL = "fail"
    LIST = "list"
    LIFT = "lift"
    DROP = "drop"


class CrimeState(StrEnum):
    """涉嫌犯罪案件: reported to the head, handed to the police, answered by them."""

    REPORTED = "reported"
    APPROVED = "approved"
    REFUSED = "refused"
    HANDED_OVER = "handed_over"
    FILED = "filed"
    DECLINED = "declined"


class CrimeStep(StrEnum):
    APPROVE = "approve"
    REFUSE = "refuse"
    HAND_OVER = "hand_over"
    FILE = "file"
    DECLINE = "decline"


class FeedbackState(StrEnum):
    """信用反馈: what a result says to whoever keeps the credit classes; the class itself is theirs to change."""

    WAITING = "waiting"
    SENT = "sent"
    TAKEN = "taken"
    LEFT = "left"


class FeedbackStep(StrEnum):
    SEND = "send"
    TAKE = "take"
    LEAVE = "leave"


class StrayState(StrEnum):
    """待归位: what a person sent and what belongs nowhere yet. It is asked about, never dropped by us."""

    ASKED = "asked"
    PLACED = "placed"
    DISCARDED = "discarded"


class StrayStep(StrEnum):
    PLACE = "place"
    DISCARD = "discard"


class PaperOrderState(StrEnum):
    """文书: one paper that somebody wants in the chat, from the press of the button until it is made or refused."""

    AWAITED = "awaited"
    MADE = "made"
    REFUSED = "refused"


class PaperOrderStep(StrEnum):
    MAKE = "make"
    REFUSE = "refuse"


class SignInState(StrEnum):
    """网页登录: a browser that shows a code, until its person has confirmed it in a chat and the browser came in."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    ENTERED = "entered"


class SignInStep(StrEnum):
    CONFIRM = "confirm"
    REFUSE = "refuse"
    ENTER = "enter"


class DeadlineState(StrEnum):
    """期限: one clock, from the event that starts it to the deed that ends it. One that is over runs on until then."""

    RUNNING = "running"
    MET = "met"
    MISSED = "missed"
    CANCELLED = "cancelled"


class DeadlineStep(StrEnum):
    MEET = "meet"
    MISS = "miss"
    CANCEL = "cancel"


class DeliveryState(StrEnum):
    """交换: something that is handed over to another platform, from the deed that caused it until it has arrived."""

    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"
    """The platform does not take it, or was away too long; a person sees it and may send it again."""


class DeliveryStep(StrEnum):
    SEND = "send"
    GIVE_UP = "give_up"
    RESEND = "resend"


class ArchiveState(StrEnum):
    """归档: the case file of one inspection, opened when its result is public."""

    OPEN = "open"
    ARCHIVED = "archived"
    REOPENED = "reopened"


class ArchiveStep(StrEnum):
    ARCHIVE = "archive"
    REOPEN = "reopen"


class PlanYearState(StrEnum):
    """年度计划编制: one year's planning, from its opening to the published plan."""

    OPENED = "opened"
    PUBLISHED = "published"


class PlanYearStep(StrEnum):
    PUBLISH = "publish"


class PlanFilingState(StrEnum):
    """部门报送: what one department files for one year."""

    DRAFT = "draft"
    FILED = "filed"
    RETURNED = "returned"
    MERGED = "merged"


class PlanFilingStep(StrEnum):
    FILE = "file"
    RETURN = "return"
    MERGE = "merge"


class PlanLineState(StrEnum):
    """计划项目: one line of the yearly plan, from a department's proposal to what was published, and after."""

    PROPOSED = "proposed"
    JOINED = "joined"
    KEPT = "kept"
    DROPPED = "dropped"
    PUBLISHED = "published"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"


class PlanLineStep(StrEnum):
    JOIN = "join"
    SPLIT = "split"
    KEEP = "keep"
    DROP = "drop"
    PUBLISH = "publish"
    AMEND = "amend"
    WITHDRAW = "withdraw"


class RegisterLoadState(StrEnum):
    """名录导入: what somebody wants to load, from the look at its differences until its day has come."""

    PROPOSED = "proposed"
    WAITING = "waiting"
    IN_FORCE = "in_force"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class RegisterLoadStep(StrEnum):
    ACCEPT = "accept"
    TAKE_EFFECT = "take_effect"
    FAIL = "fail"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class Table:
    """One status with its machine; `name` is the word in documents, `rules` what `docs/states.md` prints."""

    name: str
    title: str
    states: type[StrEnum]
    steps: type[StrEnum]
    initial: StrEnum
    rules: tuple[tuple[StrEnum, tuple[StrEnum, ...], StrEnum], ...]
    machine: Machine


def table(
    name: str,
    title: str,
    initial: StrEnum,
    steps: type[StrEnum],
    rules: Iterable[tuple[StrEnum, StrEnum | tuple[StrEnum, ...], StrEnum]],
) -> Table:
    """Builds one status from its lines `(step, from, to)`; `initial` is where a new one stands."""
    listed = tuple(
        (step, source if isinstance(source, tuple) else (source,), dest) for step, source, dest in rules
    )
    machine = Machine(
        model=None,
        initial=None,
        auto_transitions=False,
        states=type(initial),
        transitions=[
            {"trigger": step.value, "source": list(sources), "dest": dest} for step, sources, dest in listed
        ],
    )
    return Table(name, title, type(initial), steps, initial, listed, machine)


_S, _T = SchemeState, SchemeStep
SCHEME = table(
    "scheme",
    "实施方案",
    _S.DRAFTED,
    _T,
    [
        (_T.SUBMIT, _S.DRAFTED, _S.SUBMITTED),
        (_T.RETURN, _S.SUBMITTED, _S.DRAFTED),
        (_T.WITHDRAW, (_S.SUBMITTED, _S.FILED), _S.DRAFTED),
        (_T.APPROVE, _S.SUBMITTED, _S.FILED),
        (_T.FILE, (_S.DRAFTED, _S.SUBMITTED), _S.FILED),
        (_T.ANNOUNCE, _S.FILED, _S.ANNOUNCED),
        (_T.DRAW, _S.ANNOUNCED, _S.DRAWN),
        (_T.POSTPONE, _S.ANNOUNCED, _S.FILED),
        (_T.FINISH, _S.DRAWN, _S.FINISHED),
        (_T.TAKE_IN, _S.FILED, _S.DRAWN),
        (_T.VOID, (_S.DRAFTED, _S.FILED, _S.ANNOUNCED, _S.DRAWN), _S.VOIDED),
    ],
)

COUNTERSIGN = table(
    "countersign",
    "会签",
    CountersignState.ASKED,
    CountersignStep,
    [
        (CountersignStep.SIGN, (CountersignState.ASKED, CountersignState.OBJECTED), CountersignState.SIGNED),
        (
            CountersignStep.OBJECT,
            (CountersignState.ASKED, CountersignState.SIGNED),
            CountersignState.OBJECTED,
        ),
        (CountersignStep.END, CountersignState.ASKED, CountersignState.OVER),
    ],
)

BRIEFING = table(
    "briefing",
    "任务交底",
    BriefingState.SENT,
    BriefingStep,
    [(BriefingStep.READ, BriefingState.SENT, BriefingState.READ)],
)

_X, _Y = ClueState, ClueStep
CLUE = table(
    "clue",
    "线索",
    _X.RECEIVED,
    _Y,
    [
        (_Y.APPROVE, _X.RECEIVED, _X.APPROVED),
        (_Y.REFUSE, _X.RECEIVED, _X.REFUSED),
        (_Y.OPEN, _X.APPROVED, _X.UNDER_WAY),
        (_Y.TAKE_UP, _X.RECEIVED, _X.UNDER_WAY),
        (_Y.GIVE_BACK, (_X.APPROVED, _X.UNDER_WAY), _X.RECEIVED),
        (_Y.CLOSE, _X.UNDER_WAY, _X.CLOSED),
        (_Y.MERGE, _X.RECEIVED, _X.MERGED),
    ],
)

_I, _J = InspectionState, InspectionStep
INSPECTION = table(
    "inspection",
    "检查",
    _I.ASSEMBLING,
    _J,
    [
        (_J.CONFIRM_TEAM, _I.ASSEMBLING, _I.READY),
        (_J.REOPEN_TEAM, _I.READY, _I.ASSEMBLING),
        (_J.START_VISIT, _I.READY, _I.VISITING),
        (_J.REPORT_GONE, (_I.ASSEMBLING, _I.READY, _I.VISITING), _I.GONE_REPORTED),
        (_J.REJECT_GONE, _I.GONE_REPORTED, _I.ASSEMBLING),
        (_J.REPLACE, _I.GONE_REPORTED, _I.REPLACED),
        (_J.CALL_OFF, (_I.ASSEMBLING, _I.READY, _I.GONE_REPORTED), _I.CALLED_OFF),
        (_J.END_VISIT, _I.VISITING, _I.VISITED),
        (_J.CLOSE, _I.VISITED, _I.CLOSED),
    ],
)

NO_VISITS = frozenset({_I.REPLACED, _I.CALLED_OFF})
"""Drawn, but never visited: such a draw takes nothing from the firm's yearly cap."""

_A, _B = AssignmentState, AssignmentStep
_LIVE = (_A.DRAWN, _A.NOTIFIED, _A.ACCEPTED, _A.CONFIRMED, _A.LEAVE_ASKED)
ASSIGNMENT = table(
    "assignment",
    "派发",
    _A.DRAWN,
    _B,
    [
        (_B.NOTIFY, _A.DRAWN, _A.NOTIFIED),
        (_B.ACCEPT, _A.NOTIFIED, _A.ACCEPTED),
        (_B.WITHDRAW, _A.ACCEPTED, _A.NOTIFIED),
        (_B.ASK_LEAVE, (_A.NOTIFIED, _A.ACCEPTED, _A.CONFIRMED), _A.LEAVE_ASKED),
        (_B.REFUSE_LEAVE, _A.LEAVE_ASKED, _A.NOTIFIED),
        (_B.RECUSE, (_A.NOTIFIED, _A.ACCEPTED, _A.CONFIRMED, _A.LEAVE_ASKED), _A.RECUSED),
        (_B.EXCUSE, _A.LEAVE_ASKED, _A.UNAVAILABLE),
        (_B.LAPSE, _A.NOTIFIED, _A.LAPSED),
        (_B.SEND_BACK, (_A.NOTIFIED, _A.ACCEPTED, _A.CONFIRMED), _A.SENT_BACK),
        (_B.ORDER_OFF, (_A.NOTIFIED, _A.ACCEPTED, _A.CONFIRMED, _A.LEAVE_ASKED), _A.ORDERED_OFF),
        (_B.CONFIRM, _A.ACCEPTED, _A.CONFIRMED),
        (_B.REOPEN, _A.CONFIRMED, _A.ACCEPTED),
        (_B.RELEASE, _LIVE, _A.RELEASED),
        (_B.COMPLETE, _A.CONFIRMED, _A.COMPLETED),
    ],
)

LIVE_ASSIGNMENTS = frozenset(_LIVE)
"""A seat with one of these is held; the others are the history of the seat."""

_M, _N = TeamState, TeamStep
TEAM = table(
    "team",
    "检查组",
    _M.ASSEMBLING,
    _N,
    [
        (_N.COMPLETE, _M.ASSEMBLING, _M.ASSEMBLED),
        (_N.REOPEN, (_M.ASSEMBLED, _M.CONFIRMED), _M.ASSEMBLING),
        (_N.CONFIRM, _M.ASSEMBLED, _M.CONFIRMED),
        (_N.DISSOLVE, (_M.ASSEMBLING, _M.ASSEMBLED, _M.CONFIRMED), _M.DISSOLVED),
    ],
)

_L, _K = LeaveRequestState, LeaveRequestStep
LEAVE_REQUEST = table(
    "leave_request",
    "回避申请与不能参加",
    _L.PENDING,
    _K,
    [
        (_K.GRANT, _L.PENDING, _L.GRANTED),
        (_K.REFUSE, _L.PENDING, _L.REFUSED),
        (_K.DROP, _L.PENDING, _L.DROPPED),
    ],
)

_C, _D = ChecklistState, ChecklistStep
CHECKLIST = table(
    "checklist",
    "检查表",
    _C.OPEN,
    _D,
    [
        (_D.FINISH, _C.OPEN, _C.FINISHED),
        (_D.REOPEN, _C.FINISHED, _C.OPEN),
        (_D.LOCK, _C.FINISHED, _C.LOCKED),
        (_D.UNLOCK, _C.LOCKED, _C.FINISHED),
    ],
)

_R, _Q = ResultState, ResultStep
RESULT = table(
    "result",
    "检查结果",
    _R.DRAFT,
    _Q,
    [
        (_Q.SUBMIT, (_R.DRAFT, _R.RETURNED, _R.CORRECTING), _R.SUBMITTED),
        (_Q.RETURN, _R.SUBMITTED, _R.RETURNED),
        (_Q.APPROVE, _R.SUBMITTED, _R.APPROVED),
        (_Q.PUBLISH, _R.APPROVED, _R.PUBLISHED),
        (_Q.CORRECT, _R.PUBLISHED, _R.CORRECTING),
        (_Q.WITHDRAW, (_R.PUBLISHED, _R.CORRECTING), _R.WITHDRAWN),
    ],
)

RESULT_IN_HAND = frozenset({_R.DRAFT, _R.RETURNED, _R.CORRECTING})
"""The team has it: what the reviewers have not agreed to may be changed, and the lead submits."""

_V, _W = DepartmentReviewState, DepartmentReviewStep
DEPARTMENT_REVIEW = table(
    "department_review",
    "部门审核",
    _V.OPEN,
    _W,
    [
        (_W.ASK, (_V.OPEN, _V.RETURNED), _V.ASKED),
        (_W.AGREE, _V.ASKED, _V.AGREED),
        (_W.RETURN, (_V.ASKED, _V.AGREED), _V.RETURNED),
        (_W.REOPEN, _V.AGREED, _V.OPEN),
    ],
)

CORRECTION = table(
    "correction",
    "异议与更正",
    CorrectionState.REGISTERED,
    CorrectionStep,
    [
        (CorrectionStep.UPHOLD, CorrectionState.REGISTERED, CorrectionState.UPHELD),
        (CorrectionStep.REJECT, CorrectionState.REGISTERED, CorrectionState.REJECTED),
        (CorrectionStep.CORRECT, CorrectionState.UPHELD, CorrectionState.CORRECTED),
    ],
)

_F, _G = TransferState, TransferStep
TRANSFER = table(
    "transfer",
    "移送",
    _F.OPENED,
    _G,
    [
        (_G.RECEIVE, _F.OPENED, _F.RECEIVED),
        (_G.ACCEPT, _F.RECEIVED, _F.ACCEPTED),
        (_G.FORWARD, _F.RECEIVED, _F.OPENED),
        (_G.RETURN, _F.RECEIVED, _F.RETURNED),
        (_G.SEND_AGAIN, _F.RETURNED, _F.OPENED),
        (_G.CLOSE, (_F.ACCEPTED, _F.RETURNED), _F.CLOSED),
    ],
)

_P, _O = ApprovalState, ApprovalStep
APPROVAL = table(
    "approval",
    "行政检查审批",
    _P.AWAITED,
    _O,
    [
        (_O.APPROVE, _P.AWAITED, _P.APPROVED),
        (_O.REFUSE, (_P.AWAITED, _P.TO_MAKE_UP), _P.REFUSED),
        (_O.ASK_AGAIN, _P.REFUSED, _P.AWAITED),
        (_O.START_URGENTLY, _P.AWAITED, _P.TO_MAKE_UP),
        (_O.MAKE_UP, _P.TO_MAKE_UP, _P.MADE_UP),
        (_O.DROP, (_P.AWAITED, _P.REFUSED), _P.DROPPED),
    ],
)

NOTICE = table(
    "notice",
    "行政检查通知书",
    NoticeState.ISSUED,
    NoticeStep,
    [(NoticeStep.SERVE, NoticeState.ISSUED, NoticeState.SERVED)],
)

FOLLOW_UP = table(
    "follow_up",
    "后续处理",
    FollowUpState.OPENED,
    FollowUpStep,
    [
        (FollowUpStep.ORDER, FollowUpState.OPENED, FollowUpState.ORDERED),
        (FollowUpStep.REPORT, FollowUpState.ORDERED, FollowUpState.REPORTED),
        (FollowUpStep.CONFIRM, (FollowUpState.ORDERED, FollowUpState.REPORTED), FollowUpState.CORRECTED),
        (FollowUpStep.FAIL, (FollowUpState.ORDERED, FollowUpState.REPORTED), FollowUpState.NOT_CORRECTED),
        (FollowUpStep.LIST, FollowUpState.OPENED, FollowUpState.LISTED),
        (FollowUpStep.LIFT, FollowUpState.LISTED, FollowUpState.LIFTED),
        (FollowUpStep.DROP, FollowUpState.OPENED, FollowUpState.DROPPED),
    ],
)

OPEN_FOLLOW_UPS = frozenset({FollowUpState.OPENED, FollowUpState.ORDERED, FollowUpState.REPORTED})
"""Something is still to be done; in all other states the inspection has nothing open on its account."""

CRIME = table(
    "crime",
    "涉嫌犯罪案件移送",
    CrimeState.REPORTED,
    CrimeStep,
    [
        (CrimeStep.APPROVE, CrimeState.REPORTED, CrimeState.APPROVED),
        (CrimeStep.REFUSE, CrimeState.REPORTED, CrimeState.REFUSED),
        (CrimeStep.HAND_OVER, CrimeState.APPROVED, CrimeState.HANDED_OVER),
        (CrimeStep.FILE, CrimeState.HANDED_OVER, CrimeState.FILED),
        (CrimeStep.DECLINE, CrimeState.HANDED_OVER, CrimeState.DECLINED),
    ],
)

OPEN_CRIMES = frozenset({CrimeState.REPORTED, CrimeState.APPROVED, CrimeState.HANDED_OVER})

CREDIT_FEEDBACK = table(
    "credit_feedback",
    "信用反馈",
    FeedbackState.WAITING,
    FeedbackStep,
    [
        (FeedbackStep.SEND, FeedbackState.WAITING, FeedbackState.SENT),
        (FeedbackStep.TAKE, FeedbackState.SENT, FeedbackState.TAKEN),
        (FeedbackStep.LEAVE, FeedbackState.SENT, FeedbackState.LEFT),
    ],
)

STRAY = table(
    "stray",
    "待归位",
    StrayState.ASKED,
    StrayStep,
    [
        (StrayStep.PLACE, StrayState.ASKED, StrayState.PLACED),
        (StrayStep.DISCARD, StrayState.ASKED, StrayState.DISCARDED),
    ],
)

PAPER_ORDER = table(
    "paper_order",
    "文书",
    PaperOrderState.AWAITED,
    PaperOrderStep,
    [
        (PaperOrderStep.MAKE, PaperOrderState.AWAITED, PaperOrderState.MADE),
        (PaperOrderStep.REFUSE, PaperOrderState.AWAITED, PaperOrderState.REFUSED),
    ],
)

SIGN_IN = table(
    "sign_in",
    "网页登录",
    SignInState.ASKED,
    SignInStep,
    [
        (SignInStep.CONFIRM, SignInState.ASKED, SignInState.CONFIRMED),
        # Whoever confirmed and takes fright may still say no, while the browser has not come in.
        (SignInStep.REFUSE, (SignInState.ASKED, SignInState.CONFIRMED), SignInState.REFUSED),
        (SignInStep.ENTER, SignInState.CONFIRMED, SignInState.ENTERED),
    ],
)

DEADLINE = table(
    "deadline",
    "期限",
    DeadlineState.RUNNING,
    DeadlineStep,
    [
        (DeadlineStep.MEET, DeadlineState.RUNNING, DeadlineState.MET),
        (DeadlineStep.MISS, DeadlineState.RUNNING, DeadlineState.MISSED),
        (DeadlineStep.CANCEL, DeadlineState.RUNNING, DeadlineState.CANCELLED),
    ],
)

DELIVERY = table(
    "delivery",
    "交换",
    DeliveryState.PENDING,
    DeliveryStep,
    [
        # The other side may say that it has it while we still think otherwise.
        (DeliveryStep.SEND, (DeliveryState.PENDING, DeliveryState.DEAD), DeliveryState.SENT),
        (DeliveryStep.GIVE_UP, DeliveryState.PENDING, DeliveryState.DEAD),
        (DeliveryStep.RESEND, (DeliveryState.SENT, DeliveryState.DEAD), DeliveryState.PENDING),
    ],
)

ARCHIVE = table(
    "archive",
    "归档",
    ArchiveState.OPEN,
    ArchiveStep,
    [
        (ArchiveStep.ARCHIVE, (ArchiveState.OPEN, ArchiveState.REOPENED), ArchiveState.ARCHIVED),
        (ArchiveStep.REOPEN, ArchiveState.ARCHIVED, ArchiveState.REOPENED),
    ],
)

PLAN_YEAR = table(
    "plan_year",
    "年度计划编制",
    PlanYearState.OPENED,
    PlanYearStep,
    [(PlanYearStep.PUBLISH, PlanYearState.OPENED, PlanYearState.PUBLISHED)],
)

_PF, _PG = PlanFilingState, PlanFilingStep
PLAN_FILING = table(
    "plan_filing",
    "部门报送计划",
    _PF.DRAFT,
    _PG,
    [
        (_PG.FILE, (_PF.DRAFT, _PF.RETURNED), _PF.FILED),
        (_PG.RETURN, _PF.FILED, _PF.RETURNED),
        (_PG.MERGE, _PF.FILED, _PF.MERGED),
    ],
)

_PL, _PM = PlanLineState, PlanLineStep
PLAN_LINE = table(
    "plan_line",
    "计划项目",
    _PL.PROPOSED,
    _PM,
    [
        (_PM.JOIN, _PL.PROPOSED, _PL.JOINED),
        (_PM.SPLIT, _PL.JOINED, _PL.PROPOSED),
        (_PM.KEEP, _PL.PROPOSED, _PL.KEPT),
        (_PM.DROP, _PL.PROPOSED, _PL.DROPPED),
        (_PM.PUBLISH, _PL.KEPT, _PL.PUBLISHED),
        (_PM.AMEND, (_PL.PUBLISHED, _PL.AMENDED), _PL.AMENDED),
        (_PM.WITHDRAW, (_PL.PUBLISHED, _PL.AMENDED), _PL.WITHDRAWN),
    ],
)

STANDING_PLAN_LINES = frozenset({_PL.PUBLISHED, _PL.AMENDED})
"""Published and not withdrawn."""

REGISTER_LOAD = table(
    "register_load",
    "名录导入",
    RegisterLoadState.PROPOSED,
    RegisterLoadStep,
    [
        (RegisterLoadStep.ACCEPT, RegisterLoadState.PROPOSED, RegisterLoadState.WAITING),
        (RegisterLoadStep.TAKE_EFFECT, RegisterLoadState.WAITING, RegisterLoadState.IN_FORCE),
        (RegisterLoadStep.FAIL, RegisterLoadState.WAITING, RegisterLoadState.FAILED),
        (RegisterLoadStep.WITHDRAW, RegisterLoadState.PROPOSED, RegisterLoadState.WITHDRAWN),
        (RegisterLoadStep.WITHDRAW, RegisterLoadState.WAITING, RegisterLoadState.WITHDRAWN),
    ],
)

AnyState = TypeVar("AnyState", bound=StrEnum)

TABLES = (
    SCHEME,
    COUNTERSIGN,
    BRIEFING,
    CLUE,
    INSPECTION,
    ASSIGNMENT,
    TEAM,
    LEAVE_REQUEST,
    CHECKLIST,
    RESULT,
    TRANSFER,
    STRAY,
    PAPER_ORDER,
    SIGN_IN,
    DEADLINE,
    DELIVERY,
    DEPARTMENT_REVIEW,
    CORRECTION,
    APPROVAL,
    NOTICE,
    FOLLOW_UP,
    CRIME,
    CREDIT_FEEDBACK,
    ARCHIVE,
    REGISTER_LOAD,
    PLAN_YEAR,
    PLAN_FILING,
    PLAN_LINE,
)


def next_state(table: Table, state: AnyState, step: StrEnum) -> AnyState:
    """The state that follows `state` by `step`; raises `IllegalStep` where the table has no such line."""
    event = table.machine.events.get(step.value)
    found = event.transitions.get(state.name) if event else None
    if not found:
        raise IllegalStep(what=table.name, state=state.value, step=step.value)
    return type(state)[str(found[0].dest)]
