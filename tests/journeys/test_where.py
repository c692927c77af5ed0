"""`/where` at every stage for everybody: it names a step, and that step can be taken."""

import re
from collections.abc import Iterator

from notifications.buttons.assignments import (
    AssignmentAnswer,
    AssignmentButton,
    DecisionButton,
    TeamAct,
    TeamButton,
)
from notifications.buttons.ceremony import NumberAct, NumberButton
from notifications.buttons.checklists import PartAct, PartButton
from notifications.buttons.data import ButtonData, unpack
from notifications.buttons.results import (
    DepartmentReviewAct,
    DepartmentReviewButton,
    ResultAct,
    ResultButton,
)
from notifications.buttons.schemes import SchemeAct, SchemeButton
from notifications.buttons.visits import GoneAct, GoneButton, VisitAct, VisitButton
from notifications.outgoing import Outgoing
from tests.journeys.rehearsal import Rehearsal, rehearsing
from tests.journeys.rights import act_of, is_open, parties
from tests.journeys.town import Town
from tests.journeys.whole_journey import Journey

NAMED = re.compile(r"【(.+?)】")
COMMANDS = ("/tasks", "/schemes", "/officers")
URGENT: set[tuple[type[ButtonData], object]] = {
    (AssignmentButton, AssignmentAnswer.ACCEPT),
    *((DecisionButton, verdict) for verdict in ("grant", "refuse")),
    (TeamButton, TeamAct.CONFIRM),
    (SchemeButton, SchemeAct.ANNOUNCE),
    (SchemeButton, SchemeAct.DRAW),
    (NumberButton, NumberAct.SEND),
    (VisitButton, VisitAct.START),
    (VisitButton, VisitAct.END),
    (GoneButton, GoneAct.CONFIRM),
    (PartButton, PartAct.FINISH),
    (ResultButton, ResultAct.SUBMIT),
    (ResultButton, ResultAct.APPROVE),
    (DepartmentReviewButton, DepartmentReviewAct.AGREE),
}
"""Deeds that somebody waits for: whoever has one of them open is never told to be idle."""
IDLE = "您现在没有任务"


def _keys(replies: tuple[Outgoing, ...]) -> dict[str, str]:
    return {key.label: key.data for reply in replies for row in reply.rows for key in row}


def _on_phone(town: Town, who: str) -> dict[str, str]:
    phone = town.messenger.phones.get(who)
    return _keys(tuple(shown.outgoing for shown in phone.messages)) if phone else {}


def _within_reach(rehearsal: Rehearsal, who: str, text: str) -> dict[str, str]:
    """What the commands that the text names bring, and what one press there brings."""
    found: dict[str, str] = {}
    for command in COMMANDS:
        if command not in text:
            continue
        listed = rehearsal.type(who, command)
        assert not listed.refusal, (who, command, listed.text)
        for label, packed in _keys(listed.replies).items():
            found |= {label: packed, **_keys(rehearsal.press(who, packed).replies)}
    return found


def _check_where(town: Town, rehearsal: Rehearsal, who: str) -> None:
    with rehearsal.undone():
        said = rehearsal.type(who, "/where")
        about = (who, said.text)
        assert not said.changed, about
        assert "下一步：" in said.text, about
        offered = _keys(said.replies)
        reachable = offered | _on_phone(town, who) | _within_reach(rehearsal, who, said.text)
        assert set(NAMED.findall(said.replies[0].text)) <= set(reachable), about
    for packed in offered.values():
        with rehearsal.undone():
            assert not rehearsal.press(who, packed).refusal, (*about, packed)
    if IDLE in said.text:
        assert not _urgent(town, rehearsal, who), about


def _urgent(town: Town, rehearsal: Rehearsal, who: str) -> list[ButtonData]:
    buttons = [unpack(packed) for packed in _on_phone(town, who).values()]
    return [
        one
        for one in buttons
        if (type(one), act_of(one)) in URGENT
        and who in parties(rehearsal.records, one)
        and is_open(rehearsal.records, one, who)
    ]


def _look_around(journey: Journey, stages: Iterator[str]) -> None:
    town = journey.town
    for stage in stages:
        try:
            with rehearsing(town) as rehearsal:
                for who in town.enrolled:
                    _check_where(town, rehearsal, who)
        except AssertionError as failure:
            failure.add_note(f"stage: {stage}")
            raise


def test_where_names_a_step_that_can_be_taken_at_every_stage_for_everybody(journey: Journey) -> None:
    _look_around(journey, journey.stages())


def test_where_says_what_to_wait_for_when_the_object_is_gone(journey: Journey) -> None:
    _look_around(journey, journey.gone())
