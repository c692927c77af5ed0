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
    """实施方案: from the filed scheme to the last published result."""

    FILED = "filed"
    ANNOUNCED = "announced"
    DRAWN = "drawn"
    FINISHED = "finished"
    VOIDED = "voided"


class SchemeStep(StrEnum):
    ANNOUNCE = "announce"
    POSTPONE = "postpone"
    DRAW = "draw"
    FINISH = "finish"
    VOID = "void"


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


class ResultStep(StrEnum):
    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    PUBLISH = "publish"


class TransferState(StrEnum):
    """移送: a lead handed to the department that is competent for it."""

    OPENED = "opened"
    RECEIVED = "received"
    CLOSED = "closed"


class TransferStep(StrEnum):
    RECEIVE = "receive"
    CLOSE = "close"


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
    _S.FILED,
    _T,
    [
        (_T.ANNOUNCE, _S.FILED, _S.ANNOUNCED),
        (_T.DRAW, _S.ANNOUNCED, _S.DRAWN),
        (_T.POSTPONE, _S.ANNOUNCED, _S.FILED),
        (_T.FINISH, _S.DRAWN, _S.FINISHED),
        (_T.VOID, (_S.FILED, _S.ANNOUNCED, _S.DRAWN), _S.VOIDED),
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
        (_Q.SUBMIT, (_R.DRAFT, _R.RETURNED), _R.SUBMITTED),
        (_Q.RETURN, _R.SUBMITTED, _R.RETURNED),
        (_Q.APPROVE, _R.SUBMITTED, _R.APPROVED),
        (_Q.PUBLISH, _R.APPROVED, _R.PUBLISHED),
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
        (_G.CLOSE, _F.RECEIVED, _F.CLOSED),
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
    INSPECTION,
    ASSIGNMENT,
    TEAM,
    LEAVE_REQUEST,
    CHECKLIST,
    RESULT,
    TRANSFER,
    STRAY,
    PAPER_ORDER,
    DEADLINE,
    REGISTER_LOAD,
)


def next_state(table: Table, state: AnyState, step: StrEnum) -> AnyState:
    """The state that follows `state` by `step`; raises `IllegalStep` where the table has no such line."""
    event = table.machine.events.get(step.value)
    found = event.transitions.get(state.name) if event else None
    if not found:
        raise IllegalStep(what=table.name, state=state.value, step=step.value)
    return type(state)[str(found[0].dest)]
