"""部门审核: what a department found is reviewed by that department's own reviewer, before the joint result is approved.

The states are a row for each department (`DepartmentReview`). A return touches that department alone: what the others
agreed to stands.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from actions.deadline_parties import Matter
from actions.deadlines import end_deadline, start_deadline
from actions.field_cards import department_review_card, object_name, review_card
from actions.on_site import (
    department_reviewers,
    joint_reviewers,
    require_department_reviewer,
    require_reviewer,
)
from actions.result_clocks import start_joint_review, start_submission
from actions.review_lines import has_own_review, review_of, waiting_for
from actions.telling import tell
from inspection.deadlines.rules import RuleName
from inspection.refusals import AlreadyDone, IllegalStep
from inspection.states import (
    CHECKLIST,
    DEPARTMENT_REVIEW,
    RESULT,
    AssignmentState,
    ChecklistState,
    ChecklistStep,
    DepartmentReviewState,
    DepartmentReviewStep,
    ResultState,
    ResultStep,
)
from inspection.words import clean_words
from notifications.messages.message import Message
from notifications.messages.results import FindingsAgreed, ResultReturned, ResultSentBack
from storage import assignments, checklists
from storage.store import Records
from storage.tables.inspections import ChecklistPart, DepartmentReview, Inspection, Result
from storage.tables.registers import Person, RegisteredObject

_SEATED = frozenset({AssignmentState.CONFIRMED, AssignmentState.COMPLETED})


def ask_departments(records: Records, inspection: Inspection, *, by: Person, at: datetime) -> None:
    """With the joint result every department is asked whose findings nobody has agreed to; its reviewers get the card,
    and their clock runs."""
    for part in checklists.parts(records, inspection.id):
        review = _standing(records, inspection, part.department)
        if review.state in {DepartmentReviewState.OPEN, DepartmentReviewState.RETURNED}:
            records.move(DEPARTMENT_REVIEW, review, DepartmentReviewStep.ASK, by=by.id, at=at)
            review.asked_at = at
            _ask(records, inspection, review, at=at)


def agree_findings(
    records: Records, inspection_id: str, department: str, *, by: Person, at: datetime
) -> DepartmentReview:
    """A department's reviewer agrees to what its officers found. With the last one the reviewers of the lead department
    hear that the joint result can be approved, and their clock begins."""
    inspection = records.lock(Inspection, inspection_id)
    require_department_reviewer(records, inspection, department, by)
    review = records.lock(DepartmentReview, f"{inspection_id}/{department}")
    refuse_review_decided(review)
    if not has_own_review(records, inspection, department):
        raise IllegalStep
    _agree(records, review, by=by, at=at)
    end_deadline(records, RuleName.REVIEW, review.id, at=at, by=by)
    records.session.flush()
    for other in department_reviewers(records, inspection, department):
        if other.id != by.id:
            message = agreed_card(records, inspection, review)
            tell(records, other.id, message, key=_key("agreed", review, other, at), at=at)
    if records.get(Result, inspection_id).state is ResultState.SUBMITTED:
        _tell_joint_reviewers(records, inspection, review, at=at)
    return review


def return_findings(
    records: Records, inspection_id: str, department: str, words: str, *, by: Person, at: datetime
) -> DepartmentReview:
    """What one department found goes back to it alone, with words: by its own reviewer, or by one of the lead
    department, also after it was agreed to. The lead of the team submits again when it is put right."""
    kept = clean_words(words)
    inspection = records.lock(Inspection, inspection_id)
    review = require_returnable(records, inspection, department, by)
    result = records.lock(Result, inspection_id)
    _give_back(records, review, kept, by=by, at=at)
    if result.state is ResultState.SUBMITTED:
        records.move(RESULT, result, ResultStep.RETURN, by=by.id, at=at, department=department)
        start_submission(records, inspection, by=by, at=at)
    result.reviewed_at, result.reviewed_by, result.review_words = at, by.id, ""
    result.returns += 1
    _tell_the_return(records, inspection, review, by=by, at=at)
    return review


def require_returnable(
    records: Records, inspection: Inspection, department: str, by: Person
) -> DepartmentReview:
    """The review of this department, locked, when `by` may return what it found now."""
    if is_own_reviewer(records, inspection, department, by):
        review = records.lock(DepartmentReview, f"{inspection.id}/{department}")
        refuse_review_decided(review)
        return review
    require_reviewer(records, inspection, by)
    review = records.lock(DepartmentReview, f"{inspection.id}/{department}")
    if records.get(Result, inspection.id).state is not ResultState.SUBMITTED:
        _refuse_returned(review)
        raise IllegalStep
    if review.state not in {DepartmentReviewState.ASKED, DepartmentReviewState.AGREED}:
        raise IllegalStep
    return review


def is_own_reviewer(records: Records, inspection: Inspection, department: str, person: Person) -> bool:
    """Whether the person reviews for this department, not for the lead department alone."""
    own = department_reviewers(records, inspection, department)
    return has_own_review(records, inspection, department) and any(one.id == person.id for one in own)


def return_all(records: Records, inspection: Inspection, words: str, *, by: Person, at: datetime) -> None:
    """The whole joint result goes back: every department's findings with it."""
    for part in checklists.parts(records, inspection.id):
        review = _standing(records, inspection, part.department)
        if review.state in {DepartmentReviewState.ASKED, DepartmentReviewState.AGREED}:
            _give_back(records, review, words, by=by, at=at)


def agree_along(records: Records, inspection: Inspection, *, by: Person, at: datetime) -> None:
    """Whoever approves the joint result agrees to what the lead department found, and to what nobody of its own
    department can review; also to what was submitted before departments reviewed for themselves."""
    for part in checklists.parts(records, inspection.id):
        review = _standing(records, inspection, part.department)
        if review.state in {DepartmentReviewState.OPEN, DepartmentReviewState.RETURNED}:
            records.move(DEPARTMENT_REVIEW, review, DepartmentReviewStep.ASK, by=by.id, at=at)
        if review.state is DepartmentReviewState.ASKED:
            _agree(records, review, by=by, at=at)


def reopen_reviews(
    records: Records, inspection: Inspection, departments: Iterable[str], *, by: Person, at: datetime
) -> None:
    """A published result was found wrong: these departments may change what they found, and are reviewed anew."""
    for department in departments:
        review = _standing(records, inspection, department)
        if review.state is DepartmentReviewState.AGREED:
            records.move(DEPARTMENT_REVIEW, review, DepartmentReviewStep.REOPEN, by=by.id, at=at)
        _unlock(records, inspection.id, department, by=by, at=at)


def refuse_review_decided(review: DepartmentReview) -> None:
    """The second press, or another reviewer's, hears what was decided and when."""
    if review.state is DepartmentReviewState.AGREED and review.decided_at is not None:
        raise AlreadyDone(what="done_agreed_findings", done_at=review.decided_at)
    _refuse_returned(review)
    if review.state is not DepartmentReviewState.ASKED:
        raise IllegalStep


def agreed_card(records: Records, inspection: Inspection, review: DepartmentReview) -> FindingsAgreed:
    """In place of the card, once it was agreed to."""
    assert review.decided_at is not None
    reviewer = records.find(Person, review.decided_by)
    return FindingsAgreed(
        inspection=inspection.id,
        object=object_name(records, inspection),
        department=review.department,
        reviewer=reviewer.name if reviewer else "",
        at=review.decided_at,
        waiting_for=waiting_for(records, inspection),
    )


def findings_card(records: Records, inspection: Inspection, review: DepartmentReview, by: Person) -> Message:
    """What the reviewer of a department sees of it now."""
    require_department_reviewer(records, inspection, review.department, by)
    if review.state is DepartmentReviewState.AGREED:
        return agreed_card(records, inspection, review)
    if review.state is DepartmentReviewState.RETURNED:
        return sent_back_card(records, inspection, review, is_joint=False)
    if review.state is DepartmentReviewState.OPEN:
        raise IllegalStep
    return department_review_card(records, inspection, review)


def sent_back_card(
    records: Records, inspection: Inspection, review: DepartmentReview, *, is_joint: bool
) -> ResultSentBack:
    """In place of the card, once the department's findings went back."""
    assert review.decided_at is not None
    return ResultSentBack(
        inspection=inspection.id,
        object=object_name(records, inspection),
        words=review.words,
        at=review.decided_at,
        department=review.department,
        is_joint=is_joint,
    )


def _standing(records: Records, inspection: Inspection, department: str) -> DepartmentReview:
    found = review_of(records, inspection.id, department)
    if found is not None:
        return records.lock(DepartmentReview, found.id)
    review = DepartmentReview(
        id=f"{inspection.id}/{department}",
        inspection_id=inspection.id,
        department=department,
        state=DepartmentReviewState.OPEN,
    )
    records.add(review)
    return review


def _ask(records: Records, inspection: Inspection, review: DepartmentReview, *, at: datetime) -> None:
    if not has_own_review(records, inspection, review.department):
        return
    district = records.get(RegisteredObject, inspection.object_id).district
    matter = Matter(department=review.department, district=district, inspection_id=inspection.id)
    start_deadline(records, RuleName.REVIEW, review.id, matter=matter, at=at)
    card = department_review_card(records, inspection, review)
    for reviewer in department_reviewers(records, inspection, review.department):
        tell(records, reviewer.id, card, key=_key("asked", review, reviewer, at), at=at)


def _agree(records: Records, review: DepartmentReview, *, by: Person, at: datetime) -> None:
    records.move(DEPARTMENT_REVIEW, review, DepartmentReviewStep.AGREE, by=by.id, at=at)
    review.decided_at, review.decided_by, review.words = at, by.id, ""


def _give_back(records: Records, review: DepartmentReview, words: str, *, by: Person, at: datetime) -> None:
    records.move(DEPARTMENT_REVIEW, review, DepartmentReviewStep.RETURN, by=by.id, at=at)
    review.decided_at, review.decided_by, review.words = at, by.id, words
    review.returns += 1
    end_deadline(records, RuleName.REVIEW, review.id, at=at, by=by)
    _unlock(records, review.inspection_id, review.department, by=by, at=at)


def _unlock(records: Records, inspection_id: str, department: str, *, by: Person, at: datetime) -> None:
    part = records.lock(ChecklistPart, f"{inspection_id}/{department}")
    if part.state is ChecklistState.LOCKED:
        records.move(CHECKLIST, part, ChecklistStep.UNLOCK, by=by.id, at=at)


def _refuse_returned(review: DepartmentReview) -> None:
    if review.state is DepartmentReviewState.RETURNED and review.decided_at is not None:
        raise AlreadyDone(what="done_returned_findings", done_at=review.decided_at)


def _tell_joint_reviewers(
    records: Records, inspection: Inspection, review: DepartmentReview, *, at: datetime
) -> None:
    """Their card changes in place, and rings when nothing is waited for any more."""
    is_last = not waiting_for(records, inspection)
    if is_last:
        start_joint_review(records, inspection, at=at)
    card = review_card(records, inspection)
    for reviewer in joint_reviewers(records, inspection):
        key = _key("ready", review, reviewer, at)
        tell(records, reviewer.id, card, key=key, at=at, is_fresh=is_last)


def _tell_the_return(
    records: Records, inspection: Inspection, review: DepartmentReview, *, by: Person, at: datetime
) -> None:
    """The department's officers and the lead put it right; whoever else reviews sees that it is gone back."""
    about: dict[str, Any] = {
        "inspection": inspection.id,
        "object": object_name(records, inspection),
        "words": review.words,
    }
    for member in assignments.members(records, inspection.id):
        held, is_ours = member.assignment, member.seat.department == review.department
        if held is not None and held.state in _SEATED and (is_ours or member.seat.is_lead):
            message = ResultReturned(
                **about,
                at=at,
                is_lead=member.seat.is_lead,
                department=review.department,
                is_ours=is_ours,
            )
            tell(
                records,
                held.person_id,
                message,
                key=f"returned:{held.id}:{review.id}:{review.returns}",
                at=at,
            )
    own = department_reviewers(records, inspection, review.department)
    joint = joint_reviewers(records, inspection)
    for reviewers, is_joint in ((own, False), (joint, True)):
        card = sent_back_card(records, inspection, review, is_joint=is_joint)
        for one in reviewers:
            if one.id != by.id and (is_joint or has_own_review(records, inspection, review.department)):
                tell(records, one.id, card, key=_key(f"sent_back_{is_joint}", review, one, at), at=at)


def _key(what: str, review: DepartmentReview, person: Person, at: datetime) -> str:
    """The same cause makes it again."""
    return f"findings_{what}:{review.id}:{review.returns}:{person.id}:{at.isoformat()}"
