"""Every door by hand: which deed of the table each button, command, page and operation is, and who sees which page."""

from collections.abc import Mapping

from inspection.rights import Deed
from inspection.roles import Role
from notifications.buttons.accounts import AccountButton, SignInButton
from notifications.buttons.answers import (
    ExceptButton,
    MoreButton,
    OptionButton,
    OptionPageButton,
    PendingButton,
    ReviewButton,
    ValueButton,
)
from notifications.buttons.approval import (
    ApprovalAct,
    ApprovalButton,
    BriefingButton,
    CountersignButton,
    SupplementButton,
)
from notifications.buttons.assignments import (
    AssignmentButton,
    DecisionButton,
    FileLeaveButton,
    GroundButton,
    GroundsButton,
    SendBackButton,
    TeamButton,
)
from notifications.buttons.ceremony import EntryButton, InviteButton, NumberButton
from notifications.buttons.checklists import (
    AnswerButton,
    ChangeAnswerButton,
    PartButton,
    QuestionButton,
    QuickNoteButton,
)
from notifications.buttons.clues import ClueAct, ClueButton, ClueChoiceButton
from notifications.buttons.data import ButtonData
from notifications.buttons.deadlines import RequestButton, SnoozeButton
from notifications.buttons.matters import MatterButton, MatterListButton, TransferToButton
from notifications.buttons.naming import NameButton, NamesButton
from notifications.buttons.object_names import OpenNameButton
from notifications.buttons.orders import OfficerButton, OrderAllButton, OrderButton
from notifications.buttons.papers import PaperButton
from notifications.buttons.pictures import DueButton, ProgressButton
from notifications.buttons.planning import PlanButton
from notifications.buttons.results import (
    CategoryButton,
    DepartmentReviewButton,
    FindingButton,
    FindingsButton,
    FollowUpButton,
    MethodButton,
    MethodsButton,
    ReceiverButton,
    ResultAct,
    ResultButton,
)
from notifications.buttons.schemes import SchemeButton
from notifications.buttons.strays import StrayButton
from notifications.buttons.visit_approvals import (
    FirmGroundButton,
    FirmGroundsButton,
    NoticeButton,
    OneApprovalButton,
    ServiceButton,
    StartAct,
    StartButton,
    StopButton,
    VisitApprovalButton,
)
from notifications.buttons.visits import GoneAct, GoneButton, MovedButton, VisitAct, VisitButton

D = Deed
BUTTON_DEEDS: Mapping[type[ButtonData] | tuple[type[ButtonData], object], Deed] = {
    AssignmentButton: D.ANSWER_SEAT,
    GroundsButton: D.ANSWER_SEAT,
    GroundButton: D.ANSWER_SEAT,
    FileLeaveButton: D.ANSWER_SEAT,
    DecisionButton: D.DECIDE_LEAVE,
    RequestButton: D.DECIDE_LEAVE,
    StopButton: D.DECIDE_LEAVE,
    TeamButton: D.LEAD_TEAM,
    SendBackButton: D.LEAD_TEAM,
    SchemeButton: D.RUN_SCHEME,
    InviteButton: D.RUN_SCHEME,
    SupplementButton: D.RUN_SCHEME,
    MovedButton: D.RUN_SCHEME,
    NumberButton: D.GIVE_NUMBER,
    EntryButton: D.ENTER_VALUE,
    OfficerButton: D.ORDER_OFF,
    OrderButton: D.ORDER_OFF,
    OrderAllButton: D.ORDER_OFF,
    NameButton: D.NAME_SEAT,
    NamesButton: D.NAME_SEAT,
    VisitButton: D.INSPECT,
    (VisitButton, VisitAct.OVERVIEW): D.LEAD_TEAM,
    (VisitButton, VisitAct.END): D.LEAD_TEAM,
    StartButton: D.INSPECT,
    GoneButton: D.INSPECT,
    (GoneButton, GoneAct.CONFIRM): D.RUN_SCHEME,
    (GoneButton, GoneAct.REJECT): D.RUN_SCHEME,
    PartButton: D.INSPECT,
    QuestionButton: D.INSPECT,
    AnswerButton: D.INSPECT,
    ChangeAnswerButton: D.INSPECT,
    QuickNoteButton: D.INSPECT,
    OptionButton: D.INSPECT,
    OptionPageButton: D.INSPECT,
    ValueButton: D.INSPECT,
    PendingButton: D.INSPECT,
    MoreButton: D.INSPECT,
    ReviewButton: D.INSPECT,
    ExceptButton: D.INSPECT,
    FindingsButton: D.INSPECT,
    FindingButton: D.INSPECT,
    CategoryButton: D.INSPECT,
    FollowUpButton: D.INSPECT,
    ReceiverButton: D.INSPECT,
    MethodsButton: D.INSPECT,
    MethodButton: D.INSPECT,
    StrayButton: D.SHOW_UNCERTAIN,
    ResultButton: D.LEAD_TEAM,
    (ResultButton, ResultAct.VIEW): D.REVIEW_FINDINGS,
    (ResultButton, ResultAct.APPROVE): D.REVIEW_FINDINGS,
    (ResultButton, ResultAct.RETURN): D.REVIEW_FINDINGS,
    DepartmentReviewButton: D.REVIEW_FINDINGS,
    PaperButton: D.READ_PAPERS,
    ProgressButton: D.READ_PROGRESS,
    DueButton: D.SEE_OWN,
    SnoozeButton: D.SEE_OWN,
    SignInButton: D.SEE_OWN,
    AccountButton: D.SEE_OWN,
    MatterListButton: D.SEE_OWN,
    ApprovalButton: D.APPROVE_SCHEME,
    (ApprovalButton, ApprovalAct.PARTS): D.READ_SCHEME_PARTS,
    CountersignButton: D.COUNTERSIGN,
    OpenNameButton: D.OPEN_NAME,
    BriefingButton: D.READ_BRIEFING,
    ClueButton: D.DECIDE_CLUE,
    (ClueButton, ClueAct.CARD): D.READ_CLUES,
    ClueChoiceButton: D.READ_CLUES,
    VisitApprovalButton: D.APPROVE_VISIT,
    OneApprovalButton: D.APPROVE_VISIT,
    (StartButton, StartAct.AGAIN): D.ASK_APPROVAL,
    NoticeButton: D.RECORD_FOR_FIRM,
    ServiceButton: D.RECORD_FOR_FIRM,
    FirmGroundsButton: D.RECORD_FOR_FIRM,
    FirmGroundButton: D.RECORD_FOR_FIRM,
    MatterButton: D.HANDLE_MATTER,
    TransferToButton: D.SPEAK,
    PlanButton: D.READ_PLANS,
}

COMMAND_DEEDS: Mapping[str, tuple[Deed, ...]] = {
    "/tasks": (D.SEE_OWN,),
    "/where": (D.SEE_OWN,),
    "/help": (D.SEE_OWN,),
    "/start": (D.SEE_OWN,),
    "/due": (D.SEE_OWN,),
    "/login": (D.SEE_OWN,),
    "/devices": (D.SEE_OWN,),
    "/mydata": (D.SEE_OWN,),
    "/matters": (D.SEE_OWN,),
    "/diligence": (D.READ_DILIGENCE,),
    "/schemes": (D.RUN_SCHEME,),
    "/officers": (D.ORDER_OFF,),
    "/clues": (D.READ_CLUES,),
    "/plan": (D.FILE_PLAN, D.MERGE_PLAN),
}

_R = Role
SEES: Mapping[str, tuple[frozenset[Role], frozenset[Role]]] = {
    "/due": (frozenset(Role), frozenset(Role)),
    "/account": (frozenset(Role), frozenset(Role)),
    "/accounts": (frozenset({_R.ADMIN}), frozenset({_R.ADMIN})),
    "/exchange": (frozenset({_R.ADMIN}), frozenset({_R.ADMIN, _R.LIAISON, _R.OPERATOR})),
    "/desk/corrections": (
        frozenset({_R.OPERATOR, _R.LIAISON, _R.REVIEWER, _R.HEAD, _R.PUBLICITY}),
        frozenset({_R.OPERATOR, _R.LIAISON, _R.REVIEWER, _R.HEAD, _R.PUBLICITY}),
    ),
    "/schemes/mine": (frozenset({_R.OPERATOR, _R.HEAD}), frozenset({_R.OPERATOR, _R.HEAD})),
    "/schemes/names": (
        frozenset({_R.OPERATOR, _R.HEAD, _R.AUDITOR}),
        frozenset({_R.OPERATOR, _R.HEAD, _R.AUDITOR}),
    ),
    "/special-fields": (
        frozenset({_R.LIAISON, _R.OPERATOR, _R.HEAD}),
        frozenset({_R.LIAISON, _R.OPERATOR, _R.HEAD}),
    ),
    "/clues": (frozenset({_R.LIAISON, _R.OPERATOR, _R.HEAD}), frozenset({_R.LIAISON, _R.OPERATOR, _R.HEAD})),
    "/follow-ups": (
        frozenset({_R.LIAISON, _R.HEAD, _R.OFFICER}),
        frozenset({_R.LIAISON, _R.HEAD, _R.OFFICER}),
    ),
    "/archive": (
        frozenset({_R.OPERATOR, _R.HEAD, _R.REVIEWER, _R.LIAISON, _R.AUDITOR}),
        frozenset({_R.OPERATOR, _R.HEAD, _R.REVIEWER, _R.LIAISON, _R.AUDITOR}),
    ),
    "/statistics": (
        frozenset({_R.OPERATOR, _R.HEAD, _R.LIAISON, _R.AUDITOR}),
        frozenset({_R.OPERATOR, _R.HEAD, _R.LIAISON, _R.AUDITOR, _R.REVIEWER}),
    ),
    "/statistics/watch": (
        frozenset({_R.HEAD, _R.AUDITOR}),
        frozenset({_R.OPERATOR, _R.HEAD, _R.LIAISON, _R.AUDITOR, _R.REVIEWER}),
    ),
    "/diligence": (
        frozenset({_R.OFFICER, _R.HEAD, _R.AUDITOR}),
        frozenset({_R.OFFICER, _R.HEAD, _R.AUDITOR, _R.OPERATOR, _R.LIAISON, _R.REVIEWER}),
    ),
    "/plans/desk": (
        frozenset({_R.LIAISON, _R.OPERATOR, _R.HEAD}),
        frozenset({_R.LIAISON, _R.OPERATOR, _R.HEAD}),
    ),
    "/what-if": (frozenset({_R.OPERATOR}), frozenset({_R.OPERATOR})),
    "/registers": (frozenset({_R.LIAISON, _R.OPERATOR}), frozenset({_R.LIAISON, _R.OPERATOR})),
    "/registers/load": (frozenset({_R.LIAISON, _R.OPERATOR}), frozenset({_R.LIAISON, _R.OPERATOR})),
    "/registers/changes": (frozenset({_R.LIAISON, _R.OPERATOR}), frozenset({_R.LIAISON, _R.OPERATOR})),
}
"""Each page of the desk: who opens it in any department, and who in the joint office."""

OPENS_FOR_A_PART = frozenset({"/diligence"})
"""Where having a part is enough: the page opens for everybody and shows what is one's own."""
