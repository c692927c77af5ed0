"""The checklist as one message that is edited in place: question, note, summary, findings share one slot."""

from dataclasses import dataclass
from datetime import datetime

from inspection.checklists import AnswerValue, Gap
from notifications.buttons.answers import ExceptAct, ExceptButton, ReviewButton
from notifications.buttons.checklists import (
    AnswerButton,
    PartAct,
    PartButton,
    QuestionAct,
    QuestionButton,
    QuickNote,
    QuickNoteButton,
)
from notifications.buttons.papers import PaperKind
from notifications.buttons.results import FindingsButton
from notifications.messages.message import Choice, Choices, Message
from notifications.messages.papers import paper_choices
from notifications.outgoing import Wish


@dataclass(frozen=True)
class AnswerNews:
    """What was stored a moment ago; `is_repeat` when it stood there already, since `at`. `note` when it is the note
    that was stored."""

    number: str
    value: str
    at: datetime
    is_repeat: bool
    note: str = ""
    words: str = ""
    """The value as the form's own words have it; empty for 是, 否 and 不适用."""


@dataclass(frozen=True)
class AskQuestion(Message):
    """One question with what has been recorded. `previous` and `following` are question ids, empty at the ends."""

    inspection: str
    object: str
    question: str
    number: str
    place: int
    questions: int
    text: str
    basis: str
    is_important: bool
    wants_photo: bool
    value: str | None
    note: str
    photos: int
    previous: str
    following: str
    is_locked: bool = False
    news: AnswerNews | None = None
    hint: str = ""
    trail: tuple[str, ...] = ()
    """The groups around it, with the place in a repeated one."""
    shown: tuple[str, ...] = ()
    """What the form only shows, before this question."""
    result_hint: str = ""
    """What a 否 here usually leads to."""

    def wish(self) -> Wish | None:
        return Wish.PHOTO if self.wants_photo and not self.is_locked else None

    def slot(self) -> str | None:
        return f"work:{self.inspection}"

    def choices(self) -> Choices:
        moves = (
            *self._show("previous_question", self.previous),
            *self._show("next_question", self.following),
        )
        summary = (Choice("summary", PartButton(PartAct.SUMMARY, self.inspection)),)
        if self.is_locked:
            return (moves, summary) if moves else (summary,)
        answers = tuple(
            Choice(f"answer_{value}", AnswerButton(value, self.inspection, self.question))
            for value in AnswerValue
        )
        side = (
            Choice("write_note", QuestionButton(QuestionAct.NOTE, self.inspection, self.question)),
            Choice("skip", QuestionButton(QuestionAct.SKIP, self.inspection, self.question)),
        )
        return (answers, side, moves, summary) if moves else (answers, side, summary)

    def _show(self, name: str, question: str) -> tuple[Choice, ...]:
        if not question:
            return ()
        return (Choice(name, QuestionButton(QuestionAct.SHOW, self.inspection, question)),)


@dataclass(frozen=True)
class AskNote(Message):
    """A 否 needs a note: typed, or one of the usual ones."""

    inspection: str
    question: str
    number: str
    text: str
    value: str | None
    note: str
    news: AnswerNews | None = None

    def wish(self) -> Wish | None:
        return Wish.TEXT

    def slot(self) -> str | None:
        return f"work:{self.inspection}"

    def choices(self) -> Choices:
        usual = tuple(
            Choice(f"quick_{note}", QuickNoteButton(note, self.inspection, self.question))
            for note in QuickNote
        )
        quick = (usual[:2], usual[2:]) if self.value == AnswerValue.NO else ()
        back = Choice("to_question", QuestionButton(QuestionAct.SHOW, self.inspection, self.question),
                      {"number": self.number})  # fmt: skip
        return (*quick, (back,))


@dataclass(frozen=True)
class NoteKept(Message):
    """A note of its own under the typed words, so that the person sees that it arrived."""

    inspection: str
    number: str
    note: str
    at: datetime
    is_repeat: bool = False
    is_edit: bool = False
    """The person wrote it anew in the same message."""

    def settles(self) -> str | None:
        return f"work:{self.inspection}"

    def choices(self) -> Choices:
        return ((Choice("go_on", PartButton(PartAct.OPEN, self.inspection)),),)


@dataclass(frozen=True)
class WordsOnQuestion(Message):
    """Typed words while a question is on the screen and nobody asked for a note: what is possible instead."""

    inspection: str
    question: str
    number: str

    def choices(self) -> Choices:
        return (
            (Choice("write_note", QuestionButton(QuestionAct.NOTE, self.inspection, self.question)),),
            (Choice("to_question", QuestionButton(QuestionAct.SHOW, self.inspection, self.question),
                    {"number": self.number}),),
        )  # fmt: skip


@dataclass(frozen=True)
class OpenLine:
    """A question that wants something."""

    question: str
    number: str
    is_important: bool
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class ChecklistSummary(Message):
    """How far a department is, with a button to every open question. `state` is the part's."""

    inspection: str
    object: str
    department: str
    state: str
    answered: int
    questions: int
    photos: int
    photos_wanted: int
    open: tuple[OpenLine, ...]
    noes: tuple[str, ...]
    """Numbers of the questions answered 否."""
    finished_at: datetime | None
    may_reopen: bool
    news: AnswerNews | None = None
    may_except: bool = False
    """Several questions wait for 是 or 否: they can be answered at once."""

    def slot(self) -> str | None:
        return f"work:{self.inspection}"

    def choices(self) -> Choices:
        review = ((Choice("review", ReviewButton(self.inspection, "0")),),)
        if self.state == "open":
            excepting = ((Choice("except_ask", ExceptButton(ExceptAct.ASK, self.inspection, "")),),)
            first = excepting if self.may_except else ()
            return (*(self._jumps() if self.open else self._finish()), *first, *review)
        findings = ((Choice("enter_findings", FindingsButton(self.inspection)),),) if self.may_reopen else ()
        reopen = (Choice("reopen_part", PartButton(PartAct.REOPEN, self.inspection)),)
        record = paper_choices(self.inspection, PaperKind.RECORD)
        return (*findings, reopen, (*review[0], *record)) if self.may_reopen else ((*review[0], *record),)

    def _finish(self) -> Choices:
        return ((Choice("finish_part", PartButton(PartAct.FINISH, self.inspection)),),)

    def _jumps(self) -> Choices:
        jumps = [self._jump(line) for line in self.open]
        return tuple(tuple(jumps[start : start + 3]) for start in range(0, len(jumps), 3))

    def _jump(self, line: OpenLine) -> Choice:
        button = QuestionButton(QuestionAct.SHOW, self.inspection, line.question)
        if Gap.MORE in line.gaps:
            return Choice(line.number, button, is_text=True, mark="＋")
        return Choice("jump_important" if line.is_important else "jump", button, {"number": line.number})


@dataclass(frozen=True)
class PhotoKept(Message):
    """Said only after the photo is stored; the receipt can be checked later."""

    inspection: str
    question: str
    number: str
    receipt: str
    photos: int
    photos_wanted: int
    here: int
    """Photos of this question."""
    is_repeat: bool
    at: datetime
    is_original: bool = True
    """Sent as a file: what the camera wrote into it is still there."""
    explains_original: bool = False
    """Says why a file is better; once in a part."""
    lacking: tuple[str, ...] = ()
    """Numbers of the questions of this part that still want a photo."""
    taken_at: str = ""
    """The camera's own claim, as it stands in the file."""
    has_place: bool = False
    is_document: bool = False

    def choices(self) -> Choices:
        return ((Choice("go_on", PartButton(PartAct.OPEN, self.inspection)),),)


@dataclass(frozen=True)
class PhotoMoved(Message):
    """The caption was edited: the photo belongs to another question now."""

    inspection: str
    number: str
    old_number: str
    receipt: str

    def choices(self) -> Choices:
        return ((Choice("go_on", PartButton(PartAct.OPEN, self.inspection)),),)


@dataclass(frozen=True)
class PhotoLost(Message):
    """The bytes of a photo could not be had from the messenger. `number` and `object` are empty where it was not
    certain what it was for."""

    sent_at: datetime
    caption: str
    number: str
    object: str

    def wish(self) -> Wish | None:
        return Wish.PHOTO
