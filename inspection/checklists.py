"""检查表: which questions a department answers, what is still missing, and what comes next.

An answer is 是, 否 or 不适用; 否 needs a note; 📷 asks for a photo unless the question does not apply. A question
without a department belongs to the lead department, and one of a department that takes no part in the scheme is not
asked, for nobody on site is competent for it.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from inspection.refusals import Refusal, Unacceptable


class AnswerValue(StrEnum):
    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "na"


class Gap(StrEnum):
    """What a question still wants."""

    ANSWER = "answer"
    NOTE = "note"
    PHOTO = "photo"


@dataclass(frozen=True)
class Entry:
    """One question of a department's part with what has been recorded for it so far; `value` None while unanswered."""

    question_id: str
    number: int
    is_important: bool = False
    wants_photo: bool = False
    value: AnswerValue | None = None
    note: str = ""
    photos: int = 0

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What is missing here, in the order in which a person would do it."""
        missing = []
        if self.value is None:
            missing.append(Gap.ANSWER)
        if self.value is AnswerValue.NO and not self.note:
            missing.append(Gap.NOTE)
        if self.needs_photo and not self.photos:
            missing.append(Gap.PHOTO)
        return tuple(missing)

    @property
    def needs_photo(self) -> bool:
        return self.wants_photo and self.value is not AnswerValue.NOT_APPLICABLE


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


def missing(entries: Sequence[Entry]) -> list[tuple[Entry, tuple[Gap, ...]]]:
    """The questions that want something, with what they want; empty when the part can be finished."""
    return [(entry, entry.gaps) for entry in entries if entry.gaps]


def progress(entries: Sequence[Entry]) -> Progress:
    wanting = [entry for entry in entries if entry.needs_photo]
    return Progress(
        answered=sum(entry.value is not None for entry in entries),
        questions=len(entries),
        photos=sum(entry.photos > 0 for entry in wanting),
        photos_wanted=len(wanting),
        open=len(missing(entries)),
    )


def next_open(entries: Sequence[Entry], after: str | None = None) -> Entry | None:
    """The next question with a gap after `after`, round to the beginning; None when nothing is open elsewhere."""
    places = {entry.question_id: place for place, entry in enumerate(entries)}
    start = places.get(after, -1) + 1 if after else 0
    in_order = [*entries[start:], *entries[:start]]
    return next((entry for entry in in_order if entry.gaps and entry.question_id != after), None)


def neighbour(entries: Sequence[Entry], question_id: str, step: int) -> Entry | None:
    """The question `step` places further on (or back), None beyond the ends."""
    places = [entry.question_id for entry in entries]
    place = places.index(question_id) + step if question_id in places else -1
    return entries[place] if 0 <= place < len(entries) else None


def number_in_words(text: str) -> int | None:
    """The question that a caption names: `3`, `第3题`, `q3`, `3题`; None when it names none."""
    found = re.fullmatch(
        r"(?:q|第|#)?\s*(\d{1,3})\s*题?", unicodedata.normalize("NFKC", text).strip().lower()
    )
    return int(found.group(1)) if found else None


def as_answer(value: str) -> AnswerValue:
    """The answer behind a stored or pressed value; what is none is refused."""
    try:
        return AnswerValue(value)
    except ValueError as failure:
        raise Unacceptable("unknown_button") from failure
