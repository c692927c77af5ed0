"""What everybody does about what comes on their phone, and how long they take for it: one habit for each kind of card.

A habit looks at one message of one person and says when they will do what about it, or None. By then the message may
have changed; then nothing is done, for the change has been looked at anew.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.play.year.registers import WITNESS, reviewer
from bot.play.year.story import (
    RETURN_WORDS,
    SCHEME_RETURN_WORDS,
    SEND_BACK_WORDS,
    WITNESS_NUMBER,
    Story,
)
from bot.play.year.street import Shown, Street
from inspection.leave import GROUND_RULES
from notifications.buttons.approval import (
    ApprovalAct,
    ApprovalButton,
    BriefingAct,
    BriefingButton,
    CountersignAct,
    CountersignButton,
)
from notifications.buttons.assignments import (
    AssignmentAnswer,
    AssignmentButton,
    DecisionButton,
    GroundButton,
    GroundsButton,
    SendBackButton,
    TeamAct,
    TeamButton,
)
from notifications.buttons.ceremony import NumberAct, NumberButton
from notifications.buttons.clues import ClueAct, ClueButton
from notifications.buttons.naming import NameButton
from notifications.buttons.results import (
    DepartmentReviewAct,
    DepartmentReviewButton,
    ResultAct,
    ResultButton,
)
from notifications.buttons.schemes import SchemeAct, SchemeButton
from notifications.buttons.visit_approvals import VisitApprovalAct, VisitApprovalButton
from notifications.buttons.visits import GoneAct, GoneButton
from notifications.catalogue import label

Deed = Callable[[], None]


@dataclass(frozen=True)
class Intention:
    """After `hours` of the clock, and when the offices are open, unless it is urgent."""

    hours: float
    deed: Deed
    is_urgent: bool = False


@dataclass
class People:
    """Everybody of the street. `on_team` is told of each confirmed team, with its lead."""

    street: Street
    story: Story
    departments: Mapping[str, str]
    """Of every officer."""
    on_team: Callable[[str, str], None]
    holders: dict[str, dict[str, str]] = field(default_factory=dict)
    """By inspection: who has accepted which seat (`department/number`)."""
    leads: dict[str, str] = field(default_factory=dict)
    """By inspection, once the team is confirmed."""
    not_drawn_here: set[str] = field(default_factory=set)
    """Names of schemes whose draw is held elsewhere: their operators announce nothing."""
    _numbers: dict[str, int] = field(default_factory=dict)
    """By assignment: the how-manieth seat of the year somebody is asked for."""
    _given: set[str] = field(default_factory=set)
    """Draws that have their number."""
    _named: dict[str, set[str]] = field(default_factory=dict)
    """By inspection: who was named for it."""

    def react(self, who: str, shown: Shown) -> None:
        """Somebody reads a message, and has in mind what to do about it."""
        if not shown.buttons:
            return
        for habit in HABITS:
            meant = habit(self, who, shown)
            if meant is not None:
                self.mean(who, shown, meant)
                return

    def mean(self, who: str, shown: Shown, meant: Intention) -> None:
        def do_if_it_still_stands() -> None:
            if self.street.phones.of(who).messages.get(shown.id) is shown:
                meant.deed()

        span = timedelta(hours=meant.hours)
        if meant.is_urgent:
            self.street.plan(self.street.now + span, do_if_it_still_stands)
        else:
            self.street.plan_in_office(span, do_if_it_still_stands)

    def department_of(self, who: str) -> str:
        return self.departments.get(who, who[3:])

    # --- The scheme and its draw ---

    def approve_scheme(self, who: str, shown: Shown) -> Intention | None:
        button = shown.first(ApprovalButton, act=ApprovalAct.APPROVE)
        if button is None:
            return None
        back = ApprovalButton(ApprovalAct.RETURN, button.scheme)
        if self.story.is_turn(f"scheme {button.scheme}", 1) and self.story.is_turn("scheme looked at", 2):
            self.story.told["schemes returned"] += 1
            return Intention(3, lambda: self.street.press_and_say(who, back, SCHEME_RETURN_WORDS))
        return Intention(5, lambda: self.street.press(who, button))

    def countersign(self, who: str, shown: Shown) -> Intention | None:
        button = shown.first(CountersignButton, act=CountersignAct.SIGN)
        return Intention(2, lambda: self.street.press(who, button)) if button else None

    def run_scheme(self, who: str, shown: Shown) -> Intention | None:
        """The operator: resubmits what came back, prepares, announces, draws."""
        if any(name in shown.outgoing.text for name in self.not_drawn_here):
            return None
        offered = {one.act: one for one in shown.all_of(SchemeButton)}
        if SchemeAct.VOID in offered and SchemeAct.DRAW not in offered:
            return None
        steps = (SchemeAct.ANNOUNCE, SchemeAct.PREPARE, SchemeAct.DRAW, SchemeAct.SUBMIT)
        chosen = next((offered[act] for act in steps if act in offered), None)
        return Intention(1, lambda: self.street.press(who, chosen)) if chosen else None

    def give_number(self, who: str, shown: Shown) -> Intention | None:
        look = shown.first(NumberButton, act=NumberAct.LOOK)
        if look is None or who != WITNESS or look.draw in self._given:
            return None

        def give() -> None:
            self._given.add(look.draw)
            self.street.say(who, WITNESS_NUMBER)
            self.street.press_found(who, NumberButton, act=NumberAct.SEND, draw=look.draw)

        return Intention(0.5, give)

    # --- Seats and teams ---

    def answer_assignment(self, who: str, shown: Shown) -> Intention | None:
        accept = shown.first(AssignmentButton, answer=AssignmentAnswer.ACCEPT)
        if accept is None or shown.all_of(GroundButton):
            return None
        assignment = accept.assignment
        is_new = assignment not in self._numbers
        if is_new:
            self._numbers[assignment] = self.story.turn("seat asked for")
        number = self._numbers[assignment]
        if self.story.keeps_silent(number) or shown.kind == "answer_reminder":
            return None
        leave = self.story.leave_of(assignment, number) if is_new else None
        if leave is None:
            return Intention(1 + number % 5, lambda: self._accept(who, accept))
        grounds = GroundsButton(GROUND_RULES[leave.ground].kind, assignment)
        ground = GroundButton(leave.ground, assignment)

        def ask() -> None:
            self.street.press(who, grounds)
            self.street.press_and_say(who, ground, leave.words)

        return Intention(2, ask)

    def _accept(self, who: str, accept: AssignmentButton) -> None:
        self.street.press(who, accept)
        inspection, department, seat, _turn = accept.assignment.split("/")
        self.holders.setdefault(inspection, {})[f"{department}/{seat}"] = who

    def decide_leave(self, who: str, shown: Shown) -> Intention | None:
        offered = shown.all_of(DecisionButton)
        if not offered:
            return None
        verdict = self.story.verdict_on(offered[0].request.rpartition("/")[0])
        button = shown.first(DecisionButton, verdict=verdict)
        return Intention(2, lambda: self.street.press(who, button)) if button else None

    def name_officer(self, who: str, shown: Shown) -> Intention | None:
        names = shown.all_of(NameButton)
        return Intention(1, lambda: self._name(who, names)) if names else None

    def _name(self, who: str, names: Sequence[NameButton]) -> None:
        """The first who is not asked for another seat of this team."""
        inspection = names[0].seat.partition("/")[0]
        taken = self._named.setdefault(inspection, set(self.holders.get(inspection, {}).values()))
        chosen = next(one for one in names if one.person not in taken)
        taken.add(chosen.person)
        self.street.press(who, chosen)

    def confirm_team(self, who: str, shown: Shown) -> Intention | None:
        confirm = shown.first(TeamButton, act=TeamAct.CONFIRM)
        if confirm is None:
            return None
        choose = shown.first(TeamButton, act=TeamAct.CHOOSE_SEAT)
        if choose is not None and self.story.sends_back():
            return Intention(1, lambda: self._send_back(who, choose))
        return Intention(1, lambda: self._confirm(who, confirm))

    def _send_back(self, who: str, choose: TeamButton) -> None:
        self.street.press(who, choose)
        seats = [one for phone in [self.street.phones.of(who)] if (one := phone.newest())]
        other = next(one for one in seats[0].all_of(SendBackButton) if self._holder_of(one.assignment) != who)
        self.street.press_and_say(who, other, SEND_BACK_WORDS)
        self.story.told["seats sent back"] += 1

    def _holder_of(self, assignment: str) -> str:
        inspection, department, seat, _turn = assignment.split("/")
        return self.holders.get(inspection, {}).get(f"{department}/{seat}", "")

    def _confirm(self, who: str, confirm: TeamButton) -> None:
        self.street.press(who, confirm)
        self.leads[confirm.inspection] = who
        self.on_team(confirm.inspection, who)

    def read_briefing(self, who: str, shown: Shown) -> Intention | None:
        read = shown.first(BriefingButton, act=BriefingAct.READ)
        if read is None or self.story.turn("briefing") % 11 == 0:
            return None
        return Intention(3, lambda: self.street.press(who, read))

    def approve_visits(self, who: str, shown: Shown) -> Intention | None:
        every = shown.first(VisitApprovalButton, act=VisitApprovalAct.ALL)
        return Intention(2, lambda: self.street.press(who, every)) if every else None

    def confirm_gone(self, who: str, shown: Shown) -> Intention | None:
        yes = shown.first(GoneButton, act=GoneAct.CONFIRM)
        return Intention(2, lambda: self.street.press(who, yes)) if yes else None

    def decide_clue(self, who: str, shown: Shown) -> Intention | None:
        button = shown.first(ClueButton, act=ClueAct.APPROVE)
        if label("clue_source_complaint", "zh") not in shown.outgoing.text:
            return None  # what was monitored waits for others of its kind
        return Intention(1, lambda: self.street.press(who, button), is_urgent=True) if button else None

    # --- Results ---

    def submit_result(self, who: str, shown: Shown) -> Intention | None:
        button = shown.first(ResultButton, act=ResultAct.SUBMIT)
        if button is not None and self.leads.get(button.inspection) == who:
            return Intention(20, lambda: self.street.press(who, button))
        view = shown.first(ResultButton, act=ResultAct.VIEW)
        if view is not None and shown.kind == "result_returned" and self.leads.get(view.inspection) == who:
            return Intention(1, lambda: self.street.press(who, view))
        return None

    def review_findings(self, who: str, shown: Shown) -> Intention | None:
        agree = shown.first(DepartmentReviewButton, act=DepartmentReviewAct.AGREE)
        if agree is None or who != reviewer(agree.department):
            return None
        back = shown.first(DepartmentReviewButton, act=DepartmentReviewAct.RETURN)
        if (
            back is not None
            and self.story.is_turn(f"findings {agree.inspection}/{agree.department}", 1)
            and self.story.returns_findings()
        ):
            return Intention(4, lambda: self._return_findings(who, back))
        return Intention(4, lambda: self.street.press(who, agree))

    def _return_findings(self, who: str, back: DepartmentReviewButton) -> None:
        self.street.press_and_say(who, back, RETURN_WORDS)
        self.story.told["findings returned"] += 1

    def review_result(self, who: str, shown: Shown) -> Intention | None:
        approve = shown.first(ResultButton, act=ResultAct.APPROVE)
        if approve is None or not who.startswith("RV-"):
            return None
        back = shown.first(ResultButton, act=ResultAct.RETURN)
        if (
            back is not None
            and self.story.is_turn(f"result {approve.inspection}", 1)
            and self.story.returns_result()
        ):
            return Intention(6, lambda: self._return(who, back))
        return Intention(26, lambda: self.street.press(who, approve))

    def _return(self, who: str, back: ResultButton) -> None:
        self.street.press_and_say(who, back, RETURN_WORDS)
        self.story.told["results returned"] += 1


HABITS: tuple[Callable[[People, str, Shown], Intention | None], ...] = (
    People.give_number,
    People.approve_scheme,
    People.countersign,
    People.run_scheme,
    People.decide_leave,
    People.answer_assignment,
    People.name_officer,
    People.confirm_team,
    People.approve_visits,
    People.read_briefing,
    People.confirm_gone,
    People.decide_clue,
    People.review_findings,
    People.review_result,
    People.submit_result,
)
