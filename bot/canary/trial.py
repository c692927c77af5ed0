"""The canary's trial run: one small inspection from the draw to its publication, through the real worker, tick and
deliverer, in a store of its own, on a clock of its own, on phones that nobody looks at."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import count
from typing import TypeVar

from actions.audit import audit
from actions.enrolment import enrol
from actions.pools import pool_files
from actions.receiving import receive_updates
from bot.canary.register import (
    DISTRICT,
    JOINING_HEAD,
    OPERATOR,
    REVIEWER,
    SCHEME,
    SEATS,
    WITNESS,
    department_of,
    fill_register,
)
from bot.channels.channel import Report, Sent
from bot.delivering import Deliverer
from bot.signing import sign_all
from bot.signing_key import throwaway_key
from bot.ticking import tick
from bot.working import work_batch
from draw.verify import verify
from handlers.turn import Tools
from inspection.calendar.beijing import beijing_day
from inspection.checklists import AnswerValue
from inspection.publicity import digest
from inspection.results import Category
from inspection.states import SchemeState
from notifications.buttons.assignments import AssignmentAnswer, AssignmentButton, TeamAct, TeamButton
from notifications.buttons.ceremony import NumberAct, NumberButton
from notifications.buttons.checklists import AnswerButton, PartAct, PartButton
from notifications.buttons.data import ButtonData, unpack
from notifications.buttons.results import (
    CategoryButton,
    DepartmentReviewAct,
    DepartmentReviewButton,
    FindingsButton,
    ResultAct,
    ResultButton,
)
from notifications.buttons.schemes import SchemeAct, SchemeButton
from notifications.buttons.visits import VisitAct, VisitButton
from notifications.incoming import Incoming, IncomingKind
from notifications.outgoing import Outgoing
from storage import draws, due
from storage.calendars import calendar_of
from storage.outbox import Letter
from storage.results import newest_publication
from storage.store import Store
from storage.tables.registers import Person, Scheme

CHANNEL = "canary"
_NUMBER = "4711"
_MOST = 50
"""So many rounds, questions or matters there are never: a trial that goes in a circle has failed."""
Kind = TypeVar("Kind", bound=ButtonData)


class TrialStep(StrEnum):
    """How far a trial came, in order."""

    BEGUN = "begun"
    ANNOUNCED = "announced"
    DRAWN = "drawn"
    REMINDED = "reminded"
    REDRAWN = "redrawn"
    CONFIRMED = "confirmed"
    FILLED_IN = "filled_in"
    ENDED = "ended"
    SUBMITTED = "submitted"
    AGREED = "agreed"
    PUBLISHED = "published"
    VERIFIED = "verified"


class TrialFailed(Exception):
    """What should have arrived did not; the words name nobody."""


@dataclass
class _Shown:
    id: str
    outgoing: Outgoing

    def buttons(self) -> list[ButtonData]:
        packed = [key.data for row in self.outgoing.rows for key in row]
        return [unpack(one) for one in packed if not one.startswith("https://")]


class _Phones:
    """A channel that ends here: each person's messages as they would stand on a phone, oldest first."""

    name = CHANNEL

    def __init__(self) -> None:
        self._messages: dict[str, list[_Shown]] = {}
        self._ids = count(1)

    async def send(self, letters: Sequence[Letter], report: Report) -> None:
        for letter in letters:
            report(letter, Sent("" if letter.body.get("menu") else self._show(letter)))

    def _show(self, letter: Letter) -> str:
        messages, outgoing = self._messages.setdefault(letter.chat, []), Outgoing.from_json(letter.body)
        standing = next((one for one in messages if one.id == letter.replaces), None)
        if standing is not None:
            messages.remove(standing)
        shown = _Shown(standing.id if standing is not None else str(next(self._ids)), outgoing)
        messages.append(shown)
        return shown.id

    def find(self, who: str, kind: type[Kind], **wanted: object) -> Kind | None:
        """The button of this kind on the message that changed last."""
        for shown in reversed(self._messages.get(who, [])):
            for button in shown.buttons():
                if isinstance(button, kind) and _fits(button, wanted):
                    return button
        return None

    def has_heard(self, who: str, kind: str) -> bool:
        return any(shown.outgoing.kind == kind for shown in self._messages.get(who, []))


def _fits(button: ButtonData, wanted: dict[str, object]) -> bool:
    return all(getattr(button, name) == value for name, value in wanted.items())


class Trial:
    """One run. `step` says how far it came, however it ends."""

    def __init__(self, store: Store, at: datetime) -> None:
        self._store, self._at = store, at
        self.step = TrialStep.BEGUN
        self._phones, self._numbers = _Phones(), count(1)
        self._deliverer = Deliverer(store, {CHANNEL: self._phones}, self._clock)
        self._tools = Tools(new_secret=lambda: secrets.token_bytes(32))
        self._officers: list[str] = []
        self._team: list[str] = []

    def run(self) -> None:
        """Raises `TrialFailed`, or whatever broke on the way."""
        self._begin()
        self._hold_draw()
        self._fill_seats()
        lead = self._confirm_team()
        inspection = self._visit(lead)
        self._publish(lead)
        self._verify(inspection)

    # What people do.

    def _begin(self) -> None:
        """At an hour at which offices open: nobody is reminded of anything on a day off."""
        with self._store.transaction(CHANNEL) as records:
            calendar, day = calendar_of(records), beijing_day(self._at)
            self._at = calendar.office_hours(calendar.working_days_after(day, 1), DISTRICT)[0][0]
            self._officers = fill_register(records, beijing_day(self._at), at=self._at)
            for id in (OPERATOR, REVIEWER, WITNESS, JOINING_HEAD, *self._officers):
                enrol(records, records.get(Person, id), channel=CHANNEL, chat=id, at=self._at)

    def _hold_draw(self) -> None:
        self._type(OPERATOR, "/schemes")
        for act in (SchemeAct.VIEW, SchemeAct.PREPARE, SchemeAct.ANNOUNCE):
            self._press(OPERATOR, SchemeButton, act=act)
        self.step = TrialStep.ANNOUNCED
        self._type(WITNESS, _NUMBER)
        self._press(WITNESS, NumberButton, act=NumberAct.SEND)
        self._press(OPERATOR, SchemeButton, act=SchemeAct.DRAW)
        _must(len(self._asked()) == SEATS, "not every seat was drawn and its officer asked")
        self.step = TrialStep.DRAWN

    def _fill_seats(self) -> None:
        """One officer keeps silent, is reminded, and is replaced when the time is over."""
        asked = self._asked()
        silent, *others = asked
        for one in others:
            self._accept(one)
        self._wait(hours=13)
        _must(self._phones.has_heard(silent, "answer_reminder"), "nobody was reminded to answer")
        self.step = TrialStep.REMINDED
        self._wait(hours=12)
        _must(self._phones.has_heard(silent, "assignment_lapsed"), "an unanswered seat did not lapse")
        new = [one for one in self._asked() if one not in asked]
        _must(len(new) == 1, "nobody was drawn for the seat that lapsed")
        self._accept(new[0])
        self.step = TrialStep.REDRAWN

    def _asked(self) -> list[str]:
        """Officers with an open question whether they accept."""
        accept = AssignmentAnswer.ACCEPT
        return [one for one in self._officers if self._phones.find(one, AssignmentButton, answer=accept)]

    def _accept(self, who: str) -> None:
        self._press(who, AssignmentButton, answer=AssignmentAnswer.ACCEPT)
        self._team.append(who)

    def _confirm_team(self) -> str:
        """Gives who leads."""
        confirm = TeamAct.CONFIRM
        leads = [one for one in self._team if self._phones.find(one, TeamButton, act=confirm)]
        _must(len(leads) == 1, "not one lead was asked to confirm the team")
        self._press(leads[0], TeamButton, act=confirm)
        self.step = TrialStep.CONFIRMED
        return leads[0]

    def _visit(self, lead: str) -> str:
        """Gives the id of the inspection."""
        self._wait(days=1)
        inspection = self._press(lead, VisitButton, act=VisitAct.START).inspection
        other = next(one for one in self._team if department_of(one) != department_of(lead))
        for one in (other, lead):
            self._press_data(one, PartButton(PartAct.OPEN, inspection))
            self._fill_in(one)
        self.step = TrialStep.FILLED_IN
        self._press_data(lead, VisitButton(VisitAct.OVERVIEW, inspection))
        self._press(lead, VisitButton, act=VisitAct.END)
        self.step = TrialStep.ENDED
        return inspection

    def _fill_in(self, who: str) -> None:
        self._press_while(who, AnswerButton, value=AnswerValue.YES)
        self._press(who, PartButton, act=PartAct.FINISH)
        self._press(who, FindingsButton)
        self._press_while(who, CategoryButton, category=Category.CLEAN)

    def _publish(self, lead: str) -> None:
        self._press(lead, ResultButton, act=ResultAct.SUBMIT)
        self.step = TrialStep.SUBMITTED
        self._press(JOINING_HEAD, DepartmentReviewButton, act=DepartmentReviewAct.AGREE)
        self.step = TrialStep.AGREED
        self._press(REVIEWER, ResultButton, act=ResultAct.APPROVE)
        _must(self._phones.has_heard(lead, "result_published"), "the lead did not hear of the publication")
        signed = sign_all(self._store, throwaway_key(), lambda: self._at)
        _must(signed > 0, "nothing public was signed")
        self.step = TrialStep.PUBLISHED

    def _verify(self, inspection: str) -> None:
        """By the program for witnesses, by the digest of the bundle, and by the auditor an hour later."""
        self._wait(hours=1)
        with self._store.reading() as records:
            published = newest_publication(records, inspection)
            _must(published is not None and digest(published.bundle) == published.digest, "no sound bundle")
            draw = draws.draws_of(records, SCHEME)[-1]
            refused = verify((draw.transcript or "").encode(), pool_files(draw))
            _must(refused is None, "the draw does not recompute")
            is_finished = records.get(Scheme, SCHEME).state is SchemeState.FINISHED
            _must(is_finished, "the scheme did not come to its end")
            _must(not audit(records, self._at), "something was left lying")
        self.step = TrialStep.VERIFIED

    # How they do it.

    def _type(self, who: str, text: str) -> None:
        self._receive(Incoming(CHANNEL, who, self._next(), IncomingKind.TEXT, self._at, text=text))

    def _press(self, who: str, kind: type[Kind], **wanted: object) -> Kind:
        button = self._phones.find(who, kind, **wanted)
        if button is None:
            raise TrialFailed(f"no {kind.__name__} came where one was expected")
        self._press_data(who, button)
        return button

    def _press_while(self, who: str, kind: type[Kind], **wanted: object) -> None:
        self._press(who, kind, **wanted)
        for _ in range(_MOST):
            if self._phones.find(who, kind, **wanted) is None:
                return
            self._press(who, kind, **wanted)
        raise TrialFailed(f"{kind.__name__} came again and again")

    def _press_data(self, who: str, button: ButtonData) -> None:
        packed = button.pack()
        self._receive(Incoming(CHANNEL, who, self._next(), IncomingKind.BUTTON, self._at, button=packed))

    def _receive(self, update: Incoming) -> None:
        receive_updates(self._store, [update], channel=CHANNEL, at=self._at)
        self._settle()

    def _wait(self, **span: float) -> None:
        """Stops at each moment at which something is due: a clock in service ticks every second."""
        until = self._at + timedelta(**span)
        for _ in range(_MOST):
            with self._store.reading() as records:
                moment = due.next_due_at(records)
            self._at = until if moment is None or moment > until else max(moment, self._at)
            self._settle()
            if self._at == until:
                return
        raise TrialFailed("what was due was not done")

    def _settle(self) -> None:
        """Works, ticks and delivers until nothing is left to do."""
        for _ in range(_MOST):
            worked = work_batch(self._store, self._tools, self._clock)
            ticked = tick(self._store, self._clock, lambda: None)
            sent = asyncio.run(self._deliverer.deliver_batch())
            if not (worked or ticked or sent):
                return
        raise TrialFailed("it never came to rest")

    def _clock(self) -> datetime:
        return self._at

    def _next(self) -> str:
        return f"u{next(self._numbers)}"


def _must(is_so: bool, otherwise: str) -> None:
    if not is_so:
        raise TrialFailed(otherwise)
