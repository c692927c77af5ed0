"""One visit as its team makes it: the notice, the start, every department's checklist with pictures, what was found."""

import re
from datetime import timedelta
from typing import Final

from bot.play.year.people import People
from bot.play.year.story import FOUND_WORDS, NO_WORDS, Story
from bot.play.year.street import Shown, Street, YearStopped
from inspection.checklists import AnswerValue
from inspection.follow_ups import Service
from notifications.buttons.checklists import AnswerButton, PartAct, PartButton, QuickNoteButton
from notifications.buttons.results import (
    CategoryButton,
    FindingsButton,
    FollowUpButton,
    ReceiverButton,
)
from notifications.buttons.visit_approvals import (
    NoticeAct,
    NoticeButton,
    ServiceButton,
    StartAct,
    StartButton,
)
from notifications.buttons.visits import GoneAct, GoneButton, VisitAct, VisitButton
from notifications.outgoing import Wish

_MOST = 60
"""So many screens a checklist never has."""
_NO_PHOTO_YET: Final = re.compile(r"^📷 [^\d\n]+$", re.MULTILINE)
_ASKED_NUMBER: Final = re.compile(r"^★?(\d+)\. ", re.MULTILINE)


class Field:
    """Goes out with a team and comes back when the visit has ended."""

    def __init__(self, people: People) -> None:
        self._people = people
        self.visits = 0

    @property
    def _street(self) -> Street:
        return self._people.street

    @property
    def _story(self) -> Story:
        return self._people.story

    def serve_notice(self, inspection: str, lead: str) -> None:
        """Some days before; not where there is no approval yet."""
        street = self._street
        street.press(lead, NoticeButton(NoticeAct.MAKE, inspection))
        street.press(lead, NoticeButton(NoticeAct.SERVE, inspection))
        street.press(lead, ServiceButton(next(iter(Service)), inspection))
        self._story.told["notices served"] += 1

    def report_gone(self, inspection: str, lead: str) -> None:
        street = self._street
        street.press(lead, GoneButton(GoneAct.ASK, inspection))
        street.press(lead, GoneButton(GoneAct.CLOSED, inspection))
        self._story.told["objects gone"] += 1

    def visit(self, inspection: str, lead: str) -> bool:
        """From the start on site to the end; False where it can't start yet. Where no head has said yes, it starts all
        the same and is made up for."""
        street = self._street
        street.press(lead, VisitButton(VisitAct.START, inspection))
        if street.heard(lead, "briefings_unread"):
            street.press(lead, VisitButton(VisitAct.START, inspection))
        if street.heard(lead, "visit_not_approved"):
            street.press(lead, StartButton(StartAct.URGENT, inspection))
            self._story.told["visits started urgently"] += 1
        if not street.heard(lead, "visit_started"):
            self._story.told["visits put off"] += 1
            return False
        self.visits += 1
        for who in self._first_of_each_department(inspection, lead):
            street.now += timedelta(minutes=10)
            self._fill_in(inspection, who)
        street.now += timedelta(minutes=15)
        street.press(lead, VisitButton(VisitAct.OVERVIEW, inspection))
        street.press_found(lead, VisitButton, act=VisitAct.END, inspection=inspection)
        if not street.heard(lead, "joint_summary"):
            raise YearStopped(f"{inspection} did not end: {street.last_words(lead)}")
        return True

    def _first_of_each_department(self, inspection: str, lead: str) -> list[str]:
        """The lead last, who looks at all the others."""
        found: dict[str, str] = {}
        for seat, who in sorted(self._people.holders[inspection].items()):
            found.setdefault(seat.partition("/")[0], who)
        found[self._people.department_of(lead)] = lead
        return sorted(found.values(), key=lambda who: who == lead)

    # --- A department's part ---

    def _fill_in(self, inspection: str, who: str) -> None:
        self._street.press(who, PartButton(PartAct.OPEN, inspection))
        self.go_on(inspection, who)

    def go_on(self, inspection: str, who: str) -> None:
        """Until nothing of the part is open any more."""
        street = self._street
        for _ in range(_MOST):
            shown = self._at_work(inspection, who)
            if not self._do_next(inspection, who, shown):
                return
        raise YearStopped(f"the checklist of {inspection} goes round in a circle: {street.last_words(who)}")

    def _at_work(self, inspection: str, who: str) -> Shown:
        messages = self._street.phones.of(who).messages.values()
        for shown in reversed(messages):
            if shown.outgoing.slot == f"work:{inspection}":
                return shown
        raise YearStopped(f"{who} has no checklist of {inspection}: {self._street.last_words(who)}")

    def _do_next(self, inspection: str, who: str, shown: Shown) -> bool:
        """One step; False when nothing is left."""
        street = self._street
        if answers := shown.all_of(AnswerButton):
            self._answer(inspection, who, shown, answers[0].question)
        elif shown.all_of(QuickNoteButton):
            street.say(who, NO_WORDS)
        elif categories := shown.all_of(CategoryButton):
            self._say_category(inspection, who, categories)
        elif receivers := shown.all_of(ReceiverButton):
            known = set(self._people.departments.values()) - {self._people.department_of(who)}
            street.press(who, next((one for one in receivers if one.department in known), receivers[0]))
        elif follow_ups := shown.all_of(FollowUpButton):
            wanted = self._story.follow_up()
            street.press(who, next((one for one in follow_ups if one.follow_up is wanted), follow_ups[0]))
        elif shown.outgoing.wish is Wish.TEXT:
            street.say(who, FOUND_WORDS)
        elif finish := shown.first(PartButton, act=PartAct.FINISH):
            street.press(who, finish)
        elif findings := shown.first(FindingsButton):
            street.press(who, findings)
        else:
            return False
        return True

    def _answer(self, inspection: str, who: str, shown: Shown, question: str) -> None:
        text = shown.outgoing.text
        asked = _ASKED_NUMBER.search(text)
        number = int(asked.group(1)) if asked else 0
        department = self._people.department_of(who)
        value = self._story.answer(inspection, department, is_important="★" in text)
        if _NO_PHOTO_YET.search(text) and value is not AnswerValue.NOT_APPLICABLE:
            name = f"{inspection}/{question}"
            self._street.show(who, name, as_file=number % 3 == 0, caption=f"第{number}题")
        self._street.press(who, AnswerButton(value, inspection, question))

    def _say_category(self, inspection: str, who: str, offered: list[CategoryButton]) -> None:
        wanted = self._story.category_of(inspection, self._people.department_of(who))
        chosen = next((one for one in offered if one.category is wanted), offered[0])
        self._street.press(who, chosen)
