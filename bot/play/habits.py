"""What a person of the story does with a message: one habit for each kind of thing that can stand on the screen.

A habit looks at one message and gives the deed that it leads to, or None. The order of `HABITS` is the order in which
a person attends to things: words that are being waited for first, then answers, teams, and the work on site.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.play.phone import Phone, Shown
from bot.play.story import (
    OTHER_WORDS,
    PUBLIC_VALUE,
    RETURN_WORDS,
    SEND_BACK_WORDS,
    WITNESS_NUMBER,
    Story,
)
from inspection.checklists import AnswerValue
from inspection.leave import GROUND_RULES
from inspection.results import Category
from notifications.buttons.approval import BriefingAct, BriefingButton
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
from notifications.buttons.ceremony import EntryButton, NumberAct, NumberButton
from notifications.buttons.checklists import (
    AnswerButton,
    PartAct,
    PartButton,
    QuestionAct,
    QuestionButton,
    QuickNoteButton,
)
from notifications.buttons.data import ButtonData
from notifications.buttons.results import (
    CategoryButton,
    DepartmentReviewAct,
    DepartmentReviewButton,
    FindingButton,
    FindingsButton,
    FollowUpButton,
    ReceiverButton,
    ResultAct,
    ResultButton,
)
from notifications.buttons.schemes import SchemeAct, SchemeButton
from notifications.buttons.visit_approvals import NoticeButton, VisitApprovalAct, VisitApprovalButton
from notifications.buttons.visits import GoneAct, GoneButton, VisitAct, VisitButton


@dataclass(frozen=True)
class Press:
    """`once`: a name under which this is done one time in the whole play, whatever happens in between."""

    button: ButtonData
    once: str = ""


@dataclass(frozen=True)
class Say:
    text: str
    once: str = ""


@dataclass(frozen=True)
class Show:
    """A picture of a question, named by its number; `as_file` keeps the camera's data."""

    inspection: str
    question: str
    number: int
    as_file: bool


@dataclass(frozen=True)
class Locate:
    inspection: str


Step = Press | Say | Show | Locate


@dataclass(frozen=True)
class Deed:
    """What is done about a message."""

    message: Shown
    steps: tuple[Step, ...]
    opens: str = ""
    """The inspection whose checklist will come on the screen."""


@dataclass
class Knowledge:
    """What the people of the play know of each other's doings."""

    scheme: str
    story: Story | None = None
    first_operator: str = ""
    first_reviewer: str = ""
    reviewers: Mapping[str, str] = field(default_factory=dict)
    """Who reviews for a department, by department: its first reviewer, or its first head."""
    has_lapsed: bool = False
    """The one who kept silent has been told that the time is over."""


Habit = Callable[[Phone, Shown, Knowledge], Deed | None]
_STEPS_OF_A_SCHEME = (SchemeAct.ANNOUNCE, SchemeAct.PREPARE, SchemeAct.DRAW, SchemeAct.SOURCES)
_NO_PHOTO_YET = re.compile(r"^📷 [^\d\n]+$", re.MULTILINE)
"""Where there are some already, their number stands in that line."""
_ASKED_NUMBER = re.compile(r"^★?(\d+)\. ", re.MULTILINE)


# --- The ceremony of the draw ----------------------------------------------------------------------------------------


def give_number(_phone: Phone, message: Shown, known: Knowledge) -> Deed | None:
    """A witness types a number, looks at it, and gives it."""
    look = message.first(NumberButton, act=NumberAct.LOOK)
    if look is None or not look.draw.startswith(f"D-{known.scheme}-"):
        return None
    send = message.first(NumberButton, act=NumberAct.SEND)
    if send is not None:
        return Deed(message, (Press(send),))
    return Deed(message, (Say(WITNESS_NUMBER),))


def say_public_value(_phone: Phone, message: Shown, _known: Knowledge) -> Deed | None:
    if message.wish != "text" or message.slot_of("entry") is None:
        return None
    return Deed(message, (Say(PUBLIC_VALUE),))


def enter_public_value(phone: Phone, message: Shown, known: Knowledge) -> Deed | None:
    """The operator enters it first, and of the colleagues the reviewer."""
    entry = message.first(EntryButton)
    if entry is None or phone.chat not in (known.first_operator, known.first_reviewer):
        return None
    once = f"entry:{entry.draw}:{phone.chat}"
    if once in phone.done_once:
        return None
    return Deed(message, (Press(entry, once=once),))


# --- The operator ----------------------------------------------------------------------------------------------------


def run_scheme(_phone: Phone, message: Shown, known: Knowledge) -> Deed | None:
    """From the list to the card, the announcement, the public inputs and the draw."""
    if message.slot == "schemes":
        view = message.first(SchemeButton, act=SchemeAct.VIEW, scheme=known.scheme)
        return Deed(message, (Press(view),)) if view else None
    offered = {one.act: one for one in message.all_of(SchemeButton) if one.scheme == known.scheme}
    if SchemeAct.VOID in offered:
        return None  # inputs are missing, and the card will change by itself
    chosen = next((offered[act] for act in _STEPS_OF_A_SCHEME if act in offered), None)
    return Deed(message, (Press(chosen),)) if chosen else None


def confirm_gone(phone: Phone, message: Shown, known: Knowledge) -> Deed | None:
    yes = message.first(GoneButton, act=GoneAct.CONFIRM)
    return Deed(message, (Press(yes),)) if yes and phone.chat == known.first_operator else None


# --- An officer and a seat -------------------------------------------------------------------------------------------


def say_why_leaving(_phone: Phone, message: Shown, known: Knowledge) -> Deed | None:
    file = message.first(FileLeaveButton)
    if file is None or known.story is None:
        return None
    leave = known.story.leave_of(file.assignment)
    step = Say(leave.words) if leave else Press(file)
    return Deed(message, (step,))


def choose_ground(_phone: Phone, message: Shown, known: Knowledge) -> Deed | None:
    grounds = message.all_of(GroundButton)
    leave = known.story.leave_of(grounds[0].assignment) if grounds and known.story else None
    chosen = message.first(GroundButton, ground=leave.ground) if leave else None
    return Deed(message, (Press(chosen),)) if chosen else None


def ask_to_leave(phone: Phone, message: Shown, known: Knowledge) -> Deed | None:
    """On the open question, once; a second time, after the head has refused, one accepts."""
    accept = message.first(AssignmentButton, answer=AssignmentAnswer.ACCEPT)
    leave = known.story.leave_of(accept.assignment) if accept and known.story else None
    if accept is None or leave is None:
        return None
    once = f"leave:{accept.assignment}"
    kinds = message.first(GroundsButton, kind=GROUND_RULES[leave.ground].kind)
    if once in phone.done_once or kinds is None:
        return None
    return Deed(message, (Press(kinds, once=once),))


def accept(_phone: Phone, message: Shown, known: Knowledge) -> Deed | None:
    button = message.first(AssignmentButton, answer=AssignmentAnswer.ACCEPT)
    if button is None or known.story is None or known.story.keeps_silent(button.assignment):
        return None
    return Deed(message, (Press(button),))


def think_twice(phone: Phone, message: Shown, known: Knowledge) -> Deed | None:
    back = message.first(AssignmentButton, answer=AssignmentAnswer.WITHDRAW)
    if back is None or known.story is None or not known.story.thinks_twice(back.assignment):
        return None
    once = f"withdraw:{back.assignment}"
    return None if once in phone.done_once else Deed(message, (Press(back, once=once),))


def decide(_phone: Phone, message: Shown, known: Knowledge) -> Deed | None:
    """The head's word."""
    offered = message.all_of(DecisionButton)
    leave = known.story.leave_of(offered[0].request.rpartition("/")[0]) if offered and known.story else None
    said = message.first(DecisionButton, verdict=leave.verdict) if leave else None
    return Deed(message, (Press(said),)) if said else None


def approve_visits(_phone: Phone, message: Shown, _known: Knowledge) -> Deed | None:
    """The head of an authority lets the visits of the scheme take place."""
    every = message.first(VisitApprovalButton, act=VisitApprovalAct.ALL)
    return Deed(message, (Press(every),)) if every else None


def look_at_approved(_phone: Phone, message: Shown, _known: Knowledge) -> Deed | None:
    """The lead, once every head has agreed."""
    card = message.first(VisitButton, act=VisitAct.CARD)
    is_news = message.slot is None and message.first(NoticeButton) is not None
    return Deed(message, (Press(card),)) if card and is_news else None


# --- The lead and the team -------------------------------------------------------------------------------------------


def say_why_sent_back(_phone: Phone, message: Shown, _known: Knowledge) -> Deed | None:
    if message.wish != "text" or message.slot_of("team") is None:
        return None
    return Deed(message, (Say(SEND_BACK_WORDS),))


def send_back(phone: Phone, message: Shown, known: Knowledge) -> Deed | None:
    """In the list of seats: the one of the story, or back to the team."""
    seats = message.all_of(SendBackButton)
    if not seats or known.story is None:
        return None
    inspection = seats[0].assignment.split("/")[0]
    for seat in seats:
        if known.story.is_sent_back(seat.assignment):
            return Deed(message, (Press(seat),))
    phone.looked_at.add(inspection)
    view = message.first(TeamButton, act=TeamAct.VIEW)
    return Deed(message, (Press(view),)) if view else None


def confirm_team(phone: Phone, message: Shown, known: Knowledge) -> Deed | None:
    confirm = message.first(TeamButton, act=TeamAct.CONFIRM)
    choose = message.first(TeamButton, act=TeamAct.CHOOSE_SEAT)
    if confirm is None or choose is None or known.story is None:
        return None
    own = phone.seats.get(confirm.inspection, "")
    if own and known.story.thinks_twice(own) and f"withdraw:{own}" not in phone.done_once:
        return None
    looks = known.story.sends_back_in(confirm.inspection) and confirm.inspection not in phone.looked_at
    return Deed(message, (Press(choose if looks else confirm),))


# --- On site ---------------------------------------------------------------------------------------------------------


def report_gone(phone: Phone, message: Shown, known: Knowledge) -> Deed | None:
    """Only when the silent one's time is over: nobody else's must run out meanwhile."""
    ask = message.first(GoneButton, act=GoneAct.ASK)
    closed = message.first(GoneButton, act=GoneAct.CLOSED)
    button = ask or closed
    if button is None or known.story is None or not known.story.has_gone(button.inspection):
        return None
    if not known.has_lapsed or not known.story.is_lead(phone.seats.get(button.inspection, "")):
        return None
    return Deed(message, (Press(button),))


def read_briefing(_phone: Phone, message: Shown, _known: Knowledge) -> Deed | None:
    read = message.first(BriefingButton, act=BriefingAct.READ)
    return Deed(message, (Press(read),)) if read else None


def start_visit(phone: Phone, message: Shown, known: Knowledge) -> Deed | None:
    start = message.first(VisitButton, act=VisitAct.START)
    if start is None or known.story is None or known.story.has_gone(start.inspection):
        return None
    leads = known.story.is_lead(phone.seats.get(start.inspection, ""))
    return Deed(message, (Press(start),)) if leads else None


def open_checklist(phone: Phone, message: Shown, known: Knowledge) -> Deed | None:
    """One visit after the other."""
    opens = message.first(PartButton, act=PartAct.OPEN)
    if opens is None or message.slot_of("visit") is None or known.story is None:
        return None
    own = phone.seats.get(opens.inspection, "")
    if not own or not known.story.is_first_of_department(own):
        return None
    if phone.in_slot(f"work:{opens.inspection}") or phone.is_at_work():
        return None
    return Deed(message, (Press(opens),), opens=opens.inspection)


def answer_question(phone: Phone, message: Shown, known: Knowledge) -> Deed | None:
    """The picture, then the answer; before the first, where one is: a check-in is at the visit on the screen."""
    offered = message.all_of(AnswerButton)
    if not offered or known.story is None or not phone.is_in_hand(message):
        return None
    inspection, question = offered[0].inspection, offered[0].question
    asked = _ASKED_NUMBER.search(message.text)
    assert asked is not None
    number = int(asked.group(1))
    value = known.story.answer(inspection, number, is_important="★" in message.text)
    press = message.first(AnswerButton, value=value)
    assert press is not None
    show = Show(inspection, question, number, as_file=number % 5 == 0)
    wants_photo = bool(_NO_PHOTO_YET.search(message.text)) and value is not AnswerValue.NOT_APPLICABLE
    is_here = f"here:{inspection}" in phone.done_once or not known.story.checks_in(inspection)
    before: tuple[Step, ...] = () if is_here else (Locate(inspection),)
    return Deed(message, (*before, show, Press(press)) if wants_photo else (*before, Press(press)))


def write_note(phone: Phone, message: Shown, known: Knowledge) -> Deed | None:
    offered = message.all_of(QuickNoteButton)
    if not offered or known.story is None or not phone.is_in_hand(message):
        return None
    note = known.story.note(offered[0].inspection, int(offered[0].question[1:]))
    quick = message.first(QuickNoteButton, note=note)
    return Deed(message, (Press(quick) if quick else Say(str(note)),))


def finish_part(phone: Phone, message: Shown, _known: Knowledge) -> Deed | None:
    """In the summary: the first open question, or the end of the part, or on to the findings."""
    if message.slot_of("work") is None or not phone.is_in_hand(message) or message.all_of(AnswerButton):
        return None
    button = (
        message.first(PartButton, act=PartAct.FINISH)
        or message.first(FindingsButton)
        or (
            message.first(QuestionButton, act=QuestionAct.SHOW)
            if not message.all_of(QuickNoteButton)
            else None
        )
    )
    return Deed(message, (Press(button),)) if button else None


def say_what_was_found(phone: Phone, message: Shown, _known: Knowledge) -> Deed | None:
    if message.wish != "text" or not message.all_of(FindingButton) or not phone.is_in_hand(message):
        return None
    return Deed(message, (Say(OTHER_WORDS),))


def enter_finding(phone: Phone, message: Shown, known: Knowledge) -> Deed | None:
    offered = message.all_of(CategoryButton)
    if not offered or known.story is None or not phone.is_in_hand(message):
        return None
    categories: list[Category] = [button.category for button in offered]
    chosen = known.story.category(offered[0].inspection, offered[0].item, categories)
    button = message.first(CategoryButton, category=chosen)
    return Deed(message, (Press(button),)) if button else None


def say_what_follows(phone: Phone, message: Shown, known: Knowledge) -> Deed | None:
    offered = message.all_of(FollowUpButton)
    receivers = message.all_of(ReceiverButton)
    if known.story is None or not phone.is_in_hand(message):
        return None
    if receivers:
        return Deed(message, (Press(receivers[0]),))
    if not offered:
        return None
    chosen = known.story.follow_up(offered[0].inspection, offered[0].item)
    button = message.first(FollowUpButton, follow_up=chosen)
    return Deed(message, (Press(button),)) if button else None


def end_visit(_phone: Phone, message: Shown, _known: Knowledge) -> Deed | None:
    end = message.first(VisitButton, act=VisitAct.END)
    return Deed(message, (Press(end),)) if end else None


def look_at_progress(_phone: Phone, message: Shown, _known: Knowledge) -> Deed | None:
    """The lead, when the own part is done."""
    if message.slot_of("work") is None:
        return None
    look = message.first(VisitButton, act=VisitAct.OVERVIEW)
    return Deed(message, (Press(look),)) if look else None


# --- The result ------------------------------------------------------------------------------------------------------


def submit(_phone: Phone, message: Shown, _known: Knowledge) -> Deed | None:
    button = message.first(ResultButton, act=ResultAct.SUBMIT)
    return Deed(message, (Press(button),)) if button else None


def look_at_returned(_phone: Phone, message: Shown, _known: Knowledge) -> Deed | None:
    view = message.first(ResultButton, act=ResultAct.VIEW)
    return Deed(message, (Press(view),)) if view and not message.slot else None


def review(phone: Phone, message: Shown, known: Knowledge) -> Deed | None:
    approve = message.first(ResultButton, act=ResultAct.APPROVE)
    back = message.first(ResultButton, act=ResultAct.RETURN)
    if approve is None or back is None or known.story is None or phone.chat != known.first_reviewer:
        return None
    once = f"return:{approve.inspection}"
    if known.story.is_returned(approve.inspection) and once not in phone.done_once:
        return Deed(message, (Press(back, once=once),))
    return Deed(message, (Press(approve),))


def review_findings(phone: Phone, message: Shown, known: Knowledge) -> Deed | None:
    """A department's own reviewer; of several the first."""
    agree = message.first(DepartmentReviewButton, act=DepartmentReviewAct.AGREE)
    if agree is None or phone.chat != known.reviewers.get(agree.department):
        return None
    return Deed(message, (Press(agree),))


def say_why_returned(_phone: Phone, message: Shown, _known: Knowledge) -> Deed | None:
    if message.wish != "text" or message.slot_of("result") is None:
        return None
    return Deed(message, (Say(RETURN_WORDS),))


HABITS: tuple[Habit, ...] = (
    give_number,
    say_public_value,
    enter_public_value,
    say_why_leaving,
    say_why_sent_back,
    say_why_returned,
    say_what_was_found,
    write_note,
    choose_ground,
    ask_to_leave,
    think_twice,
    accept,
    decide,
    approve_visits,
    look_at_approved,
    run_scheme,
    confirm_gone,
    send_back,
    confirm_team,
    report_gone,
    read_briefing,
    start_visit,
    end_visit,
    submit,
    look_at_returned,
    review,
    review_findings,
    answer_question,
    enter_finding,
    say_what_follows,
    finish_part,
    look_at_progress,
    open_checklist,
)


def next_deed(phone: Phone, known: Knowledge) -> Deed | None:
    """The most pressing thing that this person does now; None when nothing is to be done."""
    waiting = list(phone.open_messages())
    for habit in HABITS:
        for message in waiting:
            deed = habit(phone, message, known)
            if deed is not None:
                return deed
    return None
