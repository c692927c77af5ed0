"""What a confirmed team hears around the visit: the card, the start, the progress of all departments, the end."""

from dataclasses import dataclass
from datetime import date, datetime

from inspection.departments import DISTRICTS, EXPERTS, PREFECTURE
from inspection.states import InspectionState
from notifications.buttons.checklists import PartAct, PartButton
from notifications.buttons.papers import PaperKind
from notifications.buttons.pictures import ProgressButton
from notifications.buttons.results import FindingsButton, ResultAct, ResultButton
from notifications.buttons.visit_approvals import NoticeAct, NoticeButton
from notifications.buttons.visits import GONE_CAUSES, GoneAct, GoneButton, MovedButton, VisitAct, VisitButton
from notifications.messages.checklists import OpenLine
from notifications.messages.deadlines import reminder_slot, snooze_choices
from notifications.messages.message import Choice, Choices, Message
from notifications.messages.papers import paper_choices
from notifications.messages.strays import stray_choices
from notifications.outgoing import Wish


def notice_choices(inspection: str, *, has_notice: bool) -> Choices:
    """The notice, and what the firm may answer to it."""
    if not has_notice:
        return ()
    return (
        (
            Choice("paper_notice", NoticeButton(NoticeAct.MAKE, inspection)),
            Choice("firm_applies", NoticeButton(NoticeAct.APPLY, inspection)),
        ),
    )


@dataclass(frozen=True)
class _AboutVisit(Message):
    inspection: str
    object: str

    def slot(self) -> str | None:
        return f"visit:{self.inspection}"

    def _checklist(self) -> tuple[Choice, ...]:
        return (Choice("open_checklist", PartButton(PartAct.OPEN, self.inspection)),)


@dataclass(frozen=True)
class VisitCard(_AboutVisit):
    """The team is confirmed: whoever arrives first starts the visit."""

    address: str
    departments: tuple[str, ...]
    first_day: date
    last_day: date
    department: str
    questions: int
    photos_wanted: int
    is_lead: bool
    has_notice: bool = False
    """The visit is announced to the party by a notice of its own."""

    def choices(self) -> Choices:
        window = paper_choices(self.inspection, PaperKind.WINDOW)
        if self.department == EXPERTS:
            return (window,)
        return (
            (Choice("start_visit", VisitButton(VisitAct.START, self.inspection)),),
            (Choice("report_gone", GoneButton(GoneAct.ASK, self.inspection)), *window),
            paper_choices(self.inspection, PaperKind.CHECK),
            *notice_choices(self.inspection, has_notice=self.has_notice),
        )


@dataclass(frozen=True)
class VisitStarted(_AboutVisit):
    """In place of the card, to everybody of the team; `starter` is the name of who pressed."""

    starter: str
    started_at: datetime
    department: str
    questions: int
    photos_wanted: int
    is_lead: bool
    has_notice: bool = False

    def wish(self) -> Wish | None:
        return Wish.LOCATION

    def choices(self) -> Choices:
        if self.department == EXPERTS:
            return ()
        overview = (
            (Choice("overview", VisitButton(VisitAct.OVERVIEW, self.inspection)),) if self.is_lead else ()
        )
        return (
            self._checklist(),
            (*overview, Choice("report_gone", GoneButton(GoneAct.ASK, self.inspection))),
            paper_choices(self.inspection, PaperKind.CHECK),
            *notice_choices(self.inspection, has_notice=self.has_notice),
        )


@dataclass(frozen=True)
class CheckedIn(Message):
    """The place is stored; `distance_m` None when the register has no place for the object."""

    inspection: str
    object: str
    distance_m: int | None
    at: datetime

    def choices(self) -> Choices:
        return ((Choice("open_checklist", PartButton(PartAct.OPEN, self.inspection)),),)


@dataclass(frozen=True)
class PartLine:
    """One department as the lead sees it; `findings` of `items` can stand."""

    department: str
    state: str
    answered: int
    questions: int
    photos: int
    photos_wanted: int
    findings: int
    items: int


@dataclass(frozen=True)
class Overview(Message):
    """To the lead: how far every department is; edited in place as they go on."""

    inspection: str
    object: str
    parts: tuple[PartLine, ...]
    is_ready: bool
    at: datetime
    scheme: str

    def slot(self) -> str | None:
        return f"overview:{self.inspection}"

    def choices(self) -> Choices:
        end = ((Choice("end_visit", VisitButton(VisitAct.END, self.inspection)),),) if self.is_ready else ()
        refresh = Choice("refresh", VisitButton(VisitAct.OVERVIEW, self.inspection))
        picture = Choice("progress_picture", ProgressButton(self.scheme))
        return (*end, (refresh, *paper_choices(self.inspection, PaperKind.RECORD)), (picture,))


@dataclass(frozen=True)
class VisitEnded(_AboutVisit):
    """To the members: the visit is over, their part is locked, and this is the public date. Without buttons, for it
    takes away the key that sends one's place, and a message can't do both; the papers stand below `/where`."""

    ended_at: datetime
    publicity_due: date
    is_provisional: bool


@dataclass(frozen=True)
class PublicityNears(Message):
    """To lead and reviewers: the result must be public within `days_left` working days."""

    inspection: str
    object: str
    publicity_due: date
    days_left: int
    result: str
    """The state of the result, a key of `labels.toml` as `result_…`."""
    work: str = ""
    """The due work that it goes out with."""

    def slot(self) -> str | None:
        return reminder_slot(self.work)

    def choices(self) -> Choices:
        view = (Choice("view_result", ResultButton(ResultAct.VIEW, self.inspection)),)
        return (view, *snooze_choices(self.work))


@dataclass(frozen=True)
class GoneAsked(Message):
    """What happened to the object: one tap."""

    inspection: str
    object: str

    def slot(self) -> str | None:
        return f"gone:{self.inspection}"

    def choices(self) -> Choices:
        causes = tuple(
            (Choice(f"gone_{cause}", GoneButton(cause, self.inspection)),) for cause in GONE_CAUSES
        )
        return (*causes, (Choice("back", VisitButton(VisitAct.CARD, self.inspection)),))


@dataclass(frozen=True)
class GoneNoted(Message):
    """To whoever reported it: the operator decides now."""

    inspection: str
    object: str
    cause: str
    at: datetime

    def slot(self) -> str | None:
        return f"gone:{self.inspection}"


@dataclass(frozen=True)
class Arrival:
    """Where somebody's phone was at the first check-in; `distance_m` is None where the register knows no place."""

    person: str
    at: datetime
    distance_m: int | None


@dataclass(frozen=True)
class GoneReported(Message):
    """To the operators of the lead department: is it so?"""

    inspection: str
    object: str
    credit_code: str
    scheme: str
    cause: str
    reporter: str
    department: str
    district: str
    """Where the register has it; where it has moved to is asked for."""
    arrived: tuple[Arrival, ...]
    """Who of the team was there; empty before the visit."""
    photos: int

    def slot(self) -> str | None:
        return f"gone:{self.inspection}"

    def choices(self) -> Choices:
        is_moved = self.cause == GoneAct.MOVED
        return (
            *(self._counties() if is_moved else ()),
            (Choice("confirm_gone", GoneButton(GoneAct.CONFIRM, self.inspection)),),
            (Choice("reject_gone", GoneButton(GoneAct.REJECT, self.inspection)),),
        )

    def _counties(self) -> Choices:
        others = [one for one in DISTRICTS if one not in {PREFECTURE, self.district}]
        return tuple((Choice(f"moved_to_{one}", MovedButton(one, self.inspection)),) for one in others)


@dataclass(frozen=True)
class ObjectHandedOver(Message):
    """To the liaisons of the county that an object has moved to: it is theirs now."""

    object: str
    credit_code: str
    scheme: str
    old_district: str
    district: str
    at: datetime


@dataclass(frozen=True)
class GoneRejected(Message):
    """To operator and team: the report does not hold, the inspection goes on where it was."""

    inspection: str
    object: str
    at: datetime

    def slot(self) -> str | None:
        return f"gone:{self.inspection}"


@dataclass(frozen=True)
class InField(Message):
    """`/where` on site: which visit, which question, what is next. `number` is empty while no question is on the
    screen; `waiting` other tasks want an answer."""

    inspection: str
    object: str
    state: InspectionState
    number: str
    answered: int
    questions: int
    photos: int
    photos_wanted: int
    next: str
    """A key of `labels.toml`, `next_…`."""
    waiting: int
    strays: int = 0
    """Things that were sent and belong nowhere yet; `stray` is the first of them."""
    stray: int = 0

    def choices(self) -> Choices:
        return (*self._next(), *stray_choices(self.strays, self.stray))

    def _next(self) -> Choices:
        if self.next.startswith("next_wait_"):
            return (paper_choices(self.inspection),) if self.state is InspectionState.VISITED else ()
        steps = {
            "next_start": Choice("start_visit", VisitButton(VisitAct.START, self.inspection)),
            "next_submit": Choice("view_result", ResultButton(ResultAct.VIEW, self.inspection)),
            "next_correct": Choice("view_result", ResultButton(ResultAct.VIEW, self.inspection)),
            "next_end": Choice("overview", VisitButton(VisitAct.OVERVIEW, self.inspection)),
            "next_findings": Choice("enter_findings", FindingsButton(self.inspection)),
            "next_finding_words": Choice("enter_findings", FindingsButton(self.inspection)),
        }
        checklist = Choice("open_checklist", PartButton(PartAct.OPEN, self.inspection))
        if self.next == "next_correct":
            return ((checklist,), (steps[self.next],))
        return ((steps.get(self.next, checklist),),)


@dataclass(frozen=True)
class BackAgain(Message):
    """After a break, when all that the phone had kept is in: what is there and what is missing. `coming` photos are
    still being fetched."""

    inspection: str
    object: str
    answered: int
    questions: int
    photos: int
    photos_wanted: int
    open: tuple[OpenLine, ...]
    coming: int = 0
    strays: int = 0
    stray: int = 0

    def slot(self) -> str | None:
        return f"back:{self.inspection}"

    def choices(self) -> Choices:
        go_on = Choice("go_on_filling", PartButton(PartAct.OPEN, self.inspection))
        return ((go_on,), *stray_choices(self.strays, self.stray))
