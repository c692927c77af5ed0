"""Questions of every other kind than 是, 否 and 不适用, in the slot of the checklist; and its answers as a whole."""

from dataclasses import dataclass, field
from datetime import datetime

from inspection.checklists import Gap
from inspection.forms.form import Kind
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
    ReviewButton,
    ValueAct,
    ValueButton,
)
from notifications.buttons.checklists import PartAct, PartButton, QuestionAct, QuestionButton
from notifications.messages.checklists import AnswerNews
from notifications.messages.message import Choice, Choices, Message
from notifications.outgoing import Wish

OPTIONS_SHOWN = 12
"""So many fit on a phone with their question."""

_SHORT = 14
"""Signs that fit on half a button of a small phone."""

_WISHES = {
    Kind.GEOPOINT: Wish.LOCATION,
    Kind.IMAGE: Wish.PHOTO,
    Kind.FILE: Wish.PHOTO,
    Kind.INTEGER: Wish.TEXT,
    Kind.DECIMAL: Wish.TEXT,
    Kind.TEXT: Wish.TEXT,
    Kind.DATE: Wish.TEXT,
    Kind.TIME: Wish.TEXT,
    Kind.DATETIME: Wish.TEXT,
}
_QUICK = {
    Kind.DATE: (ValueAct.TODAY, ValueAct.YESTERDAY),
    Kind.TIME: (ValueAct.NOW,),
    Kind.DATETIME: (ValueAct.NOW,),
    Kind.ACKNOWLEDGE: (ValueAct.AGREE,),
}


@dataclass(frozen=True)
class Option:
    """One choice: `key` as in its button, the words that the form has for it."""

    key: str
    words: str
    is_on: bool = False


@dataclass(frozen=True)
class AskAnswer(Message):
    """One question with what has been recorded. `answer` is that in words, empty while there is none; `options` are
    those of the page that is shown."""

    inspection: str
    object: str
    question: str
    kind: Kind
    number: str
    place: int
    questions: int
    text: str
    basis: str
    is_important: bool
    is_required: bool
    answer: str
    previous: str
    following: str
    hint: str = ""
    trail: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    """What the form only shows, before this question."""
    options: tuple[Option, ...] = ()
    columns: int = 0
    """So many options in a row, by the wish of the form (appearance `columns-2`); 0 as they fit."""
    page: int = 0
    pages: int = 1
    photos: int = 0
    is_misfit: bool = False
    is_locked: bool = False
    news: AnswerNews | None = None

    def wish(self) -> Wish | None:
        return None if self.is_locked else _WISHES.get(self.kind)

    def slot(self) -> str | None:
        return f"work:{self.inspection}"

    @property
    def is_listed(self) -> bool:
        """Long options stand in the text, and the buttons bear their letters."""
        return any(len(one.words) > _SHORT * 2 for one in self.options)

    @property
    def letters(self) -> tuple[str, ...]:
        return tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: len(self.options)])

    def choices(self) -> Choices:
        moves = (
            *self._show("previous_question", self.previous),
            *self._show("next_question", self.following),
        )
        end = ((Choice("summary", PartButton(PartAct.SUMMARY, self.inspection)),),)
        middle = () if self.is_locked else (*self._options(), *self._pages(), *self._acts())
        return (*middle, moves, *end) if moves else (*middle, *end)

    def _options(self) -> Choices:
        buttons = [self._option(place, one) for place, one in enumerate(self.options)]
        short = self.is_listed or all(len(one.words) <= _SHORT // 2 for one in self.options)
        width = 4 if self.is_listed else 3 if short else 2
        if not self.is_listed and any(len(one.words) > _SHORT for one in self.options):
            width = 1
        width = self.columns or width
        return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))

    def _option(self, place: int, option: Option) -> Choice:
        words = self.letters[place] if self.is_listed else option.words
        several = self.kind is Kind.SELECT_MULTIPLE
        mark = ("☑" if option.is_on else "☐") if several else "✓" if option.is_on else ""
        act = OptionAct.LEAVE if several and option.is_on else OptionAct.TAKE
        button = OptionButton(act, self.inspection, self.question, option.key)
        return Choice(words, button, is_text=True, mark=mark)

    def _pages(self) -> Choices:
        turns = []
        if self.page > 0:
            turns.append(self._turn("options_before", self.page - 1))
        if self.page + 1 < self.pages:
            turns.append(self._turn("options_after", self.page + 1))
        return (tuple(turns),) if turns else ()

    def _turn(self, name: str, page: int) -> Choice:
        return Choice(name, OptionPageButton(self.inspection, self.question, str(page)))

    def _acts(self) -> Choices:
        quick = [self._act(act) for act in _QUICK.get(self.kind, ())]
        if self.kind is Kind.SELECT_MULTIPLE:
            quick.append(self._act(ValueAct.DONE))
        if self.answer and self.kind not in {Kind.IMAGE, Kind.FILE}:
            quick.append(self._act(ValueAct.CLEAR))
        skip = Choice("skip", QuestionButton(QuestionAct.SKIP, self.inspection, self.question))
        return ((*quick, skip),)

    def _act(self, act: ValueAct) -> Choice:
        return Choice(f"value_{act.name.lower()}", ValueButton(act, self.inspection, self.question))

    def _show(self, name: str, question: str) -> tuple[Choice, ...]:
        if not question:
            return ()
        return (Choice(name, QuestionButton(QuestionAct.SHOW, self.inspection, question)),)


@dataclass(frozen=True)
class AskMore(Message):
    """Whether there is one more of a repeated group. `may_change` is false where the form itself says how many."""

    inspection: str
    object: str
    question: str
    group: str
    count: int
    is_done: bool
    previous: str
    following: str
    asks_removal: bool = False
    is_locked: bool = False
    news: AnswerNews | None = None

    def slot(self) -> str | None:
        return f"work:{self.inspection}"

    def choices(self) -> Choices:
        summary = (Choice("summary", PartButton(PartAct.SUMMARY, self.inspection)),)
        if self.is_locked:
            return (summary,)
        if self.asks_removal:
            keep = Choice("more_keep", QuestionButton(QuestionAct.SHOW, self.inspection, self.question))
            return ((self._act(MoreAct.REMOVE_MEANT), keep),)
        acts = (self._act(MoreAct.ADD), self._act(MoreAct.NO_MORE))
        removal = ((self._act(MoreAct.REMOVE),),) if self.count else ()
        return (acts, *removal, summary)

    def _act(self, act: MoreAct) -> Choice:
        button = MoreButton(act, self.inspection, self.question, str(self.count))
        return Choice(f"more_{act.name.lower()}", button, {"count": self.count, "next": self.count + 1})


@dataclass(frozen=True)
class AnswerStands(Message):
    """A colleague's answer stands there: what was given now is not recorded yet, and the reader decides."""

    inspection: str
    question: str
    number: str
    text: str
    standing: str
    by: str
    at: datetime
    given: str

    def choices(self) -> Choices:
        change = PendingButton(PendingAct.REPLACE, self.inspection, self.question)
        leave = QuestionButton(QuestionAct.SHOW, self.inspection, self.question)
        return ((Choice("pending_replace", change), Choice("pending_leave", leave)),)


@dataclass(frozen=True)
class AnswerAfterEnd(Message):
    """An answer that comes after the part was locked, and whether it can still be recorded."""

    inspection: str
    object: str
    question: str
    number: str
    given: str
    ended_at: datetime | None
    may_reopen: bool

    def choices(self) -> Choices:
        if not self.may_reopen:
            return ()
        button = PendingButton(PendingAct.REOPEN, self.inspection, self.question)
        return ((Choice("pending_reopen", button),),)


@dataclass(frozen=True)
class ReviewLine:
    """One question as it will be submitted; `answer` in words, `gaps` what is missing."""

    question: str
    number: str
    text: str
    is_important: bool
    is_no: bool
    answer: str
    note: str
    photos: int
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class ReviewAnswers(Message):
    """All answers of a department, a page at a time, with a button to each."""

    inspection: str
    object: str
    department: str
    lines: tuple[ReviewLine, ...]
    page: int
    pages: int
    answered: int
    questions: int
    shown: tuple[str, ...] = ()
    """What the form only shows after its last question."""

    def slot(self) -> str | None:
        return f"work:{self.inspection}"

    def choices(self) -> Choices:
        jumps = [
            Choice(
                line.number, QuestionButton(QuestionAct.SHOW, self.inspection, line.question), is_text=True,
                mark="★" if line.is_important else "",
            )
            for line in self.lines
        ]  # fmt: skip
        rows = tuple(tuple(jumps[start : start + 5]) for start in range(0, len(jumps), 5))
        turns = []
        if self.page > 0:
            turns.append(Choice("options_before", ReviewButton(self.inspection, str(self.page - 1))))
        if self.page + 1 < self.pages:
            turns.append(Choice("options_after", ReviewButton(self.inspection, str(self.page + 1))))
        end = (Choice("summary", PartButton(PartAct.SUMMARY, self.inspection)),)
        return (*rows, tuple(turns), end) if turns else (*rows, end)


@dataclass(frozen=True)
class ExceptLine:
    question: str
    number: str
    text: str
    is_important: bool
    is_except: bool


@dataclass(frozen=True)
class AskExceptions(Message):
    """Everything that is not answered yet complies, except what the reader marks."""

    inspection: str
    object: str
    lines: tuple[ExceptLine, ...]
    news: AnswerNews | None = field(default=None)

    def slot(self) -> str | None:
        return f"work:{self.inspection}"

    def choices(self) -> Choices:
        marks = [
            Choice(
                line.number, ExceptButton(_turn(line), self.inspection, line.question), is_text=True,
                mark="✗" if line.is_except else "★" if line.is_important else "",
            )
            for line in self.lines
        ]  # fmt: skip
        rows = tuple(tuple(marks[start : start + 5]) for start in range(0, len(marks), 5))
        count = sum(line.is_except for line in self.lines)
        name = "except_do" if count else "except_do_all"
        facts: dict[str, object] = {"complying": len(self.lines) - count, "exceptions": count}
        act = Choice(name, ExceptButton(ExceptAct.DO, self.inspection, ""), facts)
        back = Choice("summary", PartButton(PartAct.SUMMARY, self.inspection))
        return (*rows, (act,), (back,))


def _turn(line: ExceptLine) -> ExceptAct:
    return ExceptAct.UNMARK if line.is_except else ExceptAct.MARK


@dataclass(frozen=True)
class ComplianceKept(Message):
    """Many questions were answered at once. `skipped` were answered by somebody else meanwhile and stay as they are."""

    inspection: str
    complying: tuple[str, ...]
    exceptions: tuple[str, ...]
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True)
class KeptValue:
    """An answer of a message as it stands now, in words; `is_repeat` when it stood there already."""

    number: str
    words: str
    is_repeat: bool = False


@dataclass(frozen=True)
class LeftValue:
    """An answer that was not recorded, as it was written, and why, in the reader's language."""

    number: str
    words: str
    why: str


@dataclass(frozen=True)
class ValuesKept(Message):
    """The report on a message with several answers of any kind. `open` are the numbers of what wants something."""

    inspection: str
    kept: tuple[KeptValue, ...]
    left: tuple[LeftValue, ...]
    open: tuple[str, ...]

    def settles(self) -> str | None:
        return f"work:{self.inspection}"

    def choices(self) -> Choices:
        return ((Choice("go_on_filling", PartButton(PartAct.OPEN, self.inspection)),),)
