"""Several answers in one message: each is recorded by itself, and what can't be recorded says why."""

from dataclasses import dataclass
from datetime import datetime

from actions.checklist_cards import own_entries
from actions.checklists import answer_question, keep_note
from actions.field_cards import object_name
from actions.on_site import officer_on_site
from inspection.checklists import AnotherAnswer, AnswerValue, missing, progress
from inspection.refusals import IllegalStep, Refusal, Unacceptable
from inspection.short_answers import ShortAnswer, ShortAnswers
from notifications.catalogue import refusal_sentence
from notifications.messages.short_answers import AnswersKept, KeptAnswer, LeftAnswer
from storage import checklists
from storage.store import Records
from storage.tables.inspections import Inspection
from storage.tables.registers import Person


@dataclass(frozen=True)
class Left:
    """An answer that was not recorded; `question` is its id as far as there is such a question."""

    number: int
    value: AnswerValue | None
    question: str
    refusal: Refusal


@dataclass(frozen=True)
class ManyAnswered:
    kept: tuple[KeptAnswer, ...]
    left: tuple[Left, ...]


def answer_many(
    records: Records, inspection_id: str, given: ShortAnswers, *, by: Person, at: datetime
) -> ManyAnswered:
    """Records what can be recorded, answer by answer. Raises what is no fault of one answer: no seat here, a visit that
    has not begun, a part that is locked and does not hold all of them already."""
    inspection = records.lock(Inspection, inspection_id)
    officer_on_site(records, inspection_id, by)
    kept: list[KeptAnswer] = []
    left = [Left(number, None, "", Unacceptable("answers_conflict")) for number in given.conflicts]
    for one in given.answers:
        question = _question(records, inspection, one.number)
        try:
            _refuse_other_kinds(records, inspection, question, one.number)
            with records.attempt():
                kept.append(_answer(records, inspection, question, one, by=by, at=at))
        except Refusal as refusal:
            if isinstance(refusal, IllegalStep) or refusal.sentence == "visit_not_started":
                raise
            left.append(Left(one.number, one.value, question, refusal))
    return ManyAnswered(tuple(kept), tuple(sorted(left, key=lambda one: one.number)))


def _question(records: Records, inspection: Inspection, number: int) -> str:
    found = checklists.question_by_number(records, inspection, str(number))
    return found[0].id if found else ""


def _refuse_other_kinds(records: Records, inspection: Inspection, question: str, number: int) -> None:
    found = checklists.question(records, inspection, question)
    if found is not None and not found[0].question.is_compliance:
        raise Unacceptable("answer_not_yes_no", number=number)


def _answer(
    records: Records, inspection: Inspection, question: str, one: ShortAnswer, *, by: Person, at: datetime
) -> KeptAnswer:
    given = answer_question(records, inspection.id, question, one.value, by=by, at=at)
    is_repeat, since = given.is_repeat, given.at
    if one.note:
        noted = keep_note(records, inspection.id, question, one.note, by=by, at=at)
        is_repeat, since = is_repeat and noted.is_repeat, noted.at
    is_bare = one.value is AnswerValue.NO and not one.note
    needs_note = is_bare and not _note(records, inspection, question, by)
    return KeptAnswer(str(one.number), one.value, one.note, since, is_repeat=is_repeat, needs_note=needs_note)


def _note(records: Records, inspection: Inspection, question: str, by: Person) -> str:
    records.session.flush()
    entries = own_entries(records, inspection, by)
    return next(entry.note for entry in entries if entry.question_id == question)


def answers_report(records: Records, inspection_id: str, done: ManyAnswered, person: Person) -> AnswersKept:
    """What became of the message, and how far the person's department is now."""
    inspection = records.get(Inspection, inspection_id)
    department = officer_on_site(records, inspection_id, person).seat.department
    entries = checklists.entries(records, inspection, department)
    found = progress(entries)
    return AnswersKept(
        inspection=inspection_id,
        object=object_name(records, inspection),
        kept=done.kept,
        left=tuple(_left(one, person) for one in done.left),
        answered=found.answered,
        questions=found.questions,
        photos=found.photos,
        photos_wanted=found.photos_wanted,
        open=tuple(entry.number for entry, _gaps in missing(entries)),
    )


def _left(one: Left, person: Person) -> LeftAnswer:
    return LeftAnswer(
        number=str(one.number),
        value=one.value,
        question=one.question,
        why=refusal_sentence(one.refusal, person.language),
        may_replace=isinstance(one.refusal, AnotherAnswer),
    )
