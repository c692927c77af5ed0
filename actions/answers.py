"""Answers of other kinds than 是, 否 and 不适用: many at once, groups that repeat."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from actions.checklist_cards import may_comply, own_entries
from actions.checklists import answer_question
from actions.on_site import changeable_part, officer_on_site, own_question
from inspection.checklists import AnotherAnswer, AnswerValue
from inspection.forms.filling import Asked
from inspection.forms.form import Kind
from inspection.refusals import AlreadyDone, Incomplete, Unacceptable
from storage import checklists
from storage.store import Records
from storage.tables.inspections import ChecklistPart, Inspection
from storage.tables.registers import Person


@dataclass(frozen=True)
class Complied:
    """Numbers of the questions: answered 是, answered 否, and left because a colleague was quicker."""

    complying: tuple[str, ...]
    exceptions: tuple[str, ...]
    skipped: tuple[str, ...]


def comply_except(
    records: Records, inspection_id: str, exceptions: Iterable[str], *, by: Person, at: datetime
) -> Complied:
    """Answers every open 是/否 question of the officer's department: 否 where it is named in `exceptions` (ids), 是
    elsewhere. Notes and photos are still asked for, one by one."""
    inspection = records.lock(Inspection, inspection_id)
    changeable_part(records, inspection, by)
    named = frozenset(exceptions)
    entries = own_entries(records, inspection, by)
    waiting = [one for one in entries if may_comply(one)]
    if not waiting:
        _refuse_as_done(records, inspection, by)
    done: dict[AnswerValue | None, list[str]] = {AnswerValue.YES: [], AnswerValue.NO: [], None: []}
    for one in waiting:
        value = AnswerValue.NO if one.question_id in named else AnswerValue.YES
        try:
            answer_question(records, inspection_id, one.question_id, value, by=by, at=at)
            done[value].append(one.number)
        except AnotherAnswer:
            done[None].append(one.number)
    return Complied(*(tuple(done[value]) for value in (AnswerValue.YES, AnswerValue.NO, None)))


def _refuse_as_done(records: Records, inspection: Inspection, by: Person) -> None:
    department = officer_on_site(records, inspection.id, by).seat.department
    given = [one.answered_at for one in checklists.answers(records, f"{inspection.id}/{department}")]
    if given:
        raise AlreadyDone(what="done_answered_all", done_at=max(given))


def add_to_group(
    records: Records, inspection_id: str, group_id: str, count: int, *, by: Person, at: datetime
) -> str | None:
    """One more of a repeated group, of which the officer has seen `count`; gives the id of its first question, None
    when there are more already."""
    inspection, part, asked = _group(records, inspection_id, group_id, by, at)
    if int(asked.value or 0) != count:
        return None
    first = checklists.add_to_group(records, inspection, part, asked, by=by.id, at=at)
    _journal(records, "group.add", part, group_id, by=by, at=at, count=count + 1)
    return first


def end_group(records: Records, inspection_id: str, group_id: str, *, by: Person, at: datetime) -> None:
    """There are no more of this group."""
    inspection, part, asked = _group(records, inspection_id, group_id, by, at)
    checklists.end_group(records, inspection, part, asked, by=by.id, at=at)
    _journal(records, "group.end", part, group_id, by=by, at=at, count=int(asked.value or 0))


def remove_from_group(
    records: Records, inspection_id: str, group_id: str, count: int, *, by: Person, at: datetime
) -> bool:
    """Takes away the last of a repeated group, of which the officer has seen `count`, with its answers, which stay in
    the journal; false when it is gone already. Photos are evidence: while one hangs there, it can't be taken away."""
    inspection, part, asked = _group(records, inspection_id, group_id, by, at)
    if not count or int(asked.value or 0) != count:
        return False
    within = checklists.ids_of_last(records, inspection, asked)
    if any(one.question_id in within for one in checklists.photos(records, inspection_id)):
        raise Incomplete("group_has_photos", count=count)
    gone = checklists.remove_last(records, inspection, part, asked, by=by.id, at=at)
    _journal(records, "group.remove", part, group_id, by=by, at=at, count=count - 1, answers=gone)
    return True


def _group(
    records: Records, inspection_id: str, group_id: str, by: Person, at: datetime
) -> tuple[Inspection, ChecklistPart, Asked]:
    inspection = records.lock(Inspection, inspection_id)
    department = officer_on_site(records, inspection_id, by).seat.department
    asked = own_question(records, inspection, department, group_id)
    if asked.question.kind is not Kind.REPEAT:
        raise Unacceptable("unknown_button")
    return inspection, changeable_part(records, inspection, by), asked


def _journal(
    records: Records, verb: str, part: ChecklistPart, group: str, *, by: Person, at: datetime, **facts: object
) -> None:
    records.journal(verb, f"{part.id}/{group}", by=by.id, at=at, **facts)
