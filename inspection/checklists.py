"""检查表: which questions a department answers, what is still missing, and what comes next.

What is asked, and when, says the form (`inspection.forms`). Most questions are answered 是, 否 or 不适用; whether one
then wants a note or a photo is the form's word too. A question without a department belongs to the lead department,
and one of a department that takes no part in the scheme is not asked, for nobody on site is competent for it.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from inspection.forms.form import Form, Kind
from inspection.refusals import Refusal, Unacceptable


class AnswerValue(StrEnum):
    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "na"


class Gap(StrEnum):
    """What a question still wants."""

    ANSWER = "answer"
    MISFIT = "misfit"
    """Its answer fits no more what was answered elsewhere."""
    MORE = "more"
    """Of a repeated group: whether there is one more."""
    NOTE = "note"
    PHOTO = "photo"


@dataclass(frozen=True, slots=True)
class Entry:
    """One question of a department's part with what has been recorded for it. `number` is what people see: `7`,
    `7-2` in the second of a repeated group, and of the question whether there is one more the group's own name.
    `value` is as XForms writes it, None while unanswered."""

    question_id: str
    number: str
    kind: Kind = Kind.SELECT_ONE
    is_compliance: bool = True
    """Answered 是, 否 or 不适用, perhaps with a note and a photo."""
    is_important: bool = False
    is_required: bool = True
    needs_note: bool = False
    needs_photo: bool = False
    value: str | None = None
    note: str = ""
    photos: int = 0
    is_misfit: bool = False

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What is missing here, in the order in which a person would do it."""
        missing = []
        if self.value is None and self.is_required:
            missing.append(Gap.MORE if self.kind is Kind.REPEAT else Gap.ANSWER)
        if self.is_misfit:
            missing.append(Gap.MISFIT)
        if self.needs_note and not self.note:
            missing.append(Gap.NOTE)
        if self.needs_photo and not self.photos:
            missing.append(Gap.PHOTO)
        return tuple(missing)

    @property
    def is_no(self) -> bool:
        """Something was not as it must be."""
        return self.is_compliance and self.value == AnswerValue.NO


@dataclass(frozen=True)
class Progress:
    """`12/14 题, 3/4 张照片`; photos are counted as questions that want one and have one."""

    answered: int
    questions: int
    photos: int
    photos_wanted: int
    open: int
    """Questions with a gap of any kind."""

    @property
    def is_complete(self) -> bool:
        return self.open == 0


class AnotherAnswer(Refusal):
    """A colleague has recorded another answer meanwhile: nobody's is put aside in silence. Facts: `value` (the
    one that stands), `by` (a name), `at`."""

    code = "answer_differs"


def owner(question_department: str, departments: Sequence[str]) -> str | None:
    """Which of the scheme's departments (lead first) a question or an item is for; None when it is for none."""
    if not question_department:
        return departments[0]
    return question_department if question_department in departments else None


def companion_id(form: Form, asked_id: str, which: str) -> str:
    """The id of a question's note or photo companion, with the same places in repeated groups; empty without one."""
    bare, dot, places = asked_id.partition(".")
    question = form.question(bare)
    companion: str = getattr(question, which, "")
    return f"{companion}{dot}{places}" if companion else ""


def missing(entries: Sequence[Entry]) -> list[tuple[Entry, tuple[Gap, ...]]]:
    """The questions that want something, with what they want; empty when the part can be finished."""
    return [(entry, entry.gaps) for entry in entries if entry.gaps]


def progress(entries: Sequence[Entry]) -> Progress:
    asked = [entry for entry in entries if entry.kind is not Kind.REPEAT]
    wanting = [entry for entry in entries if entry.needs_photo]
    return Progress(
        answered=sum(entry.value is not None for entry in asked),
        questions=len(asked),
        photos=sum(entry.photos > 0 for entry in wanting),
        photos_wanted=len(wanting),
        open=len(missing(entries)),
    )


def next_open(entries: Sequence[Entry], after: str | None = None) -> Entry | None:
    """The next question with a gap after `after`, round to the beginning; None when nothing is open elsewhere. On the
    way forward comes also what may be left unanswered, once; so it does where nothing was answered yet."""
    if after is None and all(entry.value is None for entry in entries):
        return entries[0] if entries else None
    place = next((place for place, entry in enumerate(entries) if entry.question_id == after), -1)
    ahead = entries[place + 1 :] if after else ()
    forward = next((entry for entry in ahead if entry.gaps or entry.value is None), None)
    return forward or next((entry for entry in entries if entry.gaps and entry.question_id != after), None)


def neighbour(entries: Sequence[Entry], question_id: str, step: int) -> Entry | None:
    """The question `step` places further on (or back), None beyond the ends."""
    places = [entry.question_id for entry in entries]
    place = places.index(question_id) + step if question_id in places else -1
    return entries[place] if 0 <= place < len(entries) else None


def number_in_words(text: str) -> str | None:
    """The question that a caption names: `3`, `第3题`, `q3`, `7-2`; None when it names none."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    found = re.fullmatch(r"(?:q|第|#)?\s*0*(\d{1,3}(?:-\d{1,2}){0,2})\s*题?", plain)
    return found.group(1) if found else None


def as_answer(value: str) -> AnswerValue:
    """The answer behind a stored or pressed value; what is none is refused."""
    try:
        return AnswerValue(value)
    except ValueError as failure:
        raise Unacceptable("unknown_button") from failure
