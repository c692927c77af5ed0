"""Findings item by item, the joint result, its review and its publication."""

from dataclasses import dataclass
from datetime import date, datetime

from inspection.results import CHOSEN_FOLLOW_UPS, Category, FindingGap, FollowUp, Method
from notifications.buttons.checklists import PartAct, PartButton
from notifications.buttons.results import (
    CategoryButton,
    DepartmentReviewAct,
    DepartmentReviewButton,
    FindingButton,
    FindingsButton,
    FollowUpButton,
    MethodButton,
    MethodsButton,
    MethodStep,
    ReceiverButton,
    ResultAct,
    ResultButton,
)
from notifications.buttons.visits import VisitAct, VisitButton
from notifications.messages.message import Choice, Choices, Message
from notifications.messages.papers import paper_choices
from notifications.outgoing import Wish


@dataclass(frozen=True)
class FindingNews:
    """What was stored a moment ago for the item `title`: `value` is a key of `labels.toml`, or with `is_text` the
    words themselves. `is_repeat` when it stood there already, since `at`."""

    title: str
    value: str
    at: datetime
    is_repeat: bool
    is_text: bool = False


@dataclass(frozen=True)
class _AboutFinding(Message):
    inspection: str
    object: str
    item: str
    title: str
    place: int
    items: int
    news: FindingNews | None

    def slot(self) -> str | None:
        return f"work:{self.inspection}"

    def _back(self) -> tuple[Choice, ...]:
        return (Choice("back", FindingButton(self.inspection, self.item)),)


@dataclass(frozen=True)
class AskFinding(_AboutFinding):
    """Which national category this item ends in; `categories` in the order for the thumb."""

    category: Category | None
    categories: tuple[Category, ...]
    has_important_no: bool

    def choices(self) -> Choices:
        rows = tuple(
            (Choice(f"category_{one}", CategoryButton(one, self.inspection, self.item)),)
            for one in self.categories
        )
        return (*rows, (Choice("summary", PartButton(PartAct.SUMMARY, self.inspection)),))


@dataclass(frozen=True)
class AskFindingWords(_AboutFinding):
    """This category needs words: what was found."""

    category: Category

    def wish(self) -> Wish | None:
        return Wish.TEXT

    def choices(self) -> Choices:
        return (self._back(),)


@dataclass(frozen=True)
class AskFollowUp(_AboutFinding):
    """What follows."""

    category: Category

    def choices(self) -> Choices:
        rows = tuple(
            (Choice(f"follow_up_{one}", FollowUpButton(one, self.inspection, self.item)),)
            for one in CHOSEN_FOLLOW_UPS
        )
        return (*rows, self._back())


@dataclass(frozen=True)
class AskReceiver(_AboutFinding):
    """Which department receives the matter; `departments` are id and name in the reader's language."""

    follow_up: FollowUp
    departments: tuple[tuple[str, str], ...]

    def choices(self) -> Choices:
        keys = [
            Choice(name, ReceiverButton(id, self.inspection, self.item), is_text=True)
            for id, name in self.departments
        ]
        rows = tuple(tuple(keys[start : start + 2]) for start in range(0, len(keys), 2))
        return (*rows, self._back())


@dataclass(frozen=True)
class AskMethods(_AboutFinding):
    """By which methods the item was checked; each can be added or dropped."""

    methods: tuple[Method, ...]

    def choices(self) -> Choices:
        rows = tuple((self._toggle(method),) for method in Method)
        return (*rows, (Choice("back", FindingsButton(self.inspection)),))

    def _toggle(self, method: Method) -> Choice:
        is_used = method in self.methods
        step = MethodStep.DROP if is_used else MethodStep.ADD
        data = MethodButton(step, method, self.inspection, self.item)
        return Choice(f"method_{method}", data, mark="☑" if is_used else "☐")


@dataclass(frozen=True)
class FindingLine:
    """One item with what was found; `gaps` is what it still wants."""

    item: str
    title: str
    department: str
    category: Category | None
    words: str
    follow_ups: tuple[str, ...]
    transfer_to: str | None
    gaps: tuple[FindingGap, ...]
    methods: tuple[str, ...] = ()


@dataclass(frozen=True)
class FindingsKept(Message):
    """All items of the department have a finding; each can be changed, and so can the way it was checked."""

    inspection: str
    object: str
    department: str
    findings: tuple[FindingLine, ...]
    is_lead: bool
    is_over: bool
    """The visit has ended: what follows is the submission."""
    news: FindingNews | None = None

    def slot(self) -> str | None:
        return f"work:{self.inspection}"

    def choices(self) -> Choices:
        changes = tuple(
            (
                Choice(f"{number}. {line.title}", FindingButton(self.inspection, line.item), is_text=True),
                Choice("methods", MethodsButton(self.inspection, line.item), {"number": number}),
            )
            for number, line in enumerate(self.findings, start=1)
        )
        return (*self._next(), *changes)

    def _next(self) -> Choices:
        if not self.is_lead:
            return ()
        if self.is_over:
            return ((Choice("view_result", ResultButton(ResultAct.VIEW, self.inspection)),),)
        return ((Choice("overview", VisitButton(VisitAct.OVERVIEW, self.inspection)),),)


@dataclass(frozen=True)
class NoLine:
    """A question answered 否, as the joint summary shows it."""

    number: str
    text: str
    note: str
    department: str


@dataclass(frozen=True)
class ReviewLine:
    """Where the review of one department's findings stands: `state` is a key of `labels.toml` as `review_…`, of which
    `joint` means that it is reviewed along with the joint result. `reviewer` and `at` when it was decided; `words` why
    it was returned."""

    department: str
    state: str
    reviewer: str = ""
    at: datetime | None = None
    words: str = ""


@dataclass(frozen=True)
class _JointResult(Message):
    inspection: str
    object: str
    credit_code: str
    scheme: str
    departments: tuple[str, ...]
    ended_at: datetime
    publicity_due: date
    is_provisional: bool
    answers: int
    noes: tuple[NoLine, ...]
    photos: int
    findings: tuple[FindingLine, ...]
    reviews: tuple[ReviewLine, ...]

    def slot(self) -> str | None:
        return f"result:{self.inspection}"


@dataclass(frozen=True)
class JointSummary(_JointResult):
    """To the lead after the visit, or after the reviewer returned it: read, then submit."""

    review_words: str

    def choices(self) -> Choices:
        return (
            (Choice("submit_result", ResultButton(ResultAct.SUBMIT, self.inspection)),),
            (Choice("open_checklist", PartButton(PartAct.SUMMARY, self.inspection)),),
            paper_choices(self.inspection),
        )


@dataclass(frozen=True)
class ResultSubmitted(Message):
    """To the lead, in place of the summary."""

    inspection: str
    object: str
    submitted_at: datetime
    publicity_due: date
    is_provisional: bool
    reviewers: tuple[str, ...]
    departments: tuple[str, ...] = ()
    """Those whose own reviewers come first."""

    def slot(self) -> str | None:
        return f"result:{self.inspection}"


@dataclass(frozen=True)
class ReviewCard(_JointResult):
    """To the reviewers of the lead department: approve and publish, or return with words. While `waiting_for` names
    departments whose own reviewers have not agreed yet, it can only be returned."""

    lead: str
    submitted_at: datetime
    returns: int
    waiting_for: tuple[str, ...]

    def choices(self) -> Choices:
        approve = Choice("approve_result", ResultButton(ResultAct.APPROVE, self.inspection))
        return (
            *(() if self.waiting_for else ((approve,),)),
            (Choice("return_result", ResultButton(ResultAct.RETURN, self.inspection)),),
            paper_choices(self.inspection),
        )


@dataclass(frozen=True)
class DepartmentReviewCard(Message):
    """To the reviewers of a department: agree to what their colleagues found, or return it with words."""

    inspection: str
    object: str
    scheme: str
    department: str
    lead: str
    submitted_at: datetime
    publicity_due: date
    is_provisional: bool
    noes: tuple[NoLine, ...]
    photos: int
    findings: tuple[FindingLine, ...]
    returns: int

    def slot(self) -> str | None:
        return f"review:{self.inspection}/{self.department}"

    def choices(self) -> Choices:
        return (
            (self._choice("agree_findings", DepartmentReviewAct.AGREE),),
            (self._choice("return_findings", DepartmentReviewAct.RETURN),),
            paper_choices(self.inspection),
        )

    def _choice(self, name: str, act: DepartmentReviewAct) -> Choice:
        return Choice(name, DepartmentReviewButton(act, self.inspection, self.department))


@dataclass(frozen=True)
class FindingsAgreed(Message):
    """To the reviewers of a department, in place of the card; `waiting_for` are the departments still to agree."""

    inspection: str
    object: str
    department: str
    reviewer: str
    at: datetime
    waiting_for: tuple[str, ...]

    def slot(self) -> str | None:
        return f"review:{self.inspection}/{self.department}"


@dataclass(frozen=True)
class AskReturnWords(Message):
    """Why the result goes back: the team will read it. It is the whole result, or what `department` found; of the whole
    one `departments` can each be returned alone."""

    inspection: str
    object: str
    departments: tuple[tuple[str, str], ...] = ()
    """Id, and name in the reader's language."""
    department: str = ""
    is_joint: bool = True
    """Asked of a reviewer of the lead department; else of the department's own."""

    def wish(self) -> Wish | None:
        return Wish.TEXT

    def slot(self) -> str | None:
        if self.is_joint:
            return f"result:{self.inspection}"
        return f"review:{self.inspection}/{self.department}"

    def choices(self) -> Choices:
        alone = tuple(
            (Choice("return_only", self._returning(id), {"department": name}),)
            for id, name in self.departments
        )
        return (*alone, (Choice("back", self._view()),))

    def _returning(self, department: str) -> DepartmentReviewButton:
        return DepartmentReviewButton(DepartmentReviewAct.RETURN, self.inspection, department)

    def _view(self) -> ResultButton | DepartmentReviewButton:
        if self.is_joint:
            return ResultButton(ResultAct.VIEW, self.inspection)
        return DepartmentReviewButton(DepartmentReviewAct.VIEW, self.inspection, self.department)


@dataclass(frozen=True)
class ResultReturned(Message):
    """To lead and officers: the reviewer's words, and what to do. `department` when what it found was returned alone;
    `is_ours` when the reader is of it."""

    inspection: str
    object: str
    words: str
    at: datetime
    is_lead: bool
    department: str = ""
    is_ours: bool = True

    def choices(self) -> Choices:
        lead = (
            ((Choice("view_result", ResultButton(ResultAct.VIEW, self.inspection)),),) if self.is_lead else ()
        )
        ours = ((Choice("open_checklist", PartButton(PartAct.SUMMARY, self.inspection)),),)
        return (*(ours if self.is_ours else ()), *lead)


@dataclass(frozen=True)
class ResultSentBack(Message):
    """To the reviewers, in place of the card; `department` when what it found was returned alone. To those of the
    lead department when `is_joint`, else to the department's own."""

    inspection: str
    object: str
    words: str
    at: datetime
    department: str = ""
    is_joint: bool = True

    def slot(self) -> str | None:
        if self.is_joint:
            return f"result:{self.inspection}"
        return f"review:{self.inspection}/{self.department}"


@dataclass(frozen=True)
class ResultPublished(Message):
    """To everybody concerned: it stands on the public page. `working_day` counts from the end of the visit."""

    inspection: str
    object: str
    published_at: datetime
    publicity_due: date
    working_day: int
    findings: tuple[FindingLine, ...]
    transfers: int
    digest: str
    version: int = 1
    reason: str = ""
    """Public: why there is another version."""

    def slot(self) -> str | None:
        return f"result:{self.inspection}"
