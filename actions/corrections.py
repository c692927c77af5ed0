"""异议与更正: an objection to a published result is registered, decided, and put right as another version in time;
and publicity that has ended is withdrawn (docs/results.md)."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from actions.case_files import reopen_for
from actions.deadline_parties import matter_of
from actions.deadlines import end_deadline, start_deadline
from actions.department_reviews import reopen_reviews
from actions.field_cards import object_name
from actions.on_site import is_in_correction, joint_reviewers
from actions.publishing import publish_result
from actions.rights import is_allowed
from actions.telling import tell
from inspection.corrections import REASON_LIMIT, WORDS_LIMIT, RaisedBy, WithdrawalCause
from inspection.deadlines.rules import RuleName
from inspection.refusals import AlreadyDone, IllegalStep, NotYours, Unacceptable
from inspection.rights import Deed
from inspection.roles import Role
from inspection.states import (
    CHECKLIST,
    CORRECTION,
    RESULT,
    AssignmentState,
    ChecklistState,
    ChecklistStep,
    CorrectionState,
    CorrectionStep,
    ResultState,
    ResultStep,
)
from inspection.words import clean_words
from notifications.messages.corrections import (
    CorrectionOpened,
    ObjectionDecided,
    ObjectionRegistered,
    PublicationWithdrawn,
)
from storage import assignments, checklists, corrections, people, results
from storage.store import Records
from storage.tables.inspections import Correction, Inspection, Publication, Result
from storage.tables.registers import Person, Scheme

Choice = TypeVar("Choice", bound=StrEnum)
_SEATED = frozenset({AssignmentState.CONFIRMED, AssignmentState.COMPLETED})
_PUBLIC = frozenset({ResultState.PUBLISHED, ResultState.CORRECTING})


def register_objection(
    records: Records,
    inspection_id: str,
    raised_by: RaisedBy,
    words: str,
    contact: str = "",
    *,
    by: Person,
    at: datetime,
) -> Correction:
    """An operator or liaison of a department that takes part writes down who objects to what; the words stay between
    them and whoever decides. Those hear that it is there, and nothing of what it says."""
    kept = clean_words(words, WORDS_LIMIT)
    reach = clean_words(contact, WORDS_LIMIT) if contact.strip() else ""
    inspection = _published(records, inspection_id)
    require_registering(records, inspection, by)
    newest = results.newest_publication(records, inspection_id)
    if newest is None or records.get(Result, inspection_id).state is ResultState.WITHDRAWN:
        raise Unacceptable("not_public")
    number = len(corrections.of_inspection(records, inspection_id)) + 1
    objection = Correction(
        id=f"{inspection_id}/c{number}",
        inspection_id=inspection_id,
        version=newest.version,
        raised_by=raised_by.value,
        words=kept,
        contact=reach,
        state=CorrectionState.REGISTERED,
        registered_at=at,
        registered_by=by.id,
    )
    records.add(objection)
    records.journal(
        "correction.register",
        objection.id,
        by=by.id,
        at=at,
        version=newest.version,
        raised_by=raised_by.value,
    )
    reopen_for(records, inspection_id, "登记了异议", by=by, at=at)
    message = ObjectionRegistered(
        inspection=inspection_id,
        object=object_name(records, inspection),
        raised_by=raised_by.value,
        registrar=by.name,
        department=by.department,
        at=at,
    )
    for person in deciders(records, inspection):
        if person.id != by.id:
            tell(records, person.id, message, key=f"objection:{objection.id}:{person.id}", at=at)
    return objection


def reject_objection(
    records: Records, correction_id: str, reason: str, *, by: Person, at: datetime
) -> Correction:
    """The published result holds; the reason is public."""
    said = clean_words(reason, REASON_LIMIT)
    objection, inspection = _to_decide(records, correction_id, by)
    records.move(CORRECTION, objection, CorrectionStep.REJECT, by=by.id, at=at)
    objection.decided_at, objection.decided_by, objection.reason = at, by.id, said
    _tell_registrar(records, objection, inspection, by=by, at=at)
    return objection


def uphold_objection(
    records: Records,
    correction_id: str,
    reason: str,
    departments: Collection[str],
    *,
    by: Person,
    at: datetime,
) -> Correction:
    """The published result is wrong in what these departments found; the reason is public. Their officers may change
    it, they are reviewed anew, and the working days to the corrected version begin."""
    said = clean_words(reason, REASON_LIMIT)
    objection, inspection = _to_decide(records, correction_id, by)
    scheme = records.get(Scheme, inspection.scheme_id)
    named = [one for one in scheme.departments if one in departments]
    if not named or set(departments) - set(named):
        raise Unacceptable("correction_needs_department")
    result = records.lock(Result, inspection.id)
    if result.state is not ResultState.PUBLISHED:
        raise IllegalStep("correction_running" if is_in_correction(records, inspection) else None)
    records.move(CORRECTION, objection, CorrectionStep.UPHOLD, by=by.id, at=at, departments=named)
    objection.decided_at, objection.decided_by = at, by.id
    objection.reason, objection.departments = said, named
    records.move(RESULT, result, ResultStep.CORRECT, by=by.id, at=at, correction=objection.id)
    reopen_reviews(records, inspection, named, by=by, at=at)
    reopen_for(records, inspection.id, "公示更正", by=by, at=at)
    clock = start_deadline(
        records, RuleName.CORRECTION, inspection.id, matter=matter_of(records, inspection), at=at
    )
    _tell_registrar(records, objection, inspection, by=by, at=at)
    _tell_team(records, objection, inspection, due_at=clock.due_at, at=at)
    return objection


def withdraw_publication(
    records: Records, inspection_id: str, cause: WithdrawalCause, reason: str, *, by: Person, at: datetime
) -> Publication:
    """停止公示: another version says that it is over and why, and nothing of what was found. What was being corrected
    ends with it."""
    said = clean_words(reason, REASON_LIMIT)
    inspection = _published(records, inspection_id)
    require_withdrawing(records, inspection, by)
    result = records.lock(Result, inspection_id)
    if result.state is ResultState.WITHDRAWN:
        newest = results.newest_publication(records, inspection_id)
        raise AlreadyDone(what="done_withdrawn_publication", done_at=newest.published_at if newest else at)
    if result.state not in _PUBLIC:
        raise IllegalStep("correction_in_review" if result.published_at else "not_public")
    records.move(RESULT, result, ResultStep.WITHDRAW, by=by.id, at=at, cause=cause.value)
    published = publish_result(records, inspection, (), reason=said, withdrawn_for=cause, by=by, at=at)
    reopen_for(records, inspection_id, "停止公示", by=by, at=at)
    correction = corrections.upheld(records, inspection_id)
    if correction is not None:
        _lock_again(records, inspection_id, by=by, at=at)
        finish_correction(records, correction, published, by=by, at=at)
    message = PublicationWithdrawn(
        inspection=inspection_id,
        object=object_name(records, inspection),
        cause=cause.value,
        reason=said,
        at=at,
    )
    scheme = records.get(Scheme, inspection.scheme_id)
    team = [one.person for one in assignments.members(records, inspection_id) if one.person]
    told = [*team, *_operators(records, scheme), *deciders(records, inspection)]
    for person in {one.id: one for one in told if one.id != by.id}.values():
        tell(records, person.id, message, key=f"withdrawn:{inspection_id}:{person.id}", at=at)
    return published


def _lock_again(records: Records, inspection_id: str, *, by: Person, at: datetime) -> None:
    """What nobody has opened for changing. A part that is open stays so: nobody can write into it any more."""
    for part in checklists.parts(records, inspection_id):
        if part.state is ChecklistState.FINISHED:
            records.move(CHECKLIST, part, ChecklistStep.LOCK, by=by.id, at=at)


def open_correction(records: Records, inspection_id: str) -> Correction | None:
    """The objection that is being put right, if there is one."""
    return corrections.upheld(records, inspection_id)


def finish_correction(
    records: Records, correction: Correction, published: Publication, *, by: Person, at: datetime
) -> None:
    """The version that puts it right is public: the clock ends."""
    records.move(CORRECTION, correction, CorrectionStep.CORRECT, by=by.id, at=at, version=published.version)
    correction.corrected_at, correction.corrected_version = at, published.version
    end_deadline(records, RuleName.CORRECTION, correction.inspection_id, at=at, by=by)


def chosen(kind: type[Choice], value: str) -> Choice:
    """What a form offers; anything else was not chosen there."""
    if value not in {one.value for one in kind}:
        raise Unacceptable("choice_needed")
    return kind(value)


def require_registering(records: Records, inspection: Inspection, person: Person) -> None:
    """An operator or liaison of one of the departments that take part."""
    scheme = records.get(Scheme, inspection.scheme_id)
    if not any(
        is_allowed(Deed.REGISTER_OBJECTION, person, of=one, in_=scheme.district) for one in scheme.departments
    ):
        raise NotYours("objection_not_yours")


def require_deciding(records: Records, inspection: Inspection, person: Person) -> None:
    """A reviewer or head of the lead department who was never of the team."""
    if any(one.id == person.id for one in deciders(records, inspection)):
        return
    raise NotYours("correction_not_yours")


def require_withdrawing(records: Records, inspection: Inspection, person: Person) -> None:
    """The same, and who looks after what the lead department has published."""
    scheme = records.get(Scheme, inspection.scheme_id)
    looks_after = Role.PUBLICITY in person.roles and is_allowed(
        Deed.WITHDRAW_PUBLICATION, person, of=scheme.departments[0], in_=scheme.district
    )
    if not looks_after or person.id in assignments.ever_drawn(records, inspection.id):
        require_deciding(records, inspection, person)


def deciders(records: Records, inspection: Inspection) -> list[Person]:
    """Who finds whether a published result is wrong, by id."""
    scheme = records.get(Scheme, inspection.scheme_id)
    drawn = assignments.ever_drawn(records, inspection.id)
    found = people.with_role(records, Role.HEAD, scheme.departments[0], scheme.district)
    heads = [one for one in found if one.id not in drawn]
    return list({one.id: one for one in (*joint_reviewers(records, inspection), *heads)}.values())


def _published(records: Records, inspection_id: str) -> Inspection:
    """The inspection that a person has typed the number of; one without a result sounds like one that is not there."""
    if records.find(Result, inspection_id) is None:
        raise Unacceptable("not_public")
    return records.lock(Inspection, inspection_id)


def _to_decide(records: Records, correction_id: str, by: Person) -> tuple[Correction, Inspection]:
    inspection = records.lock(Inspection, records.get(Correction, correction_id).inspection_id)
    require_deciding(records, inspection, by)
    objection = records.lock(Correction, correction_id)
    if objection.state is not CorrectionState.REGISTERED and objection.decided_at is not None:
        what = (
            "done_rejected_objection"
            if objection.state is CorrectionState.REJECTED
            else "done_upheld_objection"
        )
        raise AlreadyDone(what=what, done_at=objection.decided_at)
    return objection, inspection


def _tell_registrar(
    records: Records, objection: Correction, inspection: Inspection, *, by: Person, at: datetime
) -> None:
    """Whoever wrote it down tells the one who objected."""
    message = ObjectionDecided(
        inspection=inspection.id,
        object=object_name(records, inspection),
        is_upheld=objection.state is CorrectionState.UPHELD,
        reason=objection.reason,
        at=at,
    )
    others = [one.id for one in deciders(records, inspection)]
    for id in dict.fromkeys([objection.registered_by, *others]):
        if id != by.id:
            tell(records, id, message, key=f"objection_decided:{objection.id}:{id}", at=at)


def _tell_team(
    records: Records, objection: Correction, inspection: Inspection, *, due_at: datetime, at: datetime
) -> None:
    """The officers of the departments that are named put it right, and the lead submits again."""
    for member in assignments.members(records, inspection.id):
        held, is_named = member.assignment, member.seat.department in objection.departments
        if held is None or held.state not in _SEATED or not (is_named or member.seat.is_lead):
            continue
        message = CorrectionOpened(
            inspection=inspection.id,
            object=object_name(records, inspection),
            reason=objection.reason,
            departments=tuple(objection.departments),
            is_named=is_named,
            is_lead=member.seat.is_lead,
            due_at=due_at,
        )
        tell(records, held.person_id, message, key=f"correction:{objection.id}:{held.id}", at=at)


def _operators(records: Records, scheme: Scheme) -> list[Person]:
    return people.with_role(records, Role.OPERATOR, scheme.departments[0], scheme.district)
