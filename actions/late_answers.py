"""An answer that meets a colleague's, or that comes after the end: told back with what can be done about it."""

from actions.field_cards import may_reopen, object_name
from actions.on_site import officer_on_site, own_question
from inspection.checklists import AnswerValue, as_answer
from inspection.forms.filling import Asked
from notifications.messages.short_answers import AnswerDiffers, AnswerTooLate
from storage import checklists
from storage.store import Records
from storage.tables.inspections import Answer, Inspection
from storage.tables.registers import Person


def differing_card(
    records: Records, inspection_id: str, question_id: str, value: AnswerValue, person: Person
) -> AnswerDiffers:
    """What stands there, and whether `value` shall take its place."""
    question, department = _own(records, inspection_id, question_id, person)
    standing = records.get(Answer, (f"{inspection_id}/{department}", question_id))
    author = records.find(Person, standing.answered_by)
    return AnswerDiffers(
        inspection=inspection_id,
        question=question_id,
        number=checklists.number_of(question),
        standing=as_answer(standing.value),
        by=author.name if author else "",
        at=standing.answered_at,
        value=value,
    )


def too_late_card(
    records: Records, inspection_id: str, question_id: str, value: AnswerValue, person: Person
) -> AnswerTooLate:
    """The visit is over: whether the part may be opened again for it."""
    question, department = _own(records, inspection_id, question_id, person)
    inspection = records.get(Inspection, inspection_id)
    return AnswerTooLate(
        inspection=inspection_id,
        object=object_name(records, inspection),
        question=question_id,
        number=checklists.number_of(question),
        value=value,
        ended_at=inspection.ended_at,
        may_reopen=may_reopen(records, inspection, department),
    )


def _own(records: Records, inspection_id: str, question_id: str, person: Person) -> tuple[Asked, str]:
    department = officer_on_site(records, inspection_id, person).seat.department
    inspection = records.get(Inspection, inspection_id)
    return own_question(records, inspection, department, question_id), department
