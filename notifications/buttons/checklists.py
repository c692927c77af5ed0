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
