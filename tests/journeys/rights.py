"""Whom a button concerns, and in which states its deed is open: written by hand, not read from the program."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from inspection.roles import Role
from inspection.states import (
    NO_VISITS,
    AssignmentState,
    BriefingState,
    ChecklistState,
    ClueState,
    CountersignState,
    DepartmentReviewState,
    InspectionState,
    LeaveRequestState,
    PaperOrderState,
    PlanFilingState,
    ResultState,
    SchemeState,
    StrayState,
    TeamState,
)
from notifications.buttons.accounts import AccountButton, SignInButton
from notifications.buttons.answers import ExceptAct, ExceptButton, ReviewButton
from notifications.buttons.approval import (
    ApprovalAct,
    ApprovalButton,
    BriefingAct,
    BriefingButton,
    CountersignAct,
    CountersignButton,
    SupplementButton,
)
from notifications.buttons.assignments import (
    AssignmentAnswer,
    AssignmentButton,
    DecisionButton,
    FileLeaveButton,
    GroundButton,
    GroundsButton,
    SendBackButton,
    TeamAct,
    TeamButton,
)
from notifications.buttons.ceremony import EntryButton, InviteAct, InviteButton, NumberAct, NumberButton
from notifications.buttons.checklists import (
    AnswerButton,
    ChangeAct,
    ChangeAnswerButton,
    PartAct,
    PartButton,
    QuestionButton,
    QuickNoteButton,
)
from notifications.buttons.clues import ClueAct, ClueButton, ClueChoiceButton
from notifications.buttons.data import ButtonData
from notifications.buttons.matters import MatterButton, MatterKind, MatterListButton, TransferToButton
from notifications.buttons.naming import NameButton, NamesButton
from notifications.buttons.object_names import OpenNameButton
from notifications.buttons.orders import OfficerButton, OrderAllButton, OrderButton
from notifications.buttons.papers import PaperButton, PaperKind
from notifications.buttons.pictures import DueButton, PictureKind, ProgressButton
from notifications.buttons.planning import PlanAct, PlanButton
from notifications.buttons.results import (
    CategoryButton,
    DepartmentReviewAct,
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
from notifications.buttons.schemes import SchemeAct, SchemeButton
from notifications.buttons.strays import StrayAct, StrayButton
from notifications.buttons.visit_approvals import (
    FirmGroundButton,
    FirmGroundsButton,
    NoticeAct,
    NoticeButton,
    OneApprovalAct,
    OneApprovalButton,
    ServiceButton,
    StartButton,
    StopButton,
    VisitApprovalButton,
)
from notifications.buttons.visits import GoneAct, GoneButton, MovedButton, VisitAct, VisitButton
from storage.store import Records
from storage.tables.clues import Clue
from storage.tables.follow_ups import FollowUpMatter, InspectionNotice
from storage.tables.inspections import (
    Assignment,
    ChecklistPart,
    DepartmentReview,
    DrawRecord,
    DrawSource,
    Inspection,
    LeaveRequest,
    Result,
    Seat,
    Team,
    Transfer,
)
from storage.tables.messaging import PaperOrder, SignInRequest, Stray
from storage.tables.planning import PlanFiling
from storage.tables.registers import Person, Scheme
from storage.tables.schemes import Briefing, Countersignature
from tests.actions.story import rows_of

_A, _I = AssignmentState, InspectionState
_SITTING = {_A.ACCEPTED, _A.CONFIRMED, _A.COMPLETED}
_QUESTIONS_OF = {"q1": "market", "q2": "market", "q3": "fire", "q4": "fire"}


@dataclass(frozen=True)
class Facts:
    """The rows that a button points at."""

    records: Records
    button: Any

    @cached_property
    def assignment(self) -> Assignment:
        named = getattr(self.button, "assignment", "") or self.button.request.rpartition("/")[0]
        return self.records.get(Assignment, named)

    @cached_property
    def request(self) -> LeaveRequest:
        return self.records.get(LeaveRequest, self.button.request)

    @cached_property
    def inspection(self) -> Inspection:
        named = getattr(self.button, "inspection", "") or self.assignment.inspection_id
        return self.records.get(Inspection, named)

    @cached_property
    def scheme(self) -> Scheme:
        named = getattr(self.button, "scheme", "") or self._scheme_of_draw() or self.inspection.scheme_id
        return self.records.get(Scheme, named)

    @cached_property
    def result(self) -> Result | None:
        return self.records.find(Result, self.inspection.id)

    def review_of(self, department: str) -> DepartmentReviewState | None:
        review = self.records.find(DepartmentReview, f"{self.inspection.id}/{department}")
        return review.state if review else None

    @cached_property
    def stray(self) -> Stray:
        return self.records.get(Stray, int(self.button.stray))

    def _scheme_of_draw(self) -> str:
        draw = getattr(self.button, "draw", "")
        return self.records.get(DrawRecord, draw).scheme_id if draw else ""

    def sources(self) -> list[DrawSource]:
        """The public sources of the draw that the button, or its scheme, points at."""
        draw = getattr(self.button, "draw", "") or f"D-{self.scheme.id}-1"
        return rows_of(self.records, DrawSource, draw_id=draw)

    def is_collecting(self) -> bool:
        return self.scheme.state is SchemeState.ANNOUNCED

    def heads_of(self, person: str) -> set[str]:
        department = self.records.get(Person, person).department
        people = rows_of(self.records, Person, department=department)
        return {one.id for one in people if Role.HEAD in one.roles}

    def part(self, person: Person) -> ChecklistPart | None:
        return self.records.find(ChecklistPart, f"{self.inspection.id}/{person.department}")

    def sitting(self, *states: AssignmentState) -> set[str]:
        """Who holds a seat of this team in one of these states."""
        rows = rows_of(self.records, Assignment, inspection_id=self.inspection.id)
        return {row.person_id for row in rows if row.state in (states or _SITTING)}

    def lead(self) -> set[str]:
        seat = next(
            one for one in rows_of(self.records, Seat, inspection_id=self.inspection.id) if one.is_lead
        )
        live = {*_SITTING, _A.NOTIFIED, _A.LEAVE_ASKED, _A.DRAWN}
        return {
            row.person_id for row in rows_of(self.records, Assignment, seat_id=seat.id) if row.state in live
        }

    def with_role(self, *roles: Role) -> set[str]:
        lead = self.scheme.departments[0]
        people = rows_of(self.records, Person, department=lead)
        return {one.id for one in people if set(roles).intersection(one.roles)}

    def of_department(self, department: str) -> set[str]:
        people = {one.id for one in rows_of(self.records, Person, department=department)}
        return people & self.sitting()


def parties(records: Records, button: ButtonData) -> set[str]:
    """The people whom this button is for; everybody else must hear so and change nothing."""
    kind: type[Any] = type(button)
    return PARTIES[kind](Facts(records, button))


def _holder(facts: Facts) -> set[str]:
    return {facts.assignment.person_id}


def _parties_of_visit(facts: Facts) -> set[str]:
    return facts.lead() if facts.button.act in {VisitAct.OVERVIEW, VisitAct.END} else facts.sitting()


def _parties_of_gone(facts: Facts) -> set[str]:
    decides = facts.button.act in {GoneAct.CONFIRM, GoneAct.REJECT}
    return facts.with_role(Role.OPERATOR) if decides else {*facts.sitting(), *_reporter(facts)}


def _who_answers(facts: Facts) -> set[str]:
    return facts.of_department(_QUESTIONS_OF[facts.button.question])


def _who_finds(facts: Facts) -> set[str]:
    return facts.of_department(facts.button.item.removeprefix("T-"))


def _reporter(facts: Facts) -> set[str]:
    """Hears after the team was released what became of the report."""
    return {facts.inspection.gone_reported_by} if facts.inspection.gone_reported_by else set()


def _parties_of_result(facts: Facts) -> set[str]:
    reviewers = facts.with_role(Role.REVIEWER) - facts.sitting()
    return {
        ResultAct.VIEW: facts.lead() | reviewers,
        ResultAct.SUBMIT: facts.lead(),
        ResultAct.APPROVE: reviewers,
        ResultAct.RETURN: reviewers,
    }[facts.button.act]


def _parties_of_department_review(facts: Facts) -> set[str]:
    """A department without a reviewer has its head review; market's own part goes with the joint result. The lead
    department's reviewer may return what any department found."""
    people = rows_of(facts.records, Person, department=facts.button.department)
    reviewers = {one.id for one in people if Role.REVIEWER in one.roles}
    own = reviewers or {one.id for one in people if Role.HEAD in one.roles}
    may_return = facts.button.act is DepartmentReviewAct.RETURN
    return own | (facts.with_role(Role.REVIEWER) if may_return else set())


def _readers_of_papers(facts: Facts) -> set[str]:
    if facts.button.kind is PaperKind.WINDOW:
        is_given_up = facts.inspection.state in NO_VISITS
        return facts.sitting(*([_A.RELEASED] if is_given_up else [_A.CONFIRMED, _A.COMPLETED]))
    if facts.button.kind is PaperKind.CHECK:
        is_given_up = facts.inspection.state in NO_VISITS
        return set() if is_given_up else facts.sitting(_A.CONFIRMED, _A.COMPLETED)
    departments = facts.scheme.departments
    heads = {
        one.id
        for department in departments
        for one in rows_of(facts.records, Person, department=department)
        if {Role.HEAD, Role.REVIEWER}.intersection(one.roles)
    }
    team = facts.sitting(_A.CONFIRMED, _A.COMPLETED)
    return team | heads | facts.with_role(Role.OPERATOR) | (facts.with_role(Role.REVIEWER) - facts.sitting())


def _watchers(facts: Facts) -> set[str]:
    """Operators, heads and liaisons of all departments of the scheme, and who leads one of its teams."""
    watching = {Role.OPERATOR, Role.HEAD, Role.LIAISON}
    of_it = {
        one.id
        for department in facts.scheme.departments
        for one in rows_of(facts.records, Person, department=department)
        if watching.intersection(one.roles)
    }
    inspections = {one.id for one in rows_of(facts.records, Inspection, scheme_id=facts.scheme.id)}
    seats = {one.id for one in rows_of(facts.records, Seat, is_lead=True) if one.inspection_id in inspections}
    live = {*_SITTING, _A.NOTIFIED, _A.LEAVE_ASKED, _A.DRAWN}
    held = rows_of(facts.records, Assignment)
    return of_it | {one.person_id for one in held if one.seat_id in seats and one.state in live}


def _who_names(facts: Facts) -> set[str]:
    return _heads(facts, facts.records.get(Seat, facts.button.seat).department)


def _heads(facts: Facts, department: str) -> set[str]:
    return {one.id for one in rows_of(facts.records, Person, department=department) if Role.HEAD in one.roles}


def _lead_heads(facts: Facts) -> set[str]:
    return _heads(facts, facts.scheme.departments[0])


def _heads_of_scheme(facts: Facts) -> set[str]:
    return {one for department in facts.scheme.departments for one in _heads(facts, department)}


def _parties_of_clue(facts: Facts) -> set[str]:
    """The head decides; the department's operators and liaisons read."""
    clue = facts.records.get(Clue, facts.button.clue)
    if facts.button.act is not ClueAct.CARD:
        return _heads(facts, clue.department)
    reading = {Role.LIAISON, Role.OPERATOR, Role.HEAD}
    people = rows_of(facts.records, Person, department=clue.department)
    return {one.id for one in people if reading.intersection(one.roles)}


def _who_records(facts: Facts) -> set[str]:
    """The team, and who speaks for its departments."""
    writing = {Role.OPERATOR, Role.HEAD, Role.LIAISON}
    return facts.sitting() | {
        one.id
        for department in facts.scheme.departments
        for one in rows_of(facts.records, Person, department=department)
        if writing.intersection(one.roles)
    }


def _who_handles(facts: Facts) -> set[str]:
    """Who speaks for the departments of a matter; of a correction also its officers."""
    subject = facts.button.subject
    speaking = {Role.HEAD, Role.LIAISON}
    if getattr(facts.button, "kind", MatterKind.TRANSFER) is MatterKind.TRANSFER:
        row = facts.records.get(Transfer, subject)
        departments, team = {row.from_department, row.to_department}, set()
    else:
        matter = facts.records.get(FollowUpMatter, subject)
        departments = {matter.department}
        held = rows_of(facts.records, Assignment, inspection_id=matter.inspection_id)
        team = {
            one.person_id for one in held if f"/{matter.department}/" in one.seat_id and one.state in _SITTING
        }
    return team | {
        one.id
        for department in departments
        for one in rows_of(facts.records, Person, department=department)
        if speaking.intersection(one.roles)
    }


PARTIES: Mapping[type[ButtonData], Callable[[Facts], set[str]]] = {
    AssignmentButton: _holder,
    GroundsButton: _holder,
    GroundButton: _holder,
    FileLeaveButton: _holder,
    DecisionButton: lambda facts: {facts.request.decider_id or ""},
    TeamButton: Facts.lead,
    SendBackButton: Facts.lead,
    SchemeButton: lambda facts: facts.with_role(Role.OPERATOR),
    InviteButton: lambda facts: facts.with_role(Role.OPERATOR),
    NumberButton: lambda facts: {one.witness_id or "" for one in facts.sources()},
    EntryButton: lambda facts: facts.with_role(Role.OPERATOR, Role.HEAD, Role.REVIEWER, Role.LIAISON),
    OfficerButton: lambda facts: facts.heads_of(facts.button.person),
    OrderAllButton: lambda facts: facts.heads_of(facts.button.person),
    OrderButton: lambda facts: facts.heads_of(facts.assignment.person_id),
    NameButton: _who_names,
    NamesButton: _who_names,
    VisitButton: _parties_of_visit,
    GoneButton: _parties_of_gone,
    ResultButton: _parties_of_result,
    DepartmentReviewButton: _parties_of_department_review,
    MovedButton: lambda facts: facts.with_role(Role.OPERATOR),
    PaperButton: _readers_of_papers,
    ProgressButton: _watchers,
    DueButton: lambda facts: {one.id for one in rows_of(facts.records, Person)},
    PlanButton: lambda facts: {one.id for one in rows_of(facts.records, Person) if Role.LIAISON in one.roles},
    QuestionButton: _who_answers,
    AnswerButton: _who_answers,
    QuickNoteButton: _who_answers,
    ChangeAnswerButton: _who_answers,
    ReviewButton: Facts.sitting,
    ExceptButton: Facts.sitting,
    StrayButton: lambda facts: {facts.stray.person_id},
    PartButton: Facts.sitting,
    FindingsButton: Facts.sitting,
    FindingButton: _who_finds,
    CategoryButton: _who_finds,
    FollowUpButton: _who_finds,
    ReceiverButton: _who_finds,
    MethodsButton: _who_finds,
    MethodButton: _who_finds,
    ApprovalButton: lambda facts: (
        _heads_of_scheme(facts) if facts.button.act is ApprovalAct.PARTS else _lead_heads(facts)
    ),
    CountersignButton: lambda facts: _heads(facts, facts.button.countersignature.rpartition("/")[2]),
    BriefingButton: lambda facts: {facts.records.get(Briefing, facts.button.briefing).person_id},
    SupplementButton: lambda facts: facts.with_role(Role.OPERATOR),
    ClueButton: _parties_of_clue,
    ClueChoiceButton: lambda facts: {
        one.id
        for one in rows_of(facts.records, Person)
        if {Role.LIAISON, Role.OPERATOR, Role.HEAD}.intersection(one.roles)
    },
    VisitApprovalButton: lambda facts: _heads(facts, facts.button.department),
    OneApprovalButton: lambda facts: _heads(facts, facts.button.approval.rpartition("/")[2]),
    StartButton: Facts.sitting,
    NoticeButton: _who_records,
    ServiceButton: _who_records,
    FirmGroundsButton: _who_records,
    FirmGroundButton: _who_records,
    StopButton: lambda facts: {facts.request.decider_id or ""},
    MatterButton: _who_handles,
    MatterListButton: lambda facts: {one.id for one in rows_of(facts.records, Person)},
    SignInButton: lambda facts: {facts.records.get(SignInRequest, int(facts.button.request)).person_id or ""},
    AccountButton: lambda facts: {one.id for one in rows_of(facts.records, Person)},
    TransferToButton: _who_handles,
    OpenNameButton: lambda facts: facts.sitting() | facts.with_role(Role.OPERATOR, Role.HEAD),
}
"""Whom a button of a kind is for."""


def _may_leave(facts: Facts, _person: Person) -> bool:
    is_held = facts.assignment.state in {_A.NOTIFIED, _A.ACCEPTED, _A.CONFIRMED}
    return is_held and facts.inspection.state not in {_I.VISITED, _I.CLOSED}


def _may_write(facts: Facts, person: Person) -> bool:
    part = facts.part(person)
    on_site = facts.inspection.state in {_I.VISITING, _I.VISITED}
    return part is not None and part.state is not ChecklistState.LOCKED and on_site


def _may_find(facts: Facts, person: Person) -> bool:
    part = facts.part(person)
    return _may_write(facts, person) and part is not None and part.state is ChecklistState.FINISHED


def _may_reopen(facts: Facts, person: Person) -> bool:
    part = facts.part(person)
    is_open_again = facts.result is not None and facts.result.state in {
        ResultState.DRAFT,
        ResultState.RETURNED,
    }
    is_reviewed = facts.review_of(person.department) in {
        DepartmentReviewState.ASKED,
        DepartmentReviewState.AGREED,
    }
    return part is not None and part.state is not ChecklistState.OPEN and is_open_again and not is_reviewed


def _may_submit(facts: Facts, _person: Person) -> bool:
    is_ready = facts.result is not None and facts.result.state in {ResultState.DRAFT, ResultState.RETURNED}
    return is_ready and facts.inspection.state is _I.VISITED


def _may_write_late(facts: Facts, person: Person) -> bool:
    return _may_write(facts, person) or _may_reopen(facts, person)


def _is_stray(facts: Facts, _person: Person) -> bool:
    return facts.stray.state is StrayState.ASKED


def _may_order_paper(facts: Facts, person: Person) -> bool:
    """One at a time: while it is in work, asking again changes nothing."""
    has_come = {
        PaperKind.RECORD: facts.inspection.started_at,
        PaperKind.SUMMARY: facts.inspection.ended_at,
        PaperKind.WINDOW: facts.records.get(Team, facts.inspection.id).confirmed_at,
        PaperKind.CHECK: facts.records.get(Team, facts.inspection.id).confirmed_at,
        PaperKind.NOTICE: facts.records.find(InspectionNotice, facts.inspection.id),
        PaperKind.RESULT_NOTICE: facts.result and facts.result.published_at,
    }[facts.button.kind]
    mine = rows_of(facts.records, PaperOrder, inspection_id=facts.inspection.id, person_id=person.id)
    in_work = [one for one in mine if one.state is PaperOrderState.AWAITED and one.kind == facts.button.kind]
    return has_come is not None and not in_work


def _may_order_picture(facts: Facts, person: Person) -> bool:
    """One at a time, as papers."""
    kind = PictureKind.PROGRESS if isinstance(facts.button, ProgressButton) else PictureKind.DUE
    mine = rows_of(facts.records, PaperOrder, person_id=person.id, kind=kind)
    return all(one.state is not PaperOrderState.AWAITED for one in mine)


def _may_file_plan(facts: Facts, person: Person) -> bool:
    filing = facts.records.find(PlanFiling, f"{facts.button.year}-{person.department}")
    return filing is not None and filing.state in {PlanFilingState.DRAFT, PlanFilingState.RETURNED}


def _is(name: str, *states: object) -> Callable[[Facts, Person], bool]:
    return lambda facts, _person: getattr(facts, name).state in states


_MAY_BE_REPORTED = _is("inspection", _I.ASSEMBLING, _I.READY, _I.VISITING)

OPEN: Mapping[object, Callable[[Facts, Person], bool]] = {
    (AssignmentButton, AssignmentAnswer.ACCEPT): _is("assignment", _A.NOTIFIED),
    (AssignmentButton, AssignmentAnswer.WITHDRAW): _is("assignment", _A.ACCEPTED),
    FileLeaveButton: _may_leave,
    DecisionButton: _is("request", LeaveRequestState.PENDING),
    (TeamButton, TeamAct.CONFIRM): lambda facts, _person: (
        facts.records.get(Team, facts.inspection.id).state is TeamState.ASSEMBLED
    ),
    (SchemeButton, SchemeAct.ANNOUNCE): _is("scheme", SchemeState.FILED),
    (SchemeButton, SchemeAct.DRAW): lambda facts, _person: (
        facts.is_collecting() and all(one.value is not None for one in facts.sources())
    ),
    (InviteButton, InviteAct.INVITE): lambda facts, _person: (
        facts.scheme.state is SchemeState.FILED and facts.button.witness not in facts.scheme.witnesses
    ),
    (InviteButton, InviteAct.LEAVE_OUT): lambda facts, _person: (
        facts.scheme.state is SchemeState.FILED and facts.button.witness in facts.scheme.witnesses
    ),
    (NumberButton, NumberAct.SEND): lambda facts, person: (
        facts.is_collecting()
        and any(one.witness_id == person.id and one.value is None for one in facts.sources())
    ),
    NameButton: lambda facts, _person: (
        not any(
            one.state in {*_SITTING, _A.NOTIFIED, _A.LEAVE_ASKED, _A.DRAWN}
            for one in rows_of(facts.records, Assignment, seat_id=facts.button.seat)
        )
    ),
    (VisitButton, VisitAct.START): _is("inspection", _I.READY),
    (VisitButton, VisitAct.END): _is("inspection", _I.VISITING),
    (GoneButton, GoneAct.CLOSED): _MAY_BE_REPORTED,
    (GoneButton, GoneAct.REVOKED): _MAY_BE_REPORTED,
    (GoneButton, GoneAct.CANCELLED): _MAY_BE_REPORTED,
    (GoneButton, GoneAct.MOVED): _MAY_BE_REPORTED,
    MovedButton: _is("inspection", _I.GONE_REPORTED),
    (GoneButton, GoneAct.CONFIRM): _is("inspection", _I.GONE_REPORTED),
    (GoneButton, GoneAct.REJECT): _is("inspection", _I.GONE_REPORTED),
    (PartButton, PartAct.FINISH): lambda facts, person: (
        _may_write(facts, person) and not _may_find(facts, person)
    ),
    (PartButton, PartAct.REOPEN): _may_reopen,
    AnswerButton: _may_write,
    QuickNoteButton: _may_write,
    (ExceptButton, ExceptAct.DO): _may_write,
    (ChangeAnswerButton, ChangeAct.REPLACE): _may_write,
    (ChangeAnswerButton, ChangeAct.REOPEN): _may_write_late,
    (StrayButton, StrayAct.DISCARD): _is_stray,
    (StrayButton, StrayAct.QUESTION): lambda facts, person: (
        _is_stray(facts, person) and _may_write(facts, person)
    ),
    (StrayButton, StrayAct.REOPEN): lambda facts, person: (
        _is_stray(facts, person) and _may_write_late(facts, person)
    ),
    (StrayButton, StrayAct.VISIT): lambda facts, person: (
        _is_stray(facts, person) and facts.inspection.state is _I.VISITING
    ),
    CategoryButton: _may_find,
    FollowUpButton: _may_find,
    ReceiverButton: _may_find,
    MethodButton: _may_find,
    (ResultButton, ResultAct.SUBMIT): _may_submit,
    PaperButton: _may_order_paper,
    (PlanButton, PlanAct.FILE): _may_file_plan,
    (PlanButton, PlanAct.NOTHING): _may_file_plan,
    ProgressButton: _may_order_picture,
    DueButton: _may_order_picture,
    (DepartmentReviewButton, DepartmentReviewAct.AGREE): lambda facts, _person: (
        facts.review_of(facts.button.department) is DepartmentReviewState.ASKED
    ),
    (ApprovalButton, ApprovalAct.APPROVE): _is("scheme", SchemeState.SUBMITTED),
    (SchemeButton, SchemeAct.SUBMIT): _is("scheme", SchemeState.DRAFTED),
    (SchemeButton, SchemeAct.WITHDRAW): _is("scheme", SchemeState.SUBMITTED, SchemeState.FILED),
    (CountersignButton, CountersignAct.SIGN): lambda facts, _person: (
        facts.records.get(Countersignature, facts.button.countersignature).state
        in (CountersignState.ASKED, CountersignState.OBJECTED)
    ),
    (BriefingButton, BriefingAct.READ): lambda facts, _person: (
        facts.records.get(Briefing, facts.button.briefing).state is BriefingState.SENT
    ),
    (ClueButton, ClueAct.APPROVE): lambda facts, _person: (
        facts.records.get(Clue, facts.button.clue).state is ClueState.RECEIVED
    ),
    (NoticeButton, NoticeAct.MAKE): lambda facts, _person: (
        facts.inspection.state in {_I.READY, _I.VISITING}
        and facts.records.find(InspectionNotice, facts.inspection.id) is None
    ),
    ServiceButton: lambda facts, _person: (
        (notice := facts.records.find(InspectionNotice, facts.inspection.id)) is not None
        and not notice.service
    ),
    (OneApprovalButton, OneApprovalAct.APPROVE): lambda _facts, _person: False,
    (ResultButton, ResultAct.APPROVE): lambda facts, _person: (
        facts.result is not None
        and facts.result.state is ResultState.SUBMITTED
        and facts.review_of("fire") is DepartmentReviewState.AGREED
    ),
}
"""When a deed may change something, by kind or by kind and act; what is not here only shows or asks."""


def act_of(button: ButtonData) -> object:
    """The first field that says which deed of its kind a button is."""
    for name in (
        "answer",
        "act",
        "verdict",
        "step",
        "value",
        "note",
        "category",
        "follow_up",
        "ground",
        "kind",
    ):
        if hasattr(button, name):
            return getattr(button, name)
    return None


def is_open(records: Records, button: ButtonData, who: str) -> bool:
    """Whether this press may change something now."""
    rule = OPEN.get((type(button), act_of(button))) or OPEN.get(type(button))
    return rule is not None and rule(Facts(records, button), records.get(Person, who))
