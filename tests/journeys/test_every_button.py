"""Every button that ever stood on a phone, pressed again at later stages: by its owner, and by the wrong people.

A press may do its deed only while that deed is open and only for whom it is (`rights`); a second press then says what
was done and when. Everybody else, and everything that is over, hears one polite sentence, and no row changes.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from enum import StrEnum
from itertools import chain

import pytest

from handlers.dispatch import BUTTONS
from inspection.follow_ups import Service
from inspection.leave import Ground
from inspection.results import CHOSEN_FOLLOW_UPS, FollowUp
from notifications.buttons.accounts import AccountAct, AccountButton, SignInAct, SignInButton
from notifications.buttons.answers import (
    ExceptAct,
    ExceptButton,
    MoreAct,
    MoreButton,
    OptionAct,
    OptionButton,
    OptionPageButton,
    PendingAct,
    PendingButton,
    ValueAct,
    ValueButton,
)
from notifications.buttons.approval import (
    ApprovalAct,
    ApprovalButton,
    BriefingAct,
    BriefingButton,
    CountersignAct,
    CountersignButton,
    SupplementAct,
    SupplementButton,
)
from notifications.buttons.assignments import FileLeaveButton, GroundButton
from notifications.buttons.clues import ClueAct, ClueButton, ClueChoice, ClueChoiceButton
from notifications.buttons.data import ButtonData, unpack
from notifications.buttons.deadlines import Later, RequestButton, SnoozeButton
from notifications.buttons.matters import MatterAct, MatterButton, MatterListButton, TransferToButton
from notifications.buttons.naming import NameButton, NamesButton
from notifications.buttons.object_names import OpenNameButton
from notifications.buttons.orders import OrderAllButton
from notifications.buttons.papers import LETTERS, PaperButton
from notifications.buttons.pictures import DueButton
from notifications.buttons.planning import PlanAct, PlanButton
from notifications.buttons.results import CategoryButton, FollowUpButton, MethodButton, ReceiverButton
from notifications.buttons.schemes import SchemeAct, SchemeButton
from notifications.buttons.visit_approvals import (
    FirmGroundButton,
    FirmGroundsButton,
    NoticeAct,
    NoticeButton,
    OneApprovalAct,
    OneApprovalButton,
    ServiceButton,
    StartAct,
    StartButton,
    StopButton,
    VisitApprovalAct,
    VisitApprovalButton,
)
from storage.tables.messaging import InboxState, InboxUpdate, OutboxLine
from tests.actions.story import rows_of
from tests.journeys.rehearsal import Answered, Rehearsal, rehearsing
from tests.journeys.rights import act_of, is_open, parties
from tests.journeys.town import Town
from tests.journeys.whole_journey import Journey
from tests.stores import on_both

pytestmark = on_both

FOREIGN = {
    "not_yours",
    "not_lead",
    "not_operator",
    "not_your_question",
    "team_not_confirmed",
    "paper_not_yours",
    "progress_not_yours",
}
OFFICERS = tuple(f"{department}-{number}" for department in ("market", "fire") for number in range(1, 5))
STRANGERS = ("HD-fire", "RV", "nobody")
DONE = ("没有重复办理", "没有重复记录")
THE_END = "the end"
WIDE = (GroundButton, FileLeaveButton, CategoryButton, ReceiverButton, MethodButton)
"""Kinds of which a list shows many that differ in nothing but a name. Each is pressed when it is new; later, at every
stage `ENOUGH` others of them in turn stand for all."""
ENOUGH = 2
_OF_OTHER_FORMS: frozenset[tuple[type[ButtonData], object]] = frozenset(
    {
        (OptionPageButton, None),
        *((OptionButton, one) for one in OptionAct),
        *((ValueButton, one) for one in ValueAct),
        *((MoreButton, one) for one in MoreAct),
        *((PendingButton, one) for one in PendingAct),
    }
)
"""This checklist asks 是 or 否 only; for all other kinds of question see test_forms_in_chat.py."""

_OF_NAMED_TEAMS: set[tuple[type[ButtonData], object]] = {(NameButton, None), (NamesButton, None)}
"""Where nothing was drawn: tests/journeys/test_naming.py."""
_OF_REMINDERS: frozenset[tuple[type[ButtonData], object]] = frozenset(
    {(RequestButton, None), *((SnoozeButton, one) for one in Later)}
)
"""Nobody is reminded here, for the clock stands still; see tests/deadlines/test_reminders.py."""

_AROUND_A_VISIT: frozenset[tuple[type[ButtonData], object]] = frozenset(
    {
        *((VisitApprovalButton, one) for one in VisitApprovalAct),
        *((OneApprovalButton, one) for one in OneApprovalAct),
        *((StartButton, one) for one in StartAct),
        *((NoticeButton, one) for one in NoticeAct),
        *((ServiceButton, one) for one in Service),
        *((FirmGroundButton, one) for one in Ground),
        *((MatterButton, one) for one in MatterAct),
        *((PaperButton, one) for one in LETTERS),
        *((one, None) for one in (FirmGroundsButton, StopButton, MatterListButton, TransferToButton)),
    }
)
"""This scheme needs no approval, and nobody here speaks for a department: see test_approval_and_notice.py and
test_follow_ups.py."""


_BEFORE_AND_BESIDE: frozenset[tuple[type[ButtonData], object]] = frozenset(
    {
        *((ApprovalButton, one) for one in ApprovalAct),
        *((CountersignButton, one) for one in CountersignAct),
        *((BriefingButton, one) for one in BriefingAct),
        *((SupplementButton, one) for one in SupplementAct),
        *((ClueButton, one) for one in ClueAct),
        *((ClueChoiceButton, one) for one in ClueChoice),
        (SchemeButton, SchemeAct.HOUR),
        (SchemeButton, SchemeAct.SUBMIT),
        (SchemeButton, SchemeAct.WITHDRAW),
    }
)
"""This scheme was approved on paper and its team is not briefed; see test_schemes.py and test_clues.py."""


_OF_PLANS: frozenset[tuple[type[ButtonData], object]] = frozenset((PlanButton, one) for one in PlanAct)
"""No year's plan is in the making here; see tests/planning."""


_OF_SIGNING_IN: frozenset[tuple[type[ButtonData], object]] = frozenset(
    {*((SignInButton, one) for one in SignInAct), *((AccountButton, one) for one in AccountAct)}
)
"""Nobody comes in anew here: tests/rights/test_who_comes_in.py."""


class Pockets:
    """Each person's buttons, all that were ever shown, and which deeds were tried."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.shown: dict[str, dict[str, ButtonData]] = {}
        self.tried: set[str] = set()
        self.deeds: set[tuple[type[ButtonData], object]] = set()
        self.foreign = Counter[tuple[str, type[ButtonData]]]()
        self.stage = 0

    def replay(self, *, old_ones_too: bool) -> None:
        """Everything by its owner; what is new also by those whom it does not concern."""
        self.stage += 1
        with rehearsing(self.town) as rehearsal:
            for line in rows_of(rehearsal.records, OutboxLine):
                keys = [key["data"] for row in line.body["rows"] for key in row]
                self._keep(line.person_id or line.chat, keys)
            for who in sorted(self.shown):
                for packed, button in self._chosen(who):
                    if packed in self.tried and not old_ones_too:
                        continue
                    self._press(rehearsal, who, button)
                    if packed not in self.tried:
                        self.tried.add(packed)
                        self._press_by_others(rehearsal, who, button)

    def _keep(self, who: str, packed: list[str]) -> None:
        pocket = self.shown.setdefault(who, {})
        for one in packed:
            button = unpack(one)
            alike = sum(type(other) is ReceiverButton for other in pocket.values())
            if not isinstance(button, ReceiverButton) or alike < ENOUGH:
                pocket.setdefault(one, button)

    def _chosen(self, who: str) -> list[tuple[str, ButtonData]]:
        """The person's buttons for this stage."""
        pocket = list(self.shown[who].items())
        chosen = [one for one in pocket if not isinstance(one[1], WIDE) or one[0] not in self.tried]
        for kind in WIDE:
            alike = [one for one in pocket if isinstance(one[1], kind) and one[0] in self.tried]
            first = self.stage * ENOUGH % len(alike) if alike else 0
            chosen += [*alike[first:], *alike[:first]][:ENOUGH]
        return chosen

    def _press(self, rehearsal: Rehearsal, who: str, button: ButtonData) -> None:
        with rehearsal.undone():
            concerned = who in parties(rehearsal.records, button)
            may_change = concerned and is_open(rehearsal.records, button, who)
            answered = rehearsal.press(who, button)
            _check(answered, button, who, concerned=concerned, may_change=may_change)
            self.deeds.add((type(button), act_of(button)))
            self._look_at_new_deeds(who, answered)
            if answered.changed:
                _press_again(rehearsal, who, button)

    def _press_by_others(self, rehearsal: Rehearsal, owner: str, button: ButtonData) -> None:
        """Another officer, an officer of another department, an operator of another department, and in turn a head,
        a reviewer and somebody whom nobody knows."""
        self.foreign[owner, type(button)] += 1
        if isinstance(button, WIDE) and self.foreign[owner, type(button)] > ENOUGH:
            return
        concerned = parties(rehearsal.records, button)
        officers = {who.split("-")[0]: who for who in OFFICERS if who not in concerned}
        stranger = STRANGERS[len(self.tried) % len(STRANGERS)]
        for who in sorted({*officers.values(), "OP-fire", stranger} - concerned):
            with rehearsal.undone():
                answered = rehearsal.press(who, button)
                _check(answered, button, who, concerned=False, may_change=False)

    def _look_at_new_deeds(self, who: str, answered: Answered) -> None:
        """A view may show buttons that the journey itself never asked for; one of each deed is enough."""
        known = {(type(one), act_of(one)) for pocket in self.shown.values() for one in pocket.values()}
        shown = [key.data for reply in answered.replies for row in reply.rows for key in row]
        self._keep(who, [one for one in shown if (type(unpack(one)), act_of(unpack(one))) not in known])


def _check(answered: Answered, button: ButtonData, who: str, *, concerned: bool, may_change: bool) -> None:
    about = (who, button, answered.text)
    assert answered.text, about
    assert may_change or not answered.changed, about
    if who == "nobody":
        assert [reply.kind for reply in answered.replies] == ["ask_code"], about
    elif not concerned:
        assert answered.refusal in FOREIGN, about
    elif answered.refusal:
        assert answered.refusal != "unknown_button", about
        assert "\n" not in answered.text, about


def _press_again(rehearsal: Rehearsal, who: str, button: ButtonData) -> None:
    again = rehearsal.press(who, button)
    about = (who, button, again.text)
    assert not again.changed, about
    assert any(words in again.text for words in DONE), about
    assert "北京时间11月24日（周二）" in again.text, about


def _every_deed() -> set[tuple[type[ButtonData], object]]:
    """Each kind of button with each act that it can carry; `act_of` names the field that tells them apart."""
    deeds: set[tuple[type[ButtonData], object]] = set()
    for kind in BUTTONS:
        lists = [one.type for one in fields(kind) if _is_a_list(one.type)]  # type: ignore[arg-type]
        deeds |= {(kind, act) for act in lists[0]} if lists else {(kind, None)}
    return deeds


def _is_a_list(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, StrEnum)


def _replayed(journey: Journey, stages: Iterator[str], every: int = 1) -> Pockets:
    """On SQLite everything at each `every`th stage, else what is new; on PostgreSQL what is new, and everything once
    more in the end."""
    pockets, is_sqlite = Pockets(journey.town), journey.town.store.is_sqlite
    for number, stage in enumerate(chain(stages, [THE_END])):
        try:
            pockets.replay(old_ones_too=(is_sqlite and number % every == 0) or stage == THE_END)
        except AssertionError as failure:
            failure.add_note(f"stage: {stage}")
            raise
    quarantined = [one for one in journey.rows(InboxUpdate) if one.state is not InboxState.DONE]
    assert quarantined == []
    return pockets


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.faults)], ids=["short", "whole"])
def test_every_button_does_its_deed_once_for_its_owner_while_it_is_open(journey: Journey, every: int) -> None:
    pockets = _replayed(journey, journey.stages(), every)
    never_offered: set[tuple[type[ButtonData], object]] = {
        (OrderAllButton, None),  # nobody holds two seats here; tests/actions/test_orders.py
        (OpenNameButton, None),  # this scheme names its firms at once; test_hidden_names.py
        (DueButton, None),  # under /tasks, which nobody types here; tests/pictures/test_in_chat.py
        *((FollowUpButton, one) for one in FollowUp if one not in CHOSEN_FOLLOW_UPS),
        *_OF_OTHER_FORMS,
        *_OF_REMINDERS,
        *_BEFORE_AND_BESIDE,
        *_AROUND_A_VISIT,
        *_OF_NAMED_TEAMS,
        *_OF_PLANS,
        *_OF_SIGNING_IN,
    }
    if every > 1 or not journey.town.store.is_sqlite:
        # the summary was pressed when it was new, and hardly anything had been answered
        never_offered |= {(ExceptButton, one) for one in ExceptAct}
    assert _every_deed() - pockets.deeds == never_offered


def test_buttons_of_a_team_whose_object_is_gone_say_what_became_of_it(journey: Journey) -> None:
    _replayed(journey, journey.gone())
