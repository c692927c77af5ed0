"""What became of answers that came several at once, late, or after somebody else's."""

from dataclasses import dataclass
from datetime import datetime

from inspection.checklists import AnswerValue
from notifications.buttons.checklists import (
    ChangeAct,
    ChangeAnswerButton,
    PartAct,
    PartButton,
    QuestionAct,
    QuestionButton,
)
from notifications.messages.message import Choice, Choices, Message

_OFFERED = 6


@dataclass(frozen=True)
class KeptAnswer:
    """One answer of a message as it stands now, since `at`; `is_repeat` when all of it stood there already."""

    number: str
    value: str
    note: str
    at: datetime
    is_repeat: bool = False
    needs_note: bool = False


@dataclass(frozen=True)
class LeftAnswer:
    """One answer that was not recorded, and why, in the reader's language. `value` None when it had two of them;
    `may_replace` when a colleague's answer stands there and the reader may decide."""

    number: str
    value: AnswerValue | None
    question: str
    why: str
    may_replace: bool = False


@dataclass(frozen=True)
class AnswersKept(Message):
    """The report on a message with several answers. `open` are the numbers of the questions that want something."""

    inspection: str
    object: str
    kept: tuple[KeptAnswer, ...]
    left: tuple[LeftAnswer, ...]
    answered: int
    questions: int
    photos: int
    photos_wanted: int
    open: tuple[str, ...]

    def settles(self) -> str | None:
        return f"work:{self.inspection}"

    def choices(self) -> Choices:
        differing = [one for one in self.left if one.may_replace and one.value is not None]
        changes = tuple((_change(self.inspection, one),) for one in differing[:_OFFERED])
        return (*changes, (Choice("go_on_filling", PartButton(PartAct.OPEN, self.inspection)),))


def _change(inspection: str, one: LeftAnswer) -> Choice:
    assert one.value is not None
    button = ChangeAnswerButton(ChangeAct.REPLACE, one.value, inspection, one.question)
    return Choice(f"change_to_{one.value}", button, {"number": one.number})


@dataclass(frozen=True)
class AnswerDiffers(Message):
    """A colleague recorded `standing`; the reader pressed `value`, and nothing was changed yet."""

    inspection: str
    question: str
    number: str
    standing: AnswerValue
    by: str
    at: datetime
    value: AnswerValue

    def choices(self) -> Choices:
        change = ChangeAnswerButton(ChangeAct.REPLACE, self.value, self.inspection, self.question)
        leave = QuestionButton(QuestionAct.SHOW, self.inspection, self.question)
        return (
            (
                Choice(f"change_to_{self.value}", change, {"number": self.number}),
                Choice(f"leave_as_{self.standing}", leave),
            ),
        )


@dataclass(frozen=True)
class AnswerTooLate(Message):
    """A press that comes after the part was locked: what it said, and whether it can still be recorded."""

    inspection: str
    object: str
    question: str
    number: str
    value: AnswerValue
    ended_at: datetime | None
    may_reopen: bool

    def choices(self) -> Choices:
        if not self.may_reopen:
            return ()
        button = ChangeAnswerButton(ChangeAct.REOPEN, self.value, self.inspection, self.question)
        return ((Choice(f"reopen_as_{self.value}", button),),)
