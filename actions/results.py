"""The joint result: submitted by the lead, returned or approved by a reviewer, published in the same moment."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from actions.access import locked_by_lead
from actions.case_files import open_case_file
from actions.corrections import finish_correction, open_correction
from actions.deadlines import end_deadline
from actions.department_reviews import agree_along, ask_departments, return_all
from actions.field_cards import (
    finding_lines,
    object_name,
    open_ends,
    published_card,
    review_card,
)
from actions.follow_ups import open_follow_ups
from actions.on_site import joint_reviewers, require_reviewer
from actions.publishing import publish_result
from actions.redraws import finish_when_over
from actions.result_clocks import start_joint_review, start_submission
from actions.review_lines import waiting_for
from actions.telling import tell
from actions.visits import lock_parts
from inspection.deadlines.rules import RuleName
from inspection.refusals import AlreadyDone, IllegalStep, Incomplete
from inspection.roles import Role
from inspection.states import (
    ASSIGNMENT,
    INSPECTION,
    RESULT,
    RESULT_IN_HAND,
    AssignmentState,
    AssignmentStep,
    InspectionState,
    InspectionStep,
    ResultState,
    ResultStep,
)
from inspection.words import clean_words
from notifications.messages.message import Message
from notifications.messages.results import ResultReturned, ResultSentBack
from storage import assignments, due, people
from storage.store import Records
from storage.tables.inspections import Inspection, Publication, Result
from storage.tables.registers import Person, Scheme

_SEATED = frozenset({AssignmentState.CONFIRMED, AssignmentState.COMPLETED})


def submit_result(records: Records, inspection_id: str, *, by: Person, at: datetime) -> Result:
    """The lead hands the joint result in; nothing may be open. The reviewers of each department see what it found,
    those of the lead department the whole."""
    inspection = locked_by_lead(records, inspection_id, by)
    result = _result(records, inspection_id)
    if result.state not in RESULT_IN_HAND and result.submitted_at is not None:
        raise AlreadyDone(what="done_submitted_result", done_at=result.submitted_at)
    if inspection.state not in {InspectionState.VISITED, InspectionState.CLOSED}:
        raise IllegalStep
    ends = open_ends(records, inspection)
    if ends:
        raise Incomplete("result_incomplete", lines=ends)
    lock_parts(records, inspection_id, by=by, at=at)
    records.move(RESULT, result, ResultStep.SUBMIT, by=by.id, at=at)
    result.submitted_at, result.submitted_by = at, by.id
    end_deadline(records, RuleName.SUBMISSION, inspection.id, at=at, by=by)
    ask_departments(records, inspection, by=by, at=at)
    if not waiting_for(records, inspection):
        start_joint_review(records, inspection, at=at)
    card, key = review_card(records, inspection), f"review:{inspection_id}:{result.returns}:{at.isoformat()}"
    _tell_all(records, joint_reviewers(records, inspection), card, key, at=at)
    return result


def return_result(records: Records, inspection_id: str, words: str, *, by: Person, at: datetime) -> Result:
    """A reviewer of the lead department sends the whole result back with words; the parts are unlocked, lead and
    officers hear why. What one department found goes back by `department_reviews.return_findings`."""
    kept = clean_words(words)
    inspection = records.lock(Inspection, inspection_id)
    require_reviewer(records, inspection, by)
    result = _result(records, inspection_id)
    refuse_decided(result)
    records.move(RESULT, result, ResultStep.RETURN, by=by.id, at=at, words=kept)
    result.reviewed_at, result.reviewed_by, result.review_words = at, by.id, kept
    result.returns += 1
    start_submission(records, inspection, by=by, at=at, was_reviewed=True)
    return_all(records, inspection, kept, by=by, at=at)
    _tell_the_return(records, inspection, result, by=by, at=at)
    return result


def approve_result(records: Records, inspection_id: str, *, by: Person, at: datetime) -> Publication:
    """A reviewer approves, once every department has agreed: the result is published in the same moment, transfers are
    opened, the inspection closes. What was found wrong and is put right is published as the next version.

    The scheme's lock comes before the inspection's, as everywhere; with its last inspection the scheme is finished.
    """
    scheme = records.lock(Scheme, records.get(Inspection, inspection_id).scheme_id)
    inspection = records.lock(Inspection, inspection_id)
    require_reviewer(records, inspection, by)
    result = _result(records, inspection_id)
    refuse_decided(result)
    waiting = waiting_for(records, inspection)
    if waiting:
        raise Incomplete("departments_review_first", departments=waiting)
    agree_along(records, inspection, by=by, at=at)
    records.move(RESULT, result, ResultStep.APPROVE, by=by.id, at=at)
    result.reviewed_at, result.reviewed_by = at, by.id
    lines = finding_lines(records, inspection)
    open_follow_ups(records, inspection_id, lines, by=by, at=at)
    records.move(RESULT, result, ResultStep.PUBLISH, by=by.id, at=at)
    result.published_at = result.published_at or at
    correction = open_correction(records, inspection_id)
    reason = correction.reason if correction else ""
    published = publish_result(records, inspection, lines, reason=reason, by=by, at=at)
    if correction is not None:
        finish_correction(records, correction, published, by=by, at=at)
    _close(records, inspection, scheme, by=by, at=at)
    _tell_publication(records, inspection, scheme, published, by=by, at=at)
    return published


def _result(records: Records, inspection_id: str) -> Result:
    return records.lock(Result, inspection_id)


def refuse_decided(result: Result) -> None:
    """The second press of a reviewer, or another reviewer's, hears what was decided and when."""
    if result.state is ResultState.PUBLISHED and result.reviewed_at is not None:
        raise AlreadyDone(what="done_published_result", done_at=result.reviewed_at)
    if result.state is ResultState.RETURNED and result.reviewed_at is not None:
        raise AlreadyDone(what="done_returned_result", done_at=result.reviewed_at)
    if result.state is not ResultState.SUBMITTED:
        raise IllegalStep


def _close(records: Records, inspection: Inspection, scheme: Scheme, *, by: Person, at: datetime) -> None:
    for rule in (RuleName.REVIEW, RuleName.PUBLICITY):
        end_deadline(records, rule, inspection.id, at=at, by=by)
    if inspection.state is InspectionState.CLOSED:
        return
    records.move(INSPECTION, inspection, InspectionStep.CLOSE, by=by.id, at=at)
    open_case_file(records, inspection, at=at)
    due.cancel(records, inspection.id, at=at)
    for member in assignments.members(records, inspection.id):
        if member.assignment is not None and member.assignment.state is AssignmentState.CONFIRMED:
            records.move(ASSIGNMENT, member.assignment, AssignmentStep.COMPLETE, by=by.id, at=at)
    finish_when_over(records, scheme, at=at)


def _tell_the_return(
    records: Records, inspection: Inspection, result: Result, *, by: Person, at: datetime
) -> None:
    about: dict[str, Any] = {
        "inspection": inspection.id,
        "object": object_name(records, inspection),
        "words": result.review_words,
    }
    for member in assignments.members(records, inspection.id):
        held = member.assignment
        if held is not None and held.state in _SEATED:
            message = ResultReturned(**about, at=at, is_lead=member.seat.is_lead)
            tell(records, held.person_id, message, key=f"returned:{held.id}:{result.returns}", at=at)
    others = [one for one in joint_reviewers(records, inspection) if one.id != by.id]
    sent_back = ResultSentBack(**about, at=at)
    _tell_all(records, others, sent_back, f"sent_back:{inspection.id}:{result.returns}", at=at)


def _tell_publication(
    records: Records,
    inspection: Inspection,
    scheme: Scheme,
    published: Publication,
    *,
    by: Person,
    at: datetime,
) -> None:
    team = [member.person for member in assignments.members(records, inspection.id) if member.person]
    told = [*team, *_operators(records, scheme), *joint_reviewers(records, inspection)]
    others = {person.id: person for person in told if person.id != by.id}.values()
    _tell_all(
        records,
        others,
        published_card(records, inspection),
        f"published:{inspection.id}:{published.version}",
        at=at,
    )


def _tell_all(records: Records, told: Iterable[Person], message: Message, key: str, *, at: datetime) -> None:
    for person in told:
        tell(records, person.id, message, key=f"{key}:{person.id}", at=at)


def _operators(records: Records, scheme: Scheme) -> list[Person]:
    return people.with_role(records, Role.OPERATOR, scheme.departments[0], scheme.district)
