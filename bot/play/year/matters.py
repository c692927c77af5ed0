"""What follows from visits, on the phones of those who handle it: corrections, listings, leads, one suspected crime."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.play.year.people import Intention, People
from bot.play.year.registers import head, liaison
from bot.play.year.story import (
    CRIME_WORDS,
    NOT_CORRECTED_WORDS,
    NOT_FILED_WORDS,
    PUNISH_WORDS,
    RECEIPT_WORDS,
    REPORT_WORDS,
    RETURN_LEAD_WORDS,
)
from bot.play.year.street import Shown
from notifications.buttons.matters import MatterAct, MatterButton, MatterKind, TransferToButton

_A, _K = MatterAct, MatterKind
_LATE_HOURS = 24 * 12
"""Somebody signs for a lead only after the day on which they should have."""


@dataclass
class Matters:
    """The habits of liaisons, heads and officers with cards of matters."""

    people: People

    def react(self, who: str, shown: Shown) -> Intention | None:
        """What this person does about this card, where it is one."""
        cards = shown.all_of(MatterButton)
        if not cards or shown.kind.endswith("_list"):
            return None
        offered = {one.act: one for one in cards}
        of_kind = {_K.FOLLOW_UP: self._follow_up, _K.TRANSFER: self._transfer, _K.CRIME: self._crime}
        return of_kind[cards[0].kind](who, shown, offered)

    def _follow_up(self, who: str, shown: Shown, offered: dict[MatterAct, MatterButton]) -> Intention | None:
        department = self.people.department_of(who)
        if who == liaison(department):
            return self._of_liaison(who, offered)
        if who == head(department):
            return None
        return self._of_officer(who, shown, offered)

    def _of_liaison(self, who: str, offered: dict[MatterAct, MatterButton]) -> Intention | None:
        story, press = self.people.story, self._press
        if _A.ORDER_TERM in offered:
            at_once = story.turn("correction ordered") % 4 == 0
            return Intention(6, press(who, offered[_A.ORDER_NOW if at_once else _A.ORDER_TERM]))
        if _A.REPORT in offered:
            return Intention(24 * 4, press(who, offered[_A.REPORT], REPORT_WORDS))
        if _A.LIST in offered:
            return Intention(24, press(who, offered[_A.LIST]))
        return None

    def _of_officer(self, who: str, shown: Shown, offered: dict[MatterAct, MatterButton]) -> Intention | None:
        """The same officers look again: mostly it is well."""
        story = self.people.story
        if _A.CORRECTED_SEEN not in offered or _A.REPORT in offered:
            return None
        turn = story.turn("checked again")
        if turn == 5:
            story.told["crimes reported"] += 1
            return Intention(20, lambda: self._report_crime(who, offered), is_urgent=True)
        if turn == 3:
            story.told["not corrected"] += 1
            return Intention(20, self._press(who, offered[_A.NOT_CORRECTED], NOT_CORRECTED_WORDS))
        story.told["corrected"] += 1
        return Intention(20, self._press(who, offered[_A.CORRECTED_SEEN]))

    def _report_crime(self, who: str, offered: dict[MatterAct, MatterButton]) -> None:
        """It is corrected, and it was more than a fault."""
        self._press(who, offered[_A.REPORT_CRIME], CRIME_WORDS)()
        self._press(who, offered[_A.CORRECTED_SEEN])()

    def _transfer(self, who: str, _shown: Shown, offered: dict[MatterAct, MatterButton]) -> Intention | None:
        if not who.startswith("LI-"):
            return None
        story, press = self.people.story, self._press
        if _A.RECEIVE in offered:
            late = story.is_turn("lead arrived", 2)
            return Intention(_LATE_HOURS if late else 5, press(who, offered[_A.RECEIVE]))
        if _A.ACCEPT in offered:
            return self._take_on(who, offered)
        if _A.FILED in offered:
            if story.turn("lead looked into") % 2:
                return Intention(30, press(who, offered[_A.FILED]))
            return Intention(30, press(who, offered[_A.NOT_FILED], NOT_FILED_WORDS))
        if _A.AGAIN in offered:
            return Intention(3, lambda: self._send_on(who, offered[_A.AGAIN]))
        return None

    def _take_on(self, who: str, offered: dict[MatterAct, MatterButton]) -> Intention:
        turn, told = self.people.story.turn("lead taken on"), self.people.story.told
        if turn == 3:
            told["leads passed on"] += 1
            return Intention(4, lambda: self._send_on(who, offered[_A.FORWARD]))
        if turn == 4 and _A.RETURN in offered:
            told["leads sent back"] += 1
            return Intention(4, self._press(who, offered[_A.RETURN], RETURN_LEAD_WORDS))
        return Intention(4, self._press(who, offered[_A.ACCEPT]))

    def _send_on(self, who: str, button: MatterButton) -> None:
        """To the first department that plays along."""
        street = self.people.street
        street.press(who, button)
        newest = street.phones.of(who).newest()
        known = set(self.people.departments.values()) - {self.people.department_of(who)}
        offered = newest.all_of(TransferToButton) if newest else []
        street.press(who, next(one for one in offered if one.department in known))

    def _crime(self, who: str, _shown: Shown, offered: dict[MatterAct, MatterButton]) -> Intention | None:
        press = self._press
        if _A.APPROVE in offered:
            return Intention(3, press(who, offered[_A.APPROVE]), is_urgent=True)
        if not who.startswith("LI-"):
            return None
        if _A.HAND_OVER in offered:
            return Intention(2, press(who, offered[_A.HAND_OVER], RECEIPT_WORDS), is_urgent=True)
        if _A.COPY in offered:
            return Intention(1, press(who, offered[_A.COPY]), is_urgent=True)
        if _A.POLICE_FILED in offered:
            return Intention(30, press(who, offered[_A.POLICE_FILED]), is_urgent=True)
        return None

    def punish(self, who: str, button: MatterButton) -> None:
        """The head of an authority asks others to join in a punishment."""
        self.people.street.press_and_say(who, button, PUNISH_WORDS)
        self.people.story.told["joint punishments"] += 1

    def _press(self, who: str, button: MatterButton, words: str = "") -> Callable[[], None]:
        street = self.people.street

        def do() -> None:
            if words:
                street.press_and_say(who, button, words)
            else:
                street.press(who, button)

        return do
