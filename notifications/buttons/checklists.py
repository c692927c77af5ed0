"""Buttons of a checklist; which department's part is meant follows from who presses."""

from dataclasses import dataclass
from enum import StrEnum

from inspection.checklists import AnswerValue
from notifications.buttons.data import ButtonData


class PartAct(StrEnum):
    OPEN = "o"
    SUMMARY = "s"
    FINISH = "f"
    REOPEN = "r"


@dataclass(frozen=True)
class PartButton(ButtonData, prefix="cp"):
    act: PartAct
    inspection: str


class QuestionAct(StrEnum):
    SHOW = "q"
    NOTE = "n"
    SKIP = "s"


@dataclass(frozen=True)
class QuestionButton(ButtonData, prefix="cq"):
    act: QuestionAct
    inspection: str
    question: str


@dataclass(frozen=True)
class AnswerButton(ButtonData, prefix="ca"):
    value: AnswerValue
    inspection: str
    question: str


class ChangeAct(StrEnum):
    REPLACE = "r"
    """In the place of a colleague's answer, which the person has seen."""
    REOPEN = "o"
    """Opens the locked part again first."""


@dataclass(frozen=True)
class ChangeAnswerButton(ButtonData, prefix="cx"):
    """An answer that was not taken at once, and that the person means all the same."""

    act: ChangeAct
    value: AnswerValue
    inspection: str
    question: str


class QuickNote(StrEnum):
    """Notes that fit most 否 answers, for gloves and cold fingers."""

    MISSING = "missing"
    EXPIRED = "expired"
    INCOMPLETE = "incomplete"
    NOT_DONE = "not_done"


@dataclass(frozen=True)
class QuickNoteButton(ButtonData, prefix="qn"):
    note: QuickNote
    inspection: str
    question: str
